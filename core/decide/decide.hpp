// SPDX-License-Identifier: Apache-2.0
#pragma once
// The decision: an entry at the keypad, the lock's state and its clock in; a verdict and its effects out (codes.md).
// Pure but for the provider: no flash, no motor, no clock of its own. The lock carries out what stands in the outcome:
//
//   Admission admission = admit(state, entry, clock, keys);
//   make admission.outcome.changes durable, with the time now as newest time seen when admission.gate is kCharged
//   if (admission.gate == Gate::kRefused) -> admission.outcome is the end of it
//   Outcome outcome = judge(state, entry, admission, clock, keys);
//   make outcome.changes, new_clock and the audit record durable in one transaction
//   if (outcome.verdict == Verdict::kGranted) -> the motor
//
// When a write fails the lock goes no further. The state in memory is then the stricter one.

#include "core/base/hardened.hpp"
#include "core/decide/keys.hpp"
#include "core/decide/reason.hpp"
#include "core/decide/state.hpp"
#include "core/grant/uses.hpp"

namespace cardea {

/// Any two differ in 16 of their 32 bits or more, kRefused and kGranted in all. Callers test == kGranted and nothing else
/// before the motor.
enum class Verdict : std::uint32_t {
  kRefused = 0x3A5C96E1,
  kGranted = 0xC5A3691E,
  kClockSet = 0x355399EE,  ///< a clock code was accepted; the door stays shut
  kCleared = 0x096FA5D2,   ///< a clear code
  kReleased = 0x6F09C3B4,  ///< a release code
};
/// The name of a verdict as it stands in audit records and JSON: "granted"; "refused" for anything that is no verdict.
const char* name_of(Verdict verdict);

/// How far an entry got.
enum class Method : std::uint8_t {
  kNone = 0,     ///< nothing was recognised
  kToken = 1,    ///< a one-time code of an app: `slot`, `fixed`, `step`
  kSms = 2,      ///< a one-time code by SMS: `slot`, `step`
  kOffline = 3,  ///< an offline code: `descriptor`
  kPin = 4,      ///< a PIN: `slot`
  kKey = 5,      ///< a virtual key: `serial`
};

/// What was recognised, for the audit record; of a refused code too. It never holds the digits, and they follow from it only
/// with the key.
struct Detail {
  Method method = Method::kNone;
  SlotGeneration slot;  ///< the lowest place, when the digits were valid in several slots
  bool fixed = false;
  Step step;
  Descriptor descriptor;
  std::uint32_t serial = 0;
};

/// A time that a clock code gave: the lock's clock becomes this, with quality coarse.
struct NewClock {
  bool set = false;
  UnixSeconds time;
};

struct Outcome {
  Verdict verdict = Verdict::kRefused;
  Reason reason = Reason::kNone;  ///< of a refusal
  std::uint32_t wait_s = 0;       ///< until the next entry is looked at; wait_off_s: the keypad is off
  std::uint32_t failures = 0;     ///< of the last 30 days that stand after this entry
  std::uint8_t alert = 0;         ///< 5, 20, 50 or 100 when the failures rose to that
  Detail detail;
  NewClock new_clock;
  ItemChanges changes;

  Outcome() { write_twice(verdict, Verdict::kRefused); }
};

enum class Gate : std::uint8_t {
  kRefused,      ///< nothing is compared and nothing was charged
  kCharged,      ///< charged; to be compared
  kReleaseOnly,  ///< the keypad waits or is off, and this may be a release code: one of four decodes is taken
};

/// `outcome` is complete for kRefused; for the others its `changes` must be durable before judge() is called.
struct Admission {
  Gate gate = Gate::kRefused;
  Outcome outcome;
};

/// Looks at nothing but the length of the entry: what R14 lets pass uncharged is refused here, the rest is charged.
Admission admit(LockState& state, const Digits& entry, const ClockReading& clock, const CodeKeys& keys);

/// Judges an entry that was admitted; `admission.gate` is not kRefused (asserted). `clock` may be the same reading.
/// A provider that fails refuses with kFault, and the charge stands.
Outcome judge(LockState& state, const Digits& entry, const Admission& admission, const ClockReading& clock, CodeKeys& keys);

/// What an opening uses up, for a last look before the motor: the item of it, which is durable by then as it is in `state`; of
/// kind 0 when there is none.
struct UsedUp {
  ItemKey item{};
  std::uint32_t doubt = 0;  ///< 0: it is used up in `state`
};
UsedUp used_up(const LockState& state, const Detail& detail);

/// What the lock knows when a virtual key asks to open that has proved itself.
struct KeyShown {
  const LockId& lock;
  const ClockReading& clock;
  UnixSeconds until;  ///< end of its lease
  const grant::Denials& denials;
};

/// Judges a virtual key (spec/grant.md G3). `uses` counts its opening when it is granted, and is to be durable before the motor
/// moves; the outcome has no changes.
Outcome judge_key(const grant::Grant& key, const KeyShown& shown, grant::Uses& uses);

}  // namespace cardea
