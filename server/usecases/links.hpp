// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the use cases ask of the locks' connections. server/link carries it out; tests put something simpler in its place.

#include "core/audit/record.hpp"
#include "core/link/messages.hpp"
#include "server/base/task.hpp"
#include "server/domain/problem.hpp"
#include "server/keys/key_store.hpp"

namespace cardea::server {

/// A lock's own word on a momentary command.
struct CommandAnswer {
  bool done = false;
  audit::ReasonCode reason = audit::reason_none;
};

/// What a momentary command is to do.
struct Order {
  Order(link::Action its_action) : action(its_action) {}  // NOLINT(google-explicit-constructor): the action is all of most
  /// To give itself up, with the secret of its next label (activation.md §4).
  explicit Order(const Secret<activation::claim_secret_size_bytes>& secret)
      : action(link::Action::kGiveUp), claim_secret(secret) {}
  link::Action action;
  std::optional<Secret<activation::claim_secret_size_bytes>> claim_secret;
};

class Links {
 public:
  virtual ~Links() = default;

  [[nodiscard]] virtual bool is_online(const LockName& lock) const = 0;
  /// Runs a momentary command (link.md L7). The lock is asked for its challenge at once, and told to run only after `first` has
  /// ended well: what must be on record before a door opens gets there while the challenge is on its way. The problem of
  /// `first`, else 409 `lock_offline` or `lock_busy`, or 504 `lock_did_not_answer`.
  virtual Task<Outcome<CommandAnswer>> command(LockName lock, Order order, Task<Outcome<Done>> first) = 0;
  /// The desired state that is committed has a newer version than before: send it if the lock is connected. Returns at once.
  virtual void desired_changed(const LockName& lock) = 0;
  /// The image that the lock is to run may be another than before (update.md I1): offer it if the lock is connected. Returns at
  /// once.
  virtual void image_changed(const LockName& lock) = 0;
  /// A claim was committed: an ask of this lock may be waiting (activation.md A2). Returns at once.
  virtual void claim_made(const LockName& lock) = 0;
  /// It was committed that the platform has no keys of this lock any more: end its connection, if it has one. Returns at once.
  virtual void keys_forgotten(const LockName& lock) = 0;
  /// Takes in the file of a lock without a network, an ask or a link file, and makes the answer to carry back. 400
  /// `file_malformed`, `file_forged`; 404 `lock_not_found`; 409 `file_stale`, `lock_active`, `lock_not_active`.
  virtual Task<Outcome<Blob>> exchange_file(LockName lock, ByteSpan file) = 0;
};

}  // namespace cardea::server
