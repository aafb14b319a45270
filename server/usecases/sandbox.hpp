// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sandbox locks: a lock for who builds on the API, without a device. The platform plays its part: keys, credentials, delivery,
// events and webhooks are those of any lock, and core/decide judges what is typed, over the lock's shadow: tokens, PINs,
// offline and service codes, and what guessing costs. What is not there: a motor, and records that prove anything, since nobody
// else wrote them.

#include <functional>
#include <set>

#include "core/decide/decide.hpp"
#include "server/base/loop.hpp"
#include "server/usecases/locks.hpp"

namespace cardea::server::usecases {

inline constexpr std::int64_t sandbox_lock_count_max = 20;  ///< of a workspace

/// The links as the use cases see them: sandbox locks are connected while somebody says so, all others are those of `links`.
/// After a start every sandbox lock is online.
class SandboxLinks final : public Links {
 public:
  /// All of them outlive it.
  SandboxLinks(Loop& loop, Links& links, Store& store, KeyStore& keys, std::function<UnixSeconds()> now);
  /// Ends when nothing is under way any more; before the store goes.
  Task<void> stop();

  void set_online(const LockName& lock, bool online);

  [[nodiscard]] bool is_online(const LockName& lock) const override;
  Task<Outcome<CommandAnswer>> command(LockName lock, Order order, Task<Outcome<Done>> first) override;
  void desired_changed(const LockName& lock) override;
  void image_changed(const LockName& lock) override { links_.image_changed(lock); }
  void claim_made(const LockName& lock) override { links_.claim_made(lock); }
  void keys_forgotten(const LockName& lock) override { links_.keys_forgotten(lock); }
  Task<Outcome<Blob>> exchange_file(LockName lock, ByteSpan file) override { return links_.exchange_file(lock, file); }

 private:
  Task<void> apply(LockName lock);

  Loop& loop_;
  Links& links_;
  Store& store_;
  KeyStore& keys_;
  std::function<UnixSeconds()> now_;
  std::set<LockRef> offline_;
  std::size_t running_ = 0;
};

/// Puts an active, protected sandbox lock on a door. 404 `door_not_found`, 409 `door_taken` or `too_many`.
Task<Outcome<LockView>> create_sandbox_lock(Context& context, WorkspaceId workspace, DoorId door);

/// What the lock said.
struct SandboxVerdict {
  Verdict verdict = Verdict::kRefused;
  Reason reason = Reason::kNone;
  std::optional<CredentialId> credential;  ///< nothing: the digits are those of no credential that the lock holds
  std::uint32_t wait_s = 0;                ///< until the next entry is looked at; wait_off_s: the keypad is off
  std::uint32_t failures = 0;              ///< of the last 30 days
};
/// Somebody types `digits`; its records arrive at once. 404 `lock_not_found` also for a lock that is not of the sandbox.
Task<Outcome<SandboxVerdict>> type_at_sandbox(Context& context, WorkspaceId workspace, LockRef lock, Digits digits);

enum class SandboxDoor : std::uint8_t { kClosed, kOpen, kForced, kLeftOpen };
/// What becomes of a sandbox lock; at least one is said.
struct SandboxChange {
  std::optional<bool> online;
  std::optional<SandboxDoor> door;
  std::optional<std::uint8_t> battery_percent;
};
Task<Outcome<LockView>> change_sandbox_lock(Context& context, WorkspaceId workspace, LockRef lock, SandboxChange change);

}  // namespace cardea::server::usecases
