// SPDX-License-Identifier: Apache-2.0
#include "core/decide/keys.hpp"

#include <gtest/gtest.h>

#include "core/crypto/testing/counting_provider.hpp"
#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

constexpr std::uint64_t half_past_s = 500'000ull * 3'600 + 1'800;  // the middle of an hour: all steps lie in it
constexpr LockId lock_id{{1, 2, 3}};

KeyBytes some_key(std::uint8_t byte) {
  Bytes<32> bytes;
  bytes.fill(byte);
  return KeyBytes(bytes);
}

class LockOf32 : public testing::Test {
 protected:
  explicit LockOf32(bool sms = false) {
    state_.settings.otp_digits = 8;
    ItemChanges changes;
    for (std::uint8_t slot = 0; slot < slot_count_max; ++slot)
      EXPECT_EQ(set_slot(state_, {{slot, 7}, false, sms}, changes), Status::kOk);
  }
  /// One entry; its compressions.
  std::uint64_t cost_of(std::string_view text, std::uint64_t now_s) {
    const std::uint64_t before = counting_.compressions();
    state_.throttle = {};  // so that no wait keeps an entry from being compared
    const ClockReading clock{{now_s}, ClockQuality::kSynced, 0, {now_s}, {now_s}};
    const Digits entry = Digits::parse(text);
    const Admission admission = admit(state_, entry, clock, keys_);
    last_ = judge(state_, entry, admission, clock, keys_);
    return counting_.compressions() - before;
  }
  std::string code_of(std::uint8_t slot, std::uint64_t now_s) {
    const KeyHandle key = openssl_.import_key(KeyKind::kMac, some_key(9)).value();
    return std::string(issue_otp(openssl_, key, lock_id, {OtpPurpose::kApp, {slot, 7}, false, {now_s}, 8})->reveal());
  }

  OpensslProvider openssl_;
  CountingProvider counting_{openssl_};
  CodeKeys keys_{counting_, lock_id};
  LockState state_;
  Outcome last_;
};
class LockOf32WithSms : public LockOf32 {
 protected:
  LockOf32WithSms() : LockOf32(true) {}
};

// The figures of the project: 2 compressions per slot, purpose and step within an hour; in the first entry of an hour 10 per
// slot and purpose, and for the hour 4, or 6 when K_lock has to be prepared too.
TEST_F(LockOf32, VerifiesWithTwoCompressionsPerSlotAndStep) {
  const std::uint64_t before = counting_.compressions();
  keys_.use_lock_key(counting_.import_key(KeyKind::kMac, some_key(9)).value());
  const std::uint64_t key_cost = counting_.compressions() - before;
  EXPECT_EQ(key_cost + cost_of("00000000", half_past_s), 6u + 32 * 10);
  EXPECT_EQ(cost_of("00000000", half_past_s), 32u * 3 * 2);
  EXPECT_EQ(cost_of("99999999", half_past_s + 900), 32u * 3 * 2);
  EXPECT_EQ(cost_of("00000000", half_past_s + 3'600), 4u + 32 * 10) << "the next hour";
}

TEST_F(LockOf32WithSms, VerifiesEachPurposeAtTheSameCost) {
  keys_.use_lock_key(counting_.import_key(KeyKind::kMac, some_key(9)).value());
  EXPECT_EQ(cost_of("00000000", half_past_s), 4u + 64 * 10);
  EXPECT_EQ(cost_of("00000000", half_past_s), 64u * 3 * 2);
}

// [rule: R17]
TEST_F(LockOf32, ComputesTheSameWhicheverSlotMatchesAndWhicheverDigitDiffers) {
  keys_.use_lock_key(counting_.import_key(KeyKind::kMac, some_key(9)).value());
  cost_of("00000000", half_past_s);
  for (const auto slot : {std::uint8_t{0}, std::uint8_t{17}, std::uint8_t{31}}) {
    std::string code = code_of(slot, half_past_s);
    for (char& digit : code) {
      const char right = digit;
      digit = right == '9' ? '0' : static_cast<char>(right + 1);
      EXPECT_EQ(cost_of(code, half_past_s), 192u);
      EXPECT_EQ(last_.verdict, Verdict::kRefused);
      digit = right;
    }
    EXPECT_EQ(cost_of(code, half_past_s), 192u + 2) << "what opens a door is computed anew";
    EXPECT_EQ(last_.verdict, Verdict::kGranted);
    EXPECT_EQ(last_.detail.slot.slot, slot);
  }
}

// [rule: R4]
TEST_F(LockOf32, OpensByNoStepThatASlotCouldNotRemember) {
  keys_.use_lock_key(counting_.import_key(KeyKind::kMac, some_key(9)).value());
  const std::uint64_t last_s = (remembered_step_max.value - 1) * app_step_s;  // the one after it is a candidate too
  EXPECT_EQ(cost_of(code_of(3, last_s + app_step_s), last_s + app_step_s), 0u);
  EXPECT_EQ(last_.verdict, Verdict::kRefused);
  cost_of(code_of(3, last_s), last_s);
  EXPECT_EQ(last_.verdict, Verdict::kGranted);
  cost_of(code_of(3, last_s), last_s);
  EXPECT_EQ(last_.reason, Reason::kReplayed);
}

// A slot's keys are those of its generation, and of none that its place held before.
TEST_F(LockOf32WithSms, TakesAnotherKeyForAnotherGenerationOrKindOfASlot) {
  keys_.use_lock_key(counting_.import_key(KeyKind::kMac, some_key(9)).value());
  const std::string old_code = code_of(3, half_past_s);
  cost_of("00000000", half_past_s);
  ItemChanges changes;
  ASSERT_EQ(set_slot(state_, {{3, 8}, false, true}, changes), Status::kOk);
  EXPECT_EQ(cost_of(old_code, half_past_s), 64u * 3 * 2 + 2 * 4) << "its two keys";
  EXPECT_EQ(last_.verdict, Verdict::kRefused);
  ASSERT_EQ(set_slot(state_, {{3, 8}, true}, changes), Status::kOk);
  EXPECT_EQ(cost_of(old_code, half_past_s), 63u * 3 * 2 + 4 + 4) << "a fixed token's, and its hour's";
  EXPECT_EQ(last_.verdict, Verdict::kRefused);
  EXPECT_EQ(cost_of(old_code, half_past_s), 63u * 3 * 2);
}

TEST_F(LockOf32WithSms, HoldsNoMoreKeysThanItSays) {
  keys_.use_lock_key(counting_.import_key(KeyKind::kMac, some_key(9)).value());
  ASSERT_TRUE(keys_.code_key(1).ok());
  ASSERT_TRUE(keys_.pin_key().ok());
  for (std::uint64_t step = 0; step < 300; ++step) {
    cost_of("00000000", half_past_s + step * 29);
    EXPECT_LE(counting_.keys_held(), static_cast<std::int64_t>(lock_key_handle_count_max));
  }
  keys_.clear();
  EXPECT_EQ(counting_.keys_held(), 0);
}

// [rule: R1]
TEST(CodeKeys, CoversNothingWithoutKeysAndThenItsScheduleOnly) {
  OpensslProvider openssl;
  CodeKeys keys(openssl, lock_id);
  EXPECT_FALSE(keys.covers(Hour{0}));
  EXPECT_FALSE(keys.has_code_key());
  EXPECT_FALSE(keys.schedule().has_value());
  const KeyHandle hours[] = {openssl.import_key(KeyKind::kMac, some_key(1)).value(),
                             openssl.import_key(KeyKind::kMac, some_key(2)).value()};
  ASSERT_EQ(keys.use_schedule(Hour{1'000}, hours), Status::kOk);
  EXPECT_FALSE(keys.covers(Hour{999}));
  EXPECT_TRUE(keys.covers(Hour{1'000}));
  EXPECT_TRUE(keys.covers(Hour{1'001}));
  EXPECT_FALSE(keys.covers(Hour{1'002}));
  EXPECT_EQ(keys.schedule()->last, Hour{1'001});
}

TEST(CodeKeys, RefusesASchedulePastItsLimits) {
  OpensslProvider openssl;
  CodeKeys keys(openssl, lock_id);
  const std::array<KeyHandle, 49> many{};
  EXPECT_EQ(keys.use_schedule(Hour{0}, many), Status::kOutOfRange);
  EXPECT_EQ(keys.use_schedule(Hour{0}, {}), Status::kOutOfRange);
  EXPECT_EQ(keys.use_schedule(Hour{UINT32_MAX - 1}, std::span(many).first(2)), Status::kOutOfRange);
  keys.use_lock_key(openssl.import_key(KeyKind::kMac, some_key(1)).value());
  EXPECT_EQ(keys.use_schedule(Hour{0}, std::span(many).first(2)), Status::kUnsupported);
  EXPECT_EQ(keys.use_fixed_key({1, 1}, KeyHandle{}), Status::kUnsupported);
}

TEST(CodeKeys, ReleasesAKeyThatItReplaces) {
  OpensslProvider openssl;
  CountingProvider counting(openssl);
  {
    CodeKeys keys(counting, lock_id);
    const auto key = [&] { return counting.import_key(KeyKind::kMac, some_key(1)).value(); };
    ASSERT_EQ(keys.use_fixed_key({5, 1}, key()), Status::kOk);
    ASSERT_EQ(keys.use_fixed_key({5, 2}, key()), Status::kOk);
    EXPECT_EQ(counting.keys_held(), 1);
    for (std::uint8_t slot = 6; slot < 37; ++slot) ASSERT_EQ(keys.use_fixed_key({slot, 0}, key()), Status::kOk);
    const KeyHandle one_too_many = key();
    EXPECT_EQ(keys.use_fixed_key({40, 0}, one_too_many), Status::kFull);
    counting.release_key(one_too_many);
    keys.drop_fixed_key(5);
    EXPECT_EQ(counting.keys_held(), 31);
  }
  EXPECT_EQ(counting.keys_held(), 0);
}

}  // namespace
}  // namespace cardea
