// SPDX-License-Identifier: Apache-2.0
// Reading credentials: one row and what its lock and grant say beside it.
#include "server/usecases/internal/credential_rows.hpp"

#include <array>

#include "server/auth/scopes.hpp"
#include "server/usecases/internal/merged_rows.hpp"

namespace cardea::server::usecases {

namespace {

template <class T>
std::optional<T> maybe_integer(Row row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<T>(row.integer(column));
}

/// From use_count on.
CredentialUses read_uses(Row row, std::size_t column) {
  CredentialUses out;
  out.count = static_cast<std::uint32_t>(row.integer(column));
  out.first_at = row.maybe(column + 1, &Row::time);
  if (!row.is_null(column + 2)) out.max = static_cast<std::uint16_t>(row.integer(column + 2));
  if (out.first_at && !row.is_null(column + 3))
    out.ends_at = UnixSeconds{out.first_at->value + static_cast<std::uint64_t>(row.integer(column + 3))};
  out.as_of = row.maybe(column + 5, &Row::time);
  if (!row.is_null(column + 6)) {
    const auto status = link::decode_status(row.blob(column + 6));
    if (!status) throw std::runtime_error("a stored status message does not read");
    const auto expected = static_cast<std::uint32_t>(row.integer(column + 7));
    out.records_missing = status->last_seq >= expected ? status->last_seq - expected + 1 : 0;
  }
  return out;
}

}  // namespace

const std::string& credential_select() {
  // CROSS JOIN: SQLite keeps the order then, and begins with the credentials.
  static const std::string sql =
      "SELECT c.credential, c.access_grant, c.person, c.door, c.lock, c.kind, c.slot, c.generation, c.code_epoch, "
      "c.code_digits, "
      "c.code_number, c.external_id, c.since_version, c.issued_at, c.revoked_at, c.ended_at, g.to_at, l.class, "
      "l.applied_version, "
      "l.schedule_until, l.settings, c.ends_at_lock, c.use_count, c.first_used_at, g.max_uses, g.expires_after_first_use_s, "
      "c.pin_chosen, l.seen_at, l.status, l.next_seq, c.phone, c.phone_keys_until, c.pin_version, c.pin_changed_at, c.duress, "
      "c.rule_version, c.rule_ends_before, c.rule_first_use_before_s FROM "
      "credentials AS c CROSS JOIN locks AS l "
      "ON "
      "l.workspace = c.workspace AND "
      "l.lock = c.lock "
      "LEFT JOIN access_grants AS g ON g.workspace = c.workspace AND g.access_grant = c.access_grant WHERE c.workspace = ?1 ";
  return sql;
}

Credential read_credential(Row row) {
  Credential out;
  out.id = row.id<CredentialId>(0);
  out.grant = row.maybe(1, &Row::id<GrantId>);
  out.person = row.maybe(2, &Row::id<PersonId>);
  out.door = row.id<DoorId>(3);
  out.lock = row.id<LockRef>(4);
  out.type = credential_type_of(row.text(5)).value();
  if (!row.is_null(6))
    out.slot = SlotGeneration{static_cast<std::uint8_t>(row.integer(6)), static_cast<std::uint16_t>(row.integer(7))};
  if (!row.is_null(10)) {
    out.code_epoch = static_cast<std::uint16_t>(row.integer(8));
    out.code_digits = static_cast<std::uint8_t>(row.integer(9));
    out.descriptor = descriptor_of_stored(static_cast<std::uint64_t>(row.integer(10)));
    if (has_window(out.descriptor->family)) out.window = interval_of(*out.descriptor);
  }
  out.external_id = row.maybe(11, &Row::text);
  out.created_at = row.time(13);
  out.revoked_at = row.maybe(14, &Row::time);
  out.ended_at = row.maybe(15, &Row::time);
  out.facts.kind = out.type;
  if (out.descriptor) out.facts.family = out.descriptor->family;
  if (out.window) out.facts.window_ends = out.window->ends;
  out.facts.grant_ends = row.maybe(16, &Row::time);
  out.facts.ends_at_lock = row.boolean(21);
  out.phone = row.maybe(30, &Row::id<PhoneId>);
  out.facts.phone_keys_until = row.time(31);
  out.facts.since_version = static_cast<std::uint32_t>(row.integer(12));
  out.facts.revoked_at = out.revoked_at;
  out.facts.ended_at = out.ended_at;
  out.lock_facts.lock_class = maybe_integer<link::LockClass>(row, 17).value_or(link::LockClass::kUnprotected);
  out.lock_facts.applied_version = static_cast<std::uint32_t>(row.integer(18));
  out.lock_facts.last_hour = static_cast<std::uint32_t>(row.integer(19));
  if (out.window && out.descriptor->family != Family::kOnce) {
    const auto settings = lock_settings_of(row.text(20));
    out.first_use_by = std::min(out.window->ends, UnixSeconds{out.window->begins.value + settings.codes.activation_window_s});
  }
  out.pin_chosen = row.boolean(26);
  out.duress = row.boolean(34);
  out.old_pin_opens = static_cast<std::uint32_t>(row.integer(32)) > out.lock_facts.applied_version;
  out.pin_changed_at = row.maybe(33, &Row::time);
  out.uses = read_uses(row, 22);
  out.facts.first_use_ends = out.uses.ends_at;
  out.facts.rule_version = static_cast<std::uint32_t>(row.integer(35));
  out.facts.ends_before = row.maybe(36, &Row::time);
  if (out.uses.first_at && !row.is_null(37))
    out.facts.first_use_ends_before = UnixSeconds{out.uses.first_at->value + static_cast<std::uint64_t>(row.integer(37))};
  return out;
}

Task<Outcome<Credential>> read_credential(Transaction& tx, WorkspaceId workspace, CredentialId credential) {
  static const std::string sql = credential_select() + "AND c.credential = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, credential);
  if (rows.empty()) co_return not_found("credential");
  co_return read_credential(rows.front());
}

Task<Outcome<CredentialAtLock>> read_credential_at_lock(Transaction& tx, WorkspaceId workspace, CredentialId credential) {
  CARDEA_CO_ASSIGN(Credential found, co_await read_credential(tx, workspace, credential));
  auto lock = co_await find_lock_row(tx, workspace, found.lock);
  if (!lock) co_return not_found("lock");
  co_return CredentialAtLock{std::move(found), *std::move(lock)};
}

Task<Outcome<Credential>> find_credential(Context& context, WorkspaceId workspace, CredentialId credential) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_credential(tx, workspace, credential); });
}

Task<Outcome<Page<Credential>>> list_credentials(Context& context, Viewer viewer, GrantId grant, PageRequest page) {
  CARDEA_CO_ASSIGN(const CredentialId after, id_of_cursor<CredentialId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<Credential>>> {
    CARDEA_CO_TRY(co_await read_access_grant(tx, viewer.workspace, grant));
    static const std::string sql = credential_select() + "AND c.access_grant = ?2 AND c.credential > ?3 AND " +
                                   door_is_within("c.door", 5) + " ORDER BY c.credential LIMIT ?4";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, grant, after, page.limit + 1, viewer.limit);
    std::vector<Credential> items;
    for (const Row row : rows) items.push_back(read_credential(row));
    co_return page_of(std::move(items), page, [](const Credential& credential) { return credential.id; });
  });
}

namespace {

/// As delivery_of() has it.
constexpr std::string_view delivery_sql =
    "CASE WHEN c.ended_at IS NOT NULL OR (c.kind = 'offline' AND c.ends_at <= ?9) THEN 'ended' WHEN c.revoked_at IS NOT NULL "
    "THEN 'ending' WHEN l.applied_version < c.since_version THEN 'on_its_way' ELSE 'on_lock' END";

std::string make_page_sql(CredentialFilters filters) {
  using Delivery = CredentialFilters::Delivery;
  std::string sql = credential_select() + "AND c.credential < ?2";
  sql += filters.person ? " AND c.person = ?4" : " AND ?4 IS NULL";
  sql += filters.door ? " AND c.door = ?5" : " AND ?5 IS NULL";
  sql += filters.lock ? " AND c.lock = ?6" : " AND ?6 IS NULL";
  sql += filters.external_id ? " AND c.external_id = ?7" : " AND ?7 IS NULL";
  if (filters.delivery == Delivery::kNotEnded) sql += " AND c.ended_at IS NULL";
  sql += filters.delivery == Delivery::kAny ? " AND ?8 IS NULL AND ?9 IS NOT NULL" : " AND ?8 = " + std::string(delivery_sql);
  return sql + " ORDER BY c.credential DESC LIMIT ?3";
}

}  // namespace

std::string_view credential_page_sql(CredentialFilters filters) {
  static const auto all = [] {
    std::array<std::string, 48> out;
    for (unsigned i = 0; i < out.size(); ++i) {
      const auto delivery = static_cast<CredentialFilters::Delivery>(i / 16);
      out[i] = make_page_sql({(i & 1) != 0, (i & 2) != 0, (i & 4) != 0, (i & 8) != 0, delivery});
    }
    return out;
  }();
  return all[(filters.person ? 1u : 0u) + (filters.door ? 2u : 0u) + (filters.lock ? 4u : 0u) +
             (filters.external_id ? 8u : 0u) + 16u * static_cast<unsigned>(filters.delivery)];
}

namespace {

Task<Rows> page_of_credentials(Transaction& tx, WorkspaceId workspace, CredentialId before, PageRequest page,
                               CredentialFilter filter, UnixSeconds now) {
  using Asked = CredentialFilters::Delivery;
  CredentialFilters filters{filter.person.has_value(), filter.door.has_value(), filter.lock.has_value(),
                            filter.external_id.has_value()};
  std::optional<std::string_view> delivery;
  if (filter.delivery) {
    filters.delivery = *filter.delivery == Delivery::kEnded ? Asked::kEnded : Asked::kNotEnded;
    delivery = name_of(*filter.delivery);
  }
  co_return co_await tx.execute(credential_page_sql(filters), workspace, before, page.limit + 1, filter.person, filter.door,
                                filter.lock, filter.external_id, delivery, now);
}

/// What is asked for, or the part of it at each door of the viewer's.
Task<MergedRows> rows_of(Transaction& tx, Viewer viewer, CredentialId before, PageRequest page, CredentialFilter filter,
                         UnixSeconds now) {
  MergedRows out;
  if (!viewer.limit) {
    out.add(co_await page_of_credentials(tx, viewer.workspace, before, page, filter, now));
    co_return out;
  }
  const auto doors = co_await doors_within(tx, viewer.workspace, *viewer.limit);
  for (const DoorId& door : doors) {
    if (filter.door && *filter.door != door) continue;
    CredentialFilter there = filter;
    there.door = door;
    out.add(co_await page_of_credentials(tx, viewer.workspace, before, page, std::move(there), now));
  }
  co_return out;
}

}  // namespace

Task<Outcome<Page<Credential>>> list_credentials(Context& context, Viewer viewer, CredentialFilter filter, PageRequest page) {
  CARDEA_CO_ASSIGN(CredentialId before, id_of_cursor<CredentialId>(page));
  if (page.cursor.empty()) before.bytes.fill(0xff);
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<Credential>>> {
    const MergedRows found = co_await rows_of(tx, viewer, before, page, filter, context.now());
    std::vector<Credential> items;
    for (const Row& row :
         found.sorted([](const Row& a, const Row& b) { return a.id<CredentialId>(0) > b.id<CredentialId>(0); }))
      items.push_back(read_credential(row));
    if (items.size() > page.limit + 1) items.resize(page.limit + 1);
    co_return page_of(std::move(items), page, [](const Credential& credential) { return credential.id; });
  });
}

Task<Outcome<Page<AccessItem>>> list_access(Context& context, WorkspaceId workspace, DoorId door, PageRequest page) {
  CARDEA_CO_ASSIGN(const CredentialId after, id_of_cursor<CredentialId>(page));
  const UnixSeconds now = context.now();
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<AccessItem>>> {
    const Rows doors = co_await tx.execute("SELECT 1 FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
    if (doors.empty()) co_return not_found("door");
    static const std::string sql =
        credential_select() +
        "AND c.door = ?2 AND c.credential > ?3 AND c.ended_at IS NULL AND c.person IS NOT NULL AND "
        "l.state <> 'written_off' AND (c.ends_at IS NULL OR c.ends_at > ?4) ORDER BY c.credential LIMIT ?5";
    const Rows rows = co_await tx.execute(sql, workspace, door, after, now, page.limit + 1);
    std::vector<AccessItem> items;
    for (const Row row : rows) {
      AccessItem item{{}, read_credential(row)};
      CARDEA_CO_ASSIGN(const Person person, co_await read_person(tx, workspace, item.credential.person.value()));
      item.person_name = person.name;
      items.push_back(std::move(item));
    }
    co_return page_of(std::move(items), page, [](const AccessItem& item) { return item.credential.id; });
  });
}

}  // namespace cardea::server::usecases
