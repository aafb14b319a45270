// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who may do what. A handler names one permission; whoever calls has a set of them. No permission named: nobody.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

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
  kLocksRelease,   ///< take a lock from its owner, and see its next label
  kPersonsRead,
  kPersonsWrite,
  kGrantsRead,
  kGrantsWrite,
  kCredentialsRead,
  kCredentialsIssue,  ///< make a credential; a code is seen once, at its issue
  kCodesReveal,       ///< see a code again
  kEventsRead,
  kOutboxRead,     ///< what is to be sent, with the codes in it
  kOutboxWrite,    ///< try again what could not be sent
  kOperatorsRead,  ///< who may use the console
  kOperatorsWrite,
  kWebhooksRead,
  kWebhooksWrite,  ///< have every event sent to an address
  kAlertsRead,
  kAlertsWrite,      ///< acknowledge and close them
  kAlertRulesWrite,  ///< say what becomes an alert, and who is told
  kFirmwareRead,
  kFirmwareWrite,   ///< upload images, and say whose are taken
  kCampaignsWrite,  ///< bring an image to locks
  kAccountOwn,      ///< one's own account: every operator who has signed in, and no API key
};
/// Those that can be given to somebody are 1 to permission_count - 1: kAccountOwn stays outside.
inline constexpr std::size_t permission_count = static_cast<std::size_t>(Permission::kAccountOwn);

/// "doors:read", and back.
std::string_view name_of(Permission permission);
std::optional<Permission> permission_of(std::string_view name);

class PermissionSet {
 public:
  /// Everything that can be given.
  static PermissionSet all();
  void add(Permission permission) { bits_ |= bit(permission); }
  /// kPublic is in every set.
  [[nodiscard]] bool has(Permission permission) const { return (bits_ & bit(permission)) != 0; }
  /// Whoever has this set may give `other` away.
  [[nodiscard]] bool covers(const PermissionSet& other) const { return (other.bits_ & ~bits_) == 0; }
  bool operator==(const PermissionSet&) const = default;

 private:
  static std::uint64_t bit(Permission permission) { return std::uint64_t{1} << static_cast<unsigned>(permission); }
  std::uint64_t bits_ = 1;
};
static_assert(permission_count < 64);

/// Names separated by one blank, in the order of the enumeration; the store's form. parse: nothing for an unknown name.
std::string text_of(const PermissionSet& set);
std::optional<PermissionSet> parse_permissions(std::string_view text);

/// The sets that have a name. An operator has one of them; an API key may be made with one.
enum class Role : std::uint8_t {
  kOwner,      ///< everything
  kManager,    ///< lets people in
  kInstaller,  ///< brings locks to life
  kAuditor,    ///< sees everything and changes nothing
  kSupport,    ///< sees what it takes to help somebody at a door, and changes nothing
};
inline constexpr std::size_t role_count = static_cast<std::size_t>(Role::kSupport) + 1;
/// "owner", and back.
std::string_view name_of(Role role);
std::optional<Role> role_of(std::string_view name);
PermissionSet permissions_of(Role role);
/// "owner, manager, installer, auditor, support": for messages.
std::string role_names();

/// Whoever calls: the workspace that everything happens in, the key that was shown or the operator who has signed in, and what
/// they may do.
struct Principal {
  WorkspaceId workspace;
  std::variant<ApiKeyId, OperatorId, PersonId> actor;  ///< a person: of a home that they make (usecases/homes.hpp)
  PermissionSet permissions;
  std::optional<SessionId> session = {};  ///< of an operator
  bool is_limited = false;                ///< to some sites or doors (server/auth/scopes.hpp); of nothing else they know

  /// Who it is, as events name it.
  [[nodiscard]] std::string by() const {
    return std::visit([](const auto& id) { return id.text(); }, actor);
  }
  /// The operator. Our own bug (std::bad_variant_access) unless the permission was kAccountOwn.
  [[nodiscard]] OperatorId operator_id() const { return std::get<OperatorId>(actor); }
};

/// For whom something is read: whoever lists must say so, or the list of somebody who is limited would show everything.
struct Viewer {
  WorkspaceId workspace;
  std::optional<std::string> limit;  ///< whose scope holds them; nothing: they see the whole workspace

  // Implicit on purpose: whoever calls is the usual viewer.
  Viewer(const Principal& caller)  // NOLINT
      : workspace(caller.workspace), limit(caller.is_limited ? std::optional(caller.by()) : std::nullopt) {}
  /// The platform itself.
  static Viewer of_everything(WorkspaceId workspace) { return Viewer(workspace); }

 private:
  explicit Viewer(WorkspaceId everything) : workspace(everything) {}
};

}  // namespace cardea::server
