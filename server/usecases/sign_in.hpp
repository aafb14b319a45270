// SPDX-License-Identifier: Apache-2.0
#pragma once
// Signing in and out. Whoever tries is charged, by address and by account, before anything is looked up; and the answer to an
// unknown account is that to a wrong password, with the same work behind it.

#include "server/usecases/operators.hpp"

namespace cardea::server::usecases {

struct SignIn {
  std::string email;
  std::string password;
  std::optional<std::string> code;            ///< of the authenticator app, or a recovery code
  std::optional<WorkspaceId> workspace = {};  ///< for an e-mail address that is known in several
};
struct SignedIn {
  Operator who;
  WorkspaceId workspace;
  NewSession session;
};
/// 401 `sign_in_refused`: no such account, not invited to the end, ended, ambiguous, or another password: nobody hears which.
/// 401 `second_factor_required` and 403 `second_factor_refused` to whoever knows the password. 429, 503 `busy`. Ends a recovery
/// that is under way: who can sign in needs none.
Task<Outcome<SignedIn>> sign_in(Context& context, SignIn input, Visitor visitor);

struct Session {
  SessionId id;
  std::string address;
  std::string agent;
  UnixSeconds created_at;
  UnixSeconds seen_at;
  UnixSeconds expires_at;
};
/// The caller's own that are still open, newest first.
Task<Outcome<std::vector<Session>>> list_sessions(Context& context, Principal caller);
/// 404 `session_not_found` for one that is not the caller's, or has ended.
Task<Outcome<Done>> end_session(Context& context, Principal caller, SessionId session);
/// All of the caller's, this one too.
Task<Outcome<Done>> end_all_sessions(Context& context, Principal caller);

}  // namespace cardea::server::usecases
