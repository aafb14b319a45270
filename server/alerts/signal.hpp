// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an event of the log means for alerts.

#include <vector>

#include "server/alerts/rule.hpp"
#include "server/domain/event.hpp"

namespace cardea::server::alerts {

/// An event as far as rules look at it.
struct LoggedEvent {
  EventType type = EventType::kLockOnline;
  UnixSeconds at;  ///< by the lock's clock when it knew the time, else recorded_at; never later than that
  UnixSeconds recorded_at;
  std::string_view reason;
  std::string_view quality;
  std::uint32_t value = 0;  ///< percent of the battery, level of a keypad's alert, seconds that a door has stood open …
};

/// Something that a rule may be about begins, holds on, or is over.
struct Signal {
  AlertType type = AlertType::kDoorForced;
  bool holds = true;
  std::uint32_t value = 0;  ///< in the unit of the type, unless that is seconds
  UnixSeconds since;        ///< when it began
};

/// Nothing for most events. What only the store can say (whether a lock still waits for something, who an operator is) is
/// not here: `server/usecases/alert_follow.cpp`.
std::vector<Signal> signals_of(const LoggedEvent& event);

/// What a rule makes of a signal.
enum class Reaction : std::uint8_t {
  kNone,
  kOpen,  ///< an alert, or one more time
  kWait,  ///< an alert at due_at(), if it still holds then
  kEnd,   ///< it is over, or too little for the rule
};
Reaction reaction(const Rule& rule, const Signal& signal);

/// Records of a lock that was out of reach come in several messages: what ends a condition may be in the next one.
inline constexpr std::uint64_t late_records_s = 10;
UnixSeconds due_at(const Rule& rule, const Signal& signal, UnixSeconds recorded_at);

}  // namespace cardea::server::alerts
