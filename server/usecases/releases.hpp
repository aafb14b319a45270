// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock's owner lets go of it (spec/activation.md §4): from the command to the label that it is claimed by next; or writes it
// off, when it is destroyed or gone and can acknowledge nothing (§5).

#include "server/usecases/locks.hpp"

namespace cardea::server::usecases {

/// What came of asking a lock to give itself up.
struct ReleaseAnswer {
  CommandAnswer said;
  std::string label;  ///< of the lock from now on, when it is done
};
/// Makes the secret of the next label and asks the lock, at whose inside button somebody has just been. Leaves `command.asked`
/// before the lock hears of it, and `lock.released`. 404 `lock_not_found`, 409 `lock_not_active`, `lock_released`,
/// `lock_offline`, `lock_busy`, `sandbox_lock`, 504 `lock_did_not_answer`: then find_release() knows as soon as the lock was
/// heard.
Task<Outcome<ReleaseAnswer>> release_lock(Context& context, Principal caller, LockRef lock);

/// A release that was asked for.
struct Release {
  std::optional<UnixSeconds> released_at;  ///< nothing: the lock has not been heard since
  std::string by;
  std::string label;  ///< of one that is done
};
/// 404 `release_not_found`.
Task<Outcome<Release>> find_release(Context& context, WorkspaceId workspace, LockRef lock);

/// For a lock that nobody will see again. What was issued for it is revoked, and its `last_possible_use` stays what the lock,
/// wherever it is, may still grant; the door is free, and the keys are forgotten: a device that comes back is told nothing.
/// There is no way back. Leaves `lock.written_off`. 404 `lock_not_found`, 409 `lock_not_active`, `lock_released`,
/// `lock_written_off`, `sandbox_lock`.
Task<Outcome<LockView>> write_off_lock(Context& context, Principal caller, LockRef lock);
/// The same inside a transaction, for an active lock; its connection is the caller's to end after the commit.
Task<void> write_off(Transaction& tx, KeyStore& keys, LockRow lock, std::string by, UnixSeconds now);

/// The lock has no owner any more, by its word or its ask: a step of the caller's transaction. Ends what was issued for it and
/// forgets its keys. Nothing for a lock that is not being released.
Task<void> release_done(Transaction& tx, KeyStore& keys, LockName lock, UnixSeconds now);

/// An ask in the name of an active lock: when it is made with the secret that the lock was sent, it is released (A16). Whether
/// it was.
Task<bool> released_by_ask(Transaction& tx, KeyStore& keys, LockName lock, ByteSpan ask, UnixSeconds now);

/// The row of a lock that was claimed once more and is not: it is released as before. False: it never was another's.
Task<bool> back_to_released(Transaction& tx, WorkspaceId workspace, LockRef lock);

}  // namespace cardea::server::usecases
