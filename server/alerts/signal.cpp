// SPDX-License-Identifier: Apache-2.0
#include "server/alerts/signal.hpp"

#include <algorithm>

namespace cardea::server::alerts {
namespace {

UnixSeconds before(UnixSeconds time, std::uint32_t seconds) {
  return {time.value - std::min<std::uint64_t>(time.value, seconds)};
}

/// Every record of a lock says how good its clock was; it gets better with what these two tell of, and no sooner.
void add_clock(const LoggedEvent& event, std::vector<Signal>& out) {
  const bool is_lost = event.quality == server::name_of(ClockQuality::kLost);
  const bool is_coarse = event.quality == server::name_of(ClockQuality::kCoarse);
  const bool may_end = event.type == EventType::kClockSet || event.type == EventType::kLockRestarted;
  if (is_lost || may_end) out.push_back({AlertType::kClockLost, is_lost, 0, event.recorded_at});
  if (is_coarse || may_end) out.push_back({AlertType::kClockUncertain, is_coarse, 0, event.recorded_at});
}

void add_battery(const LoggedEvent& event, std::vector<Signal>& out) {
  out.push_back({AlertType::kBatteryLow, true, event.value, event.at});
  out.push_back({AlertType::kBatteryCritical, true, event.value, event.at});
}

}  // namespace

std::vector<Signal> signals_of(const LoggedEvent& event) {
  std::vector<Signal> out;
  const auto begins = [&](AlertType type) { out.push_back({type, true, event.value, event.at}); };
  const auto ends = [&](AlertType type) { out.push_back({type, false, 0, event.at}); };
  switch (event.type) {
    case EventType::kDoorForced: begins(AlertType::kDoorForced); break;
    case EventType::kDoorLeftOpen: out.push_back({AlertType::kDoorLeftOpen, true, 0, before(event.at, event.value)}); break;
    case EventType::kDoorClosed:
      ends(AlertType::kDoorForced);
      ends(AlertType::kDoorLeftOpen);
      break;
    case EventType::kLockTampered: begins(AlertType::kTamper); break;
    case EventType::kLockTamperEnded: ends(AlertType::kTamper); break;
    case EventType::kLockBattery: add_battery(event, out); break;
    case EventType::kClockRefused: begins(AlertType::kClockRefused); break;
    case EventType::kAccessFailed:
      if (event.reason == "motor_failed") begins(AlertType::kLockJammed);
      break;
    case EventType::kAccessGranted: ends(AlertType::kLockJammed); break;
    case EventType::kKeypadAlert: begins(AlertType::kGuessing); break;
    case EventType::kKeypadReleased: ends(AlertType::kGuessing); break;
    case EventType::kLockOffline: begins(AlertType::kLockOffline); break;
    case EventType::kLockOnline: ends(AlertType::kLockOffline); break;
    case EventType::kLockReset: begins(AlertType::kLockReset); break;
    case EventType::kLockReleased:
    case EventType::kLockWrittenOff:  // nobody here hears of it any more
      for (const AlertType type :
           {AlertType::kLockOffline, AlertType::kDoorForced, AlertType::kDoorLeftOpen, AlertType::kTamper, AlertType::kGuessing,
            AlertType::kLockJammed, AlertType::kClockLost, AlertType::kClockUncertain, AlertType::kBatteryLow,
            AlertType::kBatteryCritical, AlertType::kUndelivered})
        ends(type);
      break;
    case EventType::kLockRecordsLost: begins(AlertType::kRecordsLost); break;
    case EventType::kLockChainBroken: begins(AlertType::kChainBroken); break;
    case EventType::kWebhookDisabled: begins(AlertType::kWebhookDisabled); break;
    case EventType::kCampaignHalted: begins(AlertType::kCampaignHalted); break;
    case EventType::kAccessDuress: begins(AlertType::kDuress); break;
    case EventType::kPlatformCertificateEnding: begins(AlertType::kCertificateEnds); break;
    case EventType::kPlatformCertificateRenewed: ends(AlertType::kCertificateEnds); break;
    case EventType::kAlertRuleChanged:
    case EventType::kAlertRuleDeleted: begins(AlertType::kRuleChanged); break;
    default: break;
  }
  add_clock(event, out);
  return out;
}

Reaction reaction(const Rule& rule, const Signal& signal) {
  if (signal.type != rule.type) return Reaction::kNone;
  if (!signal.holds) return Reaction::kEnd;
  if (!rule.is_enabled) return Reaction::kNone;
  switch (facts_of(rule.type).unit) {
    case Unit::kNone: return Reaction::kOpen;
    case Unit::kSeconds: return Reaction::kWait;
    case Unit::kPercent: return signal.value <= rule.threshold ? Reaction::kOpen : Reaction::kEnd;
    case Unit::kDays: return signal.value <= rule.threshold ? Reaction::kOpen : Reaction::kNone;
    case Unit::kFailures: return signal.value >= rule.threshold ? Reaction::kOpen : Reaction::kNone;
  }
  return Reaction::kNone;
}

UnixSeconds due_at(const Rule& rule, const Signal& signal, UnixSeconds recorded_at) {
  return {std::max(signal.since.value + rule.threshold, recorded_at.value + late_records_s)};
}

}  // namespace cardea::server::alerts
