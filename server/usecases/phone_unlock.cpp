// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/schedule/schedule.hpp"
#include "server/usecases/credentials.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/internal/phone_orders.hpp"
#include "server/usecases/internal/phone_unlock.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint64_t answer_patience_s = 60;  // longer than any lock is waited for: an attempt older than this was cut off
constexpr std::uint64_t same_tap_s = 5;          // a door that was opened so lately is not opened again for the same phone
constexpr std::uint64_t attempts_kept_s = 86'400;
constexpr std::int64_t attempts_a_minute_max = 10;

constexpr std::string_view columns = "attempt, door, state, reason, asked_at, answered_at, lock, position";

struct Attempt {
  PhoneUnlock unlock;
  LockRef lock;
  std::int64_t position = 0;
};

UnlockState state_of(std::string_view name) {
  for (const auto state : {UnlockState::kSent, UnlockState::kOpened, UnlockState::kRefused})
    if (name == name_of(state)) return state;
  return UnlockState::kDidNotAnswer;
}

Attempt attempt_of(Row row, UnixSeconds now) {
  Attempt out;
  PhoneUnlock& unlock = out.unlock;
  std::copy(row.blob(0).begin(), row.blob(0).end(), unlock.attempt.begin());
  unlock.door = row.id<DoorId>(1);
  unlock.state = state_of(row.text(2));
  unlock.reason = row.text(3);
  unlock.asked_at = row.time(4);
  unlock.answered_at = row.maybe(5, &Row::time);
  out.lock = row.id<LockRef>(6);
  out.position = row.integer(7);
  const bool was_cut_off = unlock.state == UnlockState::kSent && now.value >= unlock.asked_at.value + answer_patience_s;
  if (was_cut_off) unlock.state = UnlockState::kDidNotAnswer;
  return out;
}

/// The lock's own record of an opening that it was told to, once it has come.
Task<void> find_record(Transaction& tx, WorkspaceId workspace, Attempt& attempt) {
  if (attempt.unlock.state == UnlockState::kRefused) co_return;
  const Rows rows = co_await tx.execute(
      "SELECT at FROM events WHERE workspace = ?1 AND lock = ?2 AND position > ?3 AND type = 'access.granted' AND at IS NOT "
      "NULL "
      "AND header LIKE '%\"method\":\"platform\"%' ORDER BY position LIMIT 1",
      workspace, attempt.lock, attempt.position);
  if (!rows.empty()) attempt.unlock.opened_at = rows.front().time(0);
}

/// The same attempt, or the tap of a moment ago at the same door.
Task<std::optional<Attempt>> find_attempt(Transaction& tx, PhoneRow row, UnlockWanted wanted, UnixSeconds now) {
  static const std::string by_name =
      "SELECT " + std::string(columns) + " FROM phone_unlocks WHERE workspace = ?1 AND phone = ?2 AND attempt = ?3";
  static const std::string by_door = "SELECT " + std::string(columns) +
                                     " FROM phone_unlocks WHERE workspace = ?1 AND phone = ?2 AND asked_at > ?3 AND door = ?4 "
                                     "AND state <> 'refused' ORDER BY asked_at DESC LIMIT 1";
  Rows rows = co_await tx.execute(by_name, row.workspace, row.phone.id, wanted.attempt);
  if (rows.empty()) {
    const UnixSeconds since{now.value - answer_patience_s};
    rows = co_await tx.execute(by_door, row.workspace, row.phone.id, since, wanted.door);
    if (rows.empty()) co_return std::nullopt;
    const PhoneUnlock& last = attempt_of(rows.front(), now).unlock;
    const bool is_same_tap = last.state == UnlockState::kSent || now.value < last.asked_at.value + same_tap_s;
    if (!is_same_tap) co_return std::nullopt;
  }
  Attempt found = attempt_of(rows.front(), now);
  co_await find_record(tx, row.workspace, found);
  co_return found;
}

/// PH18: why the grant's own code would not open now, as far as the grant says so. In the zone of the door.
Task<std::string_view> grant_reason(Transaction& tx, WorkspaceId workspace, AccessGrant grant, DoorId door, UnixSeconds now) {
  if (grant.revoked_at) co_return "grant_revoked";
  if (now < grant.from) co_return "grant_not_begun";
  if (grant.to && now >= *grant.to) co_return "grant_ended";
  if (grant.rules.count()) co_return "uses_counted";
  if (!grant.rules.schedule) co_return "";
  ScheduleGathering gathering;
  const std::uint8_t number = gathering.number_of(stored_text(*grant.rules.schedule));
  ScheduleSet set;
  co_await compile_for_door(tx, workspace, door, std::move(gathering), now, set);
  co_return set.state_at(number, now) == ScheduleState::kOpen ? "" : "outside_schedule";
}

Task<std::string_view> lock_reason(Transaction& tx, Context& context, WorkspaceId workspace, DoorId door) {
  const auto lock = co_await find_lock_of_door(tx, workspace, door);
  if (!lock) co_return "no_lock";
  if (lock->state != LockState::kActive) co_return "lock_not_active";
  co_return context.links.is_online(lock->name()) ? "" : "lock_offline";
}

struct Found {
  std::string_view reason = "no_credential";
  GrantId grant;
  std::optional<CredentialId> credential;
};

/// The phone's own key at the door that opens it now, or else why the best of them does not.
Task<Outcome<Found>> find_key(Transaction& tx, Context& context, PhoneRow row, DoorId door) {
  const Rows grants = co_await tx.execute(
      "SELECT p.access_grant, (SELECT c.credential FROM credentials c WHERE c.workspace = p.workspace AND c.phone = p.phone "
      "AND "
      "c.door = d.door AND c.access_grant = p.access_grant AND c.revoked_at IS NULL AND c.ended_at IS NULL LIMIT 1) FROM "
      "phone_grants p JOIN access_grant_doors d ON d.workspace = p.workspace AND d.access_grant = p.access_grant WHERE "
      "p.workspace = ?1 AND p.phone = ?2 AND d.door = ?3 ORDER BY p.access_grant",
      row.workspace, row.phone.id, door);
  if (grants.empty()) co_return not_found("door", "None of this phone's keys is for that door.");
  Found best;
  for (const Row found : grants) {
    CARDEA_CO_ASSIGN(const AccessGrant grant, co_await read_access_grant(tx, row.workspace, found.id<GrantId>(0)));
    std::string_view reason = co_await unlock_reason(tx, context, row.workspace, grant, door, !found.is_null(1));
    best = {reason, grant.id, found.maybe(1, &Row::id<CredentialId>)};
    if (reason.empty()) break;
  }
  co_return best;
}

Task<Outcome<Done>> charge_attempt(Transaction& tx, PhoneRow row, UnixSeconds now) {
  co_await tx.execute("DELETE FROM phone_unlocks WHERE workspace = ?1 AND phone = ?2 AND asked_at < ?3", row.workspace,
                      row.phone.id, UnixSeconds{now.value - attempts_kept_s});
  const Rows made =
      co_await tx.execute("SELECT COUNT(*) FROM phone_unlocks WHERE workspace = ?1 AND phone = ?2 AND asked_at > ?3",
                          row.workspace, row.phone.id, UnixSeconds{now.value - 60});
  if (made.front().integer(0) < attempts_a_minute_max) co_return Done{};
  Problem problem{
      429, "too_many_requests", "This phone has opened doors ten times within a minute. Try again in a minute.", {}, {}};
  problem.retry_after_s = 60;
  co_return problem;
}

/// In the log before the lock is told to act, with the person's name.
Task<std::int64_t> log_unlock(Transaction& tx, Context& context, PhoneRow row, Found found, LockRef lock) {
  EventFacts facts;
  facts.type = EventType::kCommandAsked;
  facts.at = context.now();
  facts.by = row.phone.id.text();
  facts.detail = R"({"action":"unlock"})";
  facts = co_await placed_at_lock(tx, row.workspace, lock, std::move(facts));
  const EventSubject subject{row.phone.person, found.grant, found.credential};
  co_return co_await append_event(tx, context.keys, row.workspace, std::move(facts), subject, context.now());
}

/// What became of it before the lock is asked.
struct Begun {
  Attempt attempt;
  bool asks = false;  ///< the lock is to be asked
  WorkspaceId workspace;
};

Task<Outcome<Begun>> begin(Transaction& tx, Context& context, PhoneRow row, UnlockWanted wanted) {
  const UnixSeconds now = context.now();
  Begun out;
  out.workspace = row.workspace;
  auto known = co_await find_attempt(tx, row, wanted, now);
  if (known) {
    out.attempt = *std::move(known);
    co_return out;
  }
  CARDEA_CO_ASSIGN(const Found found, co_await find_key(tx, context, row, wanted.door));
  PhoneUnlock& unlock = out.attempt.unlock;
  unlock.attempt = wanted.attempt;
  unlock.door = wanted.door;
  unlock.asked_at = now;
  if (!found.reason.empty()) {
    unlock.state = UnlockState::kRefused;
    unlock.reason = found.reason;
    co_return out;
  }
  CARDEA_CO_TRY(co_await charge_attempt(tx, row, now));
  const auto lock = co_await find_lock_of_door(tx, row.workspace, wanted.door);
  out.attempt.lock = lock->id;
  out.attempt.position = co_await log_unlock(tx, context, row, found, lock->id);
  out.asks = true;
  co_await tx.execute(
      "INSERT INTO phone_unlocks (workspace, phone, attempt, door, lock, position, state, asked_at) VALUES (?1, ?2, ?3, ?4, "
      "?5, "
      "?6, 'sent', ?7)",
      row.workspace, row.phone.id, wanted.attempt, wanted.door, lock->id, out.attempt.position, now);
  co_return out;
}

/// The lock's word, or that there is none.
void take_answer(const Outcome<CommandAnswer>& said, UnixSeconds now, PhoneUnlock& unlock) {
  if (said) {
    unlock.answered_at = now;
    unlock.state = said->done ? UnlockState::kOpened : UnlockState::kRefused;
    if (!said->done) unlock.reason = name_of_reason(said->reason);
  } else if (said.error().status == 409) {  // it was not asked
    unlock.state = UnlockState::kRefused;
    unlock.reason = said.error().code;
  } else {
    unlock.state = UnlockState::kDidNotAnswer;
  }
}

Task<Outcome<Done>> allowed() { co_return Done{}; }

}  // namespace

std::string_view name_of(UnlockState state) {
  switch (state) {
    case UnlockState::kSent: return "sent";
    case UnlockState::kOpened: return "opened";
    case UnlockState::kRefused: return "refused";
    case UnlockState::kDidNotAnswer: return "did_not_answer";
  }
  return "";
}

Task<std::string_view> unlock_reason(Transaction& tx, Context& context, WorkspaceId workspace, AccessGrant grant, DoorId door,
                                     bool has_credential) {
  const WorkspaceSettings settings = co_await find_workspace_settings(tx, workspace);
  if (!settings.phone_unlock) co_return "not_allowed";
  const std::string_view reason = co_await grant_reason(tx, workspace, std::move(grant), door, context.now());
  if (!reason.empty()) co_return reason;
  const std::string_view of_lock = co_await lock_reason(tx, context, workspace, door);
  // A lock that is not there, or has no keys yet, is why there is no credential.
  if (has_credential || of_lock == "no_lock" || of_lock == "lock_not_active") co_return of_lock;
  co_return "no_credential";
}

Task<Outcome<PhoneUnlock>> unlock_by_phone(Context& context, PhoneOrder order, UnlockWanted wanted) {
  const PhoneId phone = order.phone;
  const auto answer = [&](Transaction& tx, PhoneRow row) { return begin(tx, context, std::move(row), wanted); };
  auto begun = co_await answer_order<Begun>(context, std::move(order), answer);
  if (!begun) co_return begun.error();
  Attempt attempt = begun->attempt;
  if (!begun->asks) co_return attempt.unlock;
  const WorkspaceId workspace = begun->workspace;
  LockName lock = lock_name(workspace, attempt.lock);
  Task<Outcome<Done>> on_record = allowed();
  const Outcome<CommandAnswer> said = co_await context.links.command(lock, link::Action::kUnlock, std::move(on_record));
  take_answer(said, context.now(), attempt.unlock);
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<PhoneUnlock>> {
    Attempt told = attempt;
    const PhoneUnlock& unlock = told.unlock;
    co_await tx.execute(
        "UPDATE phone_unlocks SET state = ?4, reason = ?5, answered_at = ?6 WHERE workspace = ?1 AND phone = ?2 AND attempt = "
        "?3",
        workspace, phone, unlock.attempt, name_of(unlock.state), unlock.reason, unlock.answered_at);
    co_await find_record(tx, workspace, told);
    co_return told.unlock;
  });
}

}  // namespace cardea::server::usecases
