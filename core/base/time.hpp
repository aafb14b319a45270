// SPDX-License-Identifier: Apache-2.0
#pragma once
// Time: instants of the wall clock, and the lock's own count of seconds that no clock setting moves.

#include <compare>
#include <cstdint>

namespace cardea {

/// Seconds since 1970-01-01T00:00:00Z.
struct UnixSeconds {
  std::uint64_t value = 0;
  auto operator<=>(const UnixSeconds&) const = default;
};

/// The lock's running time: seconds that have passed while it could count. It goes on over a restart whose clock was
/// kept, resumes from the last durable value after one whose clock was lost, and never goes back. Waits and the ages of
/// failures are measured in it, so that setting the clock neither ages nor renews anything (codes.md R16).
struct RunSeconds {
  std::uint64_t value = 0;
  auto operator<=>(const RunSeconds&) const = default;
};

/// Milliseconds since some moment of this power-on, for round trips and deadlines. Never goes back, and means nothing after a
/// restart.
struct RunMillis {
  std::uint64_t value = 0;
  auto operator<=>(const RunMillis&) const = default;
};

inline constexpr std::uint32_t seconds_per_hour = 3'600;
inline constexpr std::uint32_t seconds_per_day = 86'400;

/// How far the lock's clock can be trusted (architecture §5).
enum class ClockQuality : std::uint8_t {
  kSynced = 0,  ///< authenticated time, known drift
  kKept = 1,    ///< ran on; its error bound grows, and over 120 s it counts as coarse
  kCoarse = 2,  ///< not earlier than this; set by a clock code
  kLost = 3,    ///< unknown
};

}  // namespace cardea
