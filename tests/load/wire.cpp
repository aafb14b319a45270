// SPDX-License-Identifier: Apache-2.0
#include "tests/load/wire.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <stdexcept>
#include <system_error>

namespace cardea::bench {

Wire::Wire(SSL_CTX* context, std::uint16_t port)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), ssl_(SSL_new(context)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "connect");
  ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  SSL_set_fd(ssl_, fd_);
  SSL_set_tlsext_host_name(ssl_, "localhost");
  SSL_set1_host(ssl_, "localhost");
  SSL_set_connect_state(ssl_);
}

Wire::~Wire() {
  SSL_free(ssl_);
  ::close(fd_);
}

bool Wire::must_wait(int result) {
  const int error = SSL_get_error(ssl_, result);
  if (error == SSL_ERROR_WANT_READ) return true;
  if (error == SSL_ERROR_WANT_WRITE) return blocked_ = true;
  const char* why = ERR_reason_error_string(ERR_peek_last_error());
  throw std::runtime_error(std::string("a connection ended: ") + (why == nullptr ? "closed" : why));
}

void Wire::pump() {
  blocked_ = false;
  ERR_clear_error();
  if (!up_) {
    const int result = SSL_do_handshake(ssl_);
    if (result != 1 && must_wait(result)) return;
    up_ = true;
  }
  while (!out_.empty()) {
    ERR_clear_error();
    const int size = SSL_write(ssl_, out_.data(), static_cast<int>(out_.size()));
    if (size <= 0 && must_wait(size)) break;
    out_.erase(0, static_cast<std::size_t>(size));
  }
  char piece[16'384];
  while (true) {
    ERR_clear_error();
    const int size = SSL_read(ssl_, piece, sizeof piece);
    if (size <= 0 && must_wait(size)) return;
    in.append(piece, static_cast<std::size_t>(size));
  }
}

void Wire::send(std::string_view bytes) {
  out_ += bytes;
  if (!up_ || blocked_) return;
  ERR_clear_error();
  const int size = SSL_write(ssl_, out_.data(), static_cast<int>(out_.size()));
  if (size <= 0 && must_wait(size)) return;
  out_.erase(0, static_cast<std::size_t>(size));
}

std::string frame_of(Opcode opcode, ByteSpan payload) {
  std::string out;
  out += static_cast<char>(0x80 | static_cast<unsigned>(opcode));
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size());
  }
  out.append(4, '\0');
  return out.append(reinterpret_cast<const char*>(payload.data()), payload.size());
}

std::optional<Frame> take_frame(std::string& in) {
  const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<std::uint8_t>(in[at])); };
  if (in.size() < 2) return std::nullopt;
  std::size_t size = byte(1);
  std::size_t head = 2;
  if (size == 127) throw std::runtime_error("a frame that no platform sends");
  if (size == 126) {
    if (in.size() < 4) return std::nullopt;
    size = byte(2) << 8 | byte(3);
    head = 4;
  }
  if (in.size() < head + size) return std::nullopt;
  Frame frame{static_cast<Opcode>(byte(0) & 0x0f), in.substr(head, size)};
  in.erase(0, head + size);
  return frame;
}

std::optional<HttpAnswer> take_answer(std::string& in) {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  HttpAnswer answer;
  std::from_chars(in.data() + 9, in.data() + 12, answer.status);
  std::size_t size = 0;
  const std::string_view wanted = "\r\nContent-Length: ";
  if (const std::size_t at = in.find(wanted); at < end) std::from_chars(in.data() + at + wanted.size(), in.data() + end, size);
  if (in.size() < end + 4 + size) return std::nullopt;
  answer.body = in.substr(end + 4, size);
  in.erase(0, end + 4 + size);
  return answer;
}

}  // namespace cardea::bench
