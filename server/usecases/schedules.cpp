// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/schedules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/grant_invitations.hpp"
#include "server/usecases/grant_rules_json.hpp"
#include "server/usecases/lock_row.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::size_t named_users_max = 5;  ///< that a refusal names

Task<void> append_plain(Transaction& tx, KeyStore& keys, Principal caller, EventType type, std::string detail,
                        UnixSeconds now) {
  EventFacts facts;
  facts.type = type;
  facts.at = now;
  facts.by = caller.by();
  facts.detail = std::move(detail);
  co_await append_event(tx, keys, caller.workspace, std::move(facts), {}, now);
}

std::string detail_of(ScheduleId schedule) { return fmt::format(R"({{"schedule":"{}"}})", schedule.text()); }
std::string detail_of(CalendarId calendar) { return fmt::format(R"({{"calendar":"{}"}})", calendar.text()); }

/// What the locks are to hear of, without repetition.
using LockSet = std::vector<LockName>;

void tell(Context& context, const LockSet& locks) {
  for (const LockName& lock : locks) context.links.desired_changed(lock);
}

// --- Calendars: rows ---

constexpr std::string_view calendar_columns = "calendar, name, dates, created_at, changed_at";

Calendar read_calendar(Row row) {
  return {row.id<CalendarId>(0), row.text(1), json::read<std::vector<std::string>>(row.text(2)).value(), row.time(3),
          row.time(4)};
}

Task<Outcome<Calendar>> read_calendar(Transaction& tx, WorkspaceId workspace, CalendarId calendar) {
  static const std::string sql =
      "SELECT " + std::string(calendar_columns) + " FROM calendars WHERE workspace = ?1 AND calendar = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, calendar);
  if (rows.empty()) co_return not_found("calendar");
  co_return read_calendar(rows.front());
}

Outcome<Done> check_dates(const std::vector<std::string>& dates) {
  if (dates.empty()) return invalid("/dates", "must name at least one date");
  if (dates.size() > schedule_date_count_max) return invalid("/dates", "has more than 200 dates");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < dates.size(); ++i) {
    if (!parse_date(dates[i])) return invalid(fmt::format("/dates/{}", i), "is not a date between 2000-01-01 and 2099-12-31");
    if (!seen.insert(dates[i]).second) return invalid(fmt::format("/dates/{}", i), "is there twice");
  }
  return Done{};
}

// --- Schedules: rows ---

constexpr std::string_view schedule_columns = "schedule, name, times, created_at, changed_at";

NamedSchedule read_schedule(Row row) {
  NamedSchedule out;
  out.id = row.id<ScheduleId>(0);
  out.name = row.text(1);
  out.times = schedule_of_stored(row.text(2));
  out.created_at = row.time(3);
  out.changed_at = row.time(4);
  return out;
}

/// The locks that hold slots of a schedule's grants; `on_lock` of each.
constexpr std::string_view lock_select =
    "SELECT l.lock, l.door, l.applied_version >= MAX(COALESCE(sl.version, 0), MIN(c.since_version)), l.seen_at FROM "
    "access_grants "
    "AS g JOIN credentials AS c ON c.workspace = g.workspace AND c.access_grant = g.access_grant AND c.slot IS NOT NULL AND "
    "c.revoked_at IS NULL AND c.ended_at IS NULL JOIN locks AS l ON l.workspace = c.workspace AND l.lock = c.lock LEFT JOIN "
    "schedule_locks AS sl ON sl.workspace = g.workspace AND sl.schedule = g.named_schedule AND sl.lock = l.lock WHERE "
    "g.workspace = ?1 AND g.named_schedule = ?2 ";

ScheduleAtLock read_at_lock(Row row) {
  return {row.id<LockRef>(0), row.id<DoorId>(1), row.boolean(2), row.maybe(3, &Row::time)};
}

/// Calendars, and what follows the schedule.
Task<void> complete(Transaction& tx, Viewer viewer, NamedSchedule& schedule) {
  const Rows calendars =
      co_await tx.execute("SELECT calendar FROM schedule_calendars WHERE workspace = ?1 AND schedule = ?2 ORDER BY calendar",
                          viewer.workspace, schedule.id);
  for (const Row row : calendars) schedule.calendars.push_back(row.id<CalendarId>(0));
  static const std::string count =
      "SELECT COUNT(*) FROM access_grants WHERE workspace = ?1 AND named_schedule = ?2 AND "
      "closed_at IS NULL AND " +
      grant_is_within("access_grants.access_grant", 3);
  const Rows grants = co_await tx.execute(count, viewer.workspace, schedule.id, viewer.limit);
  schedule.grants = static_cast<std::uint32_t>(grants.front().integer(0));
  static const std::string sql = std::string(lock_select) + "AND " + door_is_within("l.door", 3) + " GROUP BY l.lock";
  const Rows locks = co_await tx.execute(sql, viewer.workspace, schedule.id, viewer.limit);
  for (const Row row : locks) {
    ++schedule.locks;
    if (!row.boolean(2)) ++schedule.locks_waiting;
  }
}

Task<Outcome<NamedSchedule>> read_schedule(Transaction& tx, Viewer viewer, ScheduleId schedule) {
  static const std::string sql =
      "SELECT " + std::string(schedule_columns) + " FROM schedules WHERE workspace = ?1 AND schedule = ?2";
  const Rows rows = co_await tx.execute(sql, viewer.workspace, schedule);
  if (rows.empty()) co_return not_found("schedule");
  NamedSchedule out = read_schedule(rows.front());
  co_await complete(tx, viewer, out);
  co_return out;
}

Outcome<Done> check_calendars(const std::vector<CalendarId>& calendars) {
  if (calendars.size() > schedule_calendar_count_max) return invalid("/calendar_ids", "names more than 4 calendars");
  if (std::set(calendars.begin(), calendars.end()).size() != calendars.size())
    return invalid("/calendar_ids", "names a calendar twice");
  return Done{};
}

Outcome<Done> check_times(const ScheduleText& times) {
  GrantRules rules;
  rules.schedule = times;
  return check_rules(rules);
}

/// The schedule's own times with the dates of its calendars as holidays.
Task<Outcome<std::string>> merged(Transaction& tx, WorkspaceId workspace, ScheduleText times,
                                  std::vector<CalendarId> calendars) {
  const auto own = times.holidays.value_or(std::vector<std::string>{});
  std::set<std::string> dates(own.begin(), own.end());
  for (const CalendarId& id : calendars) {
    CARDEA_CO_ASSIGN(const Calendar calendar, co_await read_calendar(tx, workspace, id));
    dates.insert(calendar.dates.begin(), calendar.dates.end());
  }
  if (dates.size() > schedule_date_count_max)
    co_return invalid("/calendar_ids", "have with the schedule's own holidays more than 200 dates. Take past years out.");
  times.holidays.emplace(dates.begin(), dates.end());
  co_return stored_text(times);
}

/// Gives the schedule's grants its new form, and their locks a version that brings it.
Task<Outcome<LockSet>> redeliver(Transaction& tx, WorkspaceId workspace, ScheduleId schedule, std::string effective) {
  co_await tx.execute("UPDATE access_grants SET schedule = ?3 WHERE workspace = ?1 AND named_schedule = ?2", workspace,
                      schedule, effective);
  static const std::string sql = std::string(lock_select) + "GROUP BY l.lock";
  const Rows rows = co_await tx.execute(sql, workspace, schedule);
  LockSet locks;
  for (const Row row : rows) {
    const ScheduleAtLock at = read_at_lock(row);
    if (co_await schedules_are_full(tx, workspace, at.lock, effective))
      co_return conflict(
          "schedules_full",
          "The lock of door " + at.door.text() +
              " would hold a ninth schedule by this: others there say today what this one said. Let them follow this "
              "schedule too (schedule_id), or end one. Nothing was changed.");
    const std::uint32_t version = co_await next_desired_version(tx, workspace, at.lock);
    co_await tx.execute(
        "INSERT INTO schedule_locks (workspace, schedule, lock, version) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (workspace, "
        "schedule, lock) DO UPDATE SET version = excluded.version",
        workspace, schedule, at.lock, version);
    locks.push_back(lock_name(workspace, at.lock));
  }
  co_return locks;
}

/// Stores what the schedule now comes to with its calendars; when that is new, redelivers it and writes to those it is for.
Task<Outcome<LockSet>> settle(Transaction& tx, Context& context, WorkspaceId workspace, NamedSchedule schedule) {
  CARDEA_CO_ASSIGN(const std::string effective, co_await merged(tx, workspace, schedule.times, schedule.calendars));
  CARDEA_CO_ASSIGN(const std::string before, co_await effective_schedule(tx, workspace, schedule.id));
  const std::string times = stored_text(schedule.times);
  co_await tx.execute(
      "UPDATE schedules SET name = ?3, times = ?4, effective = ?5, changed_at = ?6 WHERE workspace = ?1 AND schedule = ?2",
      workspace, schedule.id, schedule.name, times, effective, context.now());
  if (effective == before) co_return LockSet{};
  CARDEA_CO_ASSIGN(LockSet locks, co_await redeliver(tx, workspace, schedule.id, effective));
  co_await tell_of_schedule(tx, context, workspace, schedule.id);
  co_return locks;
}

Task<void> set_calendars(Transaction& tx, WorkspaceId workspace, ScheduleId schedule, std::vector<CalendarId> calendars) {
  co_await tx.execute("DELETE FROM schedule_calendars WHERE workspace = ?1 AND schedule = ?2", workspace, schedule);
  for (const CalendarId& calendar : calendars)
    co_await tx.execute("INSERT INTO schedule_calendars (workspace, schedule, calendar) VALUES (?1, ?2, ?3)", workspace,
                        schedule, calendar);
}

Task<Outcome<Done>> schedule_name_is_free(Transaction& tx, WorkspaceId workspace, std::string name, ScheduleId self) {
  const Rows rows = co_await tx.execute("SELECT schedule FROM schedules WHERE workspace = ?1 AND name = ?2 AND schedule <> ?3",
                                        workspace, name, self);
  if (rows.empty()) co_return Done{};
  co_return already_exists(rows.front().id<ScheduleId>(0).text(),
                           "A schedule with this name exists. Choose another name, or use that one.");
}

Task<Outcome<Done>> calendar_name_is_free(Transaction& tx, WorkspaceId workspace, std::string name, CalendarId self) {
  const Rows rows = co_await tx.execute("SELECT calendar FROM calendars WHERE workspace = ?1 AND name = ?2 AND calendar <> ?3",
                                        workspace, name, self);
  if (rows.empty()) co_return Done{};
  co_return already_exists(rows.front().id<CalendarId>(0).text(),
                           "A calendar with this name exists. Choose another name, or use that one.");
}

/// "A, B and 3 more".
std::string named(const Rows& rows, std::size_t column) {
  std::string out;
  std::size_t count = 0;
  for (const Row row : rows) {
    if (count++ == named_users_max) break;
    out += (out.empty() ? "" : ", ") + row.text(column);
  }
  if (rows.size() > named_users_max) out += fmt::format(" and {} more", rows.size() - named_users_max);
  return out;
}

}  // namespace

Task<Outcome<std::string>> effective_schedule(Transaction& tx, WorkspaceId workspace, ScheduleId schedule) {
  const Rows rows =
      co_await tx.execute("SELECT effective FROM schedules WHERE workspace = ?1 AND schedule = ?2", workspace, schedule);
  if (rows.empty()) co_return not_found("schedule");
  co_return rows.front().text(0);
}

// --- Calendars ---

Task<Outcome<Page<Calendar>>> list_calendars(Context& context, WorkspaceId workspace, PageRequest page) {
  CARDEA_CO_ASSIGN(const CalendarId after, id_of_cursor<CalendarId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<Calendar>>> {
    static const std::string sql = "SELECT " + std::string(calendar_columns) +
                                   " FROM calendars WHERE workspace = ?1 AND calendar > ?2 ORDER BY calendar LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, workspace, after, page.limit + 1);
    std::vector<Calendar> items;
    for (const Row row : rows) items.push_back(read_calendar(row));
    co_return page_of(std::move(items), page, [](const Calendar& calendar) { return calendar.id; });
  });
}

Task<Outcome<Calendar>> find_calendar(Context& context, WorkspaceId workspace, CalendarId calendar) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_calendar(tx, workspace, calendar); });
}

Task<Outcome<Calendar>> create_calendar(Context& context, Principal caller, std::string name, std::vector<std::string> dates) {
  CARDEA_CO_TRY(check_name(name, "/name"));
  CARDEA_CO_TRY(check_dates(dates));
  std::sort(dates.begin(), dates.end());
  const UnixSeconds now = context.now();
  const Calendar calendar{CalendarId::make(), std::move(name), std::move(dates), now, now};
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Calendar>> {
    CARDEA_CO_TRY(co_await calendar_name_is_free(tx, caller.workspace, calendar.name, calendar.id));
    const std::string text = json::write(calendar.dates);
    co_await tx.execute(
        "INSERT INTO calendars (workspace, calendar, name, dates, created_at, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        caller.workspace, calendar.id, calendar.name, text, now);
    co_await append_plain(tx, context.keys, caller, EventType::kCalendarCreated, detail_of(calendar.id), now);
    co_return calendar;
  });
}

namespace {

Task<Outcome<LockSet>> change_calendar_in(Transaction& tx, Context& context, Principal caller, Calendar calendar) {
  const UnixSeconds now = context.now();
  CARDEA_CO_TRY(co_await calendar_name_is_free(tx, caller.workspace, calendar.name, calendar.id));
  const std::string text = json::write(calendar.dates);
  co_await tx.execute("UPDATE calendars SET name = ?3, dates = ?4, changed_at = ?5 WHERE workspace = ?1 AND calendar = ?2",
                      caller.workspace, calendar.id, calendar.name, text, now);
  const Rows followers =
      co_await tx.execute("SELECT schedule FROM schedule_calendars WHERE workspace = ?1 AND calendar = ?2 ORDER BY schedule",
                          caller.workspace, calendar.id);
  LockSet locks;
  for (const Row row : followers) {
    CARDEA_CO_ASSIGN(const NamedSchedule schedule, co_await read_schedule(tx, caller, row.id<ScheduleId>(0)));
    CARDEA_CO_ASSIGN(const LockSet concerned, co_await settle(tx, context, caller.workspace, schedule));
    locks.insert(locks.end(), concerned.begin(), concerned.end());
  }
  co_await append_plain(tx, context.keys, caller, EventType::kCalendarChanged, detail_of(calendar.id), now);
  co_return locks;
}

}  // namespace

Task<Outcome<Calendar>> change_calendar(Context& context, Principal caller, CalendarId calendar, CalendarChange change) {
  if (change.name) CARDEA_CO_TRY(check_name(*change.name, "/name"));
  if (change.dates) CARDEA_CO_TRY(check_dates(*change.dates));
  LockSet locks;
  auto changed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Calendar>> {
    CARDEA_CO_ASSIGN(Calendar now, co_await read_calendar(tx, caller.workspace, calendar));
    if (change.name) now.name = *change.name;
    if (change.dates) now.dates = *change.dates;
    std::sort(now.dates.begin(), now.dates.end());
    CARDEA_CO_ASSIGN(locks, co_await change_calendar_in(tx, context, caller, now));
    co_return co_await read_calendar(tx, caller.workspace, calendar);
  });
  if (changed) tell(context, locks);
  co_return changed;
}

Task<Outcome<Done>> delete_calendar(Context& context, Principal caller, CalendarId calendar) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_TRY(co_await read_calendar(tx, caller.workspace, calendar));
    const Rows followers = co_await tx.execute(
        "SELECT s.name FROM schedule_calendars AS c JOIN schedules AS s ON s.workspace = c.workspace AND s.schedule = "
        "c.schedule "
        "WHERE c.workspace = ?1 AND c.calendar = ?2 ORDER BY s.name",
        caller.workspace, calendar);
    if (!followers.empty())
      co_return conflict("calendar_in_use", "These schedules follow the calendar: " + named(followers, 0) +
                                                ". Take it out of their calendar_ids first.");
    co_await tx.execute("DELETE FROM calendars WHERE workspace = ?1 AND calendar = ?2", caller.workspace, calendar);
    co_await append_plain(tx, context.keys, caller, EventType::kCalendarDeleted, detail_of(calendar), context.now());
    co_return Done{};
  });
}

// --- Schedules ---

Task<Outcome<Page<NamedSchedule>>> list_schedules(Context& context, Viewer viewer, PageRequest page) {
  CARDEA_CO_ASSIGN(const ScheduleId after, id_of_cursor<ScheduleId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<NamedSchedule>>> {
    static const std::string sql = "SELECT " + std::string(schedule_columns) +
                                   " FROM schedules WHERE workspace = ?1 AND schedule > ?2 ORDER BY schedule LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, after, page.limit + 1);
    std::vector<NamedSchedule> items;
    for (const Row row : rows) {
      items.push_back(read_schedule(row));
      co_await complete(tx, viewer, items.back());
    }
    co_return page_of(std::move(items), page, [](const NamedSchedule& schedule) { return schedule.id; });
  });
}

Task<Outcome<NamedSchedule>> find_schedule(Context& context, Viewer viewer, ScheduleId schedule) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_schedule(tx, viewer, schedule); });
}

Task<Outcome<NamedSchedule>> create_schedule(Context& context, Principal caller, ScheduleCreate create) {
  CARDEA_CO_TRY(check_name(create.name, "/name"));
  CARDEA_CO_TRY(check_times(create.times));
  CARDEA_CO_TRY(check_calendars(create.calendars));
  const ScheduleId id = ScheduleId::make();
  const UnixSeconds now = context.now();
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<NamedSchedule>> {
    CARDEA_CO_TRY(co_await schedule_name_is_free(tx, caller.workspace, create.name, id));
    CARDEA_CO_ASSIGN(const std::string effective, co_await merged(tx, caller.workspace, create.times, create.calendars));
    const std::string times = stored_text(create.times);
    co_await tx.execute(
        "INSERT INTO schedules (workspace, schedule, name, times, effective, created_at, changed_at) VALUES (?1, ?2, ?3, ?4, "
        "?5, "
        "?6, ?6)",
        caller.workspace, id, create.name, times, effective, now);
    co_await set_calendars(tx, caller.workspace, id, create.calendars);
    co_await append_plain(tx, context.keys, caller, EventType::kScheduleCreated, detail_of(id), now);
    co_return co_await read_schedule(tx, caller, id);
  });
}

Task<Outcome<NamedSchedule>> change_schedule(Context& context, Principal caller, ScheduleId schedule, ScheduleChange change) {
  if (change.name) CARDEA_CO_TRY(check_name(*change.name, "/name"));
  if (change.times) CARDEA_CO_TRY(check_times(*change.times));
  if (change.calendars) CARDEA_CO_TRY(check_calendars(*change.calendars));
  LockSet locks;
  auto changed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<NamedSchedule>> {
    CARDEA_CO_ASSIGN(NamedSchedule now, co_await read_schedule(tx, caller, schedule));
    if (change.name) now.name = *change.name;
    if (change.times) now.times = *change.times;
    if (change.calendars) now.calendars = *change.calendars;
    CARDEA_CO_TRY(co_await schedule_name_is_free(tx, caller.workspace, now.name, schedule));
    CARDEA_CO_ASSIGN(locks, co_await settle(tx, context, caller.workspace, now));
    co_await set_calendars(tx, caller.workspace, schedule, now.calendars);
    co_await append_plain(tx, context.keys, caller, EventType::kScheduleChanged, detail_of(schedule), context.now());
    co_return co_await read_schedule(tx, caller, schedule);
  });
  if (changed) tell(context, locks);
  co_return changed;
}

Task<Outcome<Done>> delete_schedule(Context& context, Principal caller, ScheduleId schedule) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_TRY(co_await effective_schedule(tx, caller.workspace, schedule));
    const Rows followers = co_await tx.execute(
        "SELECT p.name FROM access_grants AS g JOIN persons AS p ON p.workspace = g.workspace AND p.person = g.person WHERE "
        "g.workspace = ?1 AND g.named_schedule = ?2 AND g.closed_at IS NULL ORDER BY p.name",
        caller.workspace, schedule);
    if (!followers.empty())
      co_return conflict("schedule_in_use",
                         fmt::format("{} access grants follow this schedule: those of {}. End them first; GET "
                                     "/v1/access-grants?schedule_id={} lists them.",
                                     followers.size(), named(followers, 0), schedule.text()));
    // Grants that are over keep the times that they had.
    co_await tx.execute("UPDATE access_grants SET named_schedule = NULL WHERE workspace = ?1 AND named_schedule = ?2",
                        caller.workspace, schedule);
    co_await tx.execute("DELETE FROM schedule_locks WHERE workspace = ?1 AND schedule = ?2", caller.workspace, schedule);
    co_await tx.execute("DELETE FROM schedule_calendars WHERE workspace = ?1 AND schedule = ?2", caller.workspace, schedule);
    co_await tx.execute("DELETE FROM schedules WHERE workspace = ?1 AND schedule = ?2", caller.workspace, schedule);
    co_await append_plain(tx, context.keys, caller, EventType::kScheduleDeleted, detail_of(schedule), context.now());
    co_return Done{};
  });
}

Task<Outcome<Page<ScheduleAtLock>>> list_schedule_locks(Context& context, Viewer viewer, ScheduleId schedule,
                                                        PageRequest page) {
  CARDEA_CO_ASSIGN(const LockRef after, id_of_cursor<LockRef>(page));
  // The zero id sorts before all but is an id that a lock may have.
  const std::int64_t from_start = page.cursor.empty();
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<ScheduleAtLock>>> {
    CARDEA_CO_TRY(co_await effective_schedule(tx, viewer.workspace, schedule));
    static const std::string sql = std::string(lock_select) + "AND (l.lock > ?3 OR ?4) AND " + door_is_within("l.door", 6) +
                                   " GROUP BY l.lock ORDER BY l.lock LIMIT ?5";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, schedule, after, from_start, page.limit + 1, viewer.limit);
    std::vector<ScheduleAtLock> items;
    for (const Row row : rows) items.push_back(read_at_lock(row));
    co_return page_of(std::move(items), page, [](const ScheduleAtLock& at) { return at.lock; });
  });
}

}  // namespace cardea::server::usecases
