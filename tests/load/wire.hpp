// SPDX-License-Identifier: Apache-2.0
#pragma once
// One TLS connection of the load: a non-blocking socket and OpenSSL, driven by epoll. Light, so that ten thousand of them and
// what they measure fit beside the server.

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace cardea::bench {

class Wire {
 public:
  /// Connects to 127.0.0.1 and begins the handshake. Throws when it cannot.
  Wire(SSL_CTX* context, std::uint16_t port);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  [[nodiscard]] int descriptor() const { return fd_; }
  /// Goes on with the handshake, sends what waits, takes what came into `in`. Throws when the connection has ended.
  void pump();
  [[nodiscard]] bool is_up() const { return up_; }
  /// True while the socket took less than there is to send.
  [[nodiscard]] bool wants_to_write() const { return blocked_; }
  void send(std::string_view bytes);

  std::string in;

 private:
  bool must_wait(int result);

  int fd_;
  SSL* ssl_;
  std::string out_;
  bool up_ = false;
  bool blocked_ = false;
};

// --- WebSocket (RFC 6455), the client's side: one frame a message, masked with zeros ---

enum class Opcode : std::uint8_t { kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };
std::string frame_of(Opcode opcode, ByteSpan payload);
struct Frame {
  Opcode opcode;
  std::string payload;
};
/// Takes the first whole frame out of `in`.
std::optional<Frame> take_frame(std::string& in);

/// Takes a whole HTTP answer with a Content-Length, or a 101, out of `in`: its status, and its body.
struct HttpAnswer {
  int status = 0;
  std::string body;
};
std::optional<HttpAnswer> take_answer(std::string& in);

}  // namespace cardea::bench
