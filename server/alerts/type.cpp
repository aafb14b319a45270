// SPDX-License-Identifier: Apache-2.0
#include "server/alerts/type.hpp"

namespace cardea::server::alerts {

std::string_view name_of(AlertType type) {
  switch (type) {  // no default: a new type does not compile until it is named
    case AlertType::kDoorForced: return "door_forced";
    case AlertType::kDoorLeftOpen: return "door_left_open";
    case AlertType::kTamper: return "tamper";
    case AlertType::kBatteryLow: return "battery_low";
    case AlertType::kBatteryCritical: return "battery_critical";
    case AlertType::kClockLost: return "clock_lost";
    case AlertType::kClockUncertain: return "clock_uncertain";
    case AlertType::kClockRefused: return "clock_refused";
    case AlertType::kLockJammed: return "lock_jammed";
    case AlertType::kLockOffline: return "lock_offline";
    case AlertType::kLockReset: return "lock_reset";
    case AlertType::kGuessing: return "guessing";
    case AlertType::kUndelivered: return "undelivered";
    case AlertType::kRecordsLost: return "records_lost";
    case AlertType::kChainBroken: return "chain_broken";
    case AlertType::kWebhookDisabled: return "webhook_disabled";
    case AlertType::kRuleChanged: return "rule_changed";
    case AlertType::kInsiderAccess: return "insider_access";
    case AlertType::kCertificateEnds: return "certificate_ends";
    case AlertType::kDuress: return "duress";
    case AlertType::kCampaignHalted: return "campaign_halted";
  }
  return "";
}

std::optional<AlertType> alert_type_of(std::string_view name) {
  for (std::size_t i = 0; i < alert_type_count; ++i)
    if (name_of(static_cast<AlertType>(i)) == name) return static_cast<AlertType>(i);
  return std::nullopt;
}

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "info";
    case Severity::kWarning: return "warning";
    case Severity::kCritical: return "critical";
  }
  return "";
}

std::optional<Severity> severity_of(std::string_view name) {
  for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kCritical})
    if (name_of(severity) == name) return severity;
  return std::nullopt;
}

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::kNone: return "";
    case Unit::kSeconds: return "seconds";
    case Unit::kPercent: return "percent";
    case Unit::kFailures: return "failures";
    case Unit::kDays: return "days";
  }
  return "";
}

const TypeFacts& facts_of(AlertType type) {
  using enum Severity;
  using enum Closes;
  // The lock itself calls a door left open after 30 seconds, and speaks of its battery at 20, 10 and 5 percent (event.md E16,
  // E18).
  static constexpr std::uint32_t week_s = 7 * 86'400;
  static constexpr TypeFacts door_forced{.severity = kCritical, .closes = kWhenOverAndAcknowledged};
  static constexpr TypeFacts door_left_open{Unit::kSeconds, 120, 30, week_s, kWarning, kWhenOver};
  static constexpr TypeFacts tamper{.severity = kCritical, .closes = kWhenOverAndAcknowledged};
  static constexpr TypeFacts battery_low{Unit::kPercent, 20, 1, 20, kWarning, kWhenOver};
  static constexpr TypeFacts battery_critical{Unit::kPercent, 10, 1, 20, kCritical, kWhenOver};
  static constexpr TypeFacts clock_lost{.severity = kWarning, .closes = kWhenOver};
  static constexpr TypeFacts clock_uncertain{.severity = kInfo, .closes = kWhenOver};
  static constexpr TypeFacts clock_refused{.severity = kWarning, .closes = kWhenAcknowledged};
  static constexpr TypeFacts lock_jammed{.severity = kWarning, .closes = kWhenOver};
  static constexpr TypeFacts lock_offline{Unit::kSeconds, 1'800, 60, week_s, kWarning, kWhenOver};
  static constexpr TypeFacts lock_reset{.severity = kCritical, .closes = kWhenAcknowledged};
  static constexpr TypeFacts guessing{Unit::kFailures, 5, 5, 100, kWarning, kWhenAcknowledged};
  static constexpr TypeFacts undelivered{Unit::kSeconds, 3'600, 60, week_s, kWarning, kWhenOver};
  static constexpr TypeFacts records_lost{.severity = kWarning, .closes = kWhenAcknowledged};
  static constexpr TypeFacts chain_broken{.severity = kCritical, .closes = kWhenAcknowledged};
  static constexpr TypeFacts webhook_disabled{.severity = kWarning, .closes = kWhenAcknowledged};
  static constexpr TypeFacts campaign_halted{.severity = kWarning, .closes = kWhenAcknowledged};
  static constexpr TypeFacts guard{.severity = kCritical, .closes = kWhenAcknowledged, .is_guard = true, .is_owners = true};
  static constexpr TypeFacts duress{
      .severity = kCritical, .closes = kWhenAcknowledged, .is_owners = true, .begins_again = true};
  static constexpr TypeFacts certificate_ends{.unit = Unit::kDays,
                                              .threshold = 21,
                                              .threshold_min = 1,
                                              .threshold_max = 21,
                                              .severity = kWarning,
                                              .closes = kWhenOver,
                                              .is_owners = true,
                                              .begins_again = true};
  switch (type) {
    case AlertType::kDoorForced: return door_forced;
    case AlertType::kDoorLeftOpen: return door_left_open;
    case AlertType::kTamper: return tamper;
    case AlertType::kBatteryLow: return battery_low;
    case AlertType::kBatteryCritical: return battery_critical;
    case AlertType::kClockLost: return clock_lost;
    case AlertType::kClockUncertain: return clock_uncertain;
    case AlertType::kClockRefused: return clock_refused;
    case AlertType::kLockJammed: return lock_jammed;
    case AlertType::kLockOffline: return lock_offline;
    case AlertType::kLockReset: return lock_reset;
    case AlertType::kGuessing: return guessing;
    case AlertType::kUndelivered: return undelivered;
    case AlertType::kRecordsLost: return records_lost;
    case AlertType::kChainBroken: return chain_broken;
    case AlertType::kWebhookDisabled: return webhook_disabled;
    case AlertType::kRuleChanged:
    case AlertType::kInsiderAccess: return guard;
    case AlertType::kCertificateEnds: return certificate_ends;
    case AlertType::kDuress: return duress;
    case AlertType::kCampaignHalted: return campaign_halted;
  }
  return guard;
}

}  // namespace cardea::server::alerts
