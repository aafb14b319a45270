// SPDX-License-Identifier: Apache-2.0
#pragma once
// Scopes in the store, and the conditions by which statements keep within one.

#include <optional>
#include <string>
#include <string_view>

#include "server/domain/permission.hpp"
#include "server/domain/scope.hpp"
#include "server/store/store.hpp"

namespace cardea::server {

/// 400 for a scope of no place or of too many, or that names a place twice; 404 for a site or a door that is not there.
Task<Outcome<Done>> check_scope(Transaction& tx, WorkspaceId workspace, Scope scope);

/// In place of the one that `holder` (Principal::by()) had. The flag beside the holder's own row is its caller's.
Task<void> write_scope(Transaction& tx, WorkspaceId workspace, std::string holder, std::optional<Scope> scope);
/// Of a holder who is limited.
Task<Scope> read_scope(Transaction& tx, WorkspaceId workspace, std::string holder);

/// Conditions for a statement whose ?1 is the workspace and whose parameter `number` is Viewer::limit: true for everything when
/// that is NULL. `column` holds the id of a door, a grant (one of its doors is enough) …
std::string door_is_within(std::string_view column, int number);
std::string grant_is_within(std::string_view column, int number);
/// … a person (a grant of theirs is enough, or to have added them) or a site (a door of it is enough).
std::string person_is_within(std::string_view column, int number);
std::string site_is_within(std::string_view column, int number);

/// All of the doors, in no order.
Task<std::vector<DoorId>> doors_within(Transaction& tx, WorkspaceId workspace, std::string holder);
/// Those that are named beside the sites, and are of none of them.
Task<std::vector<DoorId>> doors_apart(Transaction& tx, WorkspaceId workspace, std::string holder);
Task<bool> is_within(Transaction& tx, WorkspaceId workspace, std::string holder, DoorId door);

}  // namespace cardea::server
