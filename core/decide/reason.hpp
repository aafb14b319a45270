// SPDX-License-Identifier: Apache-2.0
#pragma once
// Why an entry is refused, in the order of precedence of codes.md §5: when two apply, the first one is given.

#include <cstdint>

namespace cardea {

enum class Reason : std::uint8_t {
  kNone = 0,  ///< not refused
  kLockedOut,
  kMalformed,
  kUnknownCode,
  kClockLost,
  kClockGood,
  kScheduleExpired,
  kNotYetValid,
  kExpired,
  kCleared,
  kCancelled,
  kNotActivated,
  kReplayed,
  kUsed,
  kCodeMemoryFull,
  kOutsideSchedule,  ///< this and the next two: what the grant behind a code adds
  kUsesSpent,
  kDoorState,
  kFault,  ///< not of codes.md: the crypto provider failed, so nothing was decided
};
inline constexpr std::uint8_t reason_count = 19;

/// The name of a reason as it stands in audit records and JSON: "locked_out"; "none" for kNone.
constexpr const char* name_of(Reason reason) {
  switch (reason) {  // no default: a new Reason does not compile until it is named
    case Reason::kNone: return "none";
    case Reason::kLockedOut: return "locked_out";
    case Reason::kMalformed: return "malformed";
    case Reason::kUnknownCode: return "unknown_code";
    case Reason::kClockLost: return "clock_lost";
    case Reason::kClockGood: return "clock_good";
    case Reason::kScheduleExpired: return "schedule_expired";
    case Reason::kNotYetValid: return "not_yet_valid";
    case Reason::kExpired: return "expired";
    case Reason::kCleared: return "cleared";
    case Reason::kCancelled: return "cancelled";
    case Reason::kNotActivated: return "not_activated";
    case Reason::kReplayed: return "replayed";
    case Reason::kUsed: return "used";
    case Reason::kCodeMemoryFull: return "code_memory_full";
    case Reason::kOutsideSchedule: return "outside_schedule";
    case Reason::kUsesSpent: return "uses_spent";
    case Reason::kDoorState: return "door_state";
    case Reason::kFault: return "fault";
  }
  return "unknown";
}

}  // namespace cardea
