// SPDX-License-Identifier: Apache-2.0
#pragma once
// Locks: claiming one for a door, what it is to hold, how hard its codes are to guess, and its momentary commands.

#include "core/activation/label.hpp"
#include "core/codes/bound.hpp"
#include "server/usecases/lock_row.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

/// A lock with what is counted around it.
struct LockView {
  LockRow row;
  bool online = false;
  bool vouched = false;  ///< its identity is that of a maker's batch (spec/factory.md)
  std::uint16_t slots_used = 0;
  std::uint16_t slots_ending = 0;
  std::uint16_t slots_sms = 0;  ///< used or ending ones that accept SMS codes
  std::uint16_t slots_pin = 0;  ///< used or ending ones that are PINs

  [[nodiscard]] BoundPolicy bound_policy() const;
};

/// "claimed" also of one that was answered; "releasing" of one that may be its owner's or nobody's.
std::string_view state_name_of(const LockRow& row);

/// What a list shows; what is not said is not asked.
struct LockFilter {
  std::optional<DoorId> door;
  std::optional<SiteId> site;
  std::optional<std::string> state;  ///< as state_name_of() has it
};
/// By id.
Task<Outcome<Page<LockView>>> list_locks(Context& context, Viewer viewer, LockFilter filter, PageRequest page);
Task<Outcome<LockView>> view_lock(Context& context, WorkspaceId workspace, LockRef lock);

struct LockClaim {
  DoorId door;
  std::string label;
  std::optional<link::LockClass> lock_class;  ///< if given, a lock of another class gets nothing
};
/// 400 `label_malformed`: also for the id of a sandbox lock, which no lock that is made has.
Outcome<activation::Label> read_lock_label(KeyStore& keys, const std::string& text);
/// 400 `label_malformed`, 404 `door_not_found`, 409 `door_taken` or `lock_claimed`.
Task<Outcome<LockView>> claim_lock(Context& context, WorkspaceId workspace, LockClaim claim);
/// The same inside a transaction, for a label that was read.
Task<Outcome<Done>> claim_in(Transaction& tx, Context& context, WorkspaceId workspace, LockClaim claim,
                             const activation::Label& label);
/// 409 `lock_active`.
Task<Outcome<Done>> withdraw_claim(Context& context, WorkspaceId workspace, LockRef lock);
/// Deletes the claims that no lock has asked under (activation.md A8), in every workspace. A lock that was answered may hold
/// its keys although nobody has heard of it yet: that claim stays.
Task<void> delete_ended_claims(Transaction& tx, UnixSeconds now);

struct LockSettingsChange {
  LockSettingsPatch patch;  ///< code_epoch is not for callers to name
  bool raise_code_epoch = false;
};
/// 409 `codes_in_use`: other digits for offline codes while there are any.
Task<Outcome<LockView>> change_lock_settings(Context& context, Principal caller, LockRef lock, LockSettingsChange change);

/// Leaves `command.asked` before the lock hears of it. 409 `lock_not_active` or `lock_offline`, 504 `lock_did_not_answer`.
Task<Outcome<CommandAnswer>> run_command(Context& context, Principal caller, LockRef lock, link::Action action);

/// See Links::exchange_file(). `file` lives until the task has ended.
Task<Outcome<Blob>> exchange_lock_file(Context& context, WorkspaceId workspace, LockRef lock, ByteSpan file);

}  // namespace cardea::server::usecases
