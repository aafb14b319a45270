// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-vectors/staged_lock.hpp"
#include "lock/testing/hand_over.hpp"

#include <algorithm>
#include <functional>

namespace cardea::vectors {
namespace {

constexpr std::uint32_t region_size_bytes = 16 * flash_sector_size_bytes;
constexpr std::size_t provider_key_count = code_keys_handle_count_max + 16;

void need(Status status, const std::string& what) {
  if (status != Status::kOk) throw NotStaged("cannot be staged: " + what + " gave " + name_of(status));
}

template <class T>
T need(Result<T> result, const std::string& what) {
  need(result.status(), what);
  return *std::move(result);
}

}  // namespace

/// Asks a question before every operation; the answer true takes the power.
class StagedLock::WatchedFlash final : public Flash {
 public:
  explicit WatchedFlash(testing::SimFlash& flash) : flash_(&flash) {}

  void watch(std::function<bool()> is_the_end) { is_the_end_ = std::move(is_the_end); }
  /// Also for what is no operation of the flash: true when the power is gone.
  bool ask() {
    if (!gone_ && is_the_end_) gone_ = is_the_end_();
    return gone_;
  }
  [[nodiscard]] bool gone() const { return gone_; }
  void restore() {
    is_the_end_ = nullptr;
    gone_ = false;
  }

  [[nodiscard]] std::uint32_t size_bytes() const override { return flash_->size_bytes(); }
  [[nodiscard]] std::uint32_t granule_bytes() const override { return flash_->granule_bytes(); }
  Status read(std::uint32_t offset, MutableByteSpan out) override {
    return gone_ ? Status::kFlashFailed : flash_->read(offset, out);
  }
  Status program(std::uint32_t offset, ByteSpan in) override {
    return ask() ? Status::kFlashFailed : flash_->program(offset, in);
  }
  Status erase(std::uint32_t offset) override { return ask() ? Status::kFlashFailed : flash_->erase(offset); }

 private:
  testing::SimFlash* flash_;
  std::function<bool()> is_the_end_;
  bool gone_ = false;
};

class StagedLock::WatchedMotor final : public Motor {
 public:
  explicit WatchedMotor(WatchedFlash& flash) : flash_(&flash) {}
  Status open_for(std::uint32_t open_ms) override {
    if (flash_->ask()) return Status::kNotReady;
    return motor_.open_for(open_ms);
  }
  [[nodiscard]] std::uint32_t open_count() const { return motor_.open_count; }

 private:
  WatchedFlash* flash_;
  testing::SimMotor motor_;
};

StagedLock::StagedLock(const ScenarioLock& lock, UnixSeconds time)
    : wanted_(lock),
      now_(time),
      flash_({.size_bytes = 2 * region_size_bytes}),
      provider_(provider_key_count),
      watched_flash_(std::make_unique<WatchedFlash>(flash_)),
      watched_motor_(std::make_unique<WatchedMotor>(*watched_flash_)) {
  counter_.set_drift_ppm_max(0);  // the scenarios' clocks do not drift unless they say so
  const UnixSeconds begin = lock.newest_seen.value_or(time);
  if (begin > time) throw NotStaged("cannot be staged: newest_seen lies after the first step");
  make(begin);
  if (lock.clock == ClockQuality::kLost) {
    restart(false);  // it lay without power until now
  } else {
    now_ = begin;
    advance_to(time);
  }
}

StagedLock::~StagedLock() = default;

LockPort StagedLock::port() {
  return {*watched_flash_, {0, region_size_bytes}, {region_size_bytes, region_size_bytes}, counter_, *watched_motor_, sensors_,
          provider_};
}

/// A lock from the factory, activated at `time` with what the scenario wants it to hold.
void StagedLock::make(UnixSeconds time) {
  if (wanted_.memory != 0 && wanted_.memory != remembered_count_max)
    throw NotStaged("cannot be staged: this lock remembers " + std::to_string(remembered_count_max) +
                    " codes, the case asks for " + std::to_string(wanted_.memory));
  lock_ = std::make_unique<Lock>(port());
  Factory factory;
  factory.lock = wanted_.keys.lock_id;
  factory.lock_class = wanted_.schedule ? link::LockClass::kUnprotected : link::LockClass::kProtected;
  need(lock_->make(factory), "making a lock");

  activation::Gift gift;
  need(provider_.p256_generate(KeyKind::kSign, gift.platform_identity), "a platform's identity");
  gift.key = wanted_.schedule ? KeyBytes() : KeyBytes(wanted_.keys.k_lock);
  gift.time = time.value;
  gift.desired_version = version_;
  gift.snapshot = snapshot();
  need(testing::activate(*lock_, gift, {.time = time.value, .uncertainty_ms = 0, .round_trip_ms = 0}, audit::Method::kPlatform),
       "activation");
  clock_set_at_ = time;
}

link::Snapshot StagedLock::snapshot() {
  link::Snapshot out;
  out.settings.codes = wanted_.settings;
  out.settings.time_step_max_s = 31'622'400;
  if (wanted_.schedule) put_hours(out);
  put_slots(out);
  return out;
}

void StagedLock::put_hours(link::Snapshot& out) {
  const HourRange hours = held_hours(*wanted_.schedule);
  const ScopedKey lock_key(provider_, need(provider_.import_key(KeyKind::kMac, KeyBytes(wanted_.keys.k_lock)), "K_lock"));
  out.first_hour = hours.first.value;
  for (std::uint32_t hour = hours.first.value; hour <= hours.last.value; ++hour)
    out.hours[out.hour_count++] =
        need(derive_hour_key_bytes(provider_, lock_key.handle(), wanted_.keys.lock_id, Hour{hour}), "an hour key");
}

void StagedLock::put_slots(link::Snapshot& out) {
  if (wanted_.slots.size() > slot_count_max) throw NotStaged("cannot be staged: more than 32 active slots");
  std::ranges::sort(wanted_.slots, {}, [](const ScenarioSlot& slot) { return slot.id.slot; });
  const ScopedKey lock_key(provider_, need(provider_.import_key(KeyKind::kMac, KeyBytes(wanted_.keys.k_lock)), "K_lock"));
  const ScopedKey hour_0(
      provider_, need(derive_hour_key(provider_, lock_key.handle(), wanted_.keys.lock_id, Hour{0}), "the key of hour 0"));
  for (const ScenarioSlot& slot : wanted_.slots) {
    link::SnapshotSlot& to = out.slots[out.slot_count++];
    to.number = slot.id.slot;
    to.generation = slot.id.generation;
    to.fixed = slot.fixed;
    to.sms = slot.sms;
    if (slot.fixed && wanted_.schedule)
      to.fixed_key =
          need(derive_slot_key_bytes(provider_, hour_0.handle(), OtpPurpose::kApp, slot.id), "the key of a fixed token");
  }
}

/// The platform sends the desired state as a whole.
void StagedLock::apply() { need(testing::apply(*lock_, ++version_, snapshot()), "new settings"); }

void StagedLock::advance_to(UnixSeconds time) {
  if (time < now_) throw NotStaged("cannot be staged: the steps are not in order of time");
  while (now_ < time) {
    std::uint64_t hop_s = std::min<std::uint64_t>(time.value - now_.value, seconds_per_hour);
    if (const std::uint32_t wait_s = lock_->wait_s(); wait_s > 0) hop_s = std::min<std::uint64_t>(hop_s, wait_s);
    counter_.advance(hop_s);
    now_.value += hop_s;
    lock_->poll();
  }
}

Outcome StagedLock::type(const std::string& entry) {
  hold_error_bound();
  const KeypadResult result = lock_->enter(Digits::parse(entry));
  Outcome outcome;
  outcome.verdict = result.verdict;
  outcome.reason = static_cast<Reason>(result.reason);  // the same numbers (event.md §3)
  outcome.wait_s = result.wait_s;
  outcome.alert = result.alert;
  outcome.failures = failures_of_month(lock_->state().throttle, lock_->clock().run);
  const std::uint32_t expected = openings_ + (result.verdict == Verdict::kGranted ? 1 : 0);
  if (watched_motor_->open_count() != expected) throw NotStaged("the verdict and the motor disagree");
  openings_ = expected;
  return outcome;
}

void StagedLock::type_and_cut(const std::string& entry, Cut cut) {
  hold_error_bound();
  const Standing before = standing_after_a_start();
  watched_flash_->watch([this, cut, before, charged = false]() mutable {
    // The burn refunds the charge, so that it shows only after the charge was seen.
    charged = charged || cut_point_reached(Cut::kCharge, before);
    return charged && cut_point_reached(cut, before);
  });
  lock_->enter(Digits::parse(entry));
  if (!watched_flash_->gone()) throw NotStaged("cannot be staged: the entry has no such point to cut the power at");
  if (watched_motor_->open_count() != openings_) throw NotStaged("the motor moved before the cut");
}

StagedLock::Standing StagedLock::standing_after_a_start() {
  testing::SimFlash flash = flash_;
  testing::SimCounter counter = counter_;
  testing::SimMotor motor;
  testing::SimSensors sensors;
  OpensslProvider provider(provider_key_count);
  Lock lock({flash, {0, region_size_bytes}, {region_size_bytes, region_size_bytes}, counter, motor, sensors, provider});
  need(lock.boot(), "a start from this flash");
  return {failures_of_month(lock.state().throttle, lock.clock().run)};
}

bool StagedLock::cut_point_reached(Cut cut, const Standing& before) {
  const Standing now = standing_after_a_start();
  return cut == Cut::kCharge ? now.failures > before.failures : now.failures <= before.failures;
}

void StagedLock::hear(const ScenarioStep& step) {
  const auto by_number = [&](const ScenarioSlot& slot) { return slot.id.slot == step.slot.id.slot; };
  switch (step.op) {
    case Op::kType: return;
    case Op::kRestart: return restart(step.clock_kept);
    case Op::kSetSlot:
      std::erase_if(wanted_.slots, by_number);
      wanted_.slots.push_back(step.slot);
      return apply();
    case Op::kRemoveSlot: std::erase_if(wanted_.slots, by_number); return apply();
    case Op::kSetSchedule: wanted_.schedule = step.schedule; return apply();
    case Op::kSetEpoch: wanted_.settings.code_epoch = step.epoch; return apply();
    case Op::kSetTime: return set_time();
    case Op::kErrorBound: error_bound_s_ = step.error_bound_s; return;
    case Op::kRelease: return need(lock_->release_keypad(1), "releasing the keypad");
  }
}

void StagedLock::restart(bool clock_kept) {
  lock_.reset();
  watched_flash_->restore();
  if (!clock_kept) counter_.lose();
  lock_ = std::make_unique<Lock>(port());
  need(lock_->boot(), "a start");
  counter_.keep();
}

void StagedLock::set_time() {
  error_bound_s_.reset();
  counter_.set_drift_ppm_max(0);
  need(lock_->take_time({.time = now_.value, .uncertainty_ms = 0, .round_trip_ms = 0}, audit::Method::kPlatform),
       "setting the time");
  const ClockReading clock = lock_->clock();
  if (clock.quality != ClockQuality::kSynced || clock.now != now_)
    throw NotStaged("cannot be staged: the lock did not take the time");
  clock_set_at_ = now_;
}

/// error_bound: the drift that a port would vouch for is chosen so that the bound is this one now.
void StagedLock::hold_error_bound() {
  if (!error_bound_s_ || lock_->clock().quality >= ClockQuality::kCoarse) return;
  const std::uint64_t elapsed_s = now_.value - clock_set_at_.value;
  if (elapsed_s > 0)
    counter_.set_drift_ppm_max(static_cast<std::uint32_t>(std::uint64_t{*error_bound_s_} * 1'000'000 / elapsed_s));
  if (lock_->clock().error_bound_s != *error_bound_s_) throw NotStaged("cannot be staged: no drift gives this error bound");
}

}  // namespace cardea::vectors
