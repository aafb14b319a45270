// SPDX-License-Identifier: Apache-2.0
#pragma once
// Operators as the store has them, and the steps that several use cases of theirs share.

#include "server/domain/event.hpp"
#include "server/usecases/messages.hpp"
#include "server/usecases/operators.hpp"

namespace cardea::server::usecases {

struct OperatorRow {
  WorkspaceId workspace;
  Operator who;
  std::string password_hash;  ///< "" before the invitation is accepted, and of who signs in at a provider alone
  std::optional<Blob> totp_sealed;
  std::uint64_t totp_last_step = 0;

  [[nodiscard]] bool can_sign_in() const { return !who.ended_at && who.accepted_at; }
};

/// "ADA@Example.org" -> "ada@example.org": how addresses are kept and looked for.
std::string lower_email(std::string_view email);

/// "SELECT … FROM operators o …" with the columns of operator_of(); a WHERE follows.
std::string_view select_operators();
OperatorRow operator_of(Row row);
/// Reads their scope, too.
Task<Operator> with_scope(Transaction& tx, WorkspaceId workspace, Operator who);
/// 404 `operator_not_found`.
Task<Outcome<OperatorRow>> read_operator(Transaction& tx, WorkspaceId workspace, OperatorId who);
/// Whoever may sign in with this address; nothing when that is nobody, or more than one and no workspace was named.
Task<std::optional<OperatorRow>> find_by_email(Transaction& tx, std::string email, std::optional<WorkspaceId> workspace);

/// An event about an operator. `more`: further members of its detail, with a comma in front.
Task<void> append_operator_event(Transaction& tx, Context& context, WorkspaceId workspace, EventType type, OperatorId who,
                                 std::string by, std::string more = {});
/// Ends sessions, but for one. Leaves `session.ended` for each.
Task<void> end_sessions(Transaction& tx, Context& context, WorkspaceId workspace, OperatorId who, std::string by,
                        std::optional<SessionId> but = std::nullopt);
/// What the recovery leaves behind when it is over, whichever way.
Task<void> drop_recovery(Transaction& tx, WorkspaceId workspace, OperatorId who);
/// Ends a recovery that is under way, and tells of it.
Task<void> cancel_recovery_of(Transaction& tx, Context& context, OperatorRow row, std::string by);
Task<void> erase_second_factor(Transaction& tx, WorkspaceId workspace, OperatorId who);

/// Starts a session and tells of it; ends a recovery that is under way: who can sign in needs none.
Task<NewSession> open_session(Transaction& tx, Context& context, OperatorRow row, Visitor visitor);
Task<void> erase_passkeys(Transaction& tx, WorkspaceId workspace, OperatorId who);
Task<void> erase_oidc_links(Transaction& tx, WorkspaceId workspace, OperatorId who);

/// Whose invitation this is, while it is good. 404 `invitation_not_found`.
Task<Outcome<OperatorRow>> invited_by(Transaction& tx, Bytes<32> hash, UnixSeconds now);
/// Uses it up; nothing for the password: they sign in at a provider.
Task<Outcome<OperatorRow>> accept_in(Transaction& tx, Context& context, Bytes<32> hash,
                                     std::optional<std::string> password_hash);

/// The place that a TOTP key is sealed to.
std::string totp_place(OperatorId who);
/// Whether `code` is the authenticator app's, or a recovery code that was not used before; it is not good again. 403
/// `second_factor_refused`.
Task<Outcome<Done>> use_second_factor(Transaction& tx, Context& context, OperatorRow row, std::string code);

/// Charges a try at the account, looks whether it is its password, and gives the try back if it is. 403 `password_refused`,
/// 429, 503 `busy`.
Task<Outcome<Done>> prove_password(Context& context, OperatorRow row, std::string password);

/// Writes to an operator (messages.hpp); `values` without "person".
Task<void> queue_mail(Transaction& tx, Context& context, OperatorRow row, mail::Letter letter, mail::Values values,
                      UnixSeconds expires_at);

}  // namespace cardea::server::usecases
