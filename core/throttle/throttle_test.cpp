// SPDX-License-Identifier: Apache-2.0
// The rules on their own; core/decide/scenarios_test.cpp runs them through whole entries.
#include "core/throttle/throttle.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <memory>

namespace cardea {
namespace {

constexpr std::uint64_t start_s = 1'000'000;

/// A keypad at which somebody guesses.
struct Keypad {
  Throttle throttle;
  RunSeconds now{start_s};
  bool only_keypad = false;
  ItemChanges changes;

  [[nodiscard]] std::uint32_t wait() const { return wait_of(throttle, now, only_keypad); }
  std::uint8_t fail() {
    changes = {};
    charge(throttle, now, changes);
    return keep_charge(throttle, now, changes);
  }
  void hit(bool opens = true) {
    changes = {};
    charge(throttle, now, changes);
    refund(throttle, now, opens, changes);
  }
  void pass(std::uint64_t seconds) { now.value += seconds; }
  [[nodiscard]] std::uint32_t failures() const { return failures_of_month(throttle, now); }
};

// [rule: R15]
TEST(Throttle, LetsThirtyThreeGuessesThroughInADayWhoeverTriesAtOnce) {
  Keypad keypad;
  std::uint32_t guesses = 0;
  while (keypad.now.value < start_s + failure_day_s) {
    ASSERT_EQ(keypad.wait(), 0u);
    keypad.fail();
    ++guesses;
    keypad.pass(keypad.wait());
  }
  EXPECT_EQ(guesses, 33u);
}

// [rule: R15]
TEST(Throttle, NeverLetsMoreThanThirtyThreeFailuresStandInAnyDay) {
  EXPECT_TRUE(rc::check("failures of any 24 hours", [] {
    Keypad keypad;
    const auto pauses = *rc::gen::container<std::vector<std::uint32_t>>(60, rc::gen::inRange<std::uint32_t>(0, 9'000));
    for (const std::uint32_t pause : pauses) {
      keypad.pass(pause);
      if (keypad.wait() != 0) continue;
      keypad.fail();
      RC_ASSERT(failures_of_day(keypad.throttle, keypad.now) <= 33u);
    }
  }));
}

// [rule: R15]
TEST(Throttle, TurnsOffAtAHundredUntilSomebodyReleasesIt) {
  Keypad keypad;
  for (int i = 0; i < 99; ++i) {
    keypad.pass(wait_max_s);
    keypad.fail();
  }
  keypad.pass(wait_max_s);
  EXPECT_EQ(keypad.wait(), 0u);
  keypad.hit();
  EXPECT_EQ(keypad.wait(), 0u) << "a hit at 99 turns nothing off";
  EXPECT_EQ(keypad.fail(), 100);
  EXPECT_EQ(keypad.wait(), wait_off_s);
  keypad.pass(2 * failure_month_s);
  EXPECT_EQ(keypad.wait(), wait_off_s) << "time does not release it";
  release(keypad.throttle, keypad.changes);
  EXPECT_EQ(keypad.wait(), 0u);
  EXPECT_EQ(keypad.failures(), 0u);
}

// [rule: R14]
TEST(Throttle, AChargeThatIsNeverComparedStands) {
  Keypad keypad;
  for (int i = 0; i < 4; ++i) keypad.fail();
  keypad.pass(30);
  charge(keypad.throttle, keypad.now, keypad.changes);
  ItemChanges changes;
  const RestartFinding finding = restart(keypad.throttle, keypad.now, changes);
  EXPECT_TRUE(finding.entry_cut_short);
  EXPECT_EQ(finding.alert, 5) << "the alert that cutting the power was to hide";
  EXPECT_EQ(keypad.failures(), 5u);
  EXPECT_EQ(keypad.wait(), 60u);
  EXPECT_FALSE(restart(keypad.throttle, keypad.now, changes).entry_cut_short) << "reported once";
}

// [rule: R14]
TEST(Throttle, AChargeThatCouldNotBeMadeDurableStandsAndTheNextEntryGoesOn) {
  Keypad keypad;
  charge(keypad.throttle, keypad.now, keypad.changes);
  keypad.hit();
  EXPECT_EQ(keypad.failures(), 1u);
}

// [rule: R14]
TEST(Throttle, RefundsNeverReachPastARestart) {
  Keypad keypad;
  keypad.fail();
  keypad.fail();
  restart(keypad.throttle, keypad.now, keypad.changes);
  keypad.hit();
  EXPECT_EQ(keypad.failures(), 2u);
}

// [rule: R14]
TEST(Throttle, RefundsTheNewerFailureWhenOnlyOneRefundIsLeft) {
  Keypad keypad;
  for (int i = 0; i < 19; ++i) {
    keypad.fail();
    keypad.hit();
  }
  keypad.fail();
  const std::uint32_t older = keypad.throttle.failures[0].number;
  keypad.pass(1);
  keypad.fail();
  keypad.hit();
  EXPECT_EQ(keypad.failures(), 1u);
  EXPECT_EQ(keypad.throttle.failures[0].number, older);
}

// [rule: R16]
TEST(Throttle, AnAlertComesAgainOnlyAfterTheCountHasFallen) {
  Keypad keypad;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(keypad.fail(), 0);
  keypad.pass(30);
  EXPECT_EQ(keypad.fail(), 5);
  keypad.pass(60);
  EXPECT_EQ(keypad.fail(), 0);
  keypad.pass(120);
  keypad.hit(false);
  EXPECT_EQ(keypad.fail(), 0) << "a seventh";
  keypad.pass(failure_month_s);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(keypad.fail(), 0);
  keypad.pass(30);
  EXPECT_EQ(keypad.fail(), 5) << "old failures have aged away in between";
}

// [rule: R16]
TEST(Throttle, ALostClockMakesARunningWaitStartAgainAndNoOther) {
  Keypad keypad;
  for (int i = 0; i < 5; ++i) {
    keypad.fail();
    keypad.pass(keypad.wait());
  }
  ItemChanges changes;
  clock_lost(keypad.throttle, keypad.now, false, changes);
  EXPECT_TRUE(changes.empty()) << "the wait is over";
  keypad.fail();
  keypad.pass(119);
  EXPECT_EQ(keypad.wait(), 1u);
  clock_lost(keypad.throttle, keypad.now, false, changes);
  EXPECT_EQ(changes.keys().size(), 1u);
  EXPECT_EQ(keypad.wait(), 120u);
}

// [rule: R16]
TEST(Throttle, ARunningTimeThatResumesEarlierShortensNothing) {
  Keypad keypad;
  for (int i = 0; i < 4; ++i) keypad.fail();
  keypad.now.value -= 500;
  EXPECT_EQ(keypad.wait(), 30u);
  EXPECT_EQ(keypad.failures(), 4u);
  EXPECT_EQ(newest_moment(keypad.throttle), RunSeconds{start_s});
}

// [rule: R19]
TEST(Throttle, DecodesFourEntriesOfADayForARelease) {
  Keypad keypad;
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(take_release_decode(keypad.throttle, keypad.now, keypad.changes));
  keypad.pass(failure_day_s - 1);
  ItemChanges changes;
  EXPECT_FALSE(take_release_decode(keypad.throttle, keypad.now, changes));
  EXPECT_TRUE(changes.empty());
  keypad.pass(1);
  EXPECT_TRUE(take_release_decode(keypad.throttle, keypad.now, changes));
}

// [rule: R15]
TEST(Throttle, HasAPlaceForEveryFailureThatCounts) {
  EXPECT_TRUE(rc::check("whatever happens, the next entry finds a place or a wait", [] {
    const auto keypad = std::make_unique<Keypad>();
    keypad->only_keypad = *rc::gen::arbitrary<bool>();
    for (int i = 0; i < 400; ++i) {
      keypad->pass(*rc::gen::inRange<std::uint32_t>(0, 4'000));
      const auto choice = *rc::gen::inRange(0, 40);
      if (choice == 0) release(keypad->throttle, keypad->changes);
      if (choice == 1) keypad->pass(failure_day_s);
      keypad->changes = {};
      if (keypad->wait() == 0) choice == 2 ? keypad->hit() : static_cast<void>(keypad->fail());
      RC_ASSERT(keypad->failures() <= 131u);
    }
  }));
}

}  // namespace
}  // namespace cardea
