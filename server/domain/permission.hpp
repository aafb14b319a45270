// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who may do what. A handler names one permission; whoever calls has a set of them. No permission named: nobody.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/domain/id.hpp"

namespace cardea::server {

/// kPublic needs no key: health, and nothing that belongs to a workspace.
enum class Permission : std::uint8_t {
  kPublic,
  kWorkspaceRead,
  kWorkspaceWrite,
  kKeysRead,
  kKeysWrite,
  kSitesRead,
  kSitesWrite,
  kDoorsRead,
  kDoorsWrite,
  kLocksRead,
  kLocksWrite,     ///< settings, files of locks without a network
  kLocksActivate,  ///< claim a lock
  kLocksUnlock,    ///< open a door from afar
  kPersonsRead,
  kPersonsWrite,
  kGrantsRead,
  kGrantsWrite,
  kCredentialsRead,
  kCredentialsIssue,  ///< make a credential; a code is seen once, at its issue
  kCodesReveal,       ///< see a code again
  kEventsRead,
  kOutboxRead,  ///< what is to be sent, with the codes in it
};
inline constexpr std::size_t permission_count = static_cast<std::size_t>(Permission::kOutboxRead) + 1;

/// "doors:read", and back.
std::string_view name_of(Permission permission);
std::optional<Permission> permission_of(std::string_view name);

class PermissionSet {
 public:
  static PermissionSet all();
  void add(Permission permission) { bits_ |= bit(permission); }
  /// kPublic is in every set.
  [[nodiscard]] bool has(Permission permission) const { return (bits_ & bit(permission)) != 0; }
  bool operator==(const PermissionSet&) const = default;

 private:
  static std::uint32_t bit(Permission permission) { return 1u << static_cast<unsigned>(permission); }
  std::uint32_t bits_ = 1;
};
static_assert(permission_count <= 32);

/// Names separated by one blank, in the order of the enumeration; the store's form. parse: nothing for an unknown name.
std::string text_of(const PermissionSet& set);
std::optional<PermissionSet> parse_permissions(std::string_view text);

/// The sets that have a name: "owner" (all), "manager", "installer", "auditor".
std::optional<PermissionSet> permissions_of_role(std::string_view role);

/// Whoever calls: the workspace that everything happens in, the key that was shown, what it may do.
struct Principal {
  WorkspaceId workspace;
  ApiKeyId key;
  PermissionSet permissions;

  /// Who it is, as events name it.
  [[nodiscard]] std::string by() const { return key.text(); }
};

}  // namespace cardea::server
