// SPDX-License-Identifier: Apache-2.0
#include "server/http/internal/socket_session.hpp"

#include <list>

#include "server/http/internal/web_socket.hpp"

namespace cardea::server::http {
namespace {

constexpr std::chrono::seconds close_max{5};  // for the peer to answer a close
constexpr std::uint16_t not_reading = 1013;

class Session final : public SocketSession, public Socket, public Newcomer, public std::enable_shared_from_this<Session> {
 public:
  Session(Stream stream, const SocketRoute& route, Newcomers& newcomers)
      : web_socket_(std::move(stream), route.message_size_bytes_max), route_(route), heard_at_(Clock::now()) {
    ErrorCode error;
    const auto endpoint = web_socket_.stream().socket().remote_endpoint(error);
    if (!error) peer_ = endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
    web_socket_.on_control([this] { heard_at_ = Clock::now(); });
    newcomers.join(*this);
  }

  // --- Socket ---

  bool send(ByteSpan message) override {
    if (!is_open()) return false;
    if (queue_.size() >= route_.queue_count_max) {
      close(not_reading, "you do not read what you are sent");
      return false;
    }
    queue_.emplace_back(message.begin(), message.end());
    start_writing();
    return true;
  }

  void close(std::uint16_t code, std::string_view reason) override {
    if (ended_ || close_wanted_) return;
    close_wanted_ = true;
    close_at_ = Clock::now();
    close_code_ = code;
    close_reason_ = reason;
    if (code == not_reading) queue_.clear();
    if (accepted_) start_writing();  // else run() does, once there is somebody to say it to
  }

  void admit() override { Newcomers::leave(*this); }
  [[nodiscard]] bool is_open() const override { return accepted_ && !ended_ && !close_wanted_; }
  [[nodiscard]] std::string peer() const override { return peer_; }

  // --- SocketSession ---

  Task<void> run(std::string head) override {
    const auto self = shared_from_this();
    const auto [error, size] =
        co_await Operation([&](auto done) { web_socket_.accept(head, route_.subprotocol, std::move(done)); });
    if (error) co_return Newcomers::leave(*this);
    std::string().swap(head);  // else it is kept as long as the socket
    accepted_ = true;
    const std::unique_ptr<SocketHandler> handler = route_.open(self);
    if (close_wanted_) start_writing();
    co_await read_all(*handler);
    ended_ = true;
    Newcomers::leave(*this);
    cut();
    co_await handler->on_close();
  }

  void cut() override { web_socket_.stream().close(); }

  void tick(Clock::time_point now, std::chrono::milliseconds ping_every) override {
    if (close_wanted_) {
      if (now - close_at_ > close_max) cut();
      return;
    }
    if (now - heard_at_ > 2 * ping_every) {
      cut();
    } else if (now - heard_at_ > ping_every && accepted_ && pinged_at_ <= heard_at_) {
      pinged_at_ = now;
      spawn(ping());
    }
  }

 private:
  void give_way() override { cut(); }

  Task<void> read_all(SocketHandler& handler) {
    while (true) {
      const auto [error, size] = co_await Operation([&](auto done) { web_socket_.read(std::move(done)); });
      if (error) co_return;
      heard_at_ = Clock::now();
      if (!close_wanted_ && !web_socket_.message_is_binary()) close(1003, "binary messages only");
      // What arrives after we said goodbye is not looked at; the peer's own goodbye ends the loop.
      if (!close_wanted_) co_await handler.on_message(web_socket_.message());
    }
  }

  void start_writing() {
    if (writing_) return;
    writing_ = true;
    spawn(write_all());
  }

  Task<void> write_all() {
    const auto self = shared_from_this();
    while (!queue_.empty() && !ended_) {
      const std::vector<std::uint8_t> message = std::move(queue_.front());
      queue_.pop_front();
      const auto [error, size] = co_await Operation([&](auto done) { web_socket_.write(message, std::move(done)); });
      if (error) break;
    }
    if (close_wanted_ && !ended_)
      co_await Operation([&](auto done) { web_socket_.close(close_code_, close_reason_, std::move(done)); });
    writing_ = false;
  }

  Task<void> ping() {
    const auto self = shared_from_this();
    co_await Operation([&](auto done) { web_socket_.ping(std::move(done)); });
  }

  WebSocket web_socket_;
  const SocketRoute& route_;
  std::string peer_;
  std::list<std::vector<std::uint8_t>> queue_;  // an empty deque holds half a KiB, and ten thousand are empty
  Clock::time_point heard_at_;
  Clock::time_point pinged_at_;  // one ping a silence
  Clock::time_point close_at_;
  std::uint16_t close_code_ = 1000;
  std::string close_reason_;
  bool accepted_ = false;
  bool ended_ = false;
  bool close_wanted_ = false;
  bool writing_ = false;
};

}  // namespace

std::shared_ptr<SocketSession> make_socket_session(Stream stream, const SocketRoute& route, Newcomers& newcomers) {
  return std::make_shared<Session>(std::move(stream), route, newcomers);
}

}  // namespace cardea::server::http
