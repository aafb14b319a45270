// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/record_json.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace cardea::lock_process {
namespace {

namespace json = boost::json;

json::object json_of_what(audit::Method method, ByteSpan what) {
  json::object object;
  if (method == audit::Method::kApp || method == audit::Method::kSms) {
    if (const auto use = audit::decode_token_use(what); use.ok())
      object = {{"slot", use->slot}, {"generation", use->generation}, {"fixed", use->fixed}, {"step", use->step}};
  } else if (method == audit::Method::kOffline) {
    const auto use = audit::decode_offline_use(what);
    if (!use.ok() || use->family == audit::OfflineUse::family_unknown) return object;
    object = {{"family", cardea::name_of(static_cast<Family>(use->family))},
              {"class", use->code_class},
              {"epoch", use->epoch},
              {"start", use->start},
              {"index", use->index}};
  } else if (method == audit::Method::kPin) {
    if (const auto use = audit::decode_pin_use(what); use.ok() && use->known)
      object = {{"slot", use->slot}, {"generation", use->generation}};
  } else if (method == audit::Method::kVirtualKey) {
    if (const auto use = audit::decode_key_use(what); use.ok()) object = {{"serial", use->serial}};
  } else if (method == audit::Method::kPlatform) {
    object = {{"command", load_be<std::uint64_t>(what)}};
  }
  return object;
}

json::object json_of_detail(const audit::Record& record) {
  const ByteSpan detail(record.detail);
  const ByteSpan tail = detail.subspan(audit::what_size_bytes);
  json::object object;
  switch (record.kind) {
    case audit::Kind::kEntryRefused:
      object = json_of_what(record.method, detail.first(audit::what_size_bytes));
      object["failures"] = load_be<std::uint16_t>(tail);
      object["alert"] = tail[2];
      break;
    case audit::Kind::kOpening:
    case audit::Kind::kGivingUp:
    case audit::Kind::kCleared: object = json_of_what(record.method, detail.first(audit::what_size_bytes)); break;
    case audit::Kind::kOpened:
    case audit::Kind::kOpenFailed:
      object = json_of_what(record.method, detail.first(audit::what_size_bytes));
      object["opening"] = load_be<std::uint32_t>(tail);
      break;
    case audit::Kind::kReleased:
      object = json_of_what(record.method, detail.first(audit::what_size_bytes));
      object["failures"] = load_be<std::uint16_t>(tail);
      break;
    case audit::Kind::kClockSet:
    case audit::Kind::kTimeRefused:
      object = {{"from", load_be<std::uint64_t>(detail)}, {"to", load_be<std::uint64_t>(detail.subspan(8))}};
      break;
    case audit::Kind::kRestarted:
      object = {{"run_s", load_be<std::uint64_t>(detail)}, {"clock_kept", detail[8] == 1}, {"entry_cut_short", detail[9] == 1}};
      break;
    case audit::Kind::kActivated: object = {{"class", detail[0] == 1 ? "protected" : "unprotected"}}; break;
    case audit::Kind::kConfigured: object = {{"version", load_be<std::uint32_t>(detail)}}; break;
    case audit::Kind::kRecordsLost:
      object = {{"first", load_be<std::uint32_t>(detail)}, {"last", load_be<std::uint32_t>(detail.subspan(4))}};
      break;
    case audit::Kind::kCommandRefused: object = {{"command", load_be<std::uint64_t>(detail)}}; break;
    case audit::Kind::kBattery: object = {{"percent", detail[0]}}; break;
    case audit::Kind::kDoorLeftOpen:
    case audit::Kind::kDoorClosed: object = {{"open_s", load_be<std::uint32_t>(detail)}}; break;
    case audit::Kind::kDoorForced:
    case audit::Kind::kTampered:
    case audit::Kind::kTamperEnded: break;
  }
  return object;
}

}  // namespace

std::string hex(ByteSpan bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

const char* name_of(ClockQuality quality) {
  switch (quality) {
    case ClockQuality::kSynced: return "synced";
    case ClockQuality::kKept: return "kept";
    case ClockQuality::kCoarse: return "coarse";
    case ClockQuality::kLost: return "lost";
  }
  return "unknown";
}

json::value json_of_reason(audit::ReasonCode reason) {
  if (reason == audit::reason_none) return nullptr;
  if (reason <= audit::reason_keypad_last) return cardea::name_of(static_cast<Reason>(reason));
  const char* name = audit::name_of_lock_reason(reason);
  return name == nullptr ? "unknown" : name;
}

json::value json_of_time(std::uint64_t unix_s, ClockQuality quality) {
  if (quality == ClockQuality::kLost) return nullptr;
  return json::string(fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(unix_s))));
}

json::object json_of(const KeypadResult& result) {
  return {{"verdict", cardea::name_of(result.verdict)}, {"reason", json_of_reason(result.reason)}, {"wait_s", result.wait_s}};
}

json::object json_of(const audit::Record& record) {
  return {{"seq", record.seq},
          {"time", json_of_time(record.time, record.quality)},
          {"quality", name_of(record.quality)},
          {"kind", audit::name_of(record.kind)},
          {"reason", json_of_reason(record.reason)},
          {"method", audit::name_of(record.method)},
          {"detail", json_of_detail(record)}};
}

json::object json_of(const link::LockStatus& status, const LockId& lock, bool claimed) {
  const char* const doors[] = {"unknown", "closed", "open"};
  return {{"lock", hex(lock.value)},
          {"class", status.lock_class == link::LockClass::kProtected ? "protected" : "unprotected"},
          {"claimed", claimed},
          {"time", json_of_time(status.time, status.quality)},
          {"quality", name_of(status.quality)},
          {"error_bound_s", status.error_bound_s},
          {"applied_version", status.applied_version},
          {"first_record", status.first_seq},
          {"newest_record", status.last_seq},
          {"receipt", status.receipt_seq},
          {"failures_30_days", status.failures},
          {"wait_s", status.wait_s},
          {"last_hour", status.last_hour},
          {"remembered_codes", status.windowed_codes},
          {"used_once_codes", status.once_codes},
          {"newest_pool_index", status.pool_next - 1},
          {"battery_percent", status.battery_percent},
          {"door", doors[static_cast<std::size_t>(status.door)]},
          {"firmware", std::string(status.firmware.begin(), status.firmware.begin() + status.firmware_size)}};
}

}  // namespace cardea::lock_process
