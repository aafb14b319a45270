// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a lock hears or undergoes, as changes of its state: settings, slots, epochs, time, power. Each function changes the
// state in memory and adds the changed items, which the caller makes durable.

#include "core/decide/state.hpp"

namespace cardea {

/// A slot as the server sets it.
struct SlotOrder {
  SlotGeneration id;
  bool fixed = false;
  bool sms = false;  ///< without effect at a fixed slot
  SlotRule rule{};
  bool pin = false;  ///< its digest is `pin_digest`; without `fixed` and `sms`
  PinDigest pin_digest{};
};

/// Sets a slot to a generation. R2: kStale for a lower generation than the slot had, kFull when 32 slots are active. A new
/// generation has no drift and no openings; the newest steps stay (R4). The caller gives or drops the slot's fixed key itself.
Status set_slot(LockState& state, const SlotOrder& order, ItemChanges& changes);
/// Ends a slot. Its codes are unknown from now on; its newest steps stay. kNotFound when it is not active.
Status remove_slot(LockState& state, std::uint8_t slot, ItemChanges& changes);
/// Sets everything but the code epoch. kOutOfRange as check_settings.
Status set_settings(LockState& state, const Settings& settings, ItemChanges& changes);
/// A new code epoch starts with an empty code memory and nothing used. The same epoch again changes nothing; kStale for a
/// lower.
Status set_epoch(LockState& state, std::uint16_t epoch, ItemChanges& changes);
/// Authenticated time set the clock: the drift of every slot becomes 0 (R5).
void set_time(LockState& state, ItemChanges& changes);
/// A strong credential or the server releases the keypad (R15).
void release_keypad(LockState& state, ItemChanges& changes);
/// The power came back, or the clock was lost, or both: ends refund chains; with the clock lost a wait starts again in full
/// (R16). `run`: from running_time_floor() on.
RestartFinding restart(LockState& state, RunSeconds run, bool clock_was_lost, ItemChanges& changes);
/// The clock was lost while the power stayed.
void lose_clock(LockState& state, RunSeconds run, ItemChanges& changes);

/// The newest running time in the state: after a restart the lock's running time goes on from here or later. The lock also
/// makes running time durable when a wait ends and at least every hour, or a lost clock makes old waits start again.
RunSeconds running_time_floor(const LockState& state);

}  // namespace cardea
