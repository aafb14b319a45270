// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/auth/scopes.hpp"
#include "server/json/json.hpp"
#include "server/usecases/internal/event_rows.hpp"
#include "server/usecases/internal/merged_rows.hpp"

namespace cardea::server::usecases {

namespace {

struct Body {
  std::optional<PersonId> person;
  std::optional<GrantId> grant;
  std::optional<CredentialId> credential;
};
BOOST_DESCRIBE_STRUCT(Body, (), (person, grant, credential))

Bytes<32> aad_of(WorkspaceId workspace, EventId event) {
  Bytes<32> aad{};
  std::copy(workspace.bytes.begin(), workspace.bytes.end(), aad.begin());
  std::copy(event.bytes.begin(), event.bytes.end(), aad.begin() + 16);
  return aad;
}

Task<Blob> person_key(Transaction& tx, WorkspaceId workspace, PersonId person) {
  const Rows rows =
      co_await tx.execute("SELECT key_sealed FROM persons WHERE workspace = ?1 AND person = ?2", workspace, person);
  if (rows.empty() || rows.front().is_null(0)) co_return Blob{};
  co_return rows.front().blob(0);
}

Task<Blob> sealed_body(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EventId id, EventSubject subject) {
  if (!subject.person) co_return Blob{};
  const Blob key = co_await person_key(tx, workspace, *subject.person);
  if (key.empty()) co_return Blob{};
  const std::string text = json::write(Body{subject.person, subject.grant, subject.credential});
  const ByteSpan plain{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  co_return must(keys.seal_for_person(workspace.bytes, subject.person->bytes, key, aad_of(workspace, id), plain));
}

Task<EventSubject> opened_subject(Transaction& tx, KeyStore& keys, WorkspaceId workspace, StoredEvent event,
                                  std::optional<PersonId> person) {
  if (!person || event.body.empty()) co_return EventSubject{};
  const Blob key = co_await person_key(tx, workspace, *person);
  if (key.empty()) co_return EventSubject{};
  const Blob plain = must(keys.open_for_person(workspace.bytes, person->bytes, key, aad_of(workspace, event.id), event.body));
  const auto body = json::read<Body>({reinterpret_cast<const char*>(plain.data()), plain.size()});
  if (!body) throw std::runtime_error("an event's body is not what was sealed");
  co_return EventSubject{body->person, body->grant, body->credential};
}

}  // namespace

Task<StoredEvent> read_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, Row row) {
  StoredEvent event;
  event.position = row.integer(0);
  event.id = row.id<EventId>(1);
  event.header = row.text(2);
  event.type = event_type_of(row.text(6));
  if (!row.is_null(3)) event.body = row.blob(3);
  std::copy(row.blob(4).begin(), row.blob(4).end(), event.leaf.begin());
  const auto person = row.maybe(5, &Row::id<PersonId>);
  event.subject = co_await opened_subject(tx, keys, workspace, event, person);
  co_return event;
}

std::string method_of_header(const std::string& header) {
  const auto parsed = json::parse(header);
  if (!parsed || !parsed->is_object()) return {};
  const json::Any* method = parsed->as_object().if_contains("method");
  return method != nullptr && method->is_string() ? std::string(method->as_string()) : std::string{};
}

Task<std::int64_t> append_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EventFacts facts, EventSubject subject,
                                UnixSeconds now, std::optional<audit::RecordBytes> record) {
  const Rows counted = co_await tx.execute(
      "UPDATE workspaces SET event_position = event_position + 1, event_recorded_at = max(event_recorded_at, ?2) "
      "WHERE workspace = ?1 RETURNING event_position, event_recorded_at",
      workspace, now);
  if (counted.empty()) throw std::logic_error("an event of no workspace");
  const EventPlace place{counted.front().integer(0), EventId::make(), counted.front().time(1), workspace};
  facts.trace = tx.trace();
  const std::string header = header_of(place, facts);
  const Blob body = co_await sealed_body(tx, keys, workspace, place.id, subject);
  const Digest leaf = leaf_of(header, body);
  const std::optional<ByteSpan> stored_body = body.empty() ? std::nullopt : std::optional<ByteSpan>(body);
  const std::optional<PersonId> person = body.empty() ? std::nullopt : subject.person;
  co_await tx.execute(
      "INSERT INTO events (workspace, position, event, type, at, recorded_at, door, lock, lock_seq, person, header, "
      "body_sealed, leaf, record, site, lock_life) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, CASE WHEN ?9 IS NULL THEN 0 ELSE "
      "coalesce((SELECT life FROM locks WHERE workspace = ?1 AND lock = ?8), 0) END)",
      workspace, place.position, place.id, name_of(facts.type), facts.at, place.recorded_at, facts.door, facts.lock, facts.seq,
      person, header, stored_body, leaf, record, facts.site);
  co_return place.position;
}

Task<std::int64_t> position_recorded_at(Transaction& tx, WorkspaceId workspace, UnixSeconds time) {
  const Rows counted = co_await tx.execute("SELECT event_position FROM workspaces WHERE workspace = ?1", workspace);
  std::int64_t low = 1;
  std::int64_t high = counted.empty() ? 1 : counted.front().integer(0) + 1;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const Rows rows =
        co_await tx.execute("SELECT recorded_at FROM events WHERE workspace = ?1 AND position = ?2", workspace, middle);
    if (!rows.empty() && rows.front().time(0) >= time)
      high = middle;
    else
      low = middle + 1;
  }
  co_return low;
}

namespace {

/// After which position and before which one the events are that `query` asks for.
struct Between {
  std::int64_t after = 0;
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
};

Task<Between> positions_of(Transaction& tx, WorkspaceId workspace, const EventQuery& query, std::int64_t start) {
  Between between;
  if (query.after)
    between.after = start;
  else
    between.before = start;
  if (query.from) between.after = std::max(between.after, co_await position_recorded_at(tx, workspace, *query.from) - 1);
  if (query.to) between.before = std::min(between.before, co_await position_recorded_at(tx, workspace, *query.to));
  co_return between;
}

}  // namespace

std::string_view event_page_sql(EventFilters filters, bool oldest_first) {
  static const auto all = [] {
    std::array<std::string, 64> out;
    for (unsigned i = 0; i < out.size(); ++i) {
      // "(?5 IS NULL OR door = ?5)" would keep every index out of it: each set of conditions is a statement of its own.
      out[i] = "SELECT " + std::string(event_columns) +
               " FROM events WHERE workspace = ?1 AND position > ?2 AND position < ?3" +
               ((i & 1) != 0 ? " AND door = ?5" : " AND ?5 IS NULL") + ((i & 2) != 0 ? " AND lock = ?6" : " AND ?6 IS NULL") +
               ((i & 4) != 0 ? " AND person = ?7" : " AND ?7 IS NULL") + ((i & 8) != 0 ? " AND type = ?8" : " AND ?8 IS NULL") +
               ((i & 16) != 0 ? " AND site = ?9" : " AND ?9 IS NULL") + " ORDER BY position " +
               ((i & 32) != 0 ? "ASC" : "DESC") + " LIMIT ?4";
    }
    return out;
  }();
  return all[(filters.door ? 1u : 0u) | (filters.lock ? 2u : 0u) | (filters.person ? 4u : 0u) | (filters.type ? 8u : 0u) |
             (filters.site ? 16u : 0u) | (oldest_first ? 32u : 0u)];
}

namespace {

Task<Rows> page_of_events(Transaction& tx, WorkspaceId workspace, Between between, EventQuery query) {
  const std::optional<std::string_view> type = query.type ? std::optional(name_of(*query.type)) : std::nullopt;
  const EventFilters filters{query.door.has_value(), query.lock.has_value(), query.person.has_value(), type.has_value(),
                             query.site.has_value()};
  co_return co_await tx.execute(event_page_sql(filters, query.after.has_value()), workspace, between.after, between.before,
                                query.page.limit + 1, query.door, query.lock, query.person, type, query.site);
}

/// What is asked for, or the part of it at each place of the viewer's.
Task<MergedRows> rows_of(Transaction& tx, Viewer viewer, Between between, EventQuery query) {
  MergedRows out;
  if (!viewer.limit) {
    out.add(co_await page_of_events(tx, viewer.workspace, between, query));
    co_return out;
  }
  const Scope scope = co_await read_scope(tx, viewer.workspace, *viewer.limit);
  for (const SiteId& site : scope.sites) {
    if (query.site && *query.site != site) continue;
    EventQuery there = query;
    there.site = site;
    out.add(co_await page_of_events(tx, viewer.workspace, between, std::move(there)));
  }
  const auto doors = co_await doors_apart(tx, viewer.workspace, *viewer.limit);
  for (const DoorId& door : doors) {
    if (query.door && *query.door != door) continue;
    EventQuery there = query;
    there.door = door;
    out.add(co_await page_of_events(tx, viewer.workspace, between, std::move(there)));
  }
  co_return out;
}

}  // namespace

Task<Outcome<Page<StoredEvent>>> list_events(Context& context, Viewer viewer, EventQuery query) {
  std::int64_t start = query.after ? *query.after : std::numeric_limits<std::int64_t>::max();
  if (!query.page.cursor.empty()) {
    const auto& text = query.page.cursor;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), start);
    if (error != std::errc{} || end != text.data() + text.size() || start < 0) co_return bad_cursor();
  }
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<StoredEvent>>> {
    const Between between = co_await positions_of(tx, viewer.workspace, query, start);
    const MergedRows found = co_await rows_of(tx, viewer, between, query);
    const bool oldest_first = query.after.has_value();
    const auto rows = found.sorted([oldest_first](const Row& a, const Row& b) {
      return oldest_first ? a.integer(0) < b.integer(0) : a.integer(0) > b.integer(0);
    });
    Page<StoredEvent> page;
    for (const Row& row : rows) {
      if (page.items.size() == query.page.limit) {
        page.next = std::to_string(page.items.back().position);
        break;
      }
      page.items.push_back(co_await read_event(tx, context.keys, viewer.workspace, row));
    }
    co_return page;
  });
}

Task<Outcome<std::int64_t>> newest_position(Context& context, WorkspaceId workspace) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::int64_t>> {
    const Rows rows = co_await tx.execute("SELECT event_position FROM workspaces WHERE workspace = ?1", workspace);
    co_return rows.empty() ? 0 : rows.front().integer(0);
  });
}

Task<Outcome<StoredEvent>> find_event(Context& context, WorkspaceId workspace, EventId id) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<StoredEvent>> {
    static const std::string select =
        "SELECT " + std::string(event_columns) + " FROM events WHERE workspace = ?1 AND event = ?2";
    const Rows rows = co_await tx.execute(select, workspace, id);
    if (rows.empty()) co_return not_found("event");
    co_return co_await read_event(tx, context.keys, workspace, rows.front());
  });
}

}  // namespace cardea::server::usecases
