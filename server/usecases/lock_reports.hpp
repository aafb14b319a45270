// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a lock tells the platform, and what the platform owes the lock: each call is a part of a transaction of the caller's
// (server/link), so that a receipt goes out only after all of it is committed.

#include <optional>
#include <span>
#include <vector>

#include "core/link/messages.hpp"
#include "server/base/task.hpp"
#include "server/domain/id.hpp"
#include "server/keys/key_store.hpp"
#include "server/store/store.hpp"

namespace cardea::server::usecases {

/// A lock as the link sees it.
struct LinkedLock {
  LockName name;
  DoorId door;
  bool active = false;  ///< has said `done`; false: claimed
  link::LockClass lock_class = link::LockClass::kUnprotected;
  std::optional<link::LockClass> wanted_class;  ///< said with the claim
  UnixSeconds claim_expires_at;                 ///< of a claim
  Blob claim_secret;                            ///< of a claim; empty once active
  Blob keys;                                    ///< empty before an answer was made
  Blob chain;
  std::uint32_t key_id = 0;
  Blob session;      ///< how far the chain of its session key is
  Bytes<17> done{};  ///< what proves that the newest answer arrived; means nothing once active
  std::uint32_t next_seq = 1;
  std::uint32_t desired_version = 0;
  std::uint32_t applied_version = 0;
  bool chain_broken = false;
};

/// By its public id alone, whatever the workspace. Nothing for a lock that nobody has claimed, or whose claim has ended.
Task<std::optional<LinkedLock>> find_lock(Transaction& tx, LockId lock, UnixSeconds now);
/// The same by the number of its session key.
Task<std::optional<LinkedLock>> find_lock_of_key(Transaction& tx, std::uint32_t key_id, UnixSeconds now);

/// A handshake that began with the chain at `before` has brought it to `after` (session.md SE7). False when it is somewhere
/// else by now: nothing has changed, and there is no session.
Task<bool> session_agreed(Transaction& tx, LockName lock, const Blob& before, const Blob& after);

/// A number for a new session key: random, and no other lock's.
Task<std::uint32_t> free_key_id(Transaction& tx, KeyStore& keys);
/// An answer to a lock's ask was made: keeps the newest one only (activation.md A3).
Task<void> answer_made(Transaction& tx, LockName lock, const Activation& activation, link::LockClass lock_class,
                       std::uint8_t slot_count, std::uint32_t desired_version);
/// The lock has shown that it holds the newest answer: it is active, and its claim secret is forgotten (A5).
Task<void> activation_done(Transaction& tx, LockName lock, UnixSeconds now);

/// A status message. What it says of the applied version goes to applied_reported(). `status` lives until the task has ended.
Task<void> status_reported(Transaction& tx, LockName lock, const link::LockStatus& status, UnixSeconds now);

/// Records that were checked, in order; `chain` and `next_seq` after them. Appends their events and ends the credentials that
/// they say are used up.
Task<void> records_accepted(Transaction& tx, KeyStore& keys, LockName lock, std::span<const audit::Record> records,
                            const Blob& chain, std::uint32_t next_seq, UnixSeconds now);
/// The bytes of a record that was accepted; nothing for one that was not.
Task<std::optional<audit::RecordBytes>> stored_record(Transaction& tx, LockName lock, std::uint32_t seq);
/// The lock's records contradict themselves (event.md E6): leaves an event and takes nothing more until an operator has looked.
Task<void> chain_broke(Transaction& tx, KeyStore& keys, LockName lock, UnixSeconds now);

/// The lock said `applied`: what waited for that version is delivered, or has ended.
Task<void> applied_reported(Transaction& tx, KeyStore& keys, LockName lock, link::Applied applied, UnixSeconds now);

/// Somebody with the id of an active lock asked to be activated: `lock.reset`, at most once an hour a lock.
Task<void> reset_seen(Transaction& tx, KeyStore& keys, LockName lock, UnixSeconds now);

/// Somebody asked with the label of this lock and another identity than the one that its maker vouches for:
/// `lock.identity_refused`, at most once an hour a lock.
Task<void> identity_refused(Transaction& tx, KeyStore& keys, LockName lock, UnixSeconds now);

/// `lock.online` or `lock.offline`.
Task<void> presence_changed(Transaction& tx, KeyStore& keys, LockName lock, bool online, UnixSeconds now);

/// What a lock is to hold now; in a transaction that writes. An unprotected lock's hours are named but not filled in:
/// KeyStore::fill() or activate() does it.
struct DesiredState {
  std::uint32_t version = 0;
  link::LockClass lock_class = link::LockClass::kUnprotected;
  link::Snapshot snapshot;
};
/// `lock_class`: of an ask, when the lock is not active yet.
Task<DesiredState> desired_of(Transaction& tx, LockName lock, link::LockClass lock_class, UnixSeconds now);

/// Makes a new version for every active unprotected lock that holds less than half of its schedule, and returns those locks.
Task<std::vector<LockName>> refresh_schedules(Transaction& tx, UnixSeconds now);

}  // namespace cardea::server::usecases
