// SPDX-License-Identifier: Apache-2.0
// What the scenarios of the vectors leave out: failing hardware, borders, and what the lock hears.
#include "core/decide/decide.hpp"

#include <gtest/gtest.h>

#include "core/codes/offline.hpp"
#include "core/decide/hear.hpp"
#include "core/decide/items.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

constexpr LockId lock_id{{7}};
constexpr std::uint64_t noon_s = 1'826'452'800;  // a whole hour of 2027

/// A protected lock with one slot, and the platform that knows its key.
class Decide : public testing::Test {
 protected:
  Decide() {
    keys_.use_lock_key(provider_.import_key(KeyKind::kMac, KeyBytes{}).value());
    lock_key_ = provider_.import_key(KeyKind::kMac, KeyBytes{}).value();
    ItemChanges changes;
    EXPECT_EQ(set_slot(state_, {{1, 1}, false, true}, changes), Status::kOk);
  }
  [[nodiscard]] ClockReading clock() const { return {{now_s_}, quality_, 0, {now_s_}, {now_s_}}; }
  Outcome type(const Digits& entry) {
    const Admission admission = admit(state_, entry, clock(), keys_);
    if (admission.gate == Gate::kRefused) return admission.outcome;
    return judge(state_, entry, admission, clock(), keys_);
  }
  Digits offline(const Descriptor& descriptor) {
    const KeyHandle key = derive_code_key(provider_, lock_key_, lock_id, state_.settings.code_epoch).value();
    const Digits code = issue_offline(provider_, key, descriptor, state_.settings.code_digits).value();
    provider_.release_key(key);
    return code;
  }
  Digits otp(SlotGeneration slot, OtpPurpose purpose = OtpPurpose::kApp) {
    return issue_otp(provider_, lock_key_, lock_id, {purpose, slot, false, {now_s_}, 8}).value();
  }
  static std::uint32_t quarter(std::uint64_t time_s) {
    return static_cast<std::uint32_t>((time_s - code_epoch_unix_s) / quarter_hour_s);
  }
  void fail_until_it_waits() {
    for (int i = 0; i < 4; ++i) EXPECT_EQ(type(Digits::of(5, 8)).reason, Reason::kUnknownCode);
  }

  OpensslProvider provider_{200};
  CodeKeys keys_{provider_, lock_id};
  KeyHandle lock_key_;
  LockState state_;
  std::uint64_t now_s_ = noon_s + 60;
  ClockQuality quality_ = ClockQuality::kSynced;
};

// [rule: R14]
TEST_F(Decide, RefusesWhenTheProviderFailsAndTheChargeStands) {
  const Digits good = otp({1, 1});
  const Digits good_offline = offline(pool_code(0));
  while (provider_.import_key(KeyKind::kMac, KeyBytes{}).ok()) {
  }  // no room for a derived key
  Outcome outcome = type(good);
  EXPECT_EQ(outcome.verdict, Verdict::kRefused);
  EXPECT_EQ(outcome.reason, Reason::kFault);
  EXPECT_EQ(outcome.failures, 1u);
  outcome = type(good_offline);
  EXPECT_EQ(outcome.verdict, Verdict::kRefused);
  EXPECT_EQ(outcome.reason, Reason::kFault);
  EXPECT_EQ(outcome.failures, 2u);
}

// [rule: R14]
TEST_F(Decide, ChargesBeforeItLooks) {
  const Digits good = otp({1, 1});
  const Admission admission = admit(state_, good, clock(), keys_);
  EXPECT_EQ(admission.gate, Gate::kCharged);
  EXPECT_EQ(admission.outcome.verdict, Verdict::kRefused) << "an admission never opens";
  EXPECT_EQ(admission.outcome.failures, 1u);
  EXPECT_EQ(admission.outcome.changes.keys().front().kind, item_failure);
}

// [rule: R8]
TEST_F(Decide, TheActivationWindowEndsBeforeItsLastSecondIsOver) {
  const Descriptor two_weeks{Family::kTimed, 36, static_cast<std::uint32_t>((noon_s - code_epoch_unix_s) / 3'600), 0};
  now_s_ = noon_s + activation_window_default_s;
  EXPECT_EQ(type(offline(two_weeks)).reason, Reason::kNotActivated);
  now_s_ -= 1;
  EXPECT_EQ(type(offline(two_weeks)).verdict, Verdict::kGranted);
  now_s_ += 86'400;
  EXPECT_EQ(type(offline(two_weeks)).verdict, Verdict::kGranted);
}

// [rule: R10]
TEST_F(Decide, AClockSetBackALittleFindsUsedOnceCodesThatWereOver) {
  const Descriptor hour{Family::kOnce, 0, quarter(noon_s), 0};
  EXPECT_EQ(type(offline(hour)).verdict, Verdict::kGranted);
  now_s_ = noon_s + 3'600;
  EXPECT_EQ(type(offline({Family::kOnce, 0, quarter(now_s_), 0})).verdict, Verdict::kGranted);
  now_s_ = noon_s + 120;
  EXPECT_EQ(type(offline(hour)).reason, Reason::kUsed);
}

// [rule: R19]
TEST_F(Decide, DuringAWaitADecodeIsCountedBeforeItIsMadeAndShowsNothingElse) {
  fail_until_it_waits();
  const Digits pool = offline(pool_code(3));
  const Admission admission = admit(state_, pool, clock(), keys_);
  ASSERT_EQ(admission.gate, Gate::kReleaseOnly);
  ASSERT_EQ(admission.outcome.changes.keys().size(), 1u);
  EXPECT_EQ(admission.outcome.changes.keys()[0].kind, item_decode);
  const Outcome outcome = judge(state_, pool, admission, clock(), keys_);
  EXPECT_EQ(outcome.verdict, Verdict::kRefused);
  EXPECT_EQ(outcome.reason, Reason::kLockedOut);
  EXPECT_EQ(outcome.detail.method, Method::kNone);
  EXPECT_TRUE(outcome.changes.empty());
  EXPECT_FALSE(state_.codes.pool_used[3]);
}

// [rule: R19]
TEST_F(Decide, AReleaseCodeThatIsUsedStaysLockedOutDuringAWait) {
  const Digits code = offline(release_code(tick_of({noon_s}).value()));
  EXPECT_EQ(type(code).verdict, Verdict::kReleased);
  fail_until_it_waits();
  EXPECT_EQ(type(code).reason, Reason::kLockedOut);
}

// [rule: R2]
TEST_F(Decide, RefusesAnOlderGenerationFromTheMomentItHears) {
  ItemChanges changes;
  const Digits old_code = otp({1, 1});
  ASSERT_EQ(set_slot(state_, {{1, 2}, false, false}, changes), Status::kOk);
  EXPECT_EQ(type(old_code).reason, Reason::kUnknownCode);
  EXPECT_EQ(set_slot(state_, {{1, 1}, false, false}, changes), Status::kStale) << "generations never go back";
  EXPECT_EQ(type(otp({1, 2})).verdict, Verdict::kGranted);
  ASSERT_EQ(set_slot(state_, {{1, 65'535}, false, false}, changes), Status::kOk);
  EXPECT_EQ(set_slot(state_, {{1, 0}, false, false}, changes), Status::kStale) << "nor do they wrap";
}

// [rule: R4]
TEST_F(Decide, ARemovedSlotThatComesBackRemembersItsNewestStep) {
  const Digits code = otp({1, 1});
  EXPECT_EQ(type(code).verdict, Verdict::kGranted);
  ItemChanges changes;
  ASSERT_EQ(remove_slot(state_, 1, changes), Status::kOk);
  EXPECT_EQ(type(code).reason, Reason::kUnknownCode);
  ASSERT_EQ(set_slot(state_, {{1, 1}, false, false}, changes), Status::kOk);
  EXPECT_EQ(type(code).reason, Reason::kReplayed);
}

// [rule: R4]
TEST_F(Decide, ASlotThatMadeRoomAndComesBackRemembersItsNewestStep) {
  const Digits code = otp({1, 1});
  EXPECT_EQ(type(code).verdict, Verdict::kGranted);
  ItemChanges changes;
  ASSERT_EQ(remove_slot(state_, 1, changes), Status::kOk);
  for (std::uint8_t slot = 10; slot < 10 + slot_count_max; ++slot)
    ASSERT_EQ(set_slot(state_, {{slot, 1}, false, false}, changes), Status::kOk) << int{slot};
  EXPECT_EQ(set_slot(state_, {{1, 1}, false, false}, changes), Status::kFull);
  ASSERT_EQ(remove_slot(state_, 20, changes), Status::kOk);
  ASSERT_EQ(set_slot(state_, {{1, 1}, false, false}, changes), Status::kOk);
  EXPECT_EQ(type(code).reason, Reason::kReplayed);
  now_s_ += 60;
  EXPECT_EQ(type(otp({1, 1})).verdict, Verdict::kGranted);
}

TEST_F(Decide, AFixedSlotHasNoSmsCodes) {
  ItemChanges changes;
  ASSERT_EQ(set_slot(state_, {{1, 1}, true, true}, changes), Status::kOk);
  EXPECT_EQ(type(otp({1, 1}, OtpPurpose::kSms)).reason, Reason::kUnknownCode);
}

TEST_F(Decide, RefusesSettingsThatNoLockHasAndOlderEpochs) {
  ItemChanges changes;
  Settings settings;
  settings.otp_digits = 9;
  EXPECT_EQ(set_settings(state_, settings, changes), Status::kOutOfRange);
  settings = {.activation_window_s = 0};
  EXPECT_EQ(set_settings(state_, settings, changes), Status::kOutOfRange);
  EXPECT_TRUE(changes.empty());
  ASSERT_EQ(set_epoch(state_, 5, changes), Status::kOk);
  EXPECT_EQ(set_epoch(state_, 4, changes), Status::kStale);
  settings = {.code_epoch = 9};
  ASSERT_EQ(set_settings(state_, settings, changes), Status::kOk);
  EXPECT_EQ(state_.settings.code_epoch, 5) << "only set_epoch changes it";
}

// [rule: R12] [rule: R5]
TEST_F(Decide, AClockCodeSetsDriftsToNothing) {
  state_.slots[0].drift_s = 60;
  quality_ = ClockQuality::kLost;
  const Outcome outcome = type(offline(clock_code(tick_of({noon_s + 7'200}).value())));
  EXPECT_EQ(outcome.verdict, Verdict::kClockSet);
  EXPECT_TRUE(outcome.new_clock.set);
  EXPECT_EQ(outcome.new_clock.time, UnixSeconds{noon_s + 7'200});
  EXPECT_EQ(state_.slots[0].drift_s, 0);
}

// What one entry writes is small, because flash is dear: the charge, then the burn with the refund.
TEST_F(Decide, AnEntryChangesAboutAHundredBytes) {
  const auto bytes_of = [&](const ItemChanges& changes) {
    Bytes<item_size_bytes_max * ItemChanges::count_max> buffer;
    ByteWriter writer(buffer);
    for (const ItemKey key : changes.keys()) EXPECT_EQ(encode_item(state_, key, writer), Status::kOk);
    return writer.size();
  };
  type(Digits::of(1, 8));
  type(Digits::of(2, 8));
  const Digits good = otp({1, 1});
  const Admission admission = admit(state_, good, clock(), keys_);
  const std::size_t charge_bytes = bytes_of(admission.outcome.changes);
  const Outcome outcome = judge(state_, good, admission, clock(), keys_);
  EXPECT_EQ(outcome.verdict, Verdict::kGranted);
  EXPECT_LE(charge_bytes + bytes_of(outcome.changes), 100u);
}

TEST_F(Decide, AnUnknownCodeLeavesNoTraceOfItsDigits) {
  const Outcome outcome = type(Digits::of(1'234'567'890, 10));
  EXPECT_EQ(outcome.reason, Reason::kUnknownCode);
  EXPECT_EQ(outcome.detail.method, Method::kNone);
  EXPECT_EQ(outcome.detail.descriptor, Descriptor{});
}

TEST(Names, AreThoseOfTheSpec) {
  EXPECT_STREQ(name_of(Reason::kCodeMemoryFull), "code_memory_full");
  EXPECT_STREQ(name_of(Verdict::kClockSet), "clock_set");
  EXPECT_STREQ(name_of(static_cast<Verdict>(0)), "refused") << "what is no verdict opens nothing";
}

}  // namespace
}  // namespace cardea
