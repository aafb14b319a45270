// SPDX-License-Identifier: Apache-2.0
// What a grant adds to a slot (spec/schedule.md §4).
#include <gtest/gtest.h>

#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "core/decide/items.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

constexpr LockId lock_id{{7}};
constexpr std::uint64_t noon_s = 1'826'452'800;  // a whole hour of 2027
constexpr std::uint32_t noon_min = noon_s / 60;

/// A protected lock whose slot 1 has a rule. Schedule 1: open from 12:00 to 12:30 and from 13:00 to 14:00, known until 15:00.
class Rules : public testing::Test {
 protected:
  Rules() {
    keys_.use_lock_key(provider_.import_key(KeyKind::kMac, KeyBytes{}).value());
    lock_key_ = provider_.import_key(KeyKind::kMac, KeyBytes{}).value();
    Bytes<schedule_set_size_bytes_max> bytes{};
    ByteWriter out(bytes);
    out.u8(1);
    const std::array changes{noon_min, noon_min + 30, noon_min + 60, noon_min + 120};
    EXPECT_EQ(encode(ScheduleChanges{noon_min - 60, false, changes, noon_min + 180}, out), Status::kOk);
    EXPECT_EQ(state_.schedules.assign(out.written()), Status::kOk);
  }
  void set(const SlotRule& rule, SlotGeneration id = {1, 1}) {
    ItemChanges changes;
    EXPECT_EQ(set_slot(state_, {id, false, true, rule}, changes), Status::kOk);
  }
  [[nodiscard]] ClockReading clock() const { return {{now_s_}, ClockQuality::kSynced, 0, {now_s_}, {now_s_}}; }
  Outcome type(const Digits& entry) {
    const Admission admission = admit(state_, entry, clock(), keys_);
    EXPECT_EQ(admission.gate, Gate::kCharged);
    return judge(state_, entry, admission, clock(), keys_);
  }
  Digits otp(SlotGeneration slot = {1, 1}, OtpPurpose purpose = OtpPurpose::kApp) {
    return issue_otp(provider_, lock_key_, lock_id, {purpose, slot, false, {now_s_}, 8}).value();
  }
  Reason reason_at(std::uint64_t seconds_after_noon) {
    now_s_ = noon_s + seconds_after_noon;
    return type(otp()).reason;
  }
  SlotState& slot() { return state_.slots[0]; }

  OpensslProvider provider_{200};
  CodeKeys keys_{provider_, lock_id};
  KeyHandle lock_key_;
  LockState state_;
  std::uint64_t now_s_ = noon_s + 60;
};

// [rule: S8]
TEST_F(Rules, RefusesOutsideTheScheduleAndWhatIsNotKnownOfIt) {
  set({.schedule = 1});
  EXPECT_EQ(reason_at(60), Reason::kNone);
  EXPECT_EQ(reason_at(30 * 60 - 1), Reason::kNone);
  EXPECT_EQ(reason_at(30 * 60), Reason::kOutsideSchedule);
  EXPECT_EQ(reason_at(60 * 60), Reason::kNone);
  EXPECT_EQ(reason_at(120 * 60 + 1), Reason::kOutsideSchedule);
  EXPECT_EQ(reason_at(180 * 60), Reason::kScheduleExpired);
}

// [rule: S12]
TEST_F(Rules, AScheduleThatTheLockDoesNotHoldIsNeverOpen) {
  set({.schedule = 2});
  EXPECT_EQ(type(otp()).reason, Reason::kScheduleExpired);
  EXPECT_EQ(slot().use_count, 0);
}

// [rule: S8]
TEST_F(Rules, ACodeThatIsRefusedIsChargedAndNotBurned) {
  set({.schedule = 1});
  now_s_ = noon_s + 60 * 60 - 10;
  const Digits code = otp();
  const Outcome refused = type(code);
  EXPECT_EQ(refused.reason, Reason::kOutsideSchedule);
  EXPECT_EQ(refused.verdict, Verdict::kRefused);
  EXPECT_EQ(refused.failures, 1u);
  EXPECT_EQ(refused.detail.slot, (SlotGeneration{1, 1})) << "the record says whose code it was";
  for (const ItemKey& key : refused.changes.keys()) EXPECT_NE(key.kind, item_slot);
  now_s_ += 10;
  EXPECT_EQ(type(code).verdict, Verdict::kGranted);
}

// [rule: S8]
TEST_F(Rules, GivesTheFirstReasonWhenSeveralApply) {
  set({.schedule = 1, .use_count_max = 1, .after_first_use_s = 3'600});
  now_s_ = noon_s + 60;
  const Digits code = otp();
  EXPECT_EQ(type(code).verdict, Verdict::kGranted);
  EXPECT_EQ(type(code).reason, Reason::kReplayed);
  EXPECT_EQ(reason_at(10 * 60), Reason::kUsesSpent);
  EXPECT_EQ(reason_at(30 * 60), Reason::kOutsideSchedule);
  state_.throttle = {};
  EXPECT_EQ(reason_at(60 + 3'600), Reason::kExpired);
  EXPECT_EQ(reason_at(180 * 60), Reason::kScheduleExpired);
}

// [rule: S9]
TEST_F(Rules, OpensAsOftenAsTheGrantSaysAndCountsInTheWriteOfTheBurn) {
  set({.use_count_max = 2});
  const Outcome first = type(otp());
  EXPECT_EQ(first.verdict, Verdict::kGranted);
  ASSERT_FALSE(first.changes.empty());
  const auto keys = first.changes.keys();
  EXPECT_NE(std::find(keys.begin(), keys.end(), (ItemKey{item_slot, 0})), keys.end());
  EXPECT_EQ(slot().use_count, 1);
  now_s_ += 30;
  EXPECT_EQ(type(otp({1, 1}, OtpPurpose::kSms)).verdict, Verdict::kGranted) << "SMS codes count, too";
  now_s_ += 30;
  EXPECT_EQ(type(otp()).reason, Reason::kUsesSpent);
  now_s_ += 300;
  EXPECT_EQ(type(otp({1, 1}, OtpPurpose::kSms)).reason, Reason::kUsesSpent);
  EXPECT_EQ(slot().use_count, 2);
}

// [rule: S9]
TEST_F(Rules, CountsOnOverANewScheduleAndAnewForANewGeneration) {
  set({.use_count_max = 1});
  EXPECT_EQ(type(otp()).verdict, Verdict::kGranted);
  set({.schedule = 1, .use_count_max = 1});
  now_s_ += 30;
  EXPECT_EQ(type(otp()).reason, Reason::kUsesSpent);
  ItemChanges changes;
  ASSERT_EQ(remove_slot(state_, 1, changes), Status::kOk);
  set({.use_count_max = 1});
  EXPECT_EQ(type(otp()).reason, Reason::kUsesSpent) << "a slot that was taken away and given back";
  set({.use_count_max = 1}, {1, 2});
  now_s_ += 30;
  EXPECT_EQ(type(otp({1, 2})).verdict, Verdict::kGranted);
}

// [rule: S10]
TEST_F(Rules, TheFirstOpeningStartsTheTimeThatIsLeft) {
  set({.after_first_use_s = 600});
  EXPECT_EQ(reason_at(100'000), Reason::kNone) << "it does not run before";
  EXPECT_EQ(reason_at(100'000 + 599), Reason::kNone);
  EXPECT_EQ(reason_at(100'000 + 600), Reason::kExpired);
  EXPECT_EQ(slot().first_used_at, UnixSeconds{noon_s + 100'000});
}

// [rule: S10]
TEST_F(Rules, NothingOpensFromTheEndOn) {
  set({.ends_at_s = static_cast<std::uint32_t>(noon_s + 3'600)});
  EXPECT_EQ(reason_at(3'599), Reason::kNone);
  EXPECT_EQ(reason_at(3'600), Reason::kExpired);
  EXPECT_EQ(reason_at(100'000), Reason::kExpired);
}

// [rule: S9]
TEST_F(Rules, ASlotWithoutARuleCountsNothingAndKeepsItsShortItem) {
  set({});
  EXPECT_EQ(type(otp()).verdict, Verdict::kGranted);
  EXPECT_EQ(slot().use_count, 0);
  Bytes<item_size_bytes_max> bytes{};
  ByteWriter out(bytes);
  ASSERT_EQ(encode_item(state_, {item_slot, 0}, out), Status::kOk);
  EXPECT_EQ(out.size(), 22u);
}

// [rule: S9]
TEST_F(Rules, WhatWasCountedIsInTheSlotsItem) {
  set({.schedule = 1, .use_count_max = 3, .after_first_use_s = 600, .ends_at_s = 2'000'000'000});
  EXPECT_EQ(type(otp()).verdict, Verdict::kGranted);
  Bytes<item_size_bytes_max> bytes{};
  ByteWriter out(bytes);
  ASSERT_EQ(encode_item(state_, {item_slot, 0}, out), Status::kOk);
  ASSERT_EQ(out.size(), 43u);
  LockState other;
  for (std::size_t size = 22; size < 43; ++size)
    EXPECT_EQ(decode_item(other, {item_slot, 0}, out.written().first(size)), Status::kTooShort) << size;
  Bytes<item_size_bytes_max> silent = bytes;
  std::fill_n(silent.begin() + 22, slot_rule_size_bytes, std::uint8_t{0});
  EXPECT_EQ(decode_item(other, {item_slot, 0}, ByteSpan(silent).first(43)), Status::kMalformed);
  ASSERT_EQ(decode_item(other, {item_slot, 0}, out.written()), Status::kOk);
  EXPECT_EQ(other.slots[0].rule, slot().rule);
  EXPECT_EQ(other.slots[0].use_count, 1);
  EXPECT_EQ(other.slots[0].first_used_at, UnixSeconds{now_s_});
}

}  // namespace
}  // namespace cardea
