// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/locks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/link/file.hpp"
#include "server/api/internal/credential_views.hpp"
#include "server/api/internal/lock_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/domain/sandbox.hpp"

namespace cardea::server::api {

namespace {

struct ClaimBody {
  DoorId door_id;
  std::string label;
};
BOOST_DESCRIBE_STRUCT(ClaimBody, (), (door_id, label))

struct SettingsBody {
  std::optional<std::uint8_t> otp_digits;
  std::optional<std::uint8_t> code_digits;
  std::optional<std::uint8_t> pin_digits;
  std::optional<std::uint32_t> activation_window_s;
  std::optional<bool> only_keypad;
  std::optional<bool> refuse_when_log_full;
  std::optional<std::uint32_t> time_step_max_s;
  std::optional<std::uint16_t> open_ms;
  std::optional<bool> raise_code_epoch;
};
BOOST_DESCRIBE_STRUCT(SettingsBody, (),
                      (otp_digits, code_digits, pin_digits, activation_window_s, only_keypad, refuse_when_log_full,
                       time_step_max_s, open_ms, raise_code_epoch))

enum class ServiceFamily : std::uint8_t { kClock, kClear, kRelease };
BOOST_DESCRIBE_ENUM(ServiceFamily, kClock, kClear, kRelease)

struct ServiceCodeBody {
  ServiceFamily family = ServiceFamily::kClock;
  std::optional<CredentialId> credential_id;
};
BOOST_DESCRIBE_STRUCT(ServiceCodeBody, (), (family, credential_id))

// --- Views ---

std::string_view name_of(link::LockClass lock_class) {
  return lock_class == link::LockClass::kProtected ? "protected" : "unprotected";
}

std::string_view name_of(link::DoorState door) {
  switch (door) {
    case link::DoorState::kUnknown: return "unknown";
    case link::DoorState::kClosed: return "closed";
    case link::DoorState::kOpen: return "open";
  }
  return "unknown";
}

json::Any brief(const Bound& bound) { return {{"per_guess", bound.per_guess}, {"per_day", bound.per_day}}; }

json::Any settings_of(const usecases::LockView& lock) {
  const link::Settings& settings = lock.row.settings;
  return {{"otp_digits", settings.codes.otp_digits},
          {"code_digits", settings.codes.code_digits},
          {"pin_digits", settings.codes.pin_digits},
          {"code_epoch", settings.codes.code_epoch},
          {"activation_window_s", settings.codes.activation_window_s},
          {"only_keypad", settings.codes.only_keypad},
          {"refuse_when_log_full", settings.refuse_when_log_full},
          {"time_step_max_s", settings.time_step_max_s},
          {"open_ms", settings.open_ms},
          {"bound", brief(bound_of(lock.bound_policy()))}};
}

json::Any clock_of(const std::optional<link::LockStatus>& status) {
  if (!status) return nullptr;
  return {{"quality", server::name_of(status->quality)}, {"error_bound_s", status->error_bound_s}};
}

json::Any keypad_of(const std::optional<link::LockStatus>& status) {
  if (!status) return nullptr;
  const bool off = status->wait_s == link::keypad_off_wait_s;
  return {{"failures", status->failures}, {"wait_s", off ? 0 : status->wait_s}, {"off", off}};
}

json::Any battery_of(const std::optional<link::LockStatus>& status) {
  if (!status || status->battery_percent > 100) return nullptr;
  return status->battery_percent;
}

json::Any firmware_of(const std::optional<link::LockStatus>& status) {
  if (!status || status->firmware_size == 0) return nullptr;
  return boost::json::string(reinterpret_cast<const char*>(status->firmware.data()), status->firmware_size);
}

/// What somebody should know or do: LockAdvice of the document.
boost::json::array advice_of(const usecases::LockView& lock) {
  const usecases::LockRow& row = lock.row;
  boost::json::array advice;
  if (row.state == usecases::LockState::kReleased) {
    advice.emplace_back("nobodys");
    return advice;
  }
  if (row.state == usecases::LockState::kWrittenOff) {
    advice.emplace_back("written_off");
    return advice;
  }
  if (row.state == usecases::LockState::kActive && !row.release.empty()) advice.emplace_back("release_unheard");
  if (row.state != usecases::LockState::kActive) advice.emplace_back("press_button");
  if (row.lock_class == link::LockClass::kUnprotected) advice.emplace_back("unprotected");
  if (row.chain_broken_at) advice.emplace_back("chain_broken");
  if (row.refused) advice.emplace_back("settings_refused");
  if (!row.status) return advice;
  if (row.status->quality == ClockQuality::kLost || row.status->quality == ClockQuality::kCoarse)
    advice.emplace_back("clock_lost");
  if (row.status->wait_s == link::keypad_off_wait_s) advice.emplace_back("keypad_off");
  if (row.status->battery_percent < 20) advice.emplace_back("battery_low");
  return advice;
}

}  // namespace

json::Any view_of(const usecases::LockView& lock) {
  const usecases::LockRow& row = lock.row;
  const bool waits = row.state == usecases::LockState::kClaimed;
  const auto known_class = row.lock_class ? row.lock_class : row.wanted_class;
  return {{"id", row.id.text()},
          {"door_id", row.door.text()},
          {"state", usecases::state_name_of(row)},
          {"class", known_class ? json::Any(name_of(*known_class)) : json::Any(nullptr)},
          {"claimed_at", text_of(row.claimed_at)},
          {"claim_expires_at", waits ? json::Any(text_of(row.claim_expires_at())) : json::Any(nullptr)},
          {"activated_at", json::value_of(row.activated_at)},
          {"released_at", json::value_of(row.released_at)},
          {"identity", row.identity ? json::Any(hex_of(*row.identity)) : json::Any(nullptr)},
          {"vouched", lock.vouched},
          {"online", lock.online},
          {"last_seen_at", json::value_of(row.seen_at)},
          {"clock", clock_of(row.status)},
          {"battery_percent", battery_of(row.status)},
          {"door_state", name_of(row.status ? row.status->door : link::DoorState::kUnknown)},
          {"firmware", firmware_of(row.status)},
          {"slots", {{"used", lock.slots_used}, {"ending", lock.slots_ending}, {"total", row.slot_count}}},
          {"keypad", keypad_of(row.status)},
          {"desired",
           {{"version", row.desired_version},
            {"applied_version", row.applied_version},
            {"refused", row.refused ? json::Any(cardea::name_of(*row.refused)) : json::Any(nullptr)}}},
          {"settings", settings_of(lock)},
          {"sandbox", is_sandbox(row.id)},
          {"advice", advice_of(lock)}};
}

namespace {

json::Any view_of(const GuessBound& bound) {
  return {{"accepted", bound.accepted}, {"per_guess", bound.per_guess}, {"per_day", bound.per_day}};
}

json::Any offline_of(const Bound& bound, bool has_code_key) {
  if (!has_code_key) return nullptr;
  json::Any view = view_of(bound.offline);
  const FamilyBound& families = bound.families;
  view.as_object()["families"] = {{"timed", families.timed}, {"exclusive", families.exclusive}, {"once", families.once},
                                  {"pool", families.pool},   {"clear", families.clear},         {"release", families.release}};
  return view;
}

json::Any view_of(const BoundPolicy& policy) {
  const Bound bound = bound_of(policy);
  return {{"attempts_per_day", bound.attempts_per_day},
          {"per_guess", bound.per_guess},
          {"per_day", bound.per_day},
          {"otp", view_of(bound.otp)},
          {"offline", offline_of(bound, policy.has_code_key)},
          {"pin", policy.has_code_key ? view_of(bound.pin) : json::Any(nullptr)},
          {"policy",
           {{"otp_digits", policy.otp_digits},
            {"app_slots", policy.app_slots},
            {"sms_slots", policy.sms_slots},
            {"code_digits", policy.has_code_key ? json::Any(policy.code_digits) : json::Any(nullptr)},
            {"activation_window_s", policy.activation_window_s},
            {"codes_in_use", policy.codes_in_use},
            {"pin_digits", policy.has_code_key ? json::Any(policy.pin_digits) : json::Any(nullptr)},
            {"pin_slots", policy.pin_slots}}}};
}

// --- Handlers ---

Task<Outcome<Response>> list_locks(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor", "door_id", "site_id", "state"}));
  const auto page = query.page();
  usecases::LockFilter filter{query.id<DoorId>("door_id"), query.id<SiteId>("site_id"), std::nullopt};
  if (const auto state = query.text("state")) {
    filter.state = *state;
    constexpr std::string_view known[] = {"claimed", "active", "releasing", "released", "written_off"};
    if (std::ranges::find(known, *state) == std::end(known))
      query.complain("state", "is none of: claimed, active, releasing, released, written_off");
  }
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto locks, co_await usecases::list_locks(context, request.principal, filter, page));
  co_return answer(200, view_of_page(locks, [](const usecases::LockView& lock) { return api::view_of(lock); }));
}

Task<Outcome<Response>> get_lock(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const auto lock, co_await usecases::view_lock(context, request.principal.workspace, id));
  co_return answer(200, api::view_of(lock));
}

/// "class" is a word of C++, so it is read apart from the other members.
Outcome<usecases::LockClaim> read_claim(const Request& request) {
  if (auto checked = expects_nothing(request, true); !checked) return checked.error();
  if (auto checked = request.expects_json(); !checked) return checked.error();
  auto document = json::parse(request.body);
  if (!document) return document.error();
  usecases::LockClaim claim;
  json::Complaints complaints;
  if (document->is_object()) {
    boost::json::object& members = document->as_object();
    if (const json::Any* found = members.if_contains("class")) {
      if (*found == json::Any("protected"))
        claim.lock_class = link::LockClass::kProtected;
      else if (*found == json::Any("unprotected"))
        claim.lock_class = link::LockClass::kUnprotected;
      else
        complaints.add("/class", "is none of: protected, unprotected");
      members.erase("class");
    }
  }
  ClaimBody body;
  json::read_value(*document, "", body, complaints);
  if (!complaints.empty()) return std::move(complaints).problem();
  claim.door = body.door_id;
  claim.label = std::move(body.label);
  return claim;
}

Task<Outcome<Response>> claim_lock(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(usecases::LockClaim claim, read_claim(request));
  CARDEA_CO_ASSIGN(const auto lock, co_await usecases::claim_lock(context, request.principal.workspace, std::move(claim)));
  co_return answer(201, api::view_of(lock));
}

Task<Outcome<Response>> withdraw_claim(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_TRY(co_await usecases::withdraw_claim(context, request.principal.workspace, id));
  co_return http::no_content();
}

Task<Outcome<Response>> update_settings(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const SettingsBody input, read_change<SettingsBody>(request));
  usecases::LockSettingsChange change;
  change.patch = {input.otp_digits,  input.code_digits,          input.pin_digits,      std::nullopt, input.activation_window_s,
                  input.only_keypad, input.refuse_when_log_full, input.time_step_max_s, input.open_ms};
  change.raise_code_epoch = input.raise_code_epoch.value_or(false);
  CARDEA_CO_ASSIGN(const auto lock, co_await usecases::change_lock_settings(context, request.principal, id, change));
  co_return answer(200, api::view_of(lock));
}

Task<Outcome<Response>> get_bound(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const auto lock, co_await usecases::view_lock(context, request.principal.workspace, id));
  co_return answer(200, view_of(lock.bound_policy()));
}

Task<Outcome<Response>> exchange_file(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_TRY(expects_nothing(request, true));
  if (request.header("content-type") != "application/octet-stream")
    co_return Problem{
        415, "unsupported_media_type", "A lock's file is sent as application/octet-stream, its bytes as they are.", {}, {}};
  const ByteSpan file{reinterpret_cast<const std::uint8_t*>(request.body.data()), request.body.size()};
  CARDEA_CO_ASSIGN(const Blob made, co_await usecases::exchange_lock_file(context, request.principal.workspace, id, file));
  co_return Response{200, "application/octet-stream", std::string(made.begin(), made.end()), {}};
}

Task<Outcome<Response>> command(Context& context, const Request& request, link::Action action) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const CommandAnswer said, co_await usecases::run_command(context, request.principal, id, action));
  const std::string_view reason = name_of_reason(said.reason);
  co_return answer(
      200, {{"outcome", said.done ? "done" : "refused"}, {"reason", reason.empty() ? json::Any(nullptr) : json::Any(reason)}});
}
Task<Outcome<Response>> unlock(Context& context, const Request& request) {
  return command(context, request, link::Action::kUnlock);
}
Task<Outcome<Response>> release_keypad(Context& context, const Request& request) {
  return command(context, request, link::Action::kReleaseKeypad);
}

Task<Outcome<Response>> create_service_code(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const ServiceCodeBody input, read_body<ServiceCodeBody>(request));
  usecases::ServiceCodeCreate create{Family::kClock, input.credential_id};
  if (input.family == ServiceFamily::kClear) create.family = Family::kClear;
  if (input.family == ServiceFamily::kRelease) create.family = Family::kRelease;
  CARDEA_CO_ASSIGN(const auto issued, co_await usecases::create_service_code(context, request.principal, id, create));
  co_return answer(201, api::view_of(issued, request.principal, context.now()));
}

}  // namespace

void add_locks(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/locks", Permission::kLocksRead, Reach::kPlaces, list_locks);
  add(router, context, Method::kPost, "/v1/locks/claim", Permission::kLocksActivate, Reach::kPlaces, claim_lock);
  add(router, context, Method::kGet, "/v1/locks/{lock_id}", Permission::kLocksRead, Reach::kPlaces, get_lock,
      {.reported = {"/online", "/last_seen_at", "/clock", "/battery_percent", "/door_state", "/firmware", "/slots", "/keypad",
                    "/desired", "/settings/bound", "/advice"}});
  add(router, context, Method::kDelete, "/v1/locks/{lock_id}/claim", Permission::kLocksActivate, Reach::kPlaces,
      withdraw_claim);
  add(router, context, Method::kPatch, "/v1/locks/{lock_id}/settings", Permission::kLocksWrite, Reach::kPlaces,
      update_settings);
  add(router, context, Method::kGet, "/v1/locks/{lock_id}/bound", Permission::kLocksRead, Reach::kPlaces, get_bound);
  add(router, context, Method::kPost, "/v1/locks/{lock_id}/files", Permission::kLocksWrite, Reach::kPlaces, exchange_file,
      {.body_size_bytes_max = link::file_size_bytes_max});
  add(router, context, Method::kPost, "/v1/locks/{lock_id}/unlock", Permission::kLocksUnlock, Reach::kPlaces, unlock);
  add(router, context, Method::kPost, "/v1/locks/{lock_id}/release-keypad", Permission::kLocksUnlock, Reach::kPlaces,
      release_keypad);
  add(router, context, Method::kPost, "/v1/locks/{lock_id}/service-codes", Permission::kCredentialsIssue, Reach::kPlaces,
      create_service_code);
}

}  // namespace cardea::server::api
