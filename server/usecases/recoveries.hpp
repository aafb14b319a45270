// SPDX-License-Identifier: Apache-2.0
#pragma once
// Getting back into an account whose password is lost, without handing it to whoever reads the mail for an hour
// (docs/decisions/0007). Three ways, all with a link from the mail: with the second factor, at once; with the word of somebody
// who may change operators, at once; alone only with a second link, which comes two days later, to an account without a second
// factor, and if nobody has ended the recovery until then.

#include "server/usecases/operators.hpp"

namespace cardea::server::usecases {

inline constexpr std::uint64_t recovery_wait_s = 48 * 3'600;
inline constexpr std::uint64_t recovery_open_s = 48 * 3'600;  ///< after the wait

/// Takes note; begin_asked_recoveries() does the rest, so that the answer and the work are the same for an account that does
/// not exist. 429; 503 `busy` when too many were asked for at once.
Outcome<Done> ask_recovery(Context& context, std::string email, std::optional<WorkspaceId> workspace, std::string address);

struct RecoveryComplete {
  std::string recovery;  ///< from either mail
  std::string password;
  std::optional<std::string> code;  ///< of the authenticator app, or a recovery code
};
/// Sets the password, ends all sessions and the recovery; an approval also removes the second factor, which is what was lost.
/// 404 `recovery_not_found`; 400 for a weak password; 403 `recovery_waits` for the first link alone, `second_factor_refused`;
/// 429; 503 `busy`.
Task<Outcome<Operator>> complete_recovery(Context& context, RecoveryComplete input, std::string address);

/// 404 `operator_not_found`, `recovery_not_found`; 403 `own_recovery`: nobody vouches for themselves; 403 `forbidden` for a
/// role that is more than the caller's.
Task<Outcome<Operator>> approve_recovery(Context& context, Principal caller, OperatorId who);
/// By the operator, or by somebody who may change operators. 404 `operator_not_found`, `recovery_not_found`.
Task<Outcome<Operator>> cancel_recovery(Context& context, Principal caller, OperatorId who);

/// What was asked for since the last time: makes the recoveries, and tells the operator and the workspace's other owners by
/// mail.
Task<Outcome<Done>> begin_asked_recoveries(Context& context);
/// Second links whose time has come, and the end of recoveries that nobody took up.
Task<void> advance_recoveries(Transaction& tx, Context& context);

}  // namespace cardea::server::usecases
