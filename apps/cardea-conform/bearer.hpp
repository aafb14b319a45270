// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a lock reaches its platform, seen from the platform: connections that the lock asks for, and messages in them.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"

namespace cardea::conform {

using Message = std::vector<std::uint8_t>;
using Milliseconds = std::chrono::milliseconds;

class Bearer {
 public:
  virtual ~Bearer() = default;
  /// Waits until the lock has a new connection. False when it wants none for so long.
  virtual bool accept(Milliseconds patience) = 0;
  /// True while the connection stands, as far as is known.
  [[nodiscard]] virtual bool open() const = 0;
  virtual void send(ByteSpan message) = 0;
  /// The next message; nothing when none came for so long, or the lock ended the connection.
  virtual std::optional<Message> receive(Milliseconds patience) = 0;
  virtual void hang_up() = 0;
  /// The lock was started anew: what was on its way is gone.
  virtual void reset() = 0;
};

/// The gateway's end of spec/bearer-serial.md: "serial:DEVICE", "unix:PATH", "tcp:HOST:PORT". Throws Stop.
std::unique_ptr<Bearer> make_serial_bearer(const std::string& line, std::uint32_t baud);
/// Listens as a platform for a lock that connects out: "127.0.0.1:8480". Throws Stop.
std::unique_ptr<Bearer> make_web_socket_bearer(const std::string& address);

}  // namespace cardea::conform
