// SPDX-License-Identifier: Apache-2.0
#pragma once
// One WebSocket of the server, after its request has been read.

#include <chrono>
#include <memory>
#include <string>

#include "server/http/internal/connection.hpp"
#include "server/http/server.hpp"

namespace cardea::server::http {

class SocketSession {
 public:
  virtual ~SocketSession() = default;
  /// Accepts the upgrade whose request line and headers are `head`, and serves the socket until it has ended and its handler is
  /// gone.
  virtual Task<void> run(std::string head) = 0;
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// Ends it without a word.
  virtual void cut() = 0;
  /// From the server's timer: pings, and cuts a peer that is gone or does not end a close.
  virtual void tick(Clock::time_point now, std::chrono::milliseconds ping_every) = 0;
};

/// It waits among `newcomers` until it is admitted.
std::shared_ptr<SocketSession> make_socket_session(Stream stream, const SocketRoute& route, Newcomers& newcomers);

}  // namespace cardea::server::http
