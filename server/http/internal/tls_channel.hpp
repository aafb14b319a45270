// SPDX-License-Identifier: Apache-2.0
#pragma once
// TLS over a connected, non-blocking socket: OpenSSL without a stream class around it. asio::ssl::stream keeps two buffers and
// a pair of memory BIOs a connection, 67 KB of it; this keeps 16, because OpenSSL gives its buffers back between records.

#include <openssl/ssl.h>

#include <memory>
#include <span>

#include "server/http/internal/asio.hpp"

namespace cardea::server::http {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslHandle = std::unique_ptr<SSL, FreeSsl>;

/// Sets what every context of ours has: TLS 1.3 alone, its groups and suites, buffers that are given back.
void set_up(SSL_CTX* context);
/// OpenSSL's newest error of this thread as a text, "" for none; the thread's queue is empty after it.
std::string take_ssl_error();

/// One connection. Every call is made by the thread of its loop; many connections share that thread's error queue, so every
/// call clears it first.
class TlsChannel {
 public:
  /// What to do after a step: it is done, or wait for the socket and do it again.
  enum class Next : std::uint8_t { kDone, kWaitToRead, kWaitToWrite };
  struct Step {
    Next next = Next::kDone;
    ErrorCode error = {};
    std::size_t size = 0;
  };

  /// `socket` is non-blocking and stays where it is, or moved() says where it went.
  TlsChannel(TcpSocket& socket, SslHandle ssl);
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  Step handshake();
  /// At least one byte, or eof when the peer has said goodbye. A connection that ends without a goodbye is an error: what was
  /// read may have been cut short.
  Step read(std::span<char> out);
  /// Some of `bytes`, none of them while it says to wait: then the next write must begin with the same bytes.
  Step write(std::span<const char> bytes);
  /// True when read() has something without waiting.
  [[nodiscard]] bool has_pending() const;
  /// True when the peer has said goodbye or is gone; what it has sent is not taken.
  [[nodiscard]] bool peer_is_gone();
  /// Says goodbye, if the socket takes it at once.
  void say_goodbye();

  void moved(TcpSocket& socket) { socket_ = &socket; }
  /// The socket closes: its descriptor may be another connection's in a moment, so nothing touches it any more.
  void detach() { socket_ = nullptr; }
  /// Null after detach().
  [[nodiscard]] TcpSocket* socket() const { return socket_; }
  [[nodiscard]] SSL* native() const { return ssl_.get(); }

 private:
  Step outcome_of(int result);

  TcpSocket* socket_;
  SslHandle ssl_;
};

}  // namespace cardea::server::http
