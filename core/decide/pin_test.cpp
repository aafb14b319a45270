// SPDX-License-Identifier: Apache-2.0
// PINs at the lock (spec/pin.md §3).
#include <gtest/gtest.h>

#include <set>

#include "core/codes/offline.hpp"
#include "core/crypto/testing/counting_provider.hpp"
#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "core/decide/items.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

constexpr LockId lock_id{{7}};
constexpr std::uint64_t noon_s = 1'826'452'800;  // a whole hour of 2027
constexpr std::uint32_t noon_min = noon_s / 60;

/// A protected lock that takes PINs of six digits. Schedule 1: open from 12:00 to 12:30, known until 15:00.
class Pins : public testing::Test {
 protected:
  Pins() {
    lock_key_ = provider_.import_key(KeyKind::kMac, KeyBytes{}).value();
    keys_.use_lock_key(provider_.import_key(KeyKind::kMac, KeyBytes{}).value());
    state_.settings.pin_digits = 6;
    Bytes<schedule_set_size_bytes_max> bytes{};
    ByteWriter out(bytes);
    out.u8(1);
    const std::array changes{noon_min, noon_min + 30};
    EXPECT_EQ(encode(ScheduleChanges{noon_min - 60, false, changes, noon_min + 180}, out), Status::kOk);
    EXPECT_EQ(state_.schedules.assign(out.written()), Status::kOk);
  }
  void set(std::uint8_t number, std::string_view pin, const SlotRule& rule = {}) {
    const KeyHandle key = derive_pin_key(provider_, lock_key_, lock_id).value();
    SlotOrder order{{number, 1}, false, false, rule, true, pin_digest(provider_, key, Digits::parse(pin)).value()};
    provider_.release_key(key);
    ItemChanges changes;
    EXPECT_EQ(set_slot(state_, order, changes), Status::kOk);
  }
  [[nodiscard]] ClockReading clock() const { return {{now_s_}, quality_, 0, {now_s_}, {now_s_}}; }
  Outcome type(const Digits& entry) {
    const Admission admission = admit(state_, entry, clock(), keys_);
    if (admission.gate == Gate::kRefused) return admission.outcome;
    return judge(state_, entry, admission, clock(), keys_);
  }
  Outcome type(std::string_view entry) { return type(Digits::parse(entry)); }

  OpensslProvider provider_{200};
  CodeKeys keys_{provider_, lock_id};
  KeyHandle lock_key_;
  LockState state_;
  std::uint64_t now_s_ = noon_s + 60;
  ClockQuality quality_ = ClockQuality::kSynced;
};

// [rule: P5]
TEST_F(Pins, ChargesAPinThatIsNoneAndAnswersLikeAnyUnknownCode) {
  set(3, "314159");
  const Admission admission = admit(state_, Digits::parse("314158"), clock(), keys_);
  EXPECT_EQ(admission.gate, Gate::kCharged) << "before anything is computed";
  EXPECT_EQ(admission.outcome.failures, 1u);
  const Outcome outcome = judge(state_, Digits::parse("314158"), admission, clock(), keys_);
  EXPECT_EQ(outcome.verdict, Verdict::kRefused);
  EXPECT_EQ(outcome.reason, Reason::kUnknownCode);
  EXPECT_EQ(outcome.detail.method, Method::kNone);
  for (int i = 0; i < 3; ++i) type("000000");
  const Outcome waits = type("314159");
  EXPECT_EQ(waits.reason, Reason::kLockedOut) << "one count for all that is typed";
  EXPECT_EQ(waits.wait_s, 30u);
}

// [rule: P1]
TEST_F(Pins, RefusesTheLengthOfPinsUnchargedWhereThereAreNone) {
  set(3, "314159");
  EXPECT_EQ(type("3141590").reason, Reason::kMalformed);
  state_.settings.pin_digits = 0;
  const Outcome outcome = type("314159");
  EXPECT_EQ(outcome.reason, Reason::kMalformed);
  EXPECT_EQ(outcome.failures, 0u);
}

// [rule: P7]
TEST_F(Pins, RefusesPinsWithoutTheLocksKey) {
  set(3, "314159");
  keys_.clear();
  const Outcome outcome = type("314159");
  EXPECT_EQ(outcome.reason, Reason::kMalformed);
  EXPECT_EQ(outcome.failures, 0u);
}

// [rule: P6]
TEST_F(Pins, RefusesByTheRuleOfItsSlotInItsOrder) {
  set(3, "314159", {.schedule = 1, .use_count_max = 1, .after_first_use_s = 7'200, .ends_at_s = noon_s + 10'000});
  quality_ = ClockQuality::kCoarse;
  EXPECT_EQ(type("314159").reason, Reason::kClockLost);
  quality_ = ClockQuality::kLost;
  EXPECT_EQ(type("314159").reason, Reason::kClockLost);
  quality_ = ClockQuality::kSynced;
  state_.throttle = {};
  EXPECT_EQ(type("314159").verdict, Verdict::kGranted);
  EXPECT_EQ(type("314159").reason, Reason::kUsesSpent) << "never replayed: a PIN has no steps";
  now_s_ = noon_s + 1'800;
  EXPECT_EQ(type("314159").reason, Reason::kOutsideSchedule);
  now_s_ = noon_s + 60 + 7'200;
  EXPECT_EQ(type("314159").reason, Reason::kExpired) << "two hours after the first opening";
  state_.slots[0].first_used_at = {};
  now_s_ = noon_s + 10'000;
  state_.throttle = {};
  EXPECT_EQ(type("314159").reason, Reason::kExpired) << "its end";
  now_s_ = noon_s + 180 * 60;
  EXPECT_EQ(type("314159").reason, Reason::kScheduleExpired);
}

// [rule: P6]
TEST_F(Pins, OpensAgainAndAgainAndWithoutAClockWhenItsRuleNamesNoTime) {
  set(3, "314159");
  set(4, "271828", {.use_count_max = 2});
  for (const ClockQuality quality : {ClockQuality::kSynced, ClockQuality::kCoarse, ClockQuality::kLost}) {
    quality_ = quality;
    const Outcome outcome = type("314159");
    EXPECT_EQ(outcome.verdict, Verdict::kGranted);
    EXPECT_EQ(outcome.detail.method, Method::kPin);
    EXPECT_EQ(outcome.detail.slot, (SlotGeneration{3, 1}));
    EXPECT_EQ(outcome.failures, 0u) << "an opening refunds itself";
  }
  EXPECT_EQ(type("271828").verdict, Verdict::kGranted);
  const Outcome last = type("271828");
  EXPECT_EQ(last.verdict, Verdict::kGranted);
  EXPECT_EQ(last.changes.keys().front(), (ItemKey{item_slot, 1})) << "counted in the write of the opening";
  EXPECT_EQ(type("271828").reason, Reason::kUsesSpent);
}

// [rule: P5]
TEST_F(Pins, CostsTheSameWhicheverSlotMatchesAndWhenNoneDoes) {
  for (std::uint8_t slot = 0; slot < slot_count_max; ++slot) set(slot, std::to_string(500'000 + 7 * slot));
  CountingProvider counting(provider_);
  CodeKeys keys(counting, lock_id);
  keys.use_lock_key(provider_.import_key(KeyKind::kMac, KeyBytes{}).value());
  std::set<std::uint64_t> costs;
  for (const std::string& pin : {std::string("500000"), std::to_string(500'000 + 7 * 31), std::string("999999")}) {
    state_.throttle = {};
    const Digits entry = Digits::parse(pin);
    const Admission admission = admit(state_, entry, clock(), keys);
    static_cast<void>(judge(state_, entry, admission, clock(), keys));
    const std::uint64_t before = counting.compressions();
    const Admission again = admit(state_, entry, clock(), keys);
    static_cast<void>(judge(state_, entry, again, clock(), keys));
    costs.insert(counting.compressions() - before);
  }
  EXPECT_EQ(costs.size(), 1u);
}

// [rule: P1]
TEST_F(Pins, IsNothingToOneTimeCodesOfTheSameSlot) {
  set(3, "314159");
  const Digits otp = issue_otp(provider_, lock_key_, lock_id, {OtpPurpose::kApp, {3, 1}, false, {now_s_}, 8}).value();
  EXPECT_EQ(type(otp).reason, Reason::kUnknownCode) << "the slot of a PIN accepts its PIN and nothing else";
  EXPECT_EQ(type("314159").verdict, Verdict::kGranted);
}

// [rule: P8]
TEST_F(Pins, GoesWithItsSlot) {
  set(3, "314159");
  ItemChanges changes;
  EXPECT_EQ(remove_slot(state_, 3, changes), Status::kOk);
  EXPECT_EQ(state_.slots[0].pin_digest, PinDigest{});
  EXPECT_EQ(type("314159").reason, Reason::kUnknownCode);
  EXPECT_EQ(set_slot(state_, {{3, 2}, false, true}, changes), Status::kOk);
  EXPECT_FALSE(state_.slots[0].pin) << "a token of the same number is no PIN";
}

}  // namespace
}  // namespace cardea
