// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/domain/otpauth.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/endings.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/internal/credential_rows.hpp"
#include "server/usecases/typed_codes.hpp"

namespace cardea::server::usecases {

namespace {

/// Until a slot is in the desired state, no version brings it to the lock.
constexpr std::uint32_t version_never = 0xffff'ffff;

struct Issue {
  WorkspaceId workspace;
  CredentialId id;
  AccessGrant grant;
  LockRow lock;
  CredentialCreate input;
  UnixSeconds now;
};

// --- Tokens and PINs: what takes a slot ---

/// Nobody can stop the app of a fixed token or make a person forget a PIN: the lock alone begins and ends it (schedule.md S14,
/// pin.md P12).
bool lock_keeps_window(CredentialType type) { return type == CredentialType::kFixedToken || type == CredentialType::kPin; }

/// `pin`: of a PIN.
Task<Outcome<Done>> insert_in_slot(Transaction& tx, Issue issue, std::optional<TakenPin> pin) {
  const bool keeps_window = lock_keeps_window(issue.input.type);
  const SlotUse use{issue.id, issue.input.type, issue.grant.from, !keeps_window || issue.grant.from <= issue.now};
  CARDEA_CO_ASSIGN(const SlotGeneration slot, co_await take_slot(tx, issue.lock, use));
  std::uint32_t version = version_never;
  if (use.listed) version = co_await next_desired_version(tx, issue.workspace, issue.lock.id);
  const bool ends_at_lock = keeps_window && issue.grant.to && rule_end_of(*issue.grant.to);
  std::optional<Blob> digest;
  if (pin) digest.emplace(pin->digest.begin(), pin->digest.end());
  const bool chosen = pin && !pin->made;
  co_await tx.execute(
      "INSERT INTO credentials (workspace, credential, access_grant, person, door, lock, kind, slot, generation, external_id, "
      "since_version, issued_at, ends_at_lock, pin_digest, pin_chosen, phone, duress) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
      "?9, ?10, "
      "?11, "
      "?12, ?13, ?14, ?15, ?16, ?17)",
      issue.workspace, issue.id, issue.grant.id, issue.grant.person, issue.input.door, issue.lock.id, name_of(issue.input.type),
      slot.slot, slot.generation, issue.input.external_id, version, issue.now, ends_at_lock, digest, chosen, issue.input.phone,
      issue.input.duress);
  co_return Done{};
}

Task<std::string> name_of_door(Transaction& tx, WorkspaceId workspace, DoorId door) {
  const Rows rows = co_await tx.execute("SELECT name FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
  co_return rows.front().text(0);
}

/// The PIN that the platform made, if it did.
Task<Outcome<std::optional<Digits>>> insert_pin(Transaction& tx, KeyStore& keys, Issue issue) {
  std::string name = co_await name_of_door(tx, issue.workspace, issue.input.door);
  PinWish wish{issue.grant.person, std::move(name), issue.input.pin};
  CARDEA_CO_ASSIGN(const TakenPin taken, co_await take_pin(tx, keys, issue.lock, std::move(wish)));
  std::optional<TakenPin> pin = taken;
  CARDEA_CO_TRY(co_await insert_in_slot(tx, std::move(issue), std::move(pin)));
  co_return taken.made;
}

// --- Offline codes ---

/// The window that is asked for: the grant's unless the caller gave one inside it.
Outcome<WindowRequest> window_of(const Issue& issue) {
  const AccessGrant& grant = issue.grant;
  const UnixSeconds from = issue.input.from.value_or(std::max(grant.from, issue.now));
  const auto to = issue.input.to ? issue.input.to : grant.to;
  if (!to) return invalid("/to", "is needed: the grant has no end, and an offline code has one");
  if (from < grant.from) return invalid("/from", "must not be before the grant begins, " + text_of(grant.from));
  if (grant.to && *to > *grant.to) return invalid("/to", "must not be after the grant ends, " + text_of(*grant.to));
  if (*to <= from) {
    Problem problem = invalid("/to", "must be later than /from: the window would end before it starts");
    problem.code = "window_inverted";
    return problem;
  }
  if (*to <= issue.now) return invalid("/to", "has passed already. Give an end in the future.");
  return WindowRequest{issue.input.family, from, *to, std::nullopt};
}

Task<Outcome<Descriptor>> pick_descriptor(Transaction& tx, Issue issue) {
  if (issue.input.family == Family::kPool) {
    if (issue.input.from || issue.input.to)
      co_return invalid(issue.input.from ? "/from" : "/to", "is not for pool codes: they have no window");
    co_return co_await take_pool_code(tx, issue.lock);
  }
  CARDEA_CO_ASSIGN(const WindowRequest request, window_of(issue));
  co_return co_await take_window_code(tx, issue.lock, request);
}

/// A code's row; `grant` is nothing for service codes.
struct OfflineRow {
  CredentialId id;
  std::optional<GrantId> grant;
  std::optional<PersonId> person;
  LockRow lock;
  Descriptor descriptor;
  std::optional<UnixSeconds> begins_at;
  std::optional<UnixSeconds> ends_at;
  std::optional<std::string> external_id;
  UnixSeconds now;
};

Task<void> insert_offline(Transaction& tx, OfflineRow row) {
  const LockRow& lock = row.lock;
  const auto number = static_cast<std::int64_t>(stored_number(row.descriptor));
  co_await tx.execute(
      "INSERT INTO credentials (workspace, credential, access_grant, person, door, lock, kind, family, code_epoch, "
      "code_digits, code_number, "
      "begins_at, ends_at, external_id, since_version, issued_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'offline', ?7, ?8, ?9, ?10, "
      "?11, ?12, ?13, "
      "?14, ?15)",
      lock.workspace, row.id, row.grant, row.person, lock.door, lock.id, static_cast<int>(row.descriptor.family),
      lock.settings.codes.code_epoch, lock.settings.codes.code_digits, number, row.begins_at, row.ends_at, row.external_id,
      lock.codes_version, row.now);
}

Task<Outcome<Done>> insert_offline_of_grant(Transaction& tx, Issue issue) {
  CARDEA_CO_TRY(may_hold_offline_codes(issue.lock, issue.input.family));
  CARDEA_CO_ASSIGN(const Descriptor descriptor, co_await pick_descriptor(tx, issue));
  OfflineRow row{issue.id,     issue.grant.id, issue.grant.person,      issue.lock, descriptor,
                 std::nullopt, std::nullopt,   issue.input.external_id, issue.now};
  if (has_window(descriptor.family)) {
    const Interval window = interval_of(descriptor);
    row.begins_at = window.begins;
    row.ends_at = window.ends;
  }
  co_await insert_offline(tx, std::move(row));
  co_return Done{};
}

// --- Both ---

Outcome<Done> check_lock(const std::optional<LockRow>& lock) {
  if (!lock) return conflict("no_lock", "This door has no lock. Claim one for it by its label.");
  if (lock->state != LockState::kActive)
    return conflict("lock_not_active",
                    "The lock of this door has no keys yet. Press its inside button to finish its activation.");
  return Done{};
}

/// S11: a rule that only a token of the lock can keep.
Task<Outcome<Done>> can_keep_rules(Transaction& tx, Issue issue) {
  const GrantRules& rules = issue.grant.rules;
  if (!rules.say_anything()) co_return Done{};
  if (issue.input.type == CredentialType::kOffline)
    co_return conflict(
        "kind_cannot_keep_rule",
        "An offline code knows neither schedules nor numbers of uses, and this grant has one. Issue a token, SMS "
        "codes or a PIN (kind \"token\", \"sms\" or \"pin\"), or make a grant with a window alone.");
  if (rules.count()) {
    const Rows others = co_await tx.execute(
        "SELECT credential FROM credentials WHERE workspace = ?1 AND access_grant = ?2 AND lock = ?3 AND slot IS NOT NULL AND "
        "revoked_at IS NULL AND ended_at IS NULL",
        issue.workspace, issue.grant.id, issue.lock.id);
    if (!others.empty()) {
      Problem problem =
          conflict("credential_exists",
                   "The lock counts the uses of this grant for each token or PIN, so it has one for each door. Use that "
                   "one, or revoke it first: a new one counts anew.");
      problem.existing_id = others.front().id<CredentialId>(0).text();
      co_return problem;
    }
  }
  if (rules.schedule && co_await schedules_are_full(tx, issue.workspace, issue.lock.id, stored_text(*rules.schedule)))
    co_return schedules_full();
  co_return Done{};
}

Outcome<Done> check_grant(const AccessGrant& grant, DoorId door, UnixSeconds now) {
  if (grant.revoked_at || (grant.to && *grant.to <= now))
    return conflict("ended", "This access grant has ended. Make a new one to let the person in again.");
  if (std::find(grant.doors.begin(), grant.doors.end(), door) == grant.doors.end())
    return invalid("/door_id", "is not one of the doors of this access grant");
  return Done{};
}

Task<Outcome<Done>> external_id_is_free(Transaction& tx, WorkspaceId workspace, std::optional<std::string> external_id) {
  const Rows same = co_await tx.execute("SELECT credential FROM credentials WHERE workspace = ?1 AND external_id = ?2",
                                        workspace, external_id);
  if (same.empty()) co_return Done{};
  co_return already_exists(same.front().id<CredentialId>(0).text(), "A credential with this external id exists. Use that one.");
}

/// P16: beside a PIN of the grant, and one.
Task<Outcome<Done>> may_have_duress(Transaction& tx, Issue issue) {
  const Rows pins = co_await tx.execute(
      "SELECT duress, credential FROM credentials WHERE workspace = ?1 AND access_grant = ?2 AND door = ?3 AND kind = 'pin' "
      "AND "
      "revoked_at IS NULL AND ended_at IS NULL ORDER BY duress DESC",
      issue.workspace, issue.grant.id, issue.input.door);
  if (pins.empty())
    co_return conflict("no_pin",
                       "A duress PIN stands beside a PIN, and this grant has none at this door. Issue that one first.");
  if (!pins.front().boolean(0)) co_return Done{};
  Problem problem = conflict(
      "credential_exists", "This grant has a duress PIN at this door. Change that one (POST to its /pin), or revoke it first.");
  problem.existing_id = pins.front().id<CredentialId>(1).text();
  co_return problem;
}

/// P16: a duress PIN does not stay when the PIN beside it has gone.
Task<void> revoke_left_duress(Transaction& tx, Context& context, Principal caller, CredentialId gone) {
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND duress = 1 AND revoked_at IS NULL AND ended_at IS NULL AND (access_grant, "
      "door) "
      "IN (SELECT g.access_grant, g.door FROM credentials AS g WHERE g.workspace = ?1 AND g.credential = ?2) AND NOT EXISTS "
      "(SELECT 1 FROM credentials AS p WHERE p.workspace = ?1 AND p.access_grant = credentials.access_grant AND p.door = "
      "credentials.door AND p.kind = 'pin' AND p.duress = 0 AND p.revoked_at IS NULL AND p.ended_at IS NULL)";
  const Rows rows = co_await tx.execute(sql, caller.workspace, gone);
  for (const Row row : rows) co_await revoke(tx, context.keys, caller.workspace, read_ending(row), caller.by(), context.now());
}

Digits code_of(KeyStore& keys, const LockRow& lock, const Credential& credential) {
  return must(keys.offline_code(lock.keyed(), credential.code_epoch, credential.code_digits, credential.descriptor.value()));
}

Task<IssuedCredential> issued(Transaction& tx, KeyStore& keys, LockRow lock, Credential credential) {
  IssuedCredential out{credential, std::nullopt, std::nullopt};
  if (credential.type == CredentialType::kOffline) out.code = code_of(keys, lock, credential);
  if (credential.type != CredentialType::kFixedToken) co_return out;
  const std::string name = co_await name_of_door(tx, lock.workspace, credential.door);
  const KeyBytes key = must(keys.fixed_token(lock.keyed(), credential.slot.value()));
  out.otpauth_uri = otpauth_uri(name, key, lock.settings.codes.otp_digits);
  co_return out;
}

Task<Outcome<IssuedCredential>> issue_in(Transaction& tx, Context& context, WorkspaceId workspace, std::string by,
                                         GrantId grant, CredentialCreate input) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(AccessGrant found, co_await read_access_grant(tx, workspace, grant));
  const Rows doors = co_await tx.execute("SELECT 1 FROM doors WHERE workspace = ?1 AND door = ?2", workspace, input.door);
  if (doors.empty()) co_return not_found("door");
  CARDEA_CO_TRY(check_grant(found, input.door, now));
  auto lock = co_await find_lock_of_door(tx, workspace, input.door);
  CARDEA_CO_TRY(check_lock(lock));
  CARDEA_CO_TRY(co_await external_id_is_free(tx, workspace, input.external_id));
  Issue issue{workspace, CredentialId::make(), std::move(found), *lock, input, now};
  CARDEA_CO_TRY(co_await can_keep_rules(tx, issue));
  if (input.duress) CARDEA_CO_TRY(co_await may_have_duress(tx, issue));
  std::optional<Digits> made;
  if (input.type == CredentialType::kOffline) {
    CARDEA_CO_TRY(co_await insert_offline_of_grant(tx, issue));
  } else if (input.type == CredentialType::kPin) {
    CARDEA_CO_ASSIGN(made, co_await insert_pin(tx, context.keys, issue));
  } else {
    CARDEA_CO_TRY(co_await insert_in_slot(tx, issue, std::nullopt));
  }
  CARDEA_CO_ASSIGN(const Credential credential, co_await read_credential(tx, workspace, issue.id));
  co_await append_credential_event(tx, context.keys, workspace, EventType::kCredentialIssued, credential, by, now);
  IssuedCredential out = co_await issued(tx, context.keys, *lock, credential);
  if (made) out.code = made;
  co_return out;
}

/// The token of a grant that counts uses becomes the phone's, unless it is another's.
Task<Outcome<Credential>> adopt(Transaction& tx, WorkspaceId workspace, Problem exists, PhoneId phone) {
  const auto id = CredentialId::parse(exists.existing_id);
  if (!id) co_return exists;
  const Rows adopted = co_await tx.execute(
      "UPDATE credentials SET phone = ?3 WHERE workspace = ?1 AND credential = ?2 AND phone IS NULL AND kind = 'token' "
      "RETURNING credential",
      workspace, *id, phone);
  if (adopted.empty()) co_return exists;
  co_return co_await read_credential(tx, workspace, *id);
}

// --- Service codes ---

Task<Outcome<Descriptor>> service_descriptor(Transaction& tx, LockRow lock, ServiceCodeCreate input, UnixSeconds now) {
  if (!input.pool_credential) {
    const auto tick = tick_of(now);
    if (!tick) throw std::runtime_error("the clock of this server is outside 2020..2059");
    if (input.family == Family::kClear) co_return clear_code(*tick);
    co_return input.family == Family::kClock ? clock_code(*tick) : release_code(*tick);
  }
  if (input.family != Family::kClear) co_return invalid("/credential_id", "is for clear codes only");
  CARDEA_CO_ASSIGN(const Credential pool, co_await read_credential(tx, lock.workspace, *input.pool_credential));
  if (pool.lock != lock.id || !pool.descriptor || pool.descriptor->family != Family::kPool ||
      pool.code_epoch != lock.settings.codes.code_epoch)
    co_return invalid("/credential_id", "is no pool code of this lock and its code epoch");
  co_return clear_pool_code(static_cast<std::uint16_t>(pool.descriptor->index));
}

Task<Outcome<IssuedCredential>> issue_service_in(Transaction& tx, Context& context, Principal caller, LockRef lock_id,
                                                 ServiceCodeCreate input) {
  const UnixSeconds now = context.now();
  const auto lock = co_await find_lock_row(tx, caller.workspace, lock_id);
  if (!lock) co_return not_found("lock");
  CARDEA_CO_TRY(check_lock(lock));
  CARDEA_CO_TRY(may_hold_offline_codes(*lock, input.family));
  CARDEA_CO_ASSIGN(const Descriptor descriptor, co_await service_descriptor(tx, *lock, input, now));
  CARDEA_CO_TRY(co_await number_is_free(tx, *lock, descriptor));
  OfflineRow row{CredentialId::make(), std::nullopt, std::nullopt, *lock, descriptor,
                 std::nullopt,         std::nullopt, std::nullopt, now};
  const CredentialId id = row.id;
  // A clear code of one pool code has no time, so that it does not move what R18 compares with.
  if (!input.pool_credential) row.begins_at = time_of(descriptor);
  co_await insert_offline(tx, std::move(row));
  CARDEA_CO_ASSIGN(const Credential credential, co_await read_credential(tx, caller.workspace, id));
  co_await append_credential_event(tx, context.keys, caller.workspace, EventType::kCredentialIssued, credential, caller.by(),
                                   now);
  co_return co_await issued(tx, context.keys, *lock, credential);
}

}  // namespace

Task<void> append_credential_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EventType type,
                                   Credential credential, std::string by, UnixSeconds now) {
  EventFacts facts;
  facts.type = type;
  facts.at = now;
  facts.lock = credential.lock;
  facts.by = std::move(by);
  facts.detail = credential.descriptor ? fmt::format(R"({{"kind":"{}","family":"{}"}})", name_of(credential.type),
                                                     cardea::name_of(credential.descriptor->family))
                                       : fmt::format(R"({{"kind":"{}"}})", name_of(credential.type));
  facts = co_await placed_at_door(tx, workspace, credential.door, std::move(facts));
  const EventSubject subject{credential.person, credential.grant, credential.id};
  co_await append_event(tx, keys, workspace, std::move(facts), subject, now);
}

Task<Outcome<Done>> charge_choice(Context& context, WorkspaceId workspace, DoorId door) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const auto lock = co_await find_lock_of_door(tx, workspace, door);
    if (!lock) co_return Done{};
    co_return co_await charge_pin_choice(tx, *lock, context.now());
  });
}

Task<bool> has_pin(Transaction& tx, WorkspaceId workspace, GrantId grant, DoorId door) {
  const Rows rows = co_await tx.execute(
      "SELECT 1 FROM credentials WHERE workspace = ?1 AND access_grant = ?2 AND door = ?3 AND kind = 'pin' AND duress = 0 "
      "AND ended_at IS NULL LIMIT 1",
      workspace, grant, door);
  co_return !rows.empty();
}

Task<Outcome<IssuedCredential>> issue_credential(Transaction& tx, Context& context, WorkspaceId workspace, std::string by,
                                                 GrantId grant, CredentialCreate input) {
  return issue_in(tx, context, workspace, std::move(by), grant, std::move(input));
}

Task<Outcome<IssuedCredential>> create_credential(Context& context, Principal caller, GrantId grant, CredentialCreate input) {
  if (input.external_id) CARDEA_CO_TRY(check_name(*input.external_id, "/external_id"));
  if (input.pin) CARDEA_CO_TRY(co_await charge_choice(context, caller.workspace, input.door));
  auto made = co_await context.store.write(
      [&](Transaction& tx) { return issue_in(tx, context, caller.workspace, caller.by(), grant, input); });
  if (made && made->credential.slot) context.links.desired_changed(lock_name(caller.workspace, made->credential.lock));
  co_return made;
}

Task<Outcome<Credential>> issue_to_phone(Transaction& tx, Context& context, WorkspaceId workspace, PhoneToken token) {
  CredentialCreate create;
  create.door = token.door;
  create.phone = token.phone;
  const auto issued = co_await issue_in(tx, context, workspace, std::move(token.by), token.grant, create);
  if (issued) co_return issued->credential;
  if (issued.error().code == "credential_exists") co_return co_await adopt(tx, workspace, issued.error(), token.phone);
  co_return issued.error();
}

Task<Outcome<IssuedCredential>> create_service_code(Context& context, Principal caller, LockRef lock, ServiceCodeCreate input) {
  co_return co_await context.store.write([&](Transaction& tx) { return issue_service_in(tx, context, caller, lock, input); });
}

Task<Outcome<Credential>> revoke_credential(Context& context, Principal caller, CredentialId credential) {
  auto revoked = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Credential>> {
    static const std::string sql =
        "SELECT " + std::string(ending_columns()) + ", ended_at FROM credentials WHERE workspace = ?1 AND credential = ?2";
    const Rows rows = co_await tx.execute(sql, caller.workspace, credential);
    if (rows.empty()) co_return not_found("credential");
    if (rows.front().is_null(9))
      co_await revoke(tx, context.keys, caller.workspace, read_ending(rows.front()), caller.by(), context.now());
    co_await revoke_left_duress(tx, context, caller, credential);
    co_return co_await read_credential(tx, caller.workspace, credential);
  });
  if (revoked && revoked->slot) context.links.desired_changed(lock_name(caller.workspace, revoked->lock));
  co_return revoked;
}

Task<Outcome<Done>> may_issue_now(Transaction& tx, WorkspaceId workspace, Credential credential, UnixSeconds now) {
  if (credential.revoked_at || credential.ended_at) co_return conflict("ended", "This credential has ended. Issue a new one.");
  CARDEA_CO_ASSIGN(const AccessGrant grant, co_await read_access_grant(tx, workspace, credential.grant.value()));
  if (now < grant.from)
    co_return conflict("outside_window", "The grant begins at " + text_of(grant.from) + ". Ask again then.");
  if (grant.to && now >= *grant.to) co_return conflict("outside_window", "The grant ended at " + text_of(*grant.to) + ".");
  co_return Done{};
}

Task<Outcome<CurrentCode>> current_code(Context& context, WorkspaceId workspace, CredentialId credential) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<CurrentCode>> {
    CARDEA_CO_ASSIGN(const CredentialAtLock found, co_await read_credential_at_lock(tx, workspace, credential));
    const CredentialType type = found.credential.type;
    if (type == CredentialType::kSms)
      co_return conflict("no_current_code", "The codes of this credential are sent, not shown. POST to its /send.");
    if (type == CredentialType::kOffline)
      co_return conflict("no_current_code", "This is an offline code, which does not change. POST to its /reveal.");
    if (type == CredentialType::kPin)
      co_return conflict("no_current_code",
                         "This is a PIN, which the platform does not know. Issue a new one if it is forgotten.");
    const UnixSeconds now = context.now();
    CARDEA_CO_TRY(co_await may_issue_now(tx, workspace, found.credential, now));
    OtpRequest request;
    request.slot = found.credential.slot.value();
    request.fixed = type == CredentialType::kFixedToken;
    request.time = now;
    request.digits = found.lock.settings.codes.otp_digits;
    const std::uint64_t begins = step_at(OtpPurpose::kApp, now).value * app_step_s;
    co_return CurrentCode{must(context.keys.one_time_code(found.lock.keyed(), request)), {{begins}, {begins + app_step_s}}};
  });
}

Task<Outcome<RevealedCode>> reveal_code(Context& context, Principal caller, CredentialId credential) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<RevealedCode>> {
    CARDEA_CO_ASSIGN(const CredentialAtLock found, co_await read_credential_at_lock(tx, caller.workspace, credential));
    if (found.credential.type != CredentialType::kOffline)
      co_return conflict(
          "no_stored_code",
          "Only offline codes can be made again. A token's code is at its /code; a fixed token and a PIN are issued anew.");
    const UnixSeconds now = context.now();
    if (delivery_of(found.credential.facts, found.credential.lock_facts, now) == Delivery::kEnded)
      co_return conflict("ended", "This code has ended. Issue a new one.");
    if (found.lock.state == LockState::kWrittenOff) co_return is_written_off();
    co_await append_credential_event(tx, context.keys, caller.workspace, EventType::kCredentialRevealed, found.credential,
                                     caller.by(), now);
    co_return RevealedCode{code_of(context.keys, found.lock, found.credential), found.credential.window};
  });
}

Task<void> list_slot(Transaction& tx, WorkspaceId workspace, LockRef lock, std::uint8_t slot, CredentialId credential) {
  const std::uint32_t version = co_await next_desired_version(tx, workspace, lock);
  co_await tx.execute("UPDATE slots SET listed = 1 WHERE workspace = ?1 AND lock = ?2 AND slot = ?3", workspace, lock, slot);
  co_await tx.execute("UPDATE credentials SET since_version = ?3 WHERE workspace = ?1 AND credential = ?2", workspace,
                      credential, version);
}

Task<std::vector<LockName>> list_due_tokens(Transaction& tx, UnixSeconds now) {
  const Rows rows = co_await tx.execute(
      "SELECT workspace, lock, slot, credential FROM slots WHERE state = 'used' AND listed = 0 AND begins_at <= ?1 LIMIT 1000",
      now);
  std::vector<LockName> locks;
  for (const Row row : rows) {
    const auto workspace = row.id<WorkspaceId>(0);
    const auto lock = row.id<LockRef>(1);
    co_await list_slot(tx, workspace, lock, static_cast<std::uint8_t>(row.integer(2)), row.id<CredentialId>(3));
    locks.push_back(lock_name(workspace, lock));
  }
  co_return locks;
}

Task<void> end_past_codes(Transaction& tx, KeyStore& keys, UnixSeconds now) {
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      ", workspace FROM credentials WHERE ended_at IS NULL AND kind = 'offline' AND ends_at <= ?1 LIMIT 1000";
  const Rows rows = co_await tx.execute(sql, now);
  for (const Row row : rows) co_await end(tx, keys, row.id<WorkspaceId>(9), read_ending(row), now);
}

}  // namespace cardea::server::usecases
