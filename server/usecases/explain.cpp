// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/explain.hpp"

#include <algorithm>

#include "server/shadow/shadow.hpp"
#include "server/usecases/grant_rules.hpp"
#include "server/usecases/internal/credential_rows.hpp"
#include "server/usecases/internal/shadow_facts.hpp"

namespace cardea::server::usecases {

namespace {

/// Openings that are looked through for uses; more than a lock's memory of codes holds many times over.
constexpr std::int64_t record_count_max = 5'000;

Task<std::vector<audit::Record>> records_of(Transaction& tx, LockRow lock) {
  const Rows rows = co_await tx.execute(
      "SELECT record FROM events WHERE workspace = ?1 AND lock = ?2 AND lock_life = (SELECT life FROM locks WHERE workspace = "
      "?1 AND lock = ?2) AND type IN ('access.opening', 'keypad.cleared') AND record IS NOT NULL ORDER BY lock_seq DESC LIMIT "
      "?3",
      lock.workspace, lock.id, record_count_max);
  std::vector<audit::Record> records;
  for (const Row row : rows)
    if (const auto record = audit::decode(row.blob(0))) records.push_back(*record);
  std::ranges::reverse(records);
  co_return records;
}

/// The slots that the lock has acknowledged, with the rules of their grants; schedules compiled as it would get them now.
Task<void> add_slots(Transaction& tx, LockRow lock, UnixSeconds now, ShadowFacts& facts) {
  static const std::string sql =
      "SELECT c.slot, c.generation, c.kind, " + std::string(slot_rule_columns) +
      " FROM credentials AS c "
      "LEFT JOIN access_grants AS g ON g.workspace = c.workspace AND g.access_grant = c.access_grant "
      "WHERE c.workspace = ?1 AND c.lock = ?2 AND c.slot IS NOT NULL AND c.ended_at IS NULL AND c.since_version <= ?3 "
      "AND (c.until_version IS NULL OR c.until_version > ?3) ORDER BY c.slot LIMIT ?4";
  const Rows rows = co_await tx.execute(sql, lock.workspace, lock.id, lock.applied_version, slot_count_max);
  ScheduleGathering schedules;
  for (const Row row : rows) {
    const CredentialType type = credential_type_of(row.text(2)).value();
    SlotOrder slot;
    slot.id = {static_cast<std::uint8_t>(row.integer(0)), static_cast<std::uint16_t>(row.integer(1))};
    slot.fixed = type == CredentialType::kFixedToken;
    slot.sms = type == CredentialType::kSms;
    slot.pin = type == CredentialType::kPin;
    slot.rule = slot_rule_of(row, 3, schedules);
    facts.slots.push_back(slot);
  }
  co_await compile_for_door(tx, lock.workspace, lock.door, std::move(schedules), now, facts.schedules);
}

}  // namespace

Task<ShadowFacts> shadow_facts(Transaction& tx, LockRow lock, UnixSeconds now) {
  ShadowFacts facts;
  facts.lock = lock.name().lock;
  facts.lock_class = lock.lock_class.value_or(link::LockClass::kUnprotected);
  facts.settings = lock.settings.codes;
  facts.status = lock.status;
  facts.last_hour = lock.status ? lock.status->last_hour : lock.schedule_until;
  facts.records = co_await records_of(tx, lock);
  co_await add_slots(tx, lock, now, facts);
  co_return facts;
}

ShadowCode shadow_code_of(const Credential& credential) {
  return {credential.type, credential.slot.value_or(SlotGeneration{}), credential.descriptor, credential.code_epoch,
          credential.code_digits};
}

namespace {

/// True for codes that the platform makes anew each time, and so can withhold.
bool is_withheld(CredentialType type) { return type == CredentialType::kToken || type == CredentialType::kSms; }

/// The platform's own word, before the lock is asked; "" when the lock decides.
std::string_view own_reason(const AccessGrant& grant, const std::optional<Credential>& credential, UnixSeconds at) {
  if (credential && credential->ended_at && *credential->ended_at <= at) return "credential_ended";
  const bool withheld = !credential || is_withheld(credential->type);
  if (withheld && grant.revoked_at) return "grant_revoked";
  if (withheld && at < grant.from) return "grant_not_begun";
  if (withheld && grant.to && at >= *grant.to) return "grant_ended";
  if (credential && withheld && credential->revoked_at) return "credential_ended";
  return credential ? "" : "no_credential";
}

std::string_view own_advice(std::string_view reason) {
  if (reason == "credential_ended") return "This credential was ended. Issue another one.";
  if (reason == "grant_revoked") return "The access grant was revoked. Make a new one to let the person in again.";
  if (reason == "grant_not_begun") return "The access grant begins later: no code is given out before.";
  if (reason == "grant_ended") return "The access grant is over: no code is given out any more.";
  if (reason == "no_credential") return "Nothing was issued at this door yet: issue a credential under this access grant.";
  return "";
}

/// This is what the lock will say then.
constexpr std::string_view changing_advice =
    "The lock has not acknowledged the newest change of this access grant: until it has, it goes by what was said before.";

Explanation explain_one(Shadow& shadow, const AccessGrant& grant, std::string person_name, std::optional<Credential> credential,
                        UnixSeconds at) {
  Explanation out;
  out.person = grant.person;
  out.person_name = std::move(person_name);
  out.grant = grant.id;
  out.credential = std::move(credential);
  out.reason = own_reason(grant, out.credential, at);
  out.advice = own_advice(out.reason);
  if (!out.reason.empty()) return out;
  const Credential& asked = *out.credential;
  const Shadow::Judgement said = shadow.judge(shadow_code_of(asked), at);
  out.opens = said.verdict == Verdict::kGranted;
  out.trace = trace_of(asked.type, asked.facts.family, said.reason);
  const bool is_changing = old_rules_hold(asked.facts, asked.lock_facts);
  if (is_changing) out.advice = changing_advice;
  if (out.opens) return out;
  out.reason = cardea::name_of(said.reason);
  if (!is_changing) out.advice = advice_on(said.reason);
  const bool on_its_way = asked.facts.since_version > asked.lock_facts.applied_version;
  if (on_its_way)
    out.advice = "The lock has not acknowledged it yet: it is on its way, and arrives when the lock is in contact.";
  return out;
}

Task<std::vector<Credential>> credentials_of(Transaction& tx, WorkspaceId workspace, GrantId grant, DoorId door,
                                             bool ended_too) {
  static const std::string sql = credential_select() +
                                 "AND c.access_grant = ?2 AND c.door = ?3 AND l.state <> 'written_off' AND (c.ended_at IS NULL "
                                 "OR ?4) ORDER BY c.credential LIMIT ?5";
  const Rows rows = co_await tx.execute(sql, workspace, grant, door, ended_too, explain_count_max);
  std::vector<Credential> out;
  for (const Row row : rows) out.push_back(read_credential(row));
  co_return out;
}

/// The grants for the door: those that are not closed, and of one person all of them.
Task<std::vector<GrantId>> grants_at(Transaction& tx, WorkspaceId workspace, DoorId door, std::optional<PersonId> person) {
  const Rows rows = co_await tx.execute(
      "SELECT g.access_grant FROM access_grant_doors AS d JOIN access_grants AS g ON g.workspace = d.workspace AND "
      "g.access_grant = d.access_grant WHERE d.workspace = ?1 AND d.door = ?2 AND (?3 IS NULL AND (g.closed_at IS NULL OR "
      "EXISTS (SELECT 1 FROM credentials AS c JOIN locks AS l ON l.workspace = c.workspace AND l.lock = c.lock WHERE "
      "c.workspace = g.workspace AND c.access_grant = g.access_grant AND c.ended_at IS NULL AND l.state <> 'written_off')) OR "
      "g.person = ?3) ORDER BY g.access_grant LIMIT ?4",
      workspace, door, person, explain_count_max);
  co_return rows.ids<GrantId>();
}

Task<Outcome<LockRow>> active_lock_at(Transaction& tx, WorkspaceId workspace, DoorId door) {
  const Rows doors = co_await tx.execute("SELECT 1 FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
  if (doors.empty()) co_return not_found("door");
  auto lock = co_await find_lock_of_door(tx, workspace, door);
  if (!lock) co_return conflict("no_lock", "This door has no lock. Claim one for it by its label.");
  if (lock->state != LockState::kActive)
    co_return conflict("lock_not_active",
                       "The lock of this door has no keys yet. Press its inside button to finish its activation.");
  co_return *std::move(lock);
}

Task<Outcome<DoorExplanation>> explain_in(Transaction& tx, Context& context, WorkspaceId workspace, ExplainQuery query) {
  CARDEA_CO_ASSIGN(const LockRow lock, co_await active_lock_at(tx, workspace, query.door));
  const UnixSeconds now = context.now();
  DoorExplanation out;
  out.at = query.at.value_or(now);
  out.lock = lock.id;
  out.lock_class = lock.lock_class.value_or(link::LockClass::kUnprotected);
  out.age = {lock.seen_at, lock.applied_version, lock.desired_version, context.links.is_online(lock.name()), lock.status};
  const ShadowFacts facts = co_await shadow_facts(tx, lock, now);
  Shadow shadow(facts);
  const auto grants = co_await grants_at(tx, workspace, query.door, query.person);
  for (const GrantId& id : grants) {
    CARDEA_CO_ASSIGN(const AccessGrant grant, co_await read_access_grant(tx, workspace, id));
    CARDEA_CO_ASSIGN(const Person person, co_await read_person(tx, workspace, grant.person));
    auto credentials = co_await credentials_of(tx, workspace, id, query.door, query.person.has_value());
    if (credentials.empty()) out.items.push_back(explain_one(shadow, grant, person.name, std::nullopt, out.at));
    for (Credential& credential : credentials) {
      if (out.items.size() >= explain_count_max) co_return out;
      out.items.push_back(explain_one(shadow, grant, person.name, std::move(credential), out.at));
    }
  }
  co_return out;
}

std::optional<Reason> keypad_reason(const audit::Record& record) {
  if (record.kind != audit::Kind::kEntryRefused || record.reason == audit::reason_none) return std::nullopt;
  if (record.reason > audit::reason_keypad_last) return std::nullopt;
  return static_cast<Reason>(record.reason);
}

/// What was typed, as far as the lock recognised it.
std::optional<Family> family_of(const audit::Record& record) {
  if (record.method != audit::Method::kOffline) return std::nullopt;
  const auto use = audit::decode_offline_use(ByteSpan(record.detail).first(audit::what_size_bytes));
  if (!use || use->family >= family_count) return std::nullopt;
  return static_cast<Family>(use->family);
}

}  // namespace

Task<Outcome<DoorExplanation>> explain_door(Context& context, WorkspaceId workspace, ExplainQuery query) {
  co_return co_await context.store.read([&](Transaction& tx) { return explain_in(tx, context, workspace, query); });
}

Task<Outcome<EventExplanation>> explain_event(Context& context, WorkspaceId workspace, EventId event) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<EventExplanation>> {
    const Rows rows = co_await tx.execute("SELECT record FROM events WHERE workspace = ?1 AND event = ?2", workspace, event);
    if (rows.empty()) co_return not_found("event");
    std::optional<Reason> reason;
    CredentialType type = CredentialType::kToken;
    std::optional<Family> family;
    if (!rows.front().is_null(0))
      if (const auto record = audit::decode(rows.front().blob(0))) {
        reason = keypad_reason(*record);
        family = family_of(*record);
        if (record->method == audit::Method::kOffline) type = CredentialType::kOffline;
        if (record->method == audit::Method::kSms) type = CredentialType::kSms;
        if (record->method == audit::Method::kPin) type = CredentialType::kPin;
      }
    if (!reason)
      co_return conflict("not_explainable", "Only a refusal at the keypad, access.refused, has a reason to explain.");
    co_return EventExplanation{cardea::name_of(*reason), advice_on(*reason), trace_of(type, family, *reason)};
  });
}

}  // namespace cardea::server::usecases
