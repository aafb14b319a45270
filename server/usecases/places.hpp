// SPDX-License-Identifier: Apache-2.0
#pragma once
// A workspace, its sites and their doors.

#include "server/domain/language.hpp"
#include "server/domain/search.hpp"
#include "server/domain/settings.hpp"
#include "server/usecases/context.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

struct Workspace {
  WorkspaceId id;
  std::string name;
  WorkspaceSettings settings;
  Language language = Language::kEnglish;  ///< of whoever has no other
  /// Whether an address that the provider has verified is enough to link its account with the operator of that address.
  bool oidc_link_by_email = false;
};
struct WorkspaceUpdate {
  std::optional<std::string> name;
  WorkspaceSettingsPatch settings;
  std::optional<Language> language;
  std::optional<bool> oidc_link_by_email = {};
};
Task<Outcome<Workspace>> get_workspace(Context& context, WorkspaceId workspace);
/// The settings are what locks start with that are claimed from now on.
Task<Outcome<Workspace>> update_workspace(Context& context, WorkspaceId workspace, WorkspaceUpdate update);

struct Site {
  SiteId id;
  std::string name;
  UnixSeconds created_at;
};
Task<Outcome<Page<Site>>> list_sites(Context& context, Viewer viewer, PageRequest page);
Task<Outcome<Site>> find_site(Context& context, WorkspaceId workspace, SiteId site);
/// 409 `already_exists`.
Task<Outcome<Site>> create_site(Context& context, WorkspaceId workspace, std::string name);
Task<Outcome<Site>> rename_site(Context& context, WorkspaceId workspace, SiteId site, std::string name);

struct Door {
  DoorId id;
  SiteId site;
  std::string name;
  std::string zone;
  UnixSeconds created_at;
  std::optional<LockRef> lock;  ///< claimed or active
};
struct DoorCreate {
  SiteId site;
  std::string name;
  std::string zone;
};
struct DoorUpdate {
  std::optional<std::string> name;
  std::optional<std::string> zone;
};
struct DoorFilter {
  std::optional<SiteId> site;
  std::optional<bool> has_lock;
  std::optional<Search> search;  ///< in names of doors and of their sites
};
/// Oldest first; of a search in its order (search_page.hpp).
Task<Outcome<Page<Door>>> list_doors(Context& context, Viewer viewer, DoorFilter filter, PageRequest page);
Task<Outcome<Door>> find_door(Context& context, WorkspaceId workspace, DoorId door);
/// 400 `unknown_zone`, 404 `site_not_found`, 409 `already_exists`.
Task<Outcome<Door>> create_door(Context& context, WorkspaceId workspace, DoorCreate input);
Task<Outcome<Door>> update_door(Context& context, WorkspaceId workspace, DoorId door, DoorUpdate update);

}  // namespace cardea::server::usecases
