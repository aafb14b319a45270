// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "server/usecases/internal/event_rows.hpp"
#include "server/usecases/internal/phone_orders.hpp"
#include "server/usecases/phone_events.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::int64_t entries_max = 50;

/// A door that the phone's person may ask about, and since when.
struct Watched {
  DoorId door;
  std::string name;
  UnixSeconds since;
  bool is_own = false;
};

/// PH20: what happened before somebody's grant began is another's.
Task<std::vector<Watched>> watched_doors(Transaction& tx, PhoneRow row, UnixSeconds now) {
  const Rows rows = co_await tx.execute(
      "SELECT d.door, doors.name, g.from_at, d.own FROM phone_grants p JOIN access_grants g ON g.workspace = p.workspace AND "
      "g.access_grant = p.access_grant JOIN access_grant_doors d ON d.workspace = p.workspace AND d.access_grant = "
      "p.access_grant "
      "JOIN doors ON doors.workspace = d.workspace AND doors.door = d.door WHERE p.workspace = ?1 AND p.phone = ?2 AND "
      "g.closed_at IS NULL AND g.from_at <= ?3 AND (g.to_at IS NULL OR g.to_at > ?3) ORDER BY d.door, p.access_grant",
      row.workspace, row.phone.id, now);
  std::vector<Watched> out;
  for (const Row found : rows) out.push_back({found.id<DoorId>(0), found.text(1), found.time(2), found.boolean(3)});
  co_return out;
}

Task<Rows> rows_at(Transaction& tx, PhoneRow row, Watched watched, std::int64_t before) {
  static const std::string of_everybody =
      "SELECT " + std::string(event_columns) +
      ", at, recorded_at, lock FROM events WHERE workspace = ?1 AND door = ?2 AND position < ?3 "
      "AND position >= ?4 AND type = 'access.granted' AND at >= ?5 ORDER BY position DESC LIMIT "
      "?6";
  static const std::string of_one =
      "SELECT " + std::string(event_columns) +
      ", at, recorded_at, lock FROM events WHERE workspace = ?1 AND person = ?7 AND door = ?2 AND "
      "position < ?3 AND position >= ?4 AND type = 'access.granted' AND at >= ?5 ORDER BY position "
      "DESC LIMIT ?6";
  const std::int64_t first = co_await position_recorded_at(tx, row.workspace, watched.since);
  if (watched.is_own)
    co_return co_await tx.execute(of_everybody, row.workspace, watched.door, before, first, watched.since, entries_max + 1);
  co_return co_await tx.execute(of_one, row.workspace, watched.door, before, first, watched.since, entries_max + 1,
                                row.phone.person);
}

/// Whoever asked for an opening from afar: its record names a command, and nobody.
Task<std::optional<PersonId>> who_asked(Transaction& tx, Context& context, WorkspaceId workspace, LockRef lock,
                                        std::int64_t position) {
  static const std::string sql = "SELECT " + std::string(event_columns) +
                                 " FROM events WHERE workspace = ?1 AND lock = ?2 AND position < ?3 AND type = 'command.asked' "
                                 "ORDER BY position DESC LIMIT 1";
  const Rows rows = co_await tx.execute(sql, workspace, lock, position);
  if (rows.empty()) co_return std::nullopt;
  const StoredEvent asked = co_await read_event(tx, context.keys, workspace, rows.front());
  co_return asked.subject.person;
}

Task<Entry> entry_of(Transaction& tx, Context& context, PhoneRow row, Watched watched, Row found) {
  const StoredEvent event = co_await read_event(tx, context.keys, row.workspace, found);
  Entry out;
  out.id = event.id;
  out.position = event.position;
  out.door = watched.door;
  out.door_name = watched.name;
  out.at = found.time(event_column_count);
  out.recorded_at = found.time(event_column_count + 1);
  out.method = method_of_header(event.header);
  auto person = event.subject.person;
  if (!person && out.method == "platform")
    person = co_await who_asked(tx, context, row.workspace, found.id<LockRef>(event_column_count + 2), event.position);
  if (!person) co_return out;
  out.is_mine = *person == row.phone.person;
  const auto who = co_await read_person(tx, row.workspace, *person);
  if (who) out.person = who->name;
  co_return out;
}

Task<Outcome<Entries>> entries_in(Transaction& tx, Context& context, PhoneRow row, EntryQuery query) {
  const std::vector<Watched> doors = co_await watched_doors(tx, row, context.now());
  if (query.door && std::ranges::none_of(doors, [&](const Watched& one) { return one.door == *query.door; }))
    co_return not_found("door", "None of this phone's keys opens that door now.");
  std::map<std::int64_t, Entry, std::greater<>> found;
  for (const Watched& watched : doors) {
    if (query.door && watched.door != *query.door) continue;
    const Rows rows = co_await rows_at(tx, row, watched, query.before.value_or(std::numeric_limits<std::int64_t>::max()));
    for (const Row one : rows)
      if (!found.contains(one.integer(0))) found.emplace(one.integer(0), co_await entry_of(tx, context, row, watched, one));
  }
  Entries out;
  for (auto& [position, entry] : found) {
    if (static_cast<std::int64_t>(out.items.size()) == entries_max) {
      out.next = out.items.back().position;
      break;
    }
    out.items.push_back(std::move(entry));
  }
  co_return out;
}

}  // namespace

Task<Outcome<Entries>> phone_entries(Context& context, PhoneOrder order, EntryQuery query) {
  const auto answer = [&](Transaction& tx, PhoneRow row) { return entries_in(tx, context, std::move(row), query); };
  co_return co_await answer_order<Entries>(context, std::move(order), answer);
}

}  // namespace cardea::server::usecases
