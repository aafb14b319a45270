// SPDX-License-Identifier: Apache-2.0
#pragma once
// Operators: the people who use the console, each with one role in one workspace. Nobody gives, changes or takes away a role
// that holds more than they have themselves, and a workspace that has an owner who can sign in keeps one.

#include "server/domain/language.hpp"
#include "server/domain/scope.hpp"
#include "server/usecases/context.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

struct Operator {
  OperatorId id;
  std::string name;
  std::string email;  ///< in lower case
  Role role = Role::kSupport;
  bool second_factor = false;
  UnixSeconds created_at;
  std::string created_by;
  std::optional<UnixSeconds> accepted_at;  ///< nothing: invited, and cannot sign in yet
  std::optional<UnixSeconds> ended_at;
  /// A recovery that is under way: asked for then, and from when on a link sent by mail is enough.
  struct Recovery {
    UnixSeconds asked_at;
    UnixSeconds opens_at;
    bool approved = false;
  };
  std::optional<Recovery> recovery;
  std::optional<Language> language;  ///< nothing: the workspace's
  bool is_limited = false;
  std::optional<Scope> scope;  ///< of whoever is limited, where it was asked for (with_scope)
};

/// What makes an operator of whoever shows it: in the mail, and here once, for whoever hands it over in person.
struct Invitation {
  std::string text;
  UnixSeconds expires_at;
};
struct InvitedOperator {
  Operator who;
  Invitation invitation;
};

/// Whether the caller is limited by now, whatever they were when they called. True for an operator who is gone.
Task<Outcome<bool>> is_limited_now(Context& context, Principal caller);

inline constexpr std::uint64_t invitation_s = 3 * 86'400;

struct OperatorCreate {
  std::string name;
  std::string email;
  Role role = Role::kSupport;
  std::optional<Language> language;
  std::optional<Scope> scope = {};  ///< nothing: the whole workspace
};
struct OperatorUpdate {
  std::optional<std::string> name;
  std::optional<Role> role;
  std::optional<std::optional<Language>> language;  ///< an inner nothing: the workspace's
  std::optional<std::optional<Scope>> scope = {};   ///< an inner nothing: the whole workspace
};

/// 403 `forbidden` for a role that is more than the caller's own, 409 `already_exists` by e-mail; 400 for an owner with a
/// scope, and as check_scope().
Task<Outcome<InvitedOperator>> create_operator(Context& context, Principal caller, OperatorCreate input);
/// A new invitation; the old one is worth nothing. 409 `operator_accepted`, `operator_ended`.
Task<Outcome<InvitedOperator>> renew_invitation(Context& context, Principal caller, OperatorId who);
/// Oldest first, also those that have ended.
Task<Outcome<Page<Operator>>> list_operators(Context& context, WorkspaceId workspace, PageRequest page);
Task<Outcome<Operator>> find_operator(Context& context, WorkspaceId workspace, OperatorId who);
/// 403 `forbidden` as above, for the old role and for the new one; 409 `last_owner`, `operator_ended`. Another scope holds from
/// the next request on, and no answer that an Idempotency-Key of theirs keeps is given again.
Task<Outcome<Operator>> update_operator(Context& context, Principal caller, OperatorId who, OperatorUpdate input);
/// At once: sessions end, and password, second factor and recovery are erased. 403 `forbidden`, 409 `last_owner`. One that has
/// ended stays as it is.
Task<Outcome<Operator>> end_operator(Context& context, Principal caller, OperatorId who);
/// Signs them out everywhere. 403 `forbidden`.
Task<Outcome<Operator>> end_sessions_of_operator(Context& context, Principal caller, OperatorId who);

/// Sets the password of whoever was invited: from then on they can sign in. 404 `invitation_not_found` also for one that was
/// used or has expired; 400 for a weak password, which leaves the invitation good; 429, 503 `busy`.
Task<Outcome<Operator>> accept_invitation(Context& context, std::string invitation, std::string password, std::string address);

}  // namespace cardea::server::usecases
