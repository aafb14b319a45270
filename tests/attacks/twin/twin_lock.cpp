// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/twin/twin_lock.hpp"

#include "core/codes/ff1.hpp"
#include "core/decide/items.hpp"
#include "tests/attacks/twin/secrets.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint64_t time_step_max_s = seconds_per_day;
constexpr std::uint64_t time_behind_max_s = 600;
constexpr std::uint64_t sms_day_steps = seconds_per_day / sms_step_s;

Typed refused(Reason reason, std::uint32_t wait_s = 0) { return {Verdict::kRefused, reason, wait_s, 0, false}; }

KeyBytes code_key_of(const LockSpec& secrets, Flaw flaw) {
  return flaw == Flaw::kKeyFromLabel ? key_from_label(secrets.id) : secrets.key;
}

}  // namespace

TwinLock::TwinLock(const LockSpec& spec, const LockSpec& secrets, Flaw flaw)
    : spec_(spec),
      code_id_(flaw == Flaw::kCodesOfTheSite ? secrets.id : spec.id),
      code_key_(code_key_of(secrets, flaw)),
      flaw_(flaw),
      provider_(spec.seed),
      keys_(provider_, code_id_),
      now_(spec.time),
      newest_seen_(spec.time) {
  chain_.key = spec.audit_seed;
  if (!spec.claimed) return;
  take(spec.snapshot);
  for (std::size_t i = 0; i < item_key_count; ++i) {
    ItemChanges change;
    change.add(item_key(i));
    keep(change);
  }
  record(audit::Kind::kActivated);
}

// --- memory ---------------------------------------------------------------------------------------------------------------

bool TwinLock::write_allowed() {
  if (off_) return false;
  if (writes_left_ == 0) {
    off_ = true;
    return false;
  }
  if (writes_left_ != never) --writes_left_;
  return true;
}

void TwinLock::keep_in_memory(const ItemChanges& changes) {
  for (const ItemKey key : changes.keys()) {
    Bytes<item_size_bytes_max> bytes;
    ByteWriter writer(bytes);
    CARDEA_ASSERT(encode_item(state_, key, writer) == Status::kOk);
    flash_[key].assign(writer.written().begin(), writer.written().end());
  }
}

/// One write for all of them; with the flaw of E15 each item is deleted, then written.
bool TwinLock::keep(const ItemChanges& changes) {
  if (flaw_ != Flaw::kTornWrites) {
    if (changes.empty()) return !off_;
    if (!write_allowed()) return false;
    keep_in_memory(changes);
    return true;
  }
  for (const ItemKey key : changes.keys()) {
    if (!write_allowed()) return false;
    flash_.erase(key);
    if (!write_allowed()) return false;
    ItemChanges one;
    one.add(key);
    keep_in_memory(one);
  }
  return true;
}

void TwinLock::load() {
  state_ = {};
  state_.schedules = spec_.snapshot.schedules;
  for (std::size_t i = 0; i < item_key_count; ++i) {
    const auto found = flash_.find(item_key(i));
    if (found == flash_.end()) continue;
    const Status status = decode_item(state_, found->first, found->second);
    CARDEA_ASSERT(status == Status::kOk || status == Status::kStale);
  }
  for (SlotState& slot : state_.slots)
    for (const link::SnapshotSlot& listed : spec_.snapshot.slots)
      if (slot.pin && listed.pin && listed.number == slot.id.slot) slot.pin_digest = listed.pin_digest;
}

void TwinLock::take_hours(const link::Snapshot& snapshot) {
  std::vector<KeyHandle> handles;
  for (std::size_t i = 0; i < snapshot.hour_count; ++i)
    handles.push_back(provider_.import_key(KeyKind::kMac, snapshot.hours[i]).value());
  if (!handles.empty()) CARDEA_ASSERT(keys_.use_schedule({snapshot.first_hour}, handles) == Status::kOk);
}

void TwinLock::take(const link::Snapshot& snapshot) {
  spec_.snapshot = snapshot;
  state_.schedules = snapshot.schedules;
  ItemChanges changes;
  CARDEA_ASSERT(set_settings(state_, snapshot.settings.codes, changes) == Status::kOk);
  CARDEA_ASSERT(set_epoch(state_, snapshot.settings.codes.code_epoch, changes) == Status::kOk);
  for (const SlotState& slot : state_.slots) {
    const auto listed = [&](const link::SnapshotSlot& one) { return one.number == slot.id.slot; };
    const auto end = snapshot.slots.begin() + snapshot.slot_count;
    if (slot.active && std::find_if(snapshot.slots.begin(), end, listed) == end)
      CARDEA_ASSERT(remove_slot(state_, slot.id.slot, changes) == Status::kOk);
  }
  for (std::size_t i = 0; i < snapshot.slot_count; ++i) {
    const link::SnapshotSlot& slot = snapshot.slots[i];
    const bool fixed = slot.fixed || flaw_ == Flaw::kKeyWithoutHour;
    CARDEA_ASSERT(set_slot(state_, {{slot.number, slot.generation}, fixed, slot.sms, slot.rule, slot.pin, slot.pin_digest},
                           changes) == Status::kOk);
  }
  if (spec_.lock_class == link::LockClass::kProtected)
    keys_.use_lock_key(provider_.import_key(KeyKind::kMac, code_key_).value());
  else
    take_hours(snapshot);
  keep(changes);
}

std::vector<std::uint8_t> TwinLock::flash_image() const {
  std::vector<std::uint8_t> image;
  for (const auto& [key, value] : flash_) image.insert(image.end(), value.begin(), value.end());
  if (spec_.lock_class == link::LockClass::kProtected)
    image.insert(image.end(), code_key_.bytes().begin(), code_key_.bytes().end());
  if (flaw_ == Flaw::kCodesInFlash) image.insert(image.end(), last_typed_.begin(), last_typed_.end());
  return image;
}

// --- entries --------------------------------------------------------------------------------------------------------------

Typed TwinLock::type(std::string_view entry, Visitor visitor) {
  if (off_) return refused(Reason::kFault);
  if (!spec_.claimed && flaw_ != Flaw::kDefaultPin) return refused(Reason::kMalformed);
  const bool by_kind = flaw_ == Flaw::kCounterPerKind;
  const bool counts_apart = by_kind || flaw_ == Flaw::kCounterPerVisitor;
  Throttle& apart = throttles_[by_kind ? static_cast<std::uint32_t>(entry.size()) : visitor.number];
  if (counts_apart) std::swap(apart, state_.throttle);
  if (flaw_ == Flaw::kForgetsOlderSteps) forget_older_steps();
  if (flaw_ == Flaw::kStaleSchedule) keep_last_hour();
  last_typed_ = entry;
  const Throttle before = state_.throttle;
  Typed typed = enter(Digits::parse(entry));
  if (flaw_ == Flaw::kPinsUncharged && entry.size() == state_.settings.pin_digits) state_.throttle = before;
  if (!typed.opened() && opens_by_flaw(entry, typed)) {
    draw_bolt();
    typed.verdict = Verdict::kGranted;
    typed.compared = true;
  }
  if (counts_apart) std::swap(apart, state_.throttle);
  return typed;
}

Typed TwinLock::enter(const Digits& entry) {
  Admission admission = admit(state_, entry, clock(), keys_);
  if (admission.gate == Gate::kRefused) return refused(admission.outcome.reason, admission.outcome.wait_s);
  if (flaw_ != Flaw::kChargeAfterCompare && !keep(admission.outcome.changes)) return refused(Reason::kFault);
  return judge_admitted(entry, admission);
}

Typed TwinLock::judge_admitted(const Digits& entry, const Admission& admission) {
  if (quality_ != ClockQuality::kLost) newest_seen_ = std::max(newest_seen_, now_);
  run_seen_ = run_;
  const std::uint64_t computed_before = provider_.code_count() + provider_.block_count();
  Outcome outcome = judge(state_, entry, admission, clock(), keys_);
  Typed typed{outcome.verdict, outcome.reason, outcome.wait_s, outcome.alert, false};
  typed.compared = provider_.code_count() + provider_.block_count() > computed_before;
  if (flaw_ == Flaw::kForgetsOlderSteps && typed.opened()) {
    if (outcome.detail.step == last_step_) return refused(Reason::kReplayed);
    last_step_ = outcome.detail.step;
  }
  ItemChanges changes = admission.outcome.changes;
  changes.add(outcome.changes);
  if (!keep(flaw_ == Flaw::kChargeAfterCompare ? changes : outcome.changes)) {
    typed.verdict = Verdict::kRefused;
    typed.reason = Reason::kFault;
    return typed;
  }
  if (outcome.new_clock.set) {
    now_ = outcome.new_clock.time;
    quality_ = ClockQuality::kCoarse;
  }
  record(typed.opened() ? audit::Kind::kOpened : audit::Kind::kEntryRefused);
  if (!typed.opened()) return typed;
  draw_bolt();
  if (flaw_ == Flaw::kSuccessClearsFailures) state_.throttle = {};
  return typed;
}

std::size_t TwinLock::arrive(std::string_view entry) {
  Arrived& arrived = arrived_.emplace_back();
  arrived.entry = entry;
  if (flaw_ == Flaw::kCheckThenCharge) {
    arrived.seen = state_;
    arrived.admission = admit(arrived.seen, Digits::parse(entry), clock(), keys_);
  }
  return arrived_.size() - 1;
}

Typed TwinLock::finish(std::size_t ticket) {
  Arrived& arrived = arrived_.at(ticket);
  if (!arrived.admission) return type(arrived.entry, {});
  const Admission admission = *arrived.admission;
  if (admission.gate == Gate::kRefused) return refused(admission.outcome.reason, admission.outcome.wait_s);
  state_ = arrived.seen;  // the flaw: what others wrote in between is lost
  return judge_admitted(Digits::parse(arrived.entry), admission);
}

// --- flaws that open ------------------------------------------------------------------------------------------------------

bool TwinLock::opens_by_flaw(std::string_view entry, const Typed& typed) {
  if (flaw_ == Flaw::kDefaultPin) return entry == default_pin;
  if (flaw_ == Flaw::kMasterCode) return entry == master_code(spec_.id);
  if (flaw_ == Flaw::kSlidingWindow) return finds_a_window(entry);
  if (typed.reason == Reason::kLockedOut) return false;
  if (flaw_ == Flaw::kLongLivedSms) return accepts_old_sms(entry);
  if (flaw_ == Flaw::kNoRevocation) return accepts_any_number(entry);
  return false;
}

bool TwinLock::finds_a_window(std::string_view entry) {
  const std::size_t digits = state_.settings.otp_digits;
  for (std::size_t i = 0; i + digits <= entry.size(); ++i) {
    LockState copy = state_;
    copy.throttle = {};
    const Digits window = Digits::parse(entry.substr(i, digits));
    const Admission admission = admit(copy, window, clock(), keys_);
    if (admission.gate != Gate::kCharged) return false;
    if (judge(copy, window, admission, clock(), keys_).verdict == Verdict::kGranted) return true;
  }
  return false;
}

bool TwinLock::accepts_old_sms(std::string_view entry) {
  const ScopedKey key(provider_, provider_.import_key(KeyKind::kMac, code_key_).value());
  for (std::uint64_t back = 0; back < sms_day_steps; ++back) {
    const UnixSeconds then{now_.value - back * sms_step_s};
    const OtpRequest request{OtpPurpose::kSms, state_.slots[0].id, false, then, state_.settings.otp_digits};
    if (issue_otp(provider_, key.handle(), code_id_, request).value().reveal() == entry) return true;
  }
  return false;
}

bool TwinLock::accepts_any_number(std::string_view entry) {
  const Digits typed = Digits::parse(entry);
  const std::uint8_t digits = state_.settings.code_digits;
  if (typed.count() != digits) return false;
  const std::uint64_t number = decrypt_code(provider_, keys_.code_key(state_.settings.code_epoch).value(), typed).value();
  const Result<Descriptor> descriptor = descriptor_of(number, digits);
  return descriptor.ok() && descriptor->family <= Family::kPool;
}

void TwinLock::forget_older_steps() {
  for (SlotState& slot : state_.slots) slot.newest_step = {};
}

void TwinLock::keep_last_hour() {
  const link::Snapshot& snapshot = spec_.snapshot;
  const std::uint32_t hour = hour_of(now_).value;
  if (snapshot.hour_count == 0 || hour < snapshot.first_hour + snapshot.hour_count) return;
  std::vector<KeyHandle> handles;
  for (int i = 0; i < 3; ++i)
    handles.push_back(provider_.import_key(KeyKind::kMac, snapshot.hours[snapshot.hour_count - 1]).value());
  CARDEA_ASSERT(keys_.use_schedule({hour - 1}, handles) == Status::kOk);
}

// --- the rest of a lock's life --------------------------------------------------------------------------------------------

void TwinLock::draw_bolt() { ++pulses_; }

void TwinLock::record(audit::Kind kind) {
  audit::Record one;
  one.kind = kind;
  one.time = static_cast<std::uint32_t>(now_.value);
  one.quality = quality_;
  CARDEA_ASSERT(audit::seal(provider_, spec_.id, chain_, one) == Status::kOk);
  records_.push_back(audit::encode(one));
}

bool TwinLock::press_inside() {
  if (off_ || (flaw_ == Flaw::kLockoutForAll && wait_s() != 0)) return false;
  draw_bolt();
  return true;
}

bool TwinLock::unlock_remotely() { return press_inside(); }

void TwinLock::release_keypad() {
  ItemChanges changes;
  cardea::release_keypad(state_, changes);
  keep(changes);
}

void TwinLock::advance(std::uint64_t seconds) {
  now_.value += seconds;
  run_.value += seconds;
}

void TwinLock::restart(ClockLoss clock_loss) {
  off_ = false;
  writes_left_ = never;
  arrived_.clear();
  load();
  const bool lost = clock_loss == ClockLoss::kLost;
  if (lost) {
    run_ = std::max(run_seen_, running_time_floor(state_));
    quality_ = ClockQuality::kLost;
    if (flaw_ == Flaw::kClockRestartsAtZero) {
      now_ = spec_.time;
      quality_ = ClockQuality::kSynced;
    }
  }
  ItemChanges changes;
  cardea::restart(state_, run_, lost, changes);
  keep(changes);
  if (flaw_ == Flaw::kResetClears) state_.throttle = {};
  if (flaw_ == Flaw::kOpensAtBoot) draw_bolt();
  record(audit::Kind::kRestarted);
}

Status TwinLock::apply(std::uint32_t version, ByteSpan bytes) {
  if (flaw_ == Flaw::kNoLimits) return Status::kOk;
  if (version <= applied_version_) return Status::kStale;
  link::Snapshot snapshot;
  CARDEA_TRY(link::decode(bytes, spec_.lock_class, snapshot));
  take(snapshot);
  applied_version_ = version;
  return Status::kOk;
}

void TwinLock::hear_time(UnixSeconds time) {
  const bool behind = time.value + time_behind_max_s < newest_seen_.value;
  const bool ahead =
      quality_ != ClockQuality::kLost && quality_ != ClockQuality::kCoarse && time.value > now_.value + time_step_max_s;
  if (flaw_ != Flaw::kTimeUnbounded && (behind || ahead)) return;
  now_ = time;
  newest_seen_ = flaw_ == Flaw::kTimeUnbounded ? time : std::max(time, newest_seen_);
  quality_ = ClockQuality::kSynced;
  ItemChanges changes;
  set_time(state_, changes);
  keep(changes);
}

void TwinLock::hear_stranger(ByteSpan bytes) {
  const Result<link::Time> time = link::decode_time(bytes);
  if (flaw_ == Flaw::kTimeFromAnyone && time.ok()) now_ = {time->time};
}

Status TwinLock::hear_receipt(const link::Receipt& receipt) {
  if (flaw_ != Flaw::kAnyReceipt) {
    if (receipt.seq == 0 || receipt.seq > records_.size()) return Status::kForged;
    const audit::Record record = audit::decode(records_[receipt.seq - 1]).value();
    CARDEA_TRY(provider_.p256_verify(spec_.platform_identity, link::receipt_input(spec_.id, receipt.seq, record.tag),
                                     receipt.signature));
  }
  receipt_seq_ = std::max(receipt_seq_, receipt.seq);
  return Status::kOk;
}

}  // namespace cardea::attacks
