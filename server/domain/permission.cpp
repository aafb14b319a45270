// SPDX-License-Identifier: Apache-2.0
#include "server/domain/permission.hpp"

#include <initializer_list>

namespace cardea::server {

std::string_view name_of(Permission permission) {
  switch (permission) {  // no default: a new permission does not compile until it is named
    case Permission::kPublic: return "public";
    case Permission::kWorkspaceRead: return "workspace:read";
    case Permission::kWorkspaceWrite: return "workspace:write";
    case Permission::kKeysRead: return "keys:read";
    case Permission::kKeysWrite: return "keys:write";
    case Permission::kSitesRead: return "sites:read";
    case Permission::kSitesWrite: return "sites:write";
    case Permission::kDoorsRead: return "doors:read";
    case Permission::kDoorsWrite: return "doors:write";
    case Permission::kLocksRead: return "locks:read";
    case Permission::kLocksWrite: return "locks:write";
    case Permission::kLocksActivate: return "locks:activate";
    case Permission::kLocksUnlock: return "locks:unlock";
    case Permission::kLocksRelease: return "locks:release";
    case Permission::kPersonsRead: return "persons:read";
    case Permission::kPersonsWrite: return "persons:write";
    case Permission::kGrantsRead: return "grants:read";
    case Permission::kGrantsWrite: return "grants:write";
    case Permission::kCredentialsRead: return "credentials:read";
    case Permission::kCredentialsIssue: return "credentials:issue";
    case Permission::kCodesReveal: return "codes:reveal";
    case Permission::kEventsRead: return "events:read";
    case Permission::kOutboxRead: return "outbox:read";
    case Permission::kOutboxWrite: return "outbox:write";
    case Permission::kOperatorsRead: return "operators:read";
    case Permission::kOperatorsWrite: return "operators:write";
    case Permission::kWebhooksRead: return "webhooks:read";
    case Permission::kWebhooksWrite: return "webhooks:write";
    case Permission::kAlertsRead: return "alerts:read";
    case Permission::kAlertsWrite: return "alerts:write";
    case Permission::kAlertRulesWrite: return "alert-rules:write";
    case Permission::kFirmwareRead: return "firmware:read";
    case Permission::kFirmwareWrite: return "firmware:write";
    case Permission::kCampaignsWrite: return "campaigns:write";
    case Permission::kAccountOwn: return "account:own";
  }
  return "public";
}

std::optional<Permission> permission_of(std::string_view name) {
  for (std::size_t i = 1; i < permission_count; ++i)
    if (name_of(static_cast<Permission>(i)) == name) return static_cast<Permission>(i);
  return std::nullopt;
}

namespace {
PermissionSet set_of(std::initializer_list<Permission> permissions) {
  PermissionSet set;
  for (const Permission permission : permissions) set.add(permission);
  return set;
}
}  // namespace

PermissionSet PermissionSet::all() {
  PermissionSet set;
  for (std::size_t i = 1; i < permission_count; ++i) set.add(static_cast<Permission>(i));
  return set;
}

std::string text_of(const PermissionSet& set) {
  std::string text;
  for (std::size_t i = 1; i < permission_count; ++i) {
    if (!set.has(static_cast<Permission>(i))) continue;
    if (!text.empty()) text += ' ';
    text += name_of(static_cast<Permission>(i));
  }
  return text;
}

std::optional<PermissionSet> parse_permissions(std::string_view text) {
  PermissionSet set;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const auto permission = permission_of(text.substr(0, end));
    if (!permission) return std::nullopt;
    set.add(*permission);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return set;
}

std::string_view name_of(Role role) {
  switch (role) {  // no default: a new role does not compile until it is named
    case Role::kOwner: return "owner";
    case Role::kManager: return "manager";
    case Role::kInstaller: return "installer";
    case Role::kAuditor: return "auditor";
    case Role::kSupport: return "support";
  }
  return "";
}

std::optional<Role> role_of(std::string_view name) {
  for (std::size_t i = 0; i < role_count; ++i)
    if (name_of(static_cast<Role>(i)) == name) return static_cast<Role>(i);
  return std::nullopt;
}

PermissionSet permissions_of(Role role) {
  using enum Permission;
  switch (role) {
    case Role::kOwner: return PermissionSet::all();
    case Role::kManager:
      return set_of({kWorkspaceRead, kSitesRead, kSitesWrite, kDoorsRead, kDoorsWrite, kLocksRead, kLocksUnlock, kPersonsRead,
                     kPersonsWrite, kGrantsRead, kGrantsWrite, kCredentialsRead, kCredentialsIssue, kEventsRead, kAlertsRead,
                     kAlertsWrite, kAlertRulesWrite, kFirmwareRead, kCampaignsWrite});
    case Role::kInstaller:
      return set_of({kWorkspaceRead, kSitesRead, kDoorsRead, kLocksRead, kLocksWrite, kLocksActivate, kAlertsRead,
                     kFirmwareRead, kCampaignsWrite});
    case Role::kAuditor:
      return set_of({kWorkspaceRead, kSitesRead, kDoorsRead, kLocksRead, kPersonsRead, kGrantsRead, kCredentialsRead,
                     kEventsRead, kKeysRead, kOperatorsRead, kWebhooksRead, kAlertsRead, kFirmwareRead});
    case Role::kSupport:
      return set_of({kWorkspaceRead, kSitesRead, kDoorsRead, kLocksRead, kPersonsRead, kGrantsRead, kCredentialsRead,
                     kEventsRead, kAlertsRead, kFirmwareRead});
  }
  return {};
}

std::string role_names() {
  std::string out;
  for (std::size_t i = 0; i < role_count; ++i) out += (i == 0 ? "" : ", ") + std::string(name_of(static_cast<Role>(i)));
  return out;
}

}  // namespace cardea::server
