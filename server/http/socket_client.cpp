// SPDX-License-Identifier: Apache-2.0
#include <deque>

#include "server/http/client.hpp"
#include "server/http/internal/connect.hpp"
#include "server/http/internal/web_socket.hpp"

namespace cardea::server::http {
namespace {

constexpr std::chrono::seconds send_max{10};
constexpr std::chrono::seconds close_max{2};
constexpr std::size_t message_size_bytes_max = 1u << 20;
constexpr std::uint16_t broken = 1006;

}  // namespace

struct SocketClient::State {
  State() : web_socket(Stream(TcpSocket(io.get_executor())), message_size_bytes_max) {}
  ~State() {
    cut();
    run_until(io, Deadline::max(), [this] { return !reading; });
  }

  /// Keeps one read under way; what comes waits in `messages`.
  void read() {
    reading = true;
    web_socket.read([this](const ErrorCode& error) {
      reading = false;
      if (error) {
        const std::uint16_t said = web_socket.peer_close_code();
        close_code = WebSocket::is_close(error) && said != 0 ? said : broken;
        return;
      }
      const ByteSpan message = web_socket.message();
      messages.emplace_back(message.begin(), message.end());
      read();
    });
  }

  void cut() { web_socket.stream().close(); }

  /// Starts an operation and runs it to its end; one that takes longer than `limit` loses its connection.
  template <class Start>
  ErrorCode run(std::chrono::milliseconds limit, Start start) {
    std::optional<ErrorCode> outcome;
    start([&outcome](const ErrorCode& error) { outcome = error; });
    if (!run_until(io, std::chrono::steady_clock::now() + limit, [&] { return outcome.has_value(); })) {
      cut();
      run_until(io, Deadline::max(), [&] { return outcome.has_value(); });
    }
    return *outcome;
  }

  asio::io_context io{1};
  WebSocket web_socket;
  std::deque<std::vector<std::uint8_t>> messages;
  bool reading = false;
  std::uint16_t close_code = 0;  // 0: open
};

SocketClient::SocketClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
SocketClient::SocketClient(SocketClient&&) noexcept = default;
SocketClient& SocketClient::operator=(SocketClient&&) noexcept = default;
SocketClient::~SocketClient() = default;

Result<SocketClient, Unreachable> SocketClient::connect(const BaseUrl& url, std::string_view path, std::string_view subprotocol,
                                                        std::chrono::milliseconds timeout) {
  const Deadline deadline = std::chrono::steady_clock::now() + timeout;
  auto state = std::make_unique<State>();
  if (const auto why = http::connect(state->io, state->web_socket.stream(), url, deadline)) return unreachable(url, *why);
  const ErrorCode error = state->run(timeout, [&](auto done) {
    state->web_socket.handshake(host_header(url), url.prefix + std::string(path), std::string(subprotocol), std::move(done));
  });
  if (error) return unreachable(url, error == asio::error::operation_aborted ? "no answer in time" : error.message());
  state->read();
  return SocketClient(std::move(state));
}

bool SocketClient::send(ByteSpan message) {
  if (state_->close_code != 0) return false;
  return !state_->run(send_max, [&](auto done) { state_->web_socket.write(message, std::move(done)); });
}

SocketClient::Event SocketClient::receive(std::vector<std::uint8_t>& out, std::chrono::milliseconds timeout) {
  State& state = *state_;
  state.io.restart();
  state.io.poll();
  run_until(state.io, std::chrono::steady_clock::now() + timeout,
            [&] { return !state.messages.empty() || state.close_code != 0; });
  if (!state.messages.empty()) {
    out = std::move(state.messages.front());
    state.messages.pop_front();
    return Event::kMessage;
  }
  return state.close_code != 0 ? Event::kClosed : Event::kNothing;
}

void SocketClient::close(std::uint16_t code) {
  State& state = *state_;
  if (state.close_code != 0) return;
  state.run(close_max, [&](auto done) { state.web_socket.close(code, {}, std::move(done)); });
  if (state.close_code == 0) state.close_code = code;
}

std::uint16_t SocketClient::close_code() const { return state_->close_code; }

int SocketClient::descriptor() const { return state_->web_socket.stream().socket().native_handle(); }

}  // namespace cardea::server::http
