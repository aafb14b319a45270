// SPDX-License-Identifier: Apache-2.0
#include "core/decide/decide.hpp"

#include <bit>

#include "core/decide/internal/finding.hpp"
#include "core/decide/items.hpp"

namespace cardea {
namespace {

constexpr int distance(Verdict a, Verdict b) {
  return std::popcount(static_cast<std::uint32_t>(a) ^ static_cast<std::uint32_t>(b));
}
constexpr bool far_apart() {
  constexpr Verdict all[] = {Verdict::kRefused, Verdict::kGranted, Verdict::kClockSet, Verdict::kCleared, Verdict::kReleased};
  for (const Verdict a : all)
    for (const Verdict b : all)
      if (a != b && distance(a, b) < 16) return false;
  return true;
}
static_assert(far_apart());
static_assert(distance(Verdict::kRefused, Verdict::kGranted) == 32);

/// R19: an entry of n digits may be a release code, and four a day are looked at; everything else stays locked out.
Gate gate_of_a_wait(LockState& state, const Digits& entry, const ClockReading& clock, const CodeKeys& keys,
                    ItemChanges& changes) {
  if (entry.count() != state.settings.code_digits || !keys.has_code_key()) return Gate::kRefused;
  return take_release_decode(state.throttle, clock.run, changes) ? Gate::kReleaseOnly : Gate::kRefused;
}

/// pin.md P1: its length says so.
bool is_pin(const Settings& settings, const Digits& entry) {
  return settings.pin_digits != 0 && entry.count() == settings.pin_digits;
}

/// What is refused without a comparison; kNone lets the entry through to be charged.
Reason reason_before_comparing(const LockState& state, const Digits& entry, const ClockReading& clock, const CodeKeys& keys) {
  const Settings& settings = state.settings;
  if (entry.count() == settings.code_digits) return keys.has_code_key() ? Reason::kNone : Reason::kMalformed;
  if (is_pin(settings, entry)) return keys.has_code_key() ? Reason::kNone : Reason::kMalformed;  // pin.md P7
  if (entry.count() != settings.otp_digits) return Reason::kMalformed;
  if (use_of(clock) != ClockUse::kGood) return Reason::kClockLost;                    // R7
  return keys.covers(hour_of(clock.now)) ? Reason::kNone : Reason::kScheduleExpired;  // R1
}

std::uint32_t wait_now(const LockState& state, const ClockReading& clock) {
  return wait_of(state.throttle, clock.run, state.settings.only_keypad);
}

void report_throttle(const LockState& state, const ClockReading& clock, Outcome& outcome) {
  outcome.wait_s = wait_now(state, clock);
  outcome.failures = failures_of_month(state.throttle, clock.run);
}

bool opens_a_door(const Detail& detail) {
  if (detail.method == Method::kKey) return true;
  if (detail.method == Method::kToken || detail.method == Method::kSms || detail.method == Method::kPin) return true;
  return detail.method == Method::kOffline && detail.descriptor.family <= Family::kPool;
}

/// The verdict of an accepted code that opens nothing.
Verdict verdict_of_service_code(const Detail& detail) {
  if (detail.method != Method::kOffline) return Verdict::kRefused;
  if (detail.descriptor.family == Family::kClock) return Verdict::kClockSet;
  if (detail.descriptor.family == Family::kClear) return Verdict::kCleared;
  if (detail.descriptor.family == Family::kRelease) return Verdict::kReleased;
  return Verdict::kRefused;
}

/// Granted for what was accepted, and for nothing else; without a branch.
constexpr Verdict verdict_of(Check check) {
  constexpr std::uint32_t between =
      static_cast<std::uint32_t>(Check::kAccepted) ^ static_cast<std::uint32_t>(Verdict::kGranted);
  return static_cast<Verdict>(static_cast<std::uint32_t>(check) ^ between);
}
static_assert(verdict_of(Check::kAccepted) == Verdict::kGranted && verdict_of(Check::kRefused) == Verdict::kRefused);

Finding find(LockState& state, const Digits& entry, Gate gate, const ClockReading& clock, CodeKeys& keys,
             ItemChanges& changes) {
  if (is_pin(state.settings, entry)) return compare_pin(state, entry, clock, keys, changes);
  if (entry.count() != state.settings.code_digits) return compare_otp(state, entry, clock.now, keys, changes);
  Finding finding = decode_offline(state, entry, keys);
  if (finding.detail.method != Method::kOffline) return finding;
  if (gate == Gate::kReleaseOnly && finding.detail.descriptor.family != Family::kRelease) {
    finding.detail = {};  // R19: decoded only to see whether it is a release code
    finding.refuse(Reason::kUnknownCode);
    return finding;
  }
  // Decoded twice: an instruction that is left out could make another code of it.
  const std::uint32_t doubt = decode_offline(state, entry, keys).detail.descriptor == finding.detail.descriptor ? 0 : 1;
  judge_offline(state, clock, finding, changes);
  if (finding.check != Check::kRefused) object(*anew(&finding.check), doubt);
  return finding;
}

/// R14: the charge stands. What was only looked at as a release code was never charged and stays locked out.
void refuse(LockState& state, Gate gate, const ClockReading& clock, Reason reason, Outcome& outcome) {
  outcome.verdict = Verdict::kRefused;
  outcome.reason = gate == Gate::kReleaseOnly && reason != Reason::kFault ? Reason::kLockedOut : reason;
  if (gate == Gate::kCharged) outcome.alert = keep_charge(state.throttle, clock.run, outcome.changes);
}

/// R14: a hit refunds itself, and what R14 allows before it when it opens.
void settle_hit(LockState& state, Gate gate, const ClockReading& clock, bool opens, Outcome& outcome) {
  if (gate == Gate::kCharged)
    outcome.alert = refund(state.throttle, clock.run, opens, outcome.changes);
  else
    end_chain(state.throttle);
}

/// The only function that grants: what was accepted, and opens a door.
void let_open(const Finding& finding, Outcome& outcome) {
  const Finding& found = *anew(&finding);  // the branch that led here knows what it is, and may not have been taken rightly
  outcome.verdict = verdict_of(found.check);
  object(outcome.verdict, opens_a_door(found.detail) ? 0 : 1);
}

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRefused: return "refused";
    case Verdict::kGranted: return "granted";
    case Verdict::kClockSet: return "clock_set";
    case Verdict::kCleared: return "cleared";
    case Verdict::kReleased: return "released";
  }
  return "refused";
}

Admission admit(LockState& state, const Digits& entry, const ClockReading& clock, const CodeKeys& keys) {
  Admission admission;
  Outcome& outcome = admission.outcome;
  if (wait_now(state, clock) != 0) {
    outcome.reason = Reason::kLockedOut;
    admission.gate = gate_of_a_wait(state, entry, clock, keys, outcome.changes);
  } else {
    outcome.reason = reason_before_comparing(state, entry, clock, keys);
    if (outcome.reason == Reason::kNone) {
      charge(state.throttle, clock.run, outcome.changes);
      admission.gate = Gate::kCharged;
    }
  }
  report_throttle(state, clock, outcome);
  return admission;
}

Outcome judge(LockState& state, const Digits& entry, const Admission& admission, const ClockReading& clock, CodeKeys& keys) {
  CARDEA_ASSERT(admission.gate != Gate::kRefused);
  Outcome outcome;
  Finding finding = find(state, entry, admission.gate, clock, keys, outcome.changes);
  outcome.detail = finding.detail;
  outcome.new_clock = finding.new_clock;
  if (finding.check != Check::kAccepted && finding.check != Check::kServed) {
    refuse(state, admission.gate, clock, finding.reason, outcome);
  } else {
    outcome.verdict = verdict_of_service_code(finding.detail);
    const bool opens = opens_a_door(finding.detail) && admission.gate == Gate::kCharged;
    if (holds(finding.check, Check::kAccepted) || holds(finding.check, Check::kServed))
      settle_hit(state, admission.gate, clock, opens, outcome);
    if (opens) let_open(finding, outcome);
  }
  write_twice(finding.check, Check::kRefused);
  report_throttle(state, clock, outcome);
  return outcome;
}

UsedUp used_up(const LockState& state, const Detail& detail) {
  if (detail.method == Method::kOffline) return used_up_code(state, detail.descriptor);
  for (std::size_t place = 0; place < slot_count_max; ++place) {
    const SlotState& slot = state.slots[place];
    if (!slot.present || slot.id != detail.slot) continue;
    const ItemKey item{item_slot, static_cast<std::uint8_t>(place)};
    if (detail.method == Method::kPin) return {item, 0};
    const OtpPurpose purpose = detail.method == Method::kSms ? OtpPurpose::kSms : OtpPurpose::kApp;
    return {item, slot.newest_step[static_cast<std::size_t>(purpose)] == detail.step ? 0u : 1u};
  }
  return {.doubt = 1};
}

Outcome judge_key(const grant::Grant& key, const KeyShown& shown, grant::Uses& uses) {
  Outcome outcome;
  Finding finding = compare_key(key, shown, uses);
  outcome.detail = finding.detail;
  outcome.reason = finding.reason;
  if (finding.check == Check::kAccepted && opens_a_door(finding.detail)) let_open(finding, outcome);
  write_twice(finding.check, Check::kRefused);
  return outcome;
}

}  // namespace cardea
