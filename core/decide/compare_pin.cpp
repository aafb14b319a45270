// SPDX-License-Identifier: Apache-2.0
#include "core/decide/internal/finding.hpp"
#include "core/decide/items.hpp"

namespace cardea {
namespace {

/// P6: a time in the rule needs a clock that shows it.
Reason reason_against(const LockState& state, const SlotState& slot, const ClockReading& clock) {
  if (slot.rule.names_a_time() && use_of(clock) != ClockUse::kGood) return Reason::kClockLost;
  const Reason late = reason_of_its_end(state, slot, clock.now);
  return late != Reason::kNone ? late : reason_of_schedule_and_uses(state, slot, clock.now);
}

/// What a second look has against it: the digest, compared once more, and all that may stand against it.
std::uint32_t look_again(const LockState& state, const SlotState& slot, const PinDigest& typed, const ClockReading& clock) {
  const auto match = static_cast<std::uint32_t>(slot.active) & static_cast<std::uint32_t>(slot.pin) &
                     static_cast<std::uint32_t>(equal_constant_time(typed, slot.pin_digest));
  return (match ^ 1) + static_cast<std::uint32_t>(reason_against(state, slot, clock));
}

void settle(LockState& state, std::size_t place, const PinDigest& typed, const ClockReading& clock, Finding& finding,
            ItemChanges& changes) {
  SlotState& slot = state.slots[place];
  finding.detail.method = Method::kPin;
  finding.detail.slot = slot.id;
  const Reason reason = reason_against(state, slot, clock);
  if (reason != Reason::kNone) return finding.refuse(reason);
  finding.accept(reason, look_again(*anew(&state), *anew(&slot), typed, clock));
  if (!slot.rule.says_anything()) return;
  count_use(slot, use_of(clock) == ClockUse::kLost ? UnixSeconds{} : clock.now);
  changes.add({item_slot, static_cast<std::uint8_t>(place)});
}

}  // namespace

Finding compare_pin(LockState& state, const Digits& entry, const ClockReading& clock, CodeKeys& keys, ItemChanges& changes) {
  const Result<KeyHandle> key = keys.pin_key();
  if (!key.ok()) return {};
  const Result<PinDigest> typed = pin_digest(keys.provider(), *key, entry);
  if (!typed.ok()) return {};
  std::array<std::uint8_t, slot_count_max> matches{};
  for (std::size_t place = 0; place < slot_count_max; ++place) {  // P5: all of them, whichever matches
    const SlotState& slot = state.slots[place];
    const bool is_it = equal_constant_time(slot.pin_digest, *typed);
    matches[place] = static_cast<std::uint8_t>(static_cast<unsigned>(is_it) & static_cast<unsigned>(slot.active && slot.pin));
  }
  Finding finding;
  finding.refuse(Reason::kUnknownCode);
  for (std::size_t place = 0; place < slot_count_max; ++place)
    if (matches[place] != 0) settle(state, place, *typed, clock, finding, changes);
  return finding;
}

}  // namespace cardea
