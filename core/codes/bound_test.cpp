// SPDX-License-Identifier: Apache-2.0
#include "core/codes/bound.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace cardea {
namespace {

constexpr std::uint32_t three_days_s = 72 * 3'600;

/// What opens at `now` at a fresh lock, counted over every start and class, without the formula.
std::uint64_t counted(Family family, std::uint64_t now, std::uint32_t activation_window_s) {
  std::uint64_t count = 0;
  const std::uint8_t classes = family == Family::kOnce ? hour_class_count : class_count;
  for (std::uint8_t klass = 0; klass < classes; ++klass) {
    for (std::uint32_t start = 0; start < start_count; ++start) {
      const Interval interval = interval_of({family, klass, start, 0});
      if (interval.begins.value > now) break;
      if (interval.ends.value <= now) continue;
      if (family != Family::kOnce && now - interval.begins.value >= activation_window_s) continue;
      count += family == Family::kExclusive ? 1 : index_count;
    }
  }
  return count;
}

TEST(Bound, IsNeverBelowACountOfWhatOpens) {
  EXPECT_TRUE(rc::check("a count at any moment stays within the bound", [] {
    const std::uint64_t now = code_epoch_unix_s + 400 * 86'400 + *rc::gen::inRange<std::uint64_t>(0, 7'200);
    const auto window_s = *rc::gen::element<std::uint32_t>(1, 899, 900, 3'599, 3'601, three_days_s, 7 * 86'400);
    const FamilyBound bound = family_bound(10, window_s);
    RC_ASSERT(counted(Family::kTimed, now, window_s) <= bound.timed);
    RC_ASSERT(counted(Family::kExclusive, now, window_s) <= bound.exclusive);
    RC_ASSERT(counted(Family::kOnce, now, window_s) <= bound.once);
  }));
}

TEST(Bound, IsReachedAtAWholeHour) {
  const std::uint64_t now = code_epoch_unix_s + 400 * 86'400;
  EXPECT_EQ(counted(Family::kTimed, now, three_days_s), family_bound(10, three_days_s).timed);
  EXPECT_EQ(counted(Family::kOnce, now, three_days_s), family_bound(10, three_days_s).once);
}

// The whole space of nine digits, decoded number by number.
TEST(Bound, IsReachedOverEveryNumberOfNineDigits) {
  const std::uint64_t now = code_epoch_unix_s + 30 * 86'400;
  const std::uint16_t newest_used = 2'000;
  std::uint64_t opening = 0;
  for (std::uint64_t number = 0;; ++number) {
    const auto descriptor = descriptor_of(number, 9);
    if (!descriptor.ok()) break;
    if (descriptor->family == Family::kOnce) {
      if (descriptor->start > 3'000) {  // after `now` in either unit: on to the next class
        number += (start_count - descriptor->start) * std::uint64_t{index_count} - 1;
        continue;
      }
      const Interval interval = interval_of(*descriptor);
      if (interval.begins.value <= now && now < interval.ends.value) ++opening;
    }
    if (descriptor->family == Family::kPool && descriptor->index != newest_used && descriptor->index + 256 >= newest_used &&
        descriptor->index <= newest_used + 256u)
      ++opening;
  }
  EXPECT_EQ(opening, family_bound(9, three_days_s).opening);
}

// The table at the end of codes.md §4, to its two digits.
TEST(Bound, AgreesWithTheTableOfTheSpec) {
  EXPECT_EQ(attempts_per_day(), 53u);
  BoundPolicy policy{.app_slots = 1};
  EXPECT_EQ(bound_of(policy).otp.accepted, 3u);
  EXPECT_NEAR(bound_of(policy).otp.per_guess, 3.1e-8, 0.05e-8);
  EXPECT_NEAR(bound_of(policy).otp.per_day, 1.6e-6, 0.05e-6);
  policy.app_slots = policy.sms_slots = 32;
  EXPECT_EQ(bound_of(policy).otp.accepted, 192u);
  EXPECT_NEAR(bound_of(policy).otp.per_guess, 2.0e-6, 0.05e-6);
  EXPECT_NEAR(bound_of(policy).otp.per_day, 1.0e-4, 0.05e-4);
  policy = {.otp_digits = 6, .app_slots = 1};
  EXPECT_NEAR(bound_of(policy).otp.per_guess, 3.0e-6, 0.05e-6);
  EXPECT_NEAR(bound_of(policy).otp.per_day, 1.6e-4, 0.05e-4);
  policy.code_digits = 10;
  EXPECT_EQ(bound_of(policy).offline.accepted, 36'232u);
  EXPECT_NEAR(bound_of(policy).offline.per_guess, 3.6e-6, 0.05e-6);
  EXPECT_NEAR(bound_of(policy).offline.per_day, 1.9e-4, 0.05e-4);
  policy.code_digits = 12;
  EXPECT_NEAR(bound_of(policy).offline.per_day, 1.9e-6, 0.05e-6);
}

TEST(Bound, CountsNoOfflineCodesWithoutTheirKeyAndEachCodeInUse) {
  BoundPolicy policy{.app_slots = 1, .has_code_key = false};
  EXPECT_EQ(bound_of(policy).offline.accepted, 0u);
  EXPECT_EQ(bound_of(policy).per_guess, bound_of(policy).otp.per_guess);
  policy.has_code_key = true;
  policy.codes_in_use = 7;
  EXPECT_EQ(bound_of(policy).offline.accepted, 36'239u);
  EXPECT_EQ(bound_of(policy).per_day, bound_of(policy).offline.per_day) << "the easier of the two counts";
}

}  // namespace
}  // namespace cardea
