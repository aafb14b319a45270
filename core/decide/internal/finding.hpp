// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the comparison of one entry found: for decide.cpp only. the compare_… and judge_… files find, decide.cpp decides.

#include "core/base/hardened.hpp"
#include "core/decide/decide.hpp"

namespace cardea {

/// Far apart, like a verdict: a value that a glitch left at zero accepts nothing. kServed: accepted, but opens no door.
enum class Check : std::uint32_t { kRefused = 0x5B3C69D2, kAccepted = 0xA4C3962D, kServed = 0x3A5A5AB4 };

struct Finding {
  Check check = Check::kRefused;
  Reason reason = Reason::kFault;
  Detail detail;
  NewClock new_clock;

  Finding() { write_twice(check, Check::kRefused); }

  void refuse(Reason why) {
    write_twice(check, Check::kRefused);
    reason = why;
  }
  /// Accepts, unless the reason or a second look says otherwise (0: nothing), however it came to this call.
  void accept(Reason found, std::uint32_t second_look, Check as = Check::kAccepted) {
    check = as;
    object(check, static_cast<std::uint32_t>(found));
    object(check, second_look);
    reason = Reason::kNone;
  }
};

/// Compares a one-time code with every candidate of every slot and burns it where it is accepted (R3 to R6, R17). The clock is
/// good.
Finding compare_otp(LockState& state, const Digits& entry, UnixSeconds now, CodeKeys& keys, ItemChanges& changes);

/// The same for a PIN (spec/pin.md P5, P6).
Finding compare_pin(LockState& state, const Digits& entry, const ClockReading& clock, CodeKeys& keys, ItemChanges& changes);

/// Judges a virtual key by G3 of spec/grant.md, and counts its opening in `uses` when it is accepted (G4).
Finding compare_key(const grant::Grant& key, const KeyShown& shown, grant::Uses& uses);

// What the rule of a slot has against a code that matched, in two parts (spec/schedule.md S8): what comes before `replayed` in
// the order of codes.md §5, and what comes after it. kNone: nothing.
Reason reason_of_its_end(const LockState& state, const SlotState& slot, UnixSeconds now);
Reason reason_of_schedule_and_uses(const LockState& state, const SlotState& slot, UnixSeconds now);
/// S9: an opening is counted with the burn, in the same write. Nothing happens to a slot without a rule.
void count_use(SlotState& slot, UnixSeconds now);

/// Decrypts an offline code: its descriptor is in `detail`, of method kOffline, or the finding is refused as kUnknownCode or
/// kFault. Accepts and changes nothing.
Finding decode_offline(const LockState& state, const Digits& entry, CodeKeys& keys);
/// Judges the descriptor that was found by R8 to R13 and R19, and carries out an accepted one in `state` but for the throttle.
void judge_offline(LockState& state, const ClockReading& clock, Finding& finding, ItemChanges& changes);
/// used_up() of an offline code.
UsedUp used_up_code(const LockState& state, const Descriptor& code);

}  // namespace cardea
