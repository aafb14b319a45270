// SPDX-License-Identifier: Apache-2.0
#pragma once
// A platform in a process of its own, which dies (SIGKILL) at a step that the attack names: before a message is handled, after
// each message that it sends, after the handling. Nothing but its directory survives it.

#include <vector>

#include "core/base/bytes.hpp"

namespace cardea::attacks {

using Message = std::vector<std::uint8_t>;

/// Takes what a platform sends on the connection of a lock.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual void send(ByteSpan message) = 0;
};

/// A platform as the wire meets it; in the process that can be killed. One lock, one connection.
class PlatformCore {
 public:
  virtual ~PlatformCore() = default;
  /// A new connection of the lock.
  virtual void connect(Wire& wire) = 0;
  /// Handles a message to its end.
  virtual void receive(ByteSpan message) = 0;
  /// The newest record that is stored.
  virtual std::uint32_t stored_seq() = 0;
  /// True when it takes nothing more because the records contradict themselves (event.md E6).
  virtual bool chain_is_broken() = 0;
};

/// It never dies by itself.
inline constexpr std::uint32_t die_never = 0xFFFFFFFF;
/// Carries out the orders that come over `socket`; dies at step `die_at`, 0 the first, or when the other end is closed.
[[noreturn]] void serve_platform(PlatformCore& platform, int socket, std::uint32_t die_at);

}  // namespace cardea::attacks
