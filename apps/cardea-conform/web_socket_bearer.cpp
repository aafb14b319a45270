// SPDX-License-Identifier: Apache-2.0
// The platform's end of link.md §1 for a lock that connects out: one WebSocket (RFC 6455) at a time, without TLS. As small as
// it can be: this is a bench, and the lock under test is the only client.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <deque>

#include "apps/cardea-conform/bearer.hpp"
#include "apps/cardea/stop.hpp"

namespace cardea::conform {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t request_size_max = 16'384;
constexpr std::size_t message_size_max = 8'192;
constexpr std::uint8_t op_more = 0x0;
constexpr std::uint8_t op_binary = 0x2;
constexpr std::uint8_t op_close = 0x8;
constexpr std::uint8_t op_ping = 0x9;
constexpr std::uint8_t op_pong = 0xA;
constexpr std::uint8_t last = 0x80;
constexpr Milliseconds request_patience{5'000};

/// What proves that a WebSocket was meant (RFC 6455 §4.2.2).
std::string accept_of(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[EVP_MAX_MD_SIZE] = {};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  unsigned char base64[64] = {};
  const int count = EVP_EncodeBlock(base64, digest, static_cast<int>(size));
  return {reinterpret_cast<char*>(base64), static_cast<std::size_t>(count)};
}

/// The value of a header, whatever the case of its name; "" when there is none.
std::string header_of(const std::string& request, const std::string& name) {
  std::string lower = request;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t at = lower.find("\r\n" + name + ":");
  if (at == std::string::npos) return "";
  const std::size_t begin = request.find_first_not_of(' ', at + 3 + name.size());
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

class WebSocketBearer final : public Bearer {
 public:
  WebSocketBearer(const std::string& host, std::uint16_t port) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1 ||
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 4) != 0) {
      ::close(listener_);
      throw client::usage(
          fmt::format("cannot listen on {}:{}: name an IPv4 address of this machine and a free port.", host, port));
    }
  }
  WebSocketBearer(const WebSocketBearer&) = delete;
  WebSocketBearer& operator=(const WebSocketBearer&) = delete;
  ~WebSocketBearer() override {
    drop();
    ::close(listener_);
  }

  bool accept(Milliseconds patience) override {
    const Clock::time_point end = Clock::now() + patience;
    hang_up();
    while (readable(listener_, end)) {
      client_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client_ >= 0 && shake_hands()) return true;
      drop();
    }
    return false;
  }
  [[nodiscard]] bool open() const override { return client_ >= 0; }
  void send(ByteSpan message) override { send_frame(op_binary, message); }
  std::optional<Message> receive(Milliseconds patience) override {
    const Clock::time_point end = Clock::now() + patience;
    while (messages_.empty() && open() && readable(client_, end)) read();
    if (messages_.empty()) return std::nullopt;
    Message message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }
  void hang_up() override {
    if (open()) send_frame(op_close, Bytes<2>{0x03, 0xE8});
    drop();
  }
  void reset() override { drop(); }

 private:
  static bool readable(int descriptor, Clock::time_point end) {
    const auto left = std::chrono::duration_cast<Milliseconds>(end - Clock::now());
    pollfd wanted{descriptor, POLLIN, 0};
    return ::poll(&wanted, 1, static_cast<int>(std::max(left, Milliseconds(0)).count())) == 1;
  }
  void drop() {
    if (client_ >= 0) ::close(client_);
    client_ = -1;
    heard_.clear();
    part_.clear();
    messages_.clear();
  }
  bool fill() {
    Bytes<4'096> buffer{};
    const ssize_t count = ::recv(client_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    heard_.insert(heard_.end(), buffer.begin(), buffer.begin() + count);
    return true;
  }
  bool shake_hands() {
    const Clock::time_point end = Clock::now() + request_patience;
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      if (request.size() > request_size_max || !readable(client_, end) || !fill()) return false;
      request.assign(heard_.begin(), heard_.end());
    }
    const std::size_t head = request.find("\r\n\r\n") + 4;
    heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(head));
    const std::string key = header_of(request, "sec-websocket-key");
    if (!request.starts_with("GET /v1/link ") || key.empty() ||
        header_of(request, "sec-websocket-protocol").find("cardea.link.v1") == std::string::npos)
      return false;
    const std::string answer = fmt::format(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {}\r\n"
        "Sec-WebSocket-Protocol: cardea.link.v1\r\n\r\n",
        accept_of(key));
    return ::send(client_, answer.data(), answer.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(answer.size());
  }
  void read() {
    if (!fill()) return lose();
    while (open() && take_frame()) {
    }
  }
  /// Gone; what came before stays to be heard.
  void lose() {
    if (client_ >= 0) ::close(client_);
    client_ = -1;
  }
  /// True when a whole frame was there.
  bool take_frame() {
    if (heard_.size() < 2) return false;
    const bool masked = (heard_[1] & 0x80) != 0;
    std::size_t size = heard_[1] & 0x7F;
    std::size_t at = 2;
    if (size == 126) {
      if (heard_.size() < 4) return false;
      size = load_be<std::uint16_t>(ByteSpan(heard_).subspan(2));
      at = 4;
    }
    if (size > message_size_max || !masked) {  // 127 too: no message is so long; and a client masks (RFC 6455 §5.1)
      lose();
      return false;
    }
    if (heard_.size() < at + 4 + size) return false;
    Message body(heard_.begin() + static_cast<std::ptrdiff_t>(at + 4),
                 heard_.begin() + static_cast<std::ptrdiff_t>(at + 4 + size));
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<std::uint8_t>(body[i] ^ heard_[at + i % 4]);
    const std::uint8_t head = heard_[0];
    heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(at + 4 + size));
    take(head, body);
    return true;
  }
  void take(std::uint8_t head, const Message& body) {
    const auto op = static_cast<std::uint8_t>(head & 0x0F);
    if (op == op_close) return lose();
    if (op == op_ping) return send_frame(op_pong, body);
    if (op != op_binary && op != op_more) return;
    part_.insert(part_.end(), body.begin(), body.end());
    if ((head & last) != 0) messages_.push_back(std::exchange(part_, {}));
  }
  void send_frame(std::uint8_t op, ByteSpan body) {
    if (!open()) return;
    Message frame{static_cast<std::uint8_t>(last | op)};
    if (body.size() < 126) {
      frame.push_back(static_cast<std::uint8_t>(body.size()));
    } else {
      frame.push_back(126);
      frame.push_back(static_cast<std::uint8_t>(body.size() >> 8));
      frame.push_back(static_cast<std::uint8_t>(body.size()));
    }
    frame.insert(frame.end(), body.begin(), body.end());
    if (::send(client_, frame.data(), frame.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(frame.size())) lose();
  }

  int listener_;
  int client_ = -1;
  Message heard_;
  Message part_;
  std::deque<Message> messages_;
};

}  // namespace

std::unique_ptr<Bearer> make_web_socket_bearer(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
  if (port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos || std::stoul(port) > 65'535)
    throw client::usage(fmt::format("ws:{} is no address to listen on: write ws:127.0.0.1:8480.", address));
  return std::make_unique<WebSocketBearer>(address.substr(0, colon), static_cast<std::uint16_t>(std::stoul(port)));
}

}  // namespace cardea::conform
