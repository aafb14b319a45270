// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an alert can tell of, and how each kind of it behaves.

#include <cstdint>
#include <optional>
#include <string_view>

namespace cardea::server::alerts {

/// A new one goes to the end: workspaces keep how many they have had a rule for (`alert_types`).
enum class AlertType : std::uint8_t {
  kDoorForced,
  kDoorLeftOpen,
  kTamper,
  kBatteryLow,
  kBatteryCritical,
  kClockLost,
  kClockUncertain,
  kClockRefused,  ///< a lock would not take the platform's time
  kLockJammed,
  kLockOffline,
  kLockReset,  ///< somebody with the id of an active lock asks to be activated
  kGuessing,
  kUndelivered,  ///< a lock has not taken what it is to hold
  kRecordsLost,
  kChainBroken,
  kWebhookDisabled,
  kRuleChanged,    ///< guard: somebody made the alerts tell less
  kInsiderAccess,  ///< guard: an operator let themself in
  kCertificateEnds,
  kDuress,          ///< somebody typed their duress PIN
  kCampaignHalted,  ///< too many locks failed to take an image
};
inline constexpr std::size_t alert_type_count = static_cast<std::size_t>(AlertType::kCampaignHalted) + 1;
/// "door_forced", and back.
std::string_view name_of(AlertType type);
std::optional<AlertType> alert_type_of(std::string_view name);

enum class Severity : std::uint8_t { kInfo, kWarning, kCritical };
/// "info", "warning", "critical", and back.
std::string_view name_of(Severity severity);
std::optional<Severity> severity_of(std::string_view name);

/// What a rule's threshold counts.
enum class Unit : std::uint8_t {
  kNone,
  kSeconds,   ///< that it must last
  kPercent,   ///< of charge, or less
  kFailures,  ///< in 30 days, or more
  kDays,      ///< that are left, or fewer
};
/// "seconds", "percent", "failures", "days"; "" for none.
std::string_view name_of(Unit unit);

/// When an alert is over.
enum class Closes : std::uint8_t {
  kWhenOver,          ///< by itself, acknowledged or not
  kWhenAcknowledged,  ///< it tells of a moment
  kWhenOverAndAcknowledged,
};

struct TypeFacts {
  Unit unit = Unit::kNone;
  std::uint32_t threshold = 0;  ///< of the rule that every workspace begins with
  std::uint32_t threshold_min = 0;
  std::uint32_t threshold_max = 0;
  Severity severity = Severity::kWarning;
  Closes closes = Closes::kWhenOver;
  bool is_guard = false;      ///< against insiders: its rule cannot be switched off, and each event is an alert of its own
  bool is_owners = false;     ///< the rule to begin with tells the owners at once, and nobody else
  bool begins_again = false;  ///< what happens again is told again, from the first step on
};
const TypeFacts& facts_of(AlertType type);

}  // namespace cardea::server::alerts
