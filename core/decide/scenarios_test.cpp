// SPDX-License-Identifier: Apache-2.0
// Every scenario of spec/vectors/codes_v1.json, made by an independent implementation, on the pure functions: a lock that is
// nothing but a state, a clock, and a map of durable items from which every restart starts anew.

#include <gtest/gtest.h>

#include <map>

#include "apps/vectors/vector_file.hpp"
#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "core/decide/items.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

class MapLock {
 public:
  MapLock(const vectors::ScenarioLock& lock, UnixSeconds time) : lock_(lock), keys_(provider_, lock.keys.lock_id), now_(time) {
    clock_at_ = time;
    quality_ = lock.clock;
    newest_seen_ = lock.newest_seen.value_or(time);
    state_.settings = lock.settings;
    for (const ItemKey key : all_keys()) keep_item(key);
    lock_key_ = provider_.import_key(KeyKind::kMac, KeyBytes(lock.keys.k_lock)).value();
    if (lock.schedule)
      use_schedule(*lock.schedule);
    else
      keys_.use_lock_key(provider_.import_key(KeyKind::kMac, KeyBytes(lock.keys.k_lock)).value());
    for (const vectors::ScenarioSlot& slot : lock.slots) hear_slot(slot);
  }

  void advance(UnixSeconds time) { now_ = time; }

  Outcome type(const std::string& text, vectors::Cut cut) {
    const Digits entry = Digits::parse(text);
    Admission admission = admit(state_, entry, clock(), keys_);
    keep(admission.outcome.changes);
    if (admission.gate == Gate::kCharged && quality_ != ClockQuality::kLost) newest_seen_ = std::max(newest_seen_, clock().now);
    if (admission.gate == Gate::kRefused || cut == vectors::Cut::kCharge) return admission.outcome;
    Outcome outcome = judge(state_, entry, admission, clock(), keys_);
    keep(outcome.changes);
    if (outcome.new_clock.set) set_clock(outcome.new_clock.time, ClockQuality::kCoarse);
    return outcome;
  }

  void hear(const vectors::ScenarioStep& step) {
    ItemChanges changes;
    switch (step.op) {
      case vectors::Op::kType: break;
      case vectors::Op::kRestart: return restart_power(step.clock_kept);
      case vectors::Op::kSetSlot: return hear_slot(step.slot);
      case vectors::Op::kRemoveSlot: EXPECT_EQ(remove_slot(state_, step.slot.id.slot, changes), Status::kOk); break;
      case vectors::Op::kSetSchedule: use_schedule(step.schedule); break;
      case vectors::Op::kSetEpoch: EXPECT_EQ(set_epoch(state_, step.epoch, changes), Status::kOk); break;
      case vectors::Op::kSetTime:
        set_clock(now_, ClockQuality::kSynced);
        set_time(state_, changes);
        break;
      case vectors::Op::kErrorBound:
        quality_ = ClockQuality::kKept;
        error_bound_s_ = step.error_bound_s;
        break;
      case vectors::Op::kRelease: release_keypad(state_, changes); break;
    }
    keep(changes);
  }

 private:
  static std::vector<ItemKey> all_keys() {
    std::vector<ItemKey> keys;
    for (std::size_t i = 0; i < item_key_count; ++i) keys.push_back(item_key(i));
    return keys;
  }
  void keep_item(ItemKey key) {
    Bytes<item_size_bytes_max> bytes;
    ByteWriter writer(bytes);
    ASSERT_EQ(encode_item(state_, key, writer), Status::kOk);
    flash_[key].assign(writer.written().begin(), writer.written().end());
  }
  void keep(const ItemChanges& changes) {
    for (const ItemKey key : changes.keys()) keep_item(key);
  }

  /// Nothing survives but the items.
  void restart_power(bool clock_kept) {
    state_ = {};
    for (const ItemKey key : all_keys()) {
      const Status status = decode_item(state_, key, flash_[key]);
      ASSERT_TRUE(status == Status::kOk || status == Status::kStale) << int{key.kind} << " " << int{key.index};
    }
    ItemChanges changes;
    if (!clock_kept) quality_ = ClockQuality::kLost;
    restart(state_, clock().run, !clock_kept, changes);
    keep(changes);
  }

  void hear_slot(const vectors::ScenarioSlot& slot) {
    ItemChanges changes;
    ASSERT_EQ(set_slot(state_, {slot.id, slot.fixed, slot.sms}, changes), Status::kOk);
    keep(changes);
    if (keys_.has_code_key()) return;
    keys_.drop_fixed_key(slot.id.slot);
    if (!slot.fixed) return;
    const KeyHandle hour = derive_hour_key(provider_, lock_key_, lock_.keys.lock_id, Hour{0}).value();
    const KeyHandle key = derive_slot_key(provider_, hour, OtpPurpose::kApp, slot.id).value();
    ASSERT_EQ(keys_.use_fixed_key(slot.id, key), Status::kOk);
  }

  void use_schedule(const HourRange& schedule) {
    const HourRange hours = vectors::held_hours(schedule);
    std::vector<KeyHandle> handles;
    for (std::uint32_t hour = hours.first.value; hour <= hours.last.value; ++hour)
      handles.push_back(derive_hour_key(provider_, lock_key_, lock_.keys.lock_id, Hour{hour}).value());
    ASSERT_EQ(keys_.use_schedule(hours.first, handles), Status::kOk);
  }

  void set_clock(UnixSeconds to, ClockQuality quality) {
    clock_at_ = to;
    clock_set_at_ = now_;
    clock_was_set_ = true;
    quality_ = quality;
  }
  [[nodiscard]] ClockReading clock() const {
    const UnixSeconds shows = clock_was_set_ ? UnixSeconds{clock_at_.value + (now_.value - clock_set_at_.value)} : now_;
    return {shows, quality_, quality_ == ClockQuality::kKept ? error_bound_s_ : 0, RunSeconds{now_.value - 1'000'000'000},
            newest_seen_};
  }

  vectors::ScenarioLock lock_;
  OpensslProvider provider_;
  CodeKeys keys_;
  KeyHandle lock_key_;
  LockState state_;
  std::map<ItemKey, std::vector<std::uint8_t>> flash_;
  UnixSeconds now_;
  UnixSeconds clock_at_;
  UnixSeconds clock_set_at_;
  bool clock_was_set_ = false;
  ClockQuality quality_ = ClockQuality::kSynced;
  std::uint32_t error_bound_s_ = 0;
  UnixSeconds newest_seen_;
};

const vectors::VectorFile& file() {
  static const auto parsed = vectors::read_vectors(CARDEA_SOURCE_DIR "/spec/vectors/codes_v1.json");
  return parsed.value();
}

class Scenarios : public testing::TestWithParam<std::size_t> {};

// The scenarios name the rules that they show; together they are all of codes.md but R17 and R18.
// [rule: R1] [rule: R2] [rule: R3] [rule: R4] [rule: R5] [rule: R6] [rule: R7] [rule: R8] [rule: R9] [rule: R10]
// [rule: R11] [rule: R12] [rule: R13] [rule: R14] [rule: R15] [rule: R16] [rule: R19]
TEST_P(Scenarios, AgreesWithTheIndependentImplementation) {
  const vectors::Scenario& scenario = file().scenarios[GetParam()];
  MapLock lock(scenario.lock, scenario.steps.front().time);
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const vectors::ScenarioStep& step = scenario.steps[i];
    lock.advance(step.time);
    if (step.op != vectors::Op::kType) {
      lock.hear(step);
      continue;
    }
    const Outcome outcome = lock.type(step.typed, step.cut);
    if (step.expect.cut) continue;
    EXPECT_EQ(vectors::differences(step.expect, outcome), "") << scenario.name << " step " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(CodesV1, Scenarios, testing::Range(std::size_t{0}, file().scenarios.size()),
                         [](const auto& scenario) { return file().scenarios[scenario.param].name; });

}  // namespace
}  // namespace cardea
