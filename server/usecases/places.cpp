// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/places.hpp"

#include <fmt/format.h>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/internal/search_page.hpp"
#include "server/usecases/lock_row.hpp"

namespace cardea::server::usecases {

namespace {

Site read_site(Row row) { return {row.id<SiteId>(0), row.text(1), row.time(2)}; }

Door read_door(Row row) {
  return {row.id<DoorId>(0), row.id<SiteId>(1), row.text(2), row.text(3), row.time(4), row.maybe(5, &Row::id<LockRef>)};
}

const std::string& door_select() {
  static const std::string sql =
      "SELECT doors.door, doors.site, doors.name, doors.zone, doors.created_at, locks.lock FROM doors "
      "LEFT JOIN locks ON locks.workspace = doors.workspace AND locks.door = doors.door AND " +
      is_at_door("locks") + " WHERE doors.workspace = ?1 ";
  return sql;
}

Task<Outcome<Workspace>> read_workspace(Transaction& tx, WorkspaceId workspace) {
  const Rows rows = co_await tx.execute(
      "SELECT name, settings, language, oidc_link_by_email FROM workspaces WHERE workspace = ?1", workspace);
  if (rows.empty()) co_return not_found("workspace");
  co_return Workspace{workspace, rows.front().text(0), workspace_settings_of(rows.front().text(1)),
                      language_of(rows.front().text(2)).value_or(Language::kEnglish), rows.front().boolean(3)};
}

Task<Outcome<Site>> read_site(Transaction& tx, WorkspaceId workspace, SiteId site) {
  const Rows rows =
      co_await tx.execute("SELECT site, name, created_at FROM sites WHERE workspace = ?1 AND site = ?2", workspace, site);
  if (rows.empty()) co_return not_found("site");
  co_return read_site(rows.front());
}

Task<Outcome<Door>> read_door(Transaction& tx, WorkspaceId workspace, DoorId door) {
  static const std::string sql = door_select() + "AND doors.door = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, door);
  if (rows.empty()) co_return not_found("door");
  co_return read_door(rows.front());
}

/// No other site, no other door of the site, has this name.
Task<Outcome<Done>> site_name_is_free(Transaction& tx, WorkspaceId workspace, std::string name, SiteId self) {
  const Rows rows =
      co_await tx.execute("SELECT site FROM sites WHERE workspace = ?1 AND name = ?2 AND site <> ?3", workspace, name, self);
  if (rows.empty()) co_return Done{};
  co_return already_exists(rows.front().id<SiteId>(0).text(),
                           "A site with this name exists. Choose another name, or use that one.");
}

Task<Outcome<Done>> door_name_is_free(Transaction& tx, WorkspaceId workspace, SiteId site, std::string name, DoorId self) {
  const Rows rows = co_await tx.execute(
      "SELECT door FROM doors WHERE workspace = ?1 AND site = ?2 AND name = ?3 AND door <> ?4", workspace, site, name, self);
  if (rows.empty()) co_return Done{};
  co_return already_exists(rows.front().id<DoorId>(0).text(),
                           "A door with this name exists at this site. Choose another name, or use that one.");
}

Outcome<Done> check_zone(const Zones& zones, const std::string& zone, std::string pointer) {
  if (zones.has(zone)) return Done{};
  Problem problem = invalid(std::move(pointer), "is no IANA zone that this system knows. Give one such as Europe/Zurich.");
  problem.code = "unknown_zone";
  return problem;
}

}  // namespace

Task<Outcome<Workspace>> get_workspace(Context& context, WorkspaceId workspace) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_workspace(tx, workspace); });
}

Task<Outcome<Workspace>> update_workspace(Context& context, WorkspaceId workspace, WorkspaceUpdate update) {
  if (update.name) CARDEA_CO_TRY(check_name(*update.name, "/name"));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Workspace>> {
    CARDEA_CO_ASSIGN(Workspace now, co_await read_workspace(tx, workspace));
    CARDEA_CO_ASSIGN(now.settings, apply(now.settings, update.settings));
    if (update.name) now.name = *update.name;
    if (update.language) now.language = *update.language;
    now.oidc_link_by_email = update.oidc_link_by_email.value_or(now.oidc_link_by_email);
    const std::string settings = settings_text(now.settings);
    co_await tx.execute(
        "UPDATE workspaces SET name = ?2, settings = ?3, language = ?4, oidc_link_by_email = ?5 WHERE workspace = ?1",
        workspace, now.name, settings, name_of(now.language), now.oidc_link_by_email);
    co_return now;
  });
}

Task<Outcome<Page<Site>>> list_sites(Context& context, Viewer viewer, PageRequest page) {
  CARDEA_CO_ASSIGN(const SiteId after, id_of_cursor<SiteId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<Site>>> {
    static const std::string sql = "SELECT site, name, created_at FROM sites WHERE workspace = ?1 AND site > ?2 AND " +
                                   site_is_within("sites.site", 4) + " ORDER BY site LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, after, page.limit + 1, viewer.limit);
    std::vector<Site> items;
    for (const Row row : rows) items.push_back(read_site(row));
    co_return page_of(std::move(items), page, [](const Site& site) { return site.id; });
  });
}

Task<Outcome<Site>> find_site(Context& context, WorkspaceId workspace, SiteId site) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_site(tx, workspace, site); });
}

Task<Outcome<Site>> create_site(Context& context, WorkspaceId workspace, std::string name) {
  CARDEA_CO_TRY(check_name(name, "/name"));
  const Site site{SiteId::make(), name, context.now()};
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Site>> {
    CARDEA_CO_TRY(co_await site_name_is_free(tx, workspace, site.name, site.id));
    const std::string search = search_text(site.name);
    co_await tx.execute("INSERT INTO sites (workspace, site, name, created_at, search) VALUES (?1, ?2, ?3, ?4, ?5)", workspace,
                        site.id, site.name, site.created_at, search);
    co_return site;
  });
}

Task<Outcome<Site>> rename_site(Context& context, WorkspaceId workspace, SiteId site, std::string name) {
  CARDEA_CO_TRY(check_name(name, "/name"));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Site>> {
    CARDEA_CO_ASSIGN(Site now, co_await read_site(tx, workspace, site));
    CARDEA_CO_TRY(co_await site_name_is_free(tx, workspace, name, site));
    const std::string search = search_text(name);
    co_await tx.execute("UPDATE sites SET name = ?3, search = ?4 WHERE workspace = ?1 AND site = ?2", workspace, site, name,
                        search);
    now.name = name;
    co_return now;
  });
}

namespace {

/// ?3 the site, ?5 the viewer's limit, ?6 whether there is a lock.
std::string door_is_wanted() {
  return "(?3 IS NULL OR doors.site = ?3) AND (?6 IS NULL OR ?6 = EXISTS (SELECT 1 FROM locks AS held WHERE held.workspace = "
         "?1 AND held.door = doors.door AND " +
         is_at_door("held") + ")) AND " + door_is_within("doors.door", 5);
}

Task<Rows> read_doors(Transaction& tx, Viewer viewer, DoorFilter filter, DoorId after, std::uint32_t limit) {
  static const std::string sql =
      door_select() + "AND doors.door > ?2 AND " + door_is_wanted() + " ORDER BY doors.door LIMIT ?4";
  co_return co_await tx.execute(sql, viewer.workspace, after, filter.site, limit, viewer.limit, filter.has_lock);
}

/// The doors are found in their index alone, and then read. ?7 is where the page begins.
std::string search_statement(std::string_view condition) {
  return "SELECT doors.door, doors.site, doors.name, doors.zone, doors.created_at, locks.lock FROM (SELECT doors.door AS door, "
         "doors.search AS search FROM doors WHERE doors.workspace = ?1 AND (doors.search, doors.door) > (?7, ?2) AND " +
         std::string(condition) + " AND " + door_is_wanted() +
         " ORDER BY doors.search, doors.door LIMIT ?4) AS found JOIN doors ON doors.workspace = ?1 AND doors.door = found.door "
         "LEFT JOIN locks ON locks.workspace = doors.workspace AND locks.door = doors.door AND " +
         is_at_door("locks") + " ORDER BY found.search, found.door";
}

/// In the door's name, or in its site's.
std::string holds_word(int number) {
  return fmt::format(
      "(doors.search LIKE ?{0} ESCAPE '\\' OR doors.site IN (SELECT named.site FROM sites AS named WHERE named.workspace = ?1 "
      "AND named.search LIKE ?{0} ESCAPE '\\'))",
      number);
}

Task<Rows> read_found_doors(Transaction& tx, Viewer viewer, DoorFilter filter, bool begins, SearchPlace<DoorId> after,
                            std::uint32_t limit) {
  static const std::string that_begin = search_statement("doors.search < ?8");
  static const std::string that_hold =
      search_statement("NOT (doors.search >= ?9 AND doors.search < ?8) AND " + holds_word(10) + " AND " + holds_word(11) +
                       " AND " + holds_word(12) + " AND " + holds_word(13));
  const Search& search = *filter.search;
  if (begins)
    co_return co_await tx.execute(that_begin, viewer.workspace, after.id, filter.site, limit, viewer.limit, filter.has_lock,
                                  after.text, search.begin_end);
  co_return co_await tx.execute(that_hold, viewer.workspace, after.id, filter.site, limit, viewer.limit, filter.has_lock,
                                after.text, search.begin_end, search.begin, search.words[0], search.words[1], search.words[2],
                                search.words[3]);
}

}  // namespace

Task<Outcome<Page<Door>>> list_doors(Context& context, Viewer viewer, DoorFilter filter, PageRequest page) {
  CARDEA_CO_ASSIGN(const DoorId after, id_of_cursor<DoorId>(page));
  co_return co_await context.store.read([&](Transaction& tx) {
    return page_or_search_page<Door>(
        tx, "SELECT search FROM doors WHERE workspace = ?1 AND door = ?2", viewer.workspace, filter.search, after, page,
        [&tx, viewer, filter, after, page] { return read_doors(tx, viewer, filter, after, page.limit + 1); },
        [&tx, viewer, filter](bool begins, SearchPlace<DoorId> from, std::uint32_t limit) {
          return read_found_doors(tx, viewer, filter, begins, std::move(from), limit);
        },
        [](Row row) { return read_door(row); });
  });
}

Task<Outcome<Door>> find_door(Context& context, WorkspaceId workspace, DoorId door) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_door(tx, workspace, door); });
}

Task<Outcome<Door>> create_door(Context& context, WorkspaceId workspace, DoorCreate input) {
  CARDEA_CO_TRY(check_name(input.name, "/name"));
  CARDEA_CO_TRY(check_zone(context.zones, input.zone, "/zone"));
  const Door door{DoorId::make(), input.site, input.name, input.zone, context.now(), std::nullopt};
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Door>> {
    CARDEA_CO_TRY(co_await read_site(tx, workspace, door.site));
    CARDEA_CO_TRY(co_await door_name_is_free(tx, workspace, door.site, door.name, door.id));
    const std::string search = search_text(door.name);
    co_await tx.execute(
        "INSERT INTO doors (workspace, door, site, name, zone, created_at, search) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        workspace, door.id, door.site, door.name, door.zone, door.created_at, search);
    co_return door;
  });
}

namespace {

/// Times of schedules are those of the door's zone: a lock that holds some is to hold others.
Task<std::optional<LockName>> schedules_moved(Transaction& tx, WorkspaceId workspace, DoorId door) {
  const Rows rows = co_await tx.execute(
      "SELECT lock FROM locks WHERE workspace = ?1 AND door = ?2 AND state = 'active' AND schedules_renew_at IS NOT NULL",
      workspace, door);
  if (rows.empty()) co_return std::nullopt;
  const auto lock = rows.front().id<LockRef>(0);
  co_await next_desired_version(tx, workspace, lock);
  co_return lock_name(workspace, lock);
}

}  // namespace

Task<Outcome<Door>> update_door(Context& context, WorkspaceId workspace, DoorId door, DoorUpdate update) {
  if (update.name) CARDEA_CO_TRY(check_name(*update.name, "/name"));
  if (update.zone) CARDEA_CO_TRY(check_zone(context.zones, *update.zone, "/zone"));
  std::optional<LockName> lock;
  auto updated = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Door>> {
    lock.reset();
    CARDEA_CO_ASSIGN(Door now, co_await read_door(tx, workspace, door));
    if (update.name) now.name = *update.name;
    if (update.zone && *update.zone != now.zone) {
      now.zone = *update.zone;
      lock = co_await schedules_moved(tx, workspace, door);
    }
    CARDEA_CO_TRY(co_await door_name_is_free(tx, workspace, now.site, now.name, door));
    const std::string search = search_text(now.name);
    co_await tx.execute("UPDATE doors SET name = ?3, zone = ?4, search = ?5 WHERE workspace = ?1 AND door = ?2", workspace,
                        door, now.name, now.zone, search);
    co_return now;
  });
  if (updated && lock) context.links.desired_changed(*lock);
  co_return updated;
}

}  // namespace cardea::server::usecases
