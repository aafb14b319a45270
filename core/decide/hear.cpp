// SPDX-License-Identifier: Apache-2.0
#include "core/decide/hear.hpp"

#include "core/decide/items.hpp"

namespace cardea {
namespace {

void add_slot(const LockState& state, const SlotState& slot, ItemChanges& changes) {
  changes.add({item_slot, static_cast<std::uint8_t>(&slot - state.slots.data())});
}

SlotState* find_slot(LockState& state, std::uint8_t number) {
  for (SlotState& slot : state.slots)
    if (slot.present && slot.id.slot == number) return &slot;
  return nullptr;
}

/// The place that a slot new to the lock gets: a free one, else that of the removed slot whose codes are longest ago. Null when
/// all are active.
SlotState* place_for_new(LockState& state) {
  SlotState* oldest = nullptr;
  const auto app = static_cast<std::size_t>(OtpPurpose::kApp);
  for (SlotState& slot : state.slots) {
    if (!slot.present) return &slot;
    if (slot.active) continue;
    if (oldest == nullptr || slot.newest_step[app] < oldest->newest_step[app]) oldest = &slot;
  }
  return oldest;
}

/// Piece by piece: a microcontroller's stack has no room for a second memory.
void forget(CodeMemory& codes) {
  for (RememberedCode& code : codes.remembered) code = {};
  for (RememberedCode& code : codes.used_once) code = {};
  codes.pool_used.reset();
  codes.pool_cleared.reset();
  codes.marks = {};
}

/// R4 across removals: the steps of a slot that makes room are remembered for whichever slot is new from then on.
void evict(LockState& state, SlotState& slot, ItemChanges& changes) {
  if (!slot.present) return;
  for (std::size_t purpose = 0; purpose < otp_purpose_count; ++purpose)
    state.evicted_step[purpose] = std::max(state.evicted_step[purpose], slot.newest_step[purpose]);
  changes.add({item_evicted, 0});
}

}  // namespace

Status set_slot(LockState& state, const SlotOrder& order, ItemChanges& changes) {
  SlotState* slot = find_slot(state, order.id.slot);
  if (slot == nullptr) {
    slot = place_for_new(state);
    if (slot == nullptr) return Status::kFull;
    evict(state, *slot, changes);
    *slot = {};
    slot->present = true;
    slot->newest_step = state.evicted_step;
  } else if (order.id.generation < slot->id.generation) {
    return Status::kStale;
  }
  const bool is_new = order.id != slot->id;
  if (is_new) slot->drift_s = 0;                // R5: of a new generation
  if (is_new || !order.rule.says_anything()) {  // S9, and what has no rule is not kept
    slot->use_count = 0;
    slot->first_used_at = {};
  }
  slot->id = order.id;
  slot->active = true;
  slot->fixed = order.fixed;
  slot->sms = order.sms && !order.fixed;
  slot->rule = order.rule;
  slot->pin = order.pin;
  slot->pin_digest = order.pin ? order.pin_digest : PinDigest{};
  add_slot(state, *slot, changes);
  return Status::kOk;
}

Status remove_slot(LockState& state, std::uint8_t number, ItemChanges& changes) {
  SlotState* slot = find_slot(state, number);
  if (slot == nullptr || !slot->active) return Status::kNotFound;
  slot->active = false;
  slot->pin = false;  // pin.md P8
  slot->pin_digest = {};
  add_slot(state, *slot, changes);
  return Status::kOk;
}

Status set_settings(LockState& state, const Settings& settings, ItemChanges& changes) {
  CARDEA_TRY(check_settings(settings));
  const std::uint16_t epoch = state.settings.code_epoch;
  state.settings = settings;
  state.settings.code_epoch = epoch;
  changes.add({item_settings, 0});
  return Status::kOk;
}

Status set_epoch(LockState& state, std::uint16_t epoch, ItemChanges& changes) {
  if (epoch < state.settings.code_epoch) return Status::kStale;
  if (epoch == state.settings.code_epoch) return Status::kOk;
  state.settings.code_epoch = epoch;
  // The items of the old epoch say so themselves and are left out when they are loaded, so this one write empties them all.
  forget(state.codes);
  changes.add({item_settings, 0});
  return Status::kOk;
}

void set_time(LockState& state, ItemChanges& changes) {
  for (SlotState& slot : state.slots) {
    if (slot.drift_s == 0) continue;
    slot.drift_s = 0;
    add_slot(state, slot, changes);
  }
}

void release_keypad(LockState& state, ItemChanges& changes) { release(state.throttle, changes); }

RestartFinding restart(LockState& state, RunSeconds run, bool clock_was_lost, ItemChanges& changes) {
  const RestartFinding finding = restart(state.throttle, run, changes);
  if (clock_was_lost) lose_clock(state, run, changes);
  return finding;
}

void lose_clock(LockState& state, RunSeconds run, ItemChanges& changes) {
  clock_lost(state.throttle, run, state.settings.only_keypad, changes);
}

RunSeconds running_time_floor(const LockState& state) { return newest_moment(state.throttle); }

}  // namespace cardea
