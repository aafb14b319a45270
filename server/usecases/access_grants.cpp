// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/access_grants.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/endings.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/internal/grant_rows.hpp"
#include "server/usecases/phones.hpp"
#include "server/usecases/schedules.hpp"

namespace cardea::server::usecases {

std::string_view AccessGrant::state_at(UnixSeconds now) const {
  if (revoked_at) return "revoked";
  if (now < from) return "upcoming";
  return to && now >= *to ? "ended" : "active";
}

namespace {

constexpr std::string_view grant_columns =
    "access_grant, person, from_at, to_at, external_id, created_at, revoked_at, schedule, max_uses, expires_after_first_use_s, "
    "named_schedule, may_share, shared_by, shared_on, (SELECT g.person FROM access_grants AS g WHERE g.workspace = "
    "access_grants.workspace AND g.access_grant = access_grants.shared_by)";

GrantRules read_rules(Row row, std::size_t column) {
  GrantRules rules;
  if (!row.is_null(column)) rules.schedule = schedule_of_stored(row.text(column));
  if (!row.is_null(column + 1)) rules.max_uses = static_cast<std::uint16_t>(row.integer(column + 1));
  if (!row.is_null(column + 2)) rules.expires_after_first_use_s = static_cast<std::uint32_t>(row.integer(column + 2));
  rules.named_schedule = row.maybe(column + 3, &Row::id<ScheduleId>);
  return rules;
}

AccessGrant read_grant(Row row) {
  AccessGrant grant{row.id<GrantId>(0), row.id<PersonId>(1),      {},
                    row.time(2),        row.maybe(3, &Row::time), row.maybe(4, &Row::text),
                    row.time(5),        row.maybe(6, &Row::time), read_rules(row, 7)};
  grant.may_share = row.boolean(11);
  if (!row.is_null(12)) grant.shared_by = AccessGrant::Giver{row.id<GrantId>(12), row.id<PersonId>(14), row.id<PhoneId>(13)};
  return grant;
}

Task<void> read_doors(Transaction& tx, Viewer viewer, AccessGrant& grant) {
  static const std::string sql = "SELECT door, own FROM access_grant_doors WHERE workspace = ?1 AND access_grant = ?2 AND " +
                                 door_is_within("access_grant_doors.door", 3) + " ORDER BY door";
  const Rows rows = co_await tx.execute(sql, viewer.workspace, grant.id, viewer.limit);
  for (const Row row : rows) {
    grant.doors.push_back(row.id<DoorId>(0));
    if (row.boolean(1)) grant.own_doors.push_back(row.id<DoorId>(0));
  }
}

/// Revokes the credentials of a grant that goes on nowhere; returns the locks that are to hear of it.
Task<std::vector<LockName>> close_grant(Transaction& tx, KeyStore& keys, WorkspaceId workspace, GrantId grant, std::string by,
                                        UnixSeconds now) {
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND access_grant = ?2 AND ended_at IS NULL ORDER BY credential";
  const Rows rows = co_await tx.execute(sql, workspace, grant);
  std::vector<LockName> locks;
  for (const Row row : rows) {
    const EndingCredential credential = read_ending(row);
    co_await revoke(tx, keys, workspace, credential, by, now);
    if (credential.slot) locks.push_back(lock_name(workspace, credential.lock));
  }
  co_await end_invitations_of_grant(tx, workspace, grant, now);
  co_await tx.execute("UPDATE access_grants SET closed_at = ?3 WHERE workspace = ?1 AND access_grant = ?2", workspace, grant,
                      now);
  co_return locks;
}

}  // namespace

std::string share_detail(const AccessGrant& grant) {
  if (!grant.shared_by) return {};
  return fmt::format(R"({{"shared_by":"{}","giver":"{}"}})", grant.shared_by->grant.text(), grant.shared_by->person.text());
}

Task<std::vector<GrantId>> live_shares(Transaction& tx, WorkspaceId workspace, GrantId grant) {
  const Rows rows = co_await tx.execute(
      "SELECT access_grant FROM access_grants WHERE workspace = ?1 AND shared_by = ?2 AND closed_at IS NULL ORDER BY "
      "access_grant",
      workspace, grant);
  co_return rows.ids<GrantId>();
}

Task<std::vector<LockName>> revoke_grant_in(Transaction& tx, Context& context, WorkspaceId workspace, AccessGrant grant,
                                            std::string by) {
  const UnixSeconds now = context.now();
  co_await tell_of_end(tx, context, workspace, grant.id);
  auto locks = co_await close_grant(tx, context.keys, workspace, grant.id, by, now);
  co_await tx.execute("UPDATE access_grants SET revoked_at = ?3 WHERE workspace = ?1 AND access_grant = ?2", workspace,
                      grant.id, now);
  std::string detail = share_detail(grant);
  co_await append_grant_event(tx, context.keys, workspace, EventType::kGrantRevoked, grant.id, grant.person, by, now,
                              std::move(detail));
  const std::vector<GrantId> shares = co_await live_shares(tx, workspace, grant.id);
  for (const GrantId& id : shares) {
    const auto share = co_await read_access_grant(tx, workspace, id);
    if (!share) continue;
    const auto concerned = co_await revoke_grant_in(tx, context, workspace, *share, by);
    locks.insert(locks.end(), concerned.begin(), concerned.end());
  }
  co_return locks;
}

Task<std::vector<LockName>> end_shares_of_phone(Transaction& tx, Context& context, WorkspaceId workspace, PhoneId phone,
                                                std::string by) {
  const Rows rows = co_await tx.execute(
      "SELECT access_grant FROM access_grants WHERE workspace = ?1 AND shared_on = ?2 AND closed_at IS NULL ORDER BY "
      "access_grant",
      workspace, phone);
  std::vector<LockName> locks;
  for (const Row row : rows) {
    const auto share = co_await read_access_grant(tx, workspace, row.id<GrantId>(0));
    if (!share) continue;
    const auto concerned = co_await revoke_grant_in(tx, context, workspace, *share, by);
    locks.insert(locks.end(), concerned.begin(), concerned.end());
  }
  co_return locks;
}

Task<void> append_grant_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EventType type, GrantId grant,
                              PersonId person, std::string by, UnixSeconds now, std::string detail) {
  EventFacts facts;
  facts.type = type;
  facts.at = now;
  facts.by = std::move(by);
  facts.detail = std::move(detail);
  const EventSubject subject{person, grant, std::nullopt};
  co_await append_event(tx, keys, workspace, std::move(facts), subject, now);
}

Outcome<Done> check_window(UnixSeconds from, std::optional<UnixSeconds> to, UnixSeconds now) {
  if (!to) return Done{};
  if (*to <= from) {
    Problem problem = invalid("/to", "must be later than /from: the window would end before it starts");
    problem.code = "window_inverted";
    return problem;
  }
  if (*to <= now) return invalid("/to", "has passed already. Give an end in the future.");
  return Done{};
}

Task<Outcome<Done>> doors_exist(Transaction& tx, WorkspaceId workspace, std::vector<DoorId> doors) {
  for (const DoorId& door : doors) {
    const Rows rows = co_await tx.execute("SELECT 1 FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
    if (rows.empty()) co_return not_found("door", "There is no door " + door.text() + " in this workspace.");
  }
  co_return Done{};
}

Outcome<Done> check_doors(const std::vector<DoorId>& doors) {
  if (doors.empty()) return invalid("/door_ids", "must name at least one door");
  if (doors.size() > 100) return invalid("/door_ids", "must name at most 100 doors");
  std::vector<DoorId> sorted = doors;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return invalid("/door_ids", "names a door twice");
  return Done{};
}

Outcome<Done> check_sharing(const AccessGrant& grant) {
  for (const DoorId& door : grant.own_doors)
    if (std::ranges::find(grant.doors, door) == grant.doors.end())
      return invalid("/own_door_ids", "names a door that is none of the grant's");
  if (grant.may_share && grant.rules.count())
    return invalid("/may_share", "cannot be for a grant that counts openings: each key counts for itself");
  return Done{};
}

Task<void> store_own_doors(Transaction& tx, WorkspaceId workspace, GrantId grant, std::vector<DoorId> own_doors) {
  co_await tx.execute("UPDATE access_grant_doors SET own = 0 WHERE workspace = ?1 AND access_grant = ?2", workspace, grant);
  for (const DoorId& door : own_doors)
    co_await tx.execute("UPDATE access_grant_doors SET own = 1 WHERE workspace = ?1 AND access_grant = ?2 AND door = ?3",
                        workspace, grant, door);
}

Task<void> insert_grant(Transaction& tx, KeyStore& keys, WorkspaceId workspace, AccessGrant grant, std::string by) {
  std::optional<std::string> schedule;
  if (grant.rules.schedule) schedule = stored_text(*grant.rules.schedule);
  std::optional<GrantId> giver;
  std::optional<PhoneId> phone;
  if (grant.shared_by) giver = grant.shared_by->grant;
  if (grant.shared_by) phone = grant.shared_by->phone;
  co_await tx.execute(
      "INSERT INTO access_grants (workspace, access_grant, person, from_at, to_at, external_id, created_at, schedule, "
      "max_uses, expires_after_first_use_s, named_schedule, may_share, shared_by, shared_on) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
      "?7, "
      "?8, ?9, ?10, ?11, ?12, ?13, ?14)",
      workspace, grant.id, grant.person, grant.from, grant.to, grant.external_id, grant.created_at, schedule,
      grant.rules.max_uses, grant.rules.expires_after_first_use_s, grant.rules.named_schedule, grant.may_share, giver, phone);
  for (const DoorId& door : grant.doors)
    co_await tx.execute("INSERT INTO access_grant_doors (workspace, access_grant, door) VALUES (?1, ?2, ?3)", workspace,
                        grant.id, door);
  co_await store_own_doors(tx, workspace, grant.id, grant.own_doors);
  std::string detail = share_detail(grant);
  co_await append_grant_event(tx, keys, workspace, EventType::kGrantCreated, grant.id, grant.person, std::move(by),
                              grant.created_at, std::move(detail));
}

namespace {

Task<Outcome<AccessGrant>> read_seen(Transaction& tx, Viewer viewer, GrantId grant) {
  static const std::string sql =
      "SELECT " + std::string(grant_columns) + " FROM access_grants WHERE workspace = ?1 AND access_grant = ?2";
  const Rows rows = co_await tx.execute(sql, viewer.workspace, grant);
  if (rows.empty()) co_return not_found("grant");
  AccessGrant out = read_grant(rows.front());
  co_await read_doors(tx, viewer, out);
  co_return out;
}

}  // namespace

Task<Outcome<AccessGrant>> read_access_grant(Transaction& tx, WorkspaceId workspace, GrantId grant) {
  return read_seen(tx, Viewer::of_everything(workspace), grant);
}

Task<Outcome<Page<AccessGrant>>> list_access_grants(Context& context, Viewer viewer, GrantFilter filter, PageRequest page) {
  CARDEA_CO_ASSIGN(GrantId before, id_of_cursor<GrantId>(page));
  if (page.cursor.empty()) before.bytes.fill(0xff);
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<AccessGrant>>> {
    static const std::string sql =
        "SELECT " + std::string(grant_columns) +
        " FROM access_grants WHERE workspace = ?1 AND access_grant < ?2 AND (?3 IS NULL OR person = ?3) AND "
        "(?4 IS NULL OR EXISTS (SELECT 1 FROM access_grant_doors AS d WHERE d.workspace = ?1 AND "
        "d.access_grant = access_grants.access_grant AND d.door = ?4 AND " +
        door_is_within("d.door", 11) +
        ")) AND "
        "(?5 IS NULL OR EXISTS (SELECT 1 FROM access_grant_doors AS d JOIN doors ON doors.workspace = ?1 AND doors.door = "
        "d.door "
        "WHERE d.workspace = ?1 AND d.access_grant = access_grants.access_grant AND doors.site = ?5 AND " +
        door_is_within("d.door", 11) +
        ")) AND "
        "(?6 IS NULL OR external_id = ?6) AND (?10 IS NULL OR named_schedule = ?10) AND " +
        grant_is_within("access_grants.access_grant", 11) +
        " AND "
        // As state_at() has it.
        "(?7 IS NULL OR ?7 = CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN from_at > ?8 THEN 'upcoming' "
        "WHEN to_at <= ?8 THEN 'ended' ELSE 'active' END) ORDER BY access_grant DESC LIMIT ?9";
    const Rows rows =
        co_await tx.execute(sql, viewer.workspace, before, filter.person, filter.door, filter.site, filter.external_id,
                            filter.state, context.now(), page.limit + 1, filter.schedule, viewer.limit);
    std::vector<AccessGrant> items;
    for (const Row row : rows) {
      items.push_back(read_grant(row));
      co_await read_doors(tx, viewer, items.back());
    }
    co_return page_of(std::move(items), page, [](const AccessGrant& grant) { return grant.id; });
  });
}

Task<Outcome<AccessGrant>> find_access_grant(Context& context, Viewer viewer, GrantId grant) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_seen(tx, viewer, grant); });
}

Task<Outcome<AccessGrant>> create_access_grant(Context& context, Principal caller, AccessGrantCreate input) {
  CARDEA_CO_TRY(check_doors(input.doors));
  CARDEA_CO_TRY(check_window(input.from, input.to, context.now()));
  CARDEA_CO_TRY(check_rules(input.rules));
  if (input.external_id) CARDEA_CO_TRY(check_name(*input.external_id, "/external_id"));
  AccessGrant wanted{GrantId::make(),   input.person,  input.doors,  input.from, input.to,
                     input.external_id, context.now(), std::nullopt, input.rules};
  wanted.may_share = input.may_share;
  wanted.own_doors = input.own_doors;
  CARDEA_CO_TRY(check_sharing(wanted));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<AccessGrant>> {
    AccessGrant grant = wanted;
    CARDEA_CO_ASSIGN(const Person person, co_await read_person(tx, caller.workspace, grant.person));
    if (person.revoked_at)
      co_return conflict("person_revoked", "This person's access was ended. Add the person anew to let them in again.");
    CARDEA_CO_TRY(co_await doors_exist(tx, caller.workspace, grant.doors));
    if (const auto named = grant.rules.named_schedule) {
      CARDEA_CO_ASSIGN(const std::string times, co_await effective_schedule(tx, caller.workspace, *named));
      grant.rules.schedule = schedule_of_stored(times);
    }
    const Rows same = co_await tx.execute("SELECT access_grant FROM access_grants WHERE workspace = ?1 AND external_id = ?2",
                                          caller.workspace, grant.external_id);
    if (!same.empty())
      co_return already_exists(same.front().id<GrantId>(0).text(),
                               "An access grant with this external id exists. Use that one.");
    co_await insert_grant(tx, context.keys, caller.workspace, grant, caller.by());
    co_return co_await read_access_grant(tx, caller.workspace, grant.id);
  });
}

Task<Outcome<AccessGrant>> revoke_access_grant(Context& context, Principal caller, GrantId grant) {
  std::vector<LockName> locks;
  auto revoked = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<AccessGrant>> {
    locks.clear();
    CARDEA_CO_ASSIGN(AccessGrant now, co_await read_access_grant(tx, caller.workspace, grant));
    if (now.revoked_at) co_return now;
    const UnixSeconds time = context.now();
    locks = co_await revoke_grant_in(tx, context, caller.workspace, now, caller.by());
    now.revoked_at = time;
    co_return now;
  });
  if (revoked)
    for (const LockName& lock : locks) context.links.desired_changed(lock);
  co_return revoked;
}

Task<Outcome<Person>> revoke_person(Context& context, Principal caller, PersonId person) {
  std::vector<LockName> locks;
  auto revoked = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Person>> {
    locks.clear();
    CARDEA_CO_ASSIGN(Person now, co_await read_person(tx, caller.workspace, person));
    if (now.revoked_at) co_return now;
    now.revoked_at = context.now();
    co_await tx.execute("UPDATE persons SET revoked_at = ?3 WHERE workspace = ?1 AND person = ?2", caller.workspace, person,
                        now.revoked_at);
    const Rows grants = co_await tx.execute(
        "SELECT access_grant FROM access_grants WHERE workspace = ?1 AND person = ?2 AND revoked_at IS NULL ORDER BY "
        "access_grant",
        caller.workspace, person);
    for (const Row row : grants) {
      CARDEA_CO_ASSIGN(const AccessGrant grant, co_await read_access_grant(tx, caller.workspace, row.id<GrantId>(0)));
      const auto concerned = co_await revoke_grant_in(tx, context, caller.workspace, grant, caller.by());
      locks.insert(locks.end(), concerned.begin(), concerned.end());
    }
    co_await end_phones_of_person(tx, context, caller.workspace, person, caller.by());
    co_return now;
  });
  if (revoked)
    for (const LockName& lock : locks) context.links.desired_changed(lock);
  co_return revoked;
}

Task<std::vector<LockName>> close_ended_grants(Transaction& tx, KeyStore& keys, UnixSeconds now) {
  const Rows rows = co_await tx.execute(
      "SELECT workspace, access_grant FROM access_grants WHERE closed_at IS NULL AND to_at <= ?1 ORDER BY to_at LIMIT 1000",
      now);
  std::vector<LockName> locks;
  for (const Row row : rows) {
    const auto concerned = co_await close_grant(tx, keys, row.id<WorkspaceId>(0), row.id<GrantId>(1), "", now);
    locks.insert(locks.end(), concerned.begin(), concerned.end());
  }
  co_return locks;
}

}  // namespace cardea::server::usecases
