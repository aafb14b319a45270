// SPDX-License-Identifier: Apache-2.0
#include "core/codes/descriptor.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

#include "core/codes/digits.hpp"

namespace cardea {
namespace {

std::uint64_t space_of(std::uint8_t digits) {
  std::uint64_t total = 0;
  for (const Family family :
       {Family::kTimed, Family::kExclusive, Family::kOnce, Family::kPool, Family::kClock, Family::kClear, Family::kRelease})
    if (has_family(digits, family)) total += count_of(family);
  return total;
}

TEST(Descriptor, NoNumberPastTheLastFamilyMeansAnything) {
  for (std::uint8_t digits = code_digits_min; digits <= code_digits_max; ++digits) {
    EXPECT_TRUE(descriptor_of(space_of(digits) - 1, digits).ok());
    EXPECT_EQ(descriptor_of(space_of(digits), digits).status(), Status::kOutOfRange);
    EXPECT_EQ(descriptor_of(UINT64_MAX, digits).status(), Status::kOutOfRange);
    EXPECT_LT(space_of(digits), power_of_ten(digits));
  }
}

TEST(Descriptor, RefusesEveryFieldOutOfRange) {
  EXPECT_EQ(number_of({Family::kTimed, 94, 0, 0}, 12).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of({Family::kTimed, 0, start_count, 0}, 12).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of({Family::kTimed, 0, 0, 4}, 12).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of({Family::kExclusive, 0, 0, 1}, 12).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of({Family::kOnce, 24, 0, 0}, 12).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of({Family::kPool, 0, 0, 4'096}, 12).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of({Family::kPool, 1, 0, 0}, 12).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of({Family::kClock, 0, 0, tick_count}, 12).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of(clear_pool_code(4'095), 12).status(), Status::kOk);
  EXPECT_EQ(number_of({Family::kClear, 0, 0, tick_count + 4'096}, 12).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of({static_cast<Family>(7), 0, 0, 0}, 12).status(), Status::kOutOfRange);
}

TEST(Descriptor, NineDigitsHaveNoTimedAndNoExclusiveCodes) {
  EXPECT_EQ(number_of({Family::kTimed, 0, 0, 0}, 9).status(), Status::kOutOfRange);
  EXPECT_EQ(number_of({Family::kExclusive, 0, 0, 0}, 9).status(), Status::kOutOfRange);
  EXPECT_EQ(descriptor_of(0, 9)->family, Family::kOnce);
  EXPECT_EQ(descriptor_of(0, 10)->family, Family::kTimed);
}

TEST(Descriptor, EveryNumberOfTheSpaceIsOneDescriptorAndBack) {
  EXPECT_TRUE(rc::check("descriptor_of and number_of are inverse", [] {
    const auto digits = *rc::gen::inRange<std::uint8_t>(9, 13);
    const auto number = *rc::gen::inRange<std::uint64_t>(0, space_of(digits));
    const Descriptor descriptor = descriptor_of(number, digits).value();
    RC_ASSERT(check(descriptor, digits) == Status::kOk);
    RC_ASSERT(number_of(descriptor, digits).value() == number);
  }));
}

// Lengths as codes.md §3 lists them.
TEST(Descriptor, ClassesHaveTheirLengths) {
  EXPECT_EQ(class_length_s(0), 3'600u);
  EXPECT_EQ(class_length_s(23), 86'400u);
  EXPECT_EQ(class_length_s(24), 2 * 86'400u);
  EXPECT_EQ(class_length_s(53), 31 * 86'400u);
  EXPECT_EQ(class_length_s(54), 60 * 86'400u);
  EXPECT_EQ(class_length_s(63), 366 * 86'400u);
  EXPECT_EQ(class_length_s(64), 44 * 3'600u);
  EXPECT_EQ(class_length_s(93), (31 * 24 - 4) * 3'600u);
}

TEST(Descriptor, RanksSortAllClassesByLength) {
  std::set<std::uint8_t> seen;
  for (std::uint8_t rank = 0; rank < class_count; ++rank) {
    EXPECT_TRUE(seen.insert(class_of_rank(rank)).second);
    if (rank == 0) continue;
    const auto shorter = static_cast<std::uint8_t>(rank - 1);
    EXPECT_LT(class_length_s(class_of_rank(shorter)), class_length_s(class_of_rank(rank)));
  }
  EXPECT_EQ(seen.size(), class_count);
}

TEST(Descriptor, TicksCoverTheirSpanAndNothingElse) {
  EXPECT_EQ(tick_of({code_epoch_unix_s - 1}).status(), Status::kOutOfRange);
  EXPECT_EQ(tick_of({code_epoch_unix_s + 599}).value(), 0u);
  EXPECT_EQ(tick_of({code_epoch_unix_s + 600}).value(), 1u);
  EXPECT_EQ(tick_of({code_epoch_unix_s + std::uint64_t{tick_count} * 600 - 1}).value(), tick_count - 1);
  EXPECT_EQ(tick_of({code_epoch_unix_s + std::uint64_t{tick_count} * 600}).status(), Status::kOutOfRange);
}

}  // namespace
}  // namespace cardea
