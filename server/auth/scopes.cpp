// SPDX-License-Identifier: Apache-2.0
#include "server/auth/scopes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cardea::server {

Task<Outcome<Done>> check_scope(Transaction& tx, WorkspaceId workspace, Scope scope) {
  if (scope.sites.empty() && scope.doors.empty())
    co_return invalid("/scope", "names no place. Name a site or a door, or give null for the whole workspace");
  if (scope.sites.size() + scope.doors.size() > scope_place_count_max)
    co_return invalid("/scope", fmt::format("names more than {} places: name sites instead of doors", scope_place_count_max));
  if (std::set(scope.sites.begin(), scope.sites.end()).size() != scope.sites.size())
    co_return invalid("/scope/site_ids", "names a site twice");
  if (std::set(scope.doors.begin(), scope.doors.end()).size() != scope.doors.size())
    co_return invalid("/scope/door_ids", "names a door twice");
  for (const SiteId& site : scope.sites) {
    const Rows rows = co_await tx.execute("SELECT 1 FROM sites WHERE workspace = ?1 AND site = ?2", workspace, site);
    if (rows.empty()) co_return not_found("site");
  }
  for (const DoorId& door : scope.doors) {
    const Rows rows = co_await tx.execute("SELECT 1 FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
    if (rows.empty()) co_return not_found("door");
  }
  co_return Done{};
}

Task<void> write_scope(Transaction& tx, WorkspaceId workspace, std::string holder, std::optional<Scope> scope) {
  co_await tx.execute("DELETE FROM scope_sites WHERE workspace = ?1 AND holder = ?2", workspace, holder);
  co_await tx.execute("DELETE FROM scope_doors WHERE workspace = ?1 AND holder = ?2", workspace, holder);
  if (!scope) co_return;
  for (const SiteId& site : scope->sites)
    co_await tx.execute("INSERT INTO scope_sites (workspace, holder, site) VALUES (?1, ?2, ?3)", workspace, holder, site);
  for (const DoorId& door : scope->doors)
    co_await tx.execute("INSERT INTO scope_doors (workspace, holder, door) VALUES (?1, ?2, ?3)", workspace, holder, door);
}

Task<Scope> read_scope(Transaction& tx, WorkspaceId workspace, std::string holder) {
  Scope scope;
  const Rows sites =
      co_await tx.execute("SELECT site FROM scope_sites WHERE workspace = ?1 AND holder = ?2 ORDER BY site", workspace, holder);
  for (const Row row : sites) scope.sites.push_back(row.id<SiteId>(0));
  const Rows doors =
      co_await tx.execute("SELECT door FROM scope_doors WHERE workspace = ?1 AND holder = ?2 ORDER BY door", workspace, holder);
  for (const Row row : doors) scope.doors.push_back(row.id<DoorId>(0));
  co_return scope;
}

std::string door_is_within(std::string_view column, int number) {
  return fmt::format(
      "(?{1} IS NULL OR EXISTS (SELECT 1 FROM scope_doors AS sd WHERE sd.workspace = ?1 AND sd.holder = ?{1} AND sd.door = "
      "{0}) "
      "OR EXISTS (SELECT 1 FROM doors AS sp JOIN scope_sites AS ss ON ss.workspace = sp.workspace AND ss.site = sp.site WHERE "
      "sp.workspace = ?1 AND sp.door = {0} AND ss.holder = ?{1}))",
      column, number);
}

std::string grant_is_within(std::string_view column, int number) {
  return fmt::format(
      "(?{1} IS NULL OR EXISTS (SELECT 1 FROM access_grant_doors AS sg WHERE sg.workspace = ?1 AND sg.access_grant = {0} AND "
      "{2}))",
      column, number, door_is_within("sg.door", number));
}

std::string person_is_within(std::string_view column, int number) {
  return fmt::format(
      "(?{1} IS NULL OR EXISTS (SELECT 1 FROM persons AS sm WHERE sm.workspace = ?1 AND sm.person = {0} AND sm.created_by = "
      "?{1}) OR EXISTS (SELECT 1 FROM access_grants AS sa WHERE sa.workspace = ?1 AND sa.person = {0} AND {2}))",
      column, number, grant_is_within("sa.access_grant", number));
}

std::string site_is_within(std::string_view column, int number) {
  return fmt::format(
      "(?{1} IS NULL OR EXISTS (SELECT 1 FROM scope_sites AS ss WHERE ss.workspace = ?1 AND ss.holder = ?{1} AND ss.site = "
      "{0}) "
      "OR EXISTS (SELECT 1 FROM scope_doors AS sd JOIN doors AS sp ON sp.workspace = sd.workspace AND sp.door = sd.door WHERE "
      "sd.workspace = ?1 AND sd.holder = ?{1} AND sp.site = {0}))",
      column, number);
}

Task<std::vector<DoorId>> doors_within(Transaction& tx, WorkspaceId workspace, std::string holder) {
  const Rows rows = co_await tx.execute(
      "SELECT door FROM scope_doors WHERE workspace = ?1 AND holder = ?2 UNION SELECT d.door FROM scope_sites AS s JOIN doors "
      "AS d ON d.workspace = s.workspace AND d.site = s.site WHERE s.workspace = ?1 AND s.holder = ?2",
      workspace, holder);
  std::vector<DoorId> doors;
  for (const Row row : rows) doors.push_back(row.id<DoorId>(0));
  co_return doors;
}

Task<std::vector<DoorId>> doors_apart(Transaction& tx, WorkspaceId workspace, std::string holder) {
  const Rows rows = co_await tx.execute(
      "SELECT s.door FROM scope_doors AS s JOIN doors AS d ON d.workspace = s.workspace AND d.door = s.door WHERE s.workspace "
      "= "
      "?1 AND s.holder = ?2 AND NOT EXISTS (SELECT 1 FROM scope_sites AS w WHERE w.workspace = s.workspace AND w.holder = "
      "s.holder AND w.site = d.site)",
      workspace, holder);
  std::vector<DoorId> doors;
  for (const Row row : rows) doors.push_back(row.id<DoorId>(0));
  co_return doors;
}

Task<bool> is_within(Transaction& tx, WorkspaceId workspace, std::string holder, DoorId door) {
  static const std::string sql = "SELECT " + door_is_within("?2", 3);
  const Rows rows = co_await tx.execute(sql, workspace, door, holder);
  co_return rows.front().boolean(0);
}

}  // namespace cardea::server
