// SPDX-License-Identifier: Apache-2.0
#include "core/codes/windows.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

namespace cardea {
namespace {

constexpr std::uint64_t noon_s = 1'826'452'800;  // a whole hour of 2027
const auto always_free = [](const Descriptor&) { return true; };

TEST(Windows, RefusesAnEmptyOrBackwardWindow) {
  EXPECT_EQ(pick_window({Family::kTimed, {noon_s}, {noon_s}, {}}, always_free).status(), Status::kMalformed);
  EXPECT_EQ(pick_window({Family::kTimed, {noon_s}, {noon_s - 1}, {}}, always_free).status(), Status::kMalformed);
  EXPECT_EQ(pick_window({Family::kPool, {noon_s}, {noon_s + 1}, {}}, always_free).status(), Status::kMalformed);
}

TEST(Windows, RefusesWhatNoClassCovers) {
  const auto status = [](Family family, std::uint64_t from, std::uint64_t to) {
    return pick_window({family, {from}, {to}, {}}, always_free).status();
  };
  EXPECT_EQ(status(Family::kTimed, noon_s, noon_s + 366 * 86'400ull), Status::kOk);
  EXPECT_EQ(status(Family::kTimed, noon_s, noon_s + 366 * 86'400ull + 1), Status::kOutOfRange);
  EXPECT_EQ(status(Family::kOnce, noon_s, noon_s + 86'400), Status::kOk);
  EXPECT_EQ(status(Family::kOnce, noon_s, noon_s + 86'401), Status::kOutOfRange);
  EXPECT_EQ(status(Family::kTimed, code_epoch_unix_s - 1, code_epoch_unix_s + 60), Status::kOutOfRange);
  EXPECT_EQ(status(Family::kTimed, UINT64_MAX - 1, UINT64_MAX), Status::kOutOfRange);
}

// [rule: R18]
TEST(Windows, NeverGivesOneDescriptorTwiceAndThenTakesTheNextLongerClass) {
  std::set<std::pair<std::uint8_t, std::uint32_t>> given;
  std::uint8_t last_class = 0;
  std::set<std::uint8_t> classes;
  const WindowRequest request{Family::kOnce, {noon_s}, {noon_s + 20 * 3'600}, {}};
  for (;;) {
    const auto picked = pick_window(request, [&](const Descriptor& d) { return !given.contains({d.klass, d.index}); });
    if (!picked.ok()) {
      EXPECT_EQ(picked.status(), Status::kFull);
      break;
    }
    EXPECT_TRUE(given.insert({picked->descriptor.klass, picked->descriptor.index}).second);
    EXPECT_GE(picked->descriptor.klass, last_class);
    last_class = picked->descriptor.klass;
    classes.insert(last_class);
  }
  EXPECT_EQ(classes, (std::set<std::uint8_t>{19, 20, 21, 22, 23}));
  EXPECT_EQ(given.size(), 20u) << "four indexes of five classes";
}

// [rule: R18]
TEST(Windows, NothingStartsBeforeTheLastClear) {
  EXPECT_TRUE(rc::check("begins >= cleared_before", [] {
    const auto from = noon_s + *rc::gen::inRange<std::uint64_t>(0, 400'000);
    const auto length = *rc::gen::inRange<std::uint64_t>(1, 40 * 86'400);
    const auto cleared = noon_s + *rc::gen::inRange<std::uint64_t>(0, 400'000);
    const auto picked = pick_window({Family::kTimed, {from}, {from + length}, UnixSeconds{cleared}}, always_free);
    if (!picked.ok()) return;
    RC_ASSERT(picked->interval.begins.value >= cleared);
    RC_ASSERT(picked->interval.ends.value >= from + length);
  }));
  const auto gone = pick_window({Family::kTimed, {noon_s}, {noon_s + 600}, UnixSeconds{noon_s + 700}}, always_free);
  EXPECT_EQ(gone.status(), Status::kOutOfRange) << "a clear past the end of the window leaves nothing of it";
}

TEST(Windows, CoverTheRequestAndNoClassThatCoversItIsShorter) {
  EXPECT_TRUE(rc::check("rounded outwards, least added", [] {
    const Family family = *rc::gen::element(Family::kTimed, Family::kExclusive, Family::kOnce);
    const auto longest = family == Family::kOnce ? 80'000 : 360 * 86'400;
    const auto from = noon_s + *rc::gen::inRange<std::uint64_t>(0, 10 * 86'400);
    const auto to = from + *rc::gen::inRange<std::uint64_t>(1, static_cast<std::uint64_t>(longest));
    const auto picked = pick_window({family, {from}, {to}, {}}, always_free);
    RC_ASSERT(picked.ok());
    RC_ASSERT(picked->interval.begins.value <= from);
    RC_ASSERT(picked->interval.ends.value >= to);
    RC_ASSERT(check(picked->descriptor, 12) == Status::kOk);
    for (std::uint8_t klass = 0; klass < class_count; ++klass) {
      if (class_length_s(klass) >= class_length_s(picked->descriptor.klass)) continue;
      if (family == Family::kOnce && klass >= hour_class_count) continue;
      const std::uint64_t begins = from - (from - code_epoch_unix_s) % start_unit_s(klass);
      RC_ASSERT(begins + class_length_s(klass) < to);
    }
  }));
}

// [rule: R11]
TEST(Pool, HandsOutNoIndexMoreThan256PastTheNewestKnownUsed) {
  EXPECT_EQ(next_pool_index(0, -1).value(), 0);
  EXPECT_EQ(next_pool_index(255, -1).value(), 255);
  EXPECT_EQ(next_pool_index(256, -1).status(), Status::kFull);
  EXPECT_EQ(next_pool_index(256, 0).value(), 256);
  EXPECT_EQ(next_pool_index(4'095, 4'000).value(), 4'095);
  EXPECT_EQ(next_pool_index(4'096, 4'095).status(), Status::kFull);
}

}  // namespace
}  // namespace cardea
