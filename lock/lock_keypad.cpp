// SPDX-License-Identifier: Apache-2.0
// What opens: the keypad, a virtual key (lock_grant.cpp), the inside button, a command of the platform. All of it goes through
// open() or the button, and those through move_motor().
#include "lock/lock.hpp"

namespace cardea {
namespace {

constexpr audit::ReasonCode fault = static_cast<audit::ReasonCode>(Reason::kFault);

audit::What what_of(const Detail& detail, const Settings& settings) {
  switch (detail.method) {
    case Method::kNone: return {};
    case Method::kToken:
    case Method::kSms:
      return audit::encode(audit::TokenUse{detail.slot.slot, detail.slot.generation, detail.fixed, detail.step.value});
    case Method::kPin: return audit::encode(audit::PinUse{detail.slot.slot, detail.slot.generation, true});
    case Method::kKey: return audit::encode(audit::KeyUse{detail.serial});
    case Method::kOffline:
      return audit::encode(audit::OfflineUse{static_cast<std::uint8_t>(detail.descriptor.family), detail.descriptor.klass,
                                             settings.code_epoch, detail.descriptor.start, detail.descriptor.index});
  }
  return {};
}

audit::Method method_of(Method method) {
  switch (method) {
    case Method::kNone: return audit::Method::kNone;
    case Method::kToken: return audit::Method::kApp;
    case Method::kSms: return audit::Method::kSms;
    case Method::kOffline: return audit::Method::kOffline;
    case Method::kPin: return audit::Method::kPin;
    case Method::kKey: return audit::Method::kVirtualKey;
  }
  return audit::Method::kNone;
}

/// The longest that a decision takes.
constexpr std::uint64_t decision_s_max = 30;

}  // namespace

/// The time of a decision, looked at twice: 0 when this one and the clock's now can come from one clock, a decision apart.
std::uint32_t Lock::doubt_about(const ClockReading& before) {
  const ClockReading after = clock_.read();
  const bool is_soon_after = after.quality == before.quality && after.now.value - before.now.value <= decision_s_max &&
                             after.run >= before.run && after.run.value - before.run.value <= decision_s_max;
  return is_soon_after ? 0 : 1;
}

/// 0 when the charge that is to become durable is a failure of this moment, and so is the time with it: another one would not
/// count for long, or make those before it old.
std::uint32_t Lock::doubt_about_charge(const ClockReading& at) {
  const std::optional<std::uint8_t>& place = state_.throttle.charged;
  if (!place) return 1;
  const Failure& failure = state_.throttle.failures[*place];
  const std::uint32_t now = moment_of(at.run).value;
  const bool is_now = failure.at.value == now && failure.wait_from.value == now;
  return (is_now ? 0 : 1) + clock_.doubt_about_seen(at, tx_) + doubt_about(at);
}

/// What was asked for, as the record has it. Of a code that was compared and not recognised only the kind is known: its length
/// says it.
Lock::What Lock::what_asked(const Digits& entry, const Outcome& outcome, bool charged) const {
  if (outcome.detail.method != Method::kNone || !charged)
    return {method_of(outcome.detail.method), what_of(outcome.detail, state_.settings)};
  if (entry.count() == state_.settings.code_digits) return {audit::Method::kOffline, audit::encode(audit::OfflineUse{})};
  if (entry.count() == state_.settings.pin_digits) return {audit::Method::kPin, audit::encode(audit::PinUse{})};
  return {audit::Method::kApp, audit::encode(audit::TokenUse{})};
}

KeypadResult Lock::refuse(audit::ReasonCode reason) { return {.reason = reason, .wait_s = wait_s()}; }

KeypadResult Lock::enter(const Digits& entry) {
  if (!ready_ && boot() != Status::kOk) return {.reason = fault};
  if (!claimed_) return refuse(static_cast<audit::ReasonCode>(Reason::kMalformed));  // activation.md A9
  if (log_.full()) return refuse(audit::reason_log_full);
  const ClockReading clock = clock_.read();
  const std::uint32_t waits = wait_s();
  const Admission admission = admit(state_, entry, clock, *keys_);
  const bool charged = admission.gate == Gate::kCharged;
  tx_.clear();
  if (put(admission.outcome.changes) != Status::kOk) return refuse(fault);
  if (charged && clock_.put_seen(clock, tx_) != Status::kOk) return refuse(fault);
  if (charged && doubt_about_charge(clock) != 0) ready_ = false;
  if (!ready_ || commit() != Status::kOk) return refuse(fault);
  if (admission.gate == Gate::kRefused)
    return conclude(what_asked(entry, admission.outcome, false), admission.outcome, clock, false);
  // R14, looked at in the flash: a guess that was not charged opens nothing, also when it is right.
  const std::optional<std::uint8_t> charge = state_.throttle.charged;
  const std::uint32_t uncharged = charge ? doubt_about({.item = {item_failure, *charge}}) : 1;
  Outcome outcome = judge(state_, entry, admission, clock, *keys_);
  if (outcome.verdict == Verdict::kGranted) {
    Verdict& verdict = *anew(&outcome.verdict);  // behind the branch it is known to be kGranted
    object(verdict, charged ? waits : 1);
    object(verdict, uncharged);
    object(verdict, doubt_about(clock));
  }
  const KeypadResult result = carry_out(what_asked(entry, outcome, charged), outcome, clock, charged);
  write_twice(outcome.verdict, Verdict::kRefused);
  return result;
}

/// Everything that the verdict changes becomes durable in one write, before anything else happens.
KeypadResult Lock::carry_out(const What& what, Outcome& outcome, const ClockReading& before, bool charged) {
  tx_.clear();
  if (put(outcome.changes) != Status::kOk) return refuse(fault);
  if (outcome.new_clock.set && clock_.set_coarse(outcome.new_clock.time, tx_) != Status::kOk) return refuse(fault);
  if (commit() != Status::kOk) return refuse(fault);
  if (outcome.verdict == Verdict::kGranted) object(*anew(&outcome.verdict), doubt_about(used_up(state_, outcome.detail)));
  return conclude(what, outcome, before, charged);
}

KeypadResult Lock::conclude(const What& what, const Outcome& outcome, const ClockReading& before, bool charged) {
  waiting_ = outcome.wait_s > 0;
  const Verdict verdict = anew(outcome.verdict);
  KeypadResult result{outcome.verdict, static_cast<audit::ReasonCode>(outcome.reason), outcome.wait_s, outcome.alert};
  switch (outcome.verdict) {
    case Verdict::kGranted: {
      const OpenResult opened = open(what, verdict);
      if (!opened.opened) return refuse(opened.reason);
      break;
    }
    case Verdict::kClockSet: record_clock_set(what.method, before); break;
    case Verdict::kCleared: record(audit::Kind::kCleared, what, audit::detail_of(what.bytes)); break;
    case Verdict::kReleased: record_released(what, outcome.failures); break;
    case Verdict::kRefused: record_refusal(outcome, what, charged); break;
    default: return refuse(fault);  // spoiled on its way
  }
  return result;
}

/// event.md E12: a person who types on during a wait must not push the log out.
void Lock::record_refusal(const Outcome& outcome, const What& what, bool charged) {
  const auto reason = static_cast<audit::ReasonCode>(outcome.reason);
  if (!charged) {
    const std::optional<audit::Record> newest = log_.newest();
    if (newest && newest->kind == audit::Kind::kEntryRefused && newest->reason == reason) return;
  }
  const audit::Detail detail =
      audit::detail_of_refusal(what.bytes, static_cast<std::uint16_t>(outcome.failures), outcome.alert);
  record(audit::Kind::kEntryRefused, what, detail, reason);
}

void Lock::record_released(const What& what, std::uint32_t failures) {
  record(audit::Kind::kReleased, what, audit::detail_of(what.bytes, failures << 16));
}

/// The intention is durable before the motor moves (event.md E3).
OpenResult Lock::open(const What& what, Verdict verdict) {
  const Result<std::uint32_t> intention = try_record(audit::Kind::kOpening, what, audit::detail_of(what.bytes), 0);
  if (!intention.ok()) return {false, intention.error() == Status::kFull ? audit::reason_log_full : fault};
  const bool moved = move_motor(verdict) == Status::kOk;
  const audit::ReasonCode reason = moved ? audit::reason_none : audit::reason_motor_failed;
  record_outcome(moved ? audit::Kind::kOpened : audit::Kind::kOpenFailed, what, *intention, reason);
  return {moved, reason};
}

/// The one place where a door opens: for a verdict that is looked at here, whoever called.
Status Lock::move_motor(Verdict verdict) {
  if (!holds(verdict, Verdict::kGranted)) return Status::kNotReady;
  const Status moved = port_.motor->open_for(desired_.open_ms);
  if (moved == Status::kOk) released_until_ = {clock_.read().run.value + desired_.open_ms / 1'000 + 1 + door_release_s};
  return moved;
}

OpenResult Lock::press(Verdict pressed) {
  const What what{.method = audit::Method::kInside};
  if (!ready_) static_cast<void>(boot() == Status::kOk);
  pressed_at_ = clock_.read().run;
  if (ready_ && !claimed_) static_cast<void>(forget(asked_item) == Status::kOk);  // activation.md A1
  if (ready_ && claimed_ && !log_.full()) {
    const OpenResult opened = open(what, pressed);
    if (opened.opened || opened.reason == audit::reason_motor_failed) return opened;
  }
  const bool moved = move_motor(pressed) == Status::kOk;  // without a record: leaving does not wait for one
  return {moved, moved ? audit::reason_none : audit::reason_motor_failed};
}

OpenResult Lock::unlock(std::uint64_t command, Verdict verdict) {
  if (!ready_ || !claimed_) return {false, fault};
  return open(what_of_command(command), verdict);
}

Lock::What Lock::what_of_command(std::uint64_t command) {
  What what{.method = audit::Method::kPlatform};
  store_be(command, what.bytes);
  return what;
}

Status Lock::release_keypad(std::uint64_t command) {
  if (!ready_ || !claimed_) return Status::kNotReady;
  const std::uint16_t failures = failures_of_month();
  ItemChanges changes;
  cardea::release_keypad(state_, changes);
  tx_.clear();
  CARDEA_TRY(put(changes));
  CARDEA_TRY(commit());
  record_released(what_of_command(command), failures);
  return Status::kOk;
}

void Lock::refuse_command(std::uint64_t command, audit::ReasonCode reason) {
  if (!ready_ || !claimed_) return;
  audit::Detail detail{};
  store_be(command, detail);
  record(audit::Kind::kCommandRefused, {.method = audit::Method::kPlatform}, detail, reason);
}

}  // namespace cardea
