// SPDX-License-Identifier: Apache-2.0
#include "lock/clock/clock.hpp"

#include <gtest/gtest.h>

#include "lock/testing/sim_flash.hpp"
#include "lock/testing/sim_port.hpp"

namespace cardea {
namespace {

using testing::SimCounter;
using testing::SimFlash;

constexpr UnixSeconds noon{1'800'000'000};
constexpr std::uint32_t flash_size = 4 * flash_sector_size_bytes;

UnixSeconds operator+(UnixSeconds time, std::int64_t seconds) { return {time.value + static_cast<std::uint64_t>(seconds)}; }

/// A lock with a clock and nothing else.
struct Lock {
  Lock() : flash({.size_bytes = flash_size}), journal(flash, {0, flash_size}) {
    EXPECT_EQ(journal.format(), Status::kOk);
    start();
  }
  void start() {
    clock.emplace(counter);
    EXPECT_EQ(clock->start(journal, run_floor, tx), Status::kOk);
    commit();
    counter.keep();
  }
  void restart() {
    EXPECT_EQ(journal.mount(), Status::kOk);
    start();
  }
  void commit() {
    EXPECT_EQ(journal.commit(tx), Status::kOk);
    tx.clear();
  }
  TimeVerdict set(UnixSeconds time, std::uint32_t error_s = 1) {
    const TimeVerdict verdict = clock->set_authenticated({time, error_s}, tx).value();
    commit();
    return verdict;
  }
  void set_coarse(UnixSeconds time) {
    EXPECT_EQ(clock->set_coarse(time, tx), Status::kOk);
    commit();
  }
  void see() {
    EXPECT_EQ(clock->put_seen(tx), Status::kOk);
    commit();
  }
  ClockReading read() { return clock->read(); }

  SimFlash flash;
  SimCounter counter;
  Journal journal;
  std::optional<Clock> clock;
  Transaction tx;
  RunSeconds run_floor;
};

// [rule: C1]
TEST(Clock, RunsOnWithAnErrorBoundThatGrows) {
  Lock lock;
  lock.counter.set_drift_ppm_max(50);
  ASSERT_EQ(lock.set(noon, 3), TimeVerdict::kTaken);
  EXPECT_EQ(lock.read().now, noon);
  EXPECT_EQ(lock.read().error_bound_s, 3u);
  lock.counter.advance(1);
  EXPECT_EQ(lock.read().error_bound_s, 4u) << "rounded up";
  lock.counter.advance(999'999);
  EXPECT_EQ(lock.read().now, noon + 1'000'000);
  EXPECT_EQ(lock.read().error_bound_s, 53u);
}

// [rule: C1]
TEST(Clock, CapsItsErrorBound) {
  Lock lock;
  lock.counter.set_drift_ppm_max(1'000'000);
  ASSERT_EQ(lock.set(noon, clock_error_unknown_s - 10), TimeVerdict::kTaken);
  lock.counter.advance(1'000);
  EXPECT_EQ(lock.read().error_bound_s, clock_error_unknown_s);
}

constexpr std::int64_t ten_days = 10 * std::int64_t{seconds_per_day};

// [rule: C12]
TEST(Clock, MeasuresItsDriftBetweenTwoSharpTimesFarEnoughApart) {
  Lock lock;
  lock.set(noon);
  EXPECT_FALSE(lock.clock->drift_ppm());
  lock.counter.advance(seconds_per_day);
  lock.set(noon + seconds_per_day + 4);
  EXPECT_FALSE(lock.clock->drift_ppm()) << "two seconds of error in a day: 23 ppm";
  lock.counter.advance(9 * seconds_per_day);
  lock.set(noon + ten_days + 43);
  EXPECT_EQ(lock.clock->drift_ppm(), 49) << "43 s in ten days by the counter, against the first time";
  lock.counter.advance(ten_days);
  EXPECT_EQ(lock.read().now, noon + ten_days + 43 + ten_days + 42);
  lock.restart();
  EXPECT_EQ(lock.clock->drift_ppm(), 49);
}

// [rule: C12]
TEST(Clock, ACounterThatIsFastIsSlowedDown) {
  Lock lock;
  lock.set(noon);
  lock.counter.advance(ten_days);
  lock.set(noon + (ten_days - 43));
  EXPECT_EQ(lock.clock->drift_ppm(), -49);
  const UnixSeconds before = lock.read().now;
  lock.counter.advance(1);
  EXPECT_GE(lock.read().now, before);
  lock.counter.advance(ten_days - 1);
  EXPECT_EQ(lock.read().now, noon + (2 * ten_days - 2 * 43));
}

// [rule: C12]
TEST(Clock, ATimeThatIsNotAuthenticatedEndsAMeasurementAndKeepsTheEstimate) {
  Lock lock;
  lock.set(noon);
  lock.counter.advance(ten_days);
  lock.set(noon + ten_days + 43);
  lock.set_coarse(noon + ten_days + 3'600);
  lock.counter.advance(ten_days);
  lock.set(noon + 2 * ten_days);
  EXPECT_EQ(lock.clock->drift_ppm(), 49) << "nothing was measured since";
  lock.counter.lose();
  lock.restart();
  EXPECT_EQ(lock.clock->drift_ppm(), 49) << "the crystal is the same";
  lock.set(noon + 3 * ten_days);
  EXPECT_EQ(lock.clock->drift_ppm(), 49);
}

// [rule: C13]
TEST(Clock, KnownDriftLeavesTheWanderInTheErrorBound) {
  Lock lock;
  lock.counter.set_wander_ppm_max(30);
  lock.set(noon);
  lock.counter.advance(ten_days);
  EXPECT_EQ(lock.read().error_bound_s, 1u + 87u) << "100 ppm of ten days";
  lock.set(noon + ten_days + 43);
  lock.counter.advance(ten_days);
  EXPECT_EQ(lock.read().error_bound_s, 1u + 30u) << "30 ppm, and 4 for the measurement";
  lock.counter.set_wander_ppm_max(1'000);
  EXPECT_EQ(lock.read().error_bound_s, 1u + 90u) << "never more than the port's most, and the measurement";
}

// [rule: C14]
TEST(Clock, ATimeThatContradictsTheCounterIsNoDrift) {
  Lock lock;
  lock.set(noon);
  lock.counter.advance(ten_days);
  lock.set(noon + ten_days + 43);
  lock.counter.advance(ten_days);
  ASSERT_EQ(lock.set(noon + 2 * ten_days + 43 + 3'600), TimeVerdict::kTaken);
  EXPECT_FALSE(lock.clock->drift_ppm()) << "an hour in ten days";
  lock.counter.advance(ten_days);
  lock.set(noon + 3 * ten_days + 43 + 3'600 + 20);
  EXPECT_EQ(lock.clock->drift_ppm(), 23) << "measured anew from there";
}

// [rule: C2]
TEST(Clock, IsSyncedForADayAndUntilARestart) {
  Lock lock;
  EXPECT_EQ(lock.read().quality, ClockQuality::kLost);
  lock.set(noon);
  EXPECT_EQ(lock.read().quality, ClockQuality::kSynced);
  lock.counter.advance(seconds_per_day);
  EXPECT_EQ(lock.read().quality, ClockQuality::kSynced);
  lock.counter.advance(1);
  EXPECT_EQ(lock.read().quality, ClockQuality::kKept);
  lock.set(lock.read().now);
  EXPECT_EQ(lock.read().quality, ClockQuality::kSynced);
  lock.restart();
  EXPECT_EQ(lock.read().quality, ClockQuality::kKept);
}

// [rule: C2]
TEST(Clock, CountsAsCoarseWhenItsErrorBoundExceedsTwoMinutes) {
  Lock lock;
  lock.set(noon, 120);
  EXPECT_EQ(use_of(lock.read()), ClockUse::kGood);
  lock.counter.advance(1);
  EXPECT_EQ(lock.read().quality, ClockQuality::kKept);
  EXPECT_EQ(use_of(lock.read()), ClockUse::kCoarse);
}

// [rule: C3]
TEST(Clock, IsLostWhenTheCounterWasNotKept) {
  Lock lock;
  lock.set(noon);
  lock.counter.lose();
  lock.restart();
  EXPECT_EQ(lock.read().quality, ClockQuality::kLost);
  EXPECT_FALSE(lock.clock->kept_over_restart());
  lock.restart();
  EXPECT_EQ(lock.read().quality, ClockQuality::kLost) << "a kept counter does not bring back what was lost before";
  EXPECT_TRUE(lock.clock->kept_over_restart());
}

// [rule: C3]
TEST(Clock, IsLostWhenTheCounterWentBackAlthoughThePortCallsItKept) {
  Lock lock;
  lock.set(noon);
  lock.counter.lose();
  lock.counter.keep();
  lock.restart();
  EXPECT_EQ(lock.read().quality, ClockQuality::kLost);
}

// [rule: C3]
TEST(Clock, IsLostAfterLongerThanTheBackUpLasts) {
  for (const std::uint32_t over : {0u, 1u}) {
    Lock lock;
    lock.set(noon);
    lock.counter.advance(7 * seconds_per_day + seconds_per_hour + over);
    lock.restart();
    EXPECT_EQ(lock.read().quality, over == 0 ? ClockQuality::kKept : ClockQuality::kLost);
  }
}

// [rule: C3]
TEST(Clock, CanBeLostWhileTheLockRuns) {
  Lock lock;
  lock.set(noon);
  lock.counter.advance(100);
  EXPECT_EQ(lock.clock->lose(lock.tx), Status::kOk);
  lock.commit();
  EXPECT_EQ(lock.read().quality, ClockQuality::kLost);
  EXPECT_EQ(lock.read().newest_seen, noon + 100);
  lock.restart();
  EXPECT_EQ(lock.read().quality, ClockQuality::kLost);
}

// [rule: C5]
TEST(Clock, RunningTimeGoesOnFromWhereTheCounterStopped) {
  Lock lock;
  lock.counter.advance(100);
  EXPECT_EQ(lock.read().run, RunSeconds{100});
  lock.counter.lose();
  EXPECT_EQ(lock.clock->lose(lock.tx), Status::kOk);
  lock.commit();
  EXPECT_EQ(lock.read().run, RunSeconds{100});
  lock.counter.advance(50);
  EXPECT_EQ(lock.read().run, RunSeconds{150});
}

// [rule: C4]
TEST(Clock, DoubtsASeenThatIsNotWhatItShowed) {
  Lock lock;
  lock.set(noon);
  const ClockReading reading = lock.read();
  const auto doubt = [&](const ClockReading& put) {
    lock.tx.clear();
    EXPECT_EQ(lock.clock->put_seen(put, lock.tx), Status::kOk);
    return lock.clock->doubt_about_seen(reading, lock.tx);
  };
  ClockReading other = reading;
  other.run.value += seconds_per_day;
  EXPECT_NE(doubt(other), 0u) << "failures would be older than they are";
  other = reading;
  other.newest_seen.value += 1;
  EXPECT_NE(doubt(other), 0u);
  lock.tx.clear();
  EXPECT_NE(lock.clock->doubt_about_seen(reading, lock.tx), 0u) << "nothing was put";
  EXPECT_EQ(doubt(reading), 0u);
  EXPECT_EQ(lock.tx.put({1, 2}, Bytes<3>{}), Status::kOk);
  EXPECT_NE(lock.clock->doubt_about_seen(reading, lock.tx), 0u) << "something else came behind it";
}

// [rule: C4]
TEST(Clock, NeverForgetsTheNewestTimeThatWasDurable) {
  Lock lock;
  lock.set(noon);
  lock.counter.advance(1'800);
  lock.see();
  EXPECT_EQ(lock.set(noon + 1'500), TimeVerdict::kTaken);
  EXPECT_EQ(lock.read().now, noon + 1'500);
  EXPECT_EQ(lock.read().newest_seen, noon + 1'800);
  lock.counter.lose();
  lock.restart();
  EXPECT_EQ(lock.read().newest_seen, noon + 1'800);
}

// [rule: C4]
TEST(Clock, IsDueToBeSeenEveryHour) {
  Lock lock;
  lock.counter.advance(seconds_per_hour - 1);
  EXPECT_FALSE(lock.clock->seen_due());
  lock.counter.advance(1);
  EXPECT_TRUE(lock.clock->seen_due());
  lock.see();
  EXPECT_FALSE(lock.clock->seen_due());
}

// [rule: C5]
TEST(Clock, RunningTimeGoesOnOverARestartThatKeptTheCounter) {
  Lock lock;
  lock.counter.advance(50);
  lock.see();
  EXPECT_EQ(lock.read().run, RunSeconds{50});
  lock.counter.advance(100);  // without power
  lock.restart();
  EXPECT_EQ(lock.read().run, RunSeconds{150});
}

// [rule: C5]
TEST(Clock, RunningTimeResumesWhereItWasSeenWhenTheCounterIsLost) {
  Lock lock;
  lock.counter.advance(50);
  lock.see();
  lock.counter.advance(100);
  lock.counter.lose();
  lock.restart();
  EXPECT_EQ(lock.read().run, RunSeconds{50});
  lock.counter.lose();
  lock.run_floor = {60};
  lock.restart();
  EXPECT_EQ(lock.read().run, RunSeconds{60}) << "the code state had seen a later moment";
}

// [rule: C5]
TEST(Clock, SettingTheClockDoesNotMoveRunningTime) {
  Lock lock;
  lock.counter.advance(10);
  lock.set(noon);
  lock.set(noon + 3'600);
  lock.set_coarse(noon + 7'200);
  EXPECT_EQ(lock.read().run, RunSeconds{10});
}

// [rule: C6] [rule: C11]
TEST(Clock, RefusesATimeBeforeTheNewestSeen) {
  Lock lock;
  lock.set(noon);
  EXPECT_EQ(lock.set(noon + -601), TimeVerdict::kBehind);
  EXPECT_EQ(lock.read().now, noon);
  EXPECT_EQ(lock.set(noon + -600), TimeVerdict::kTaken);
  EXPECT_EQ(lock.set(noon + -601), TimeVerdict::kBehind) << "small steps do not add up";
}

// [rule: C6]
TEST(Clock, RefusesATimeBeforeTheNewestSeenWhenItIsLost) {
  Lock lock;
  lock.set(noon);
  lock.counter.lose();
  lock.restart();
  EXPECT_EQ(lock.set(noon + -601), TimeVerdict::kBehind);
  EXPECT_EQ(lock.read().quality, ClockQuality::kLost);
  EXPECT_EQ(lock.set(noon + -600), TimeVerdict::kTaken);
}

// [rule: C6]
TEST(Clock, CanBePutRightWithinItsOwnErrorBound) {
  Lock lock;
  lock.set(noon, 0);
  lock.counter.advance(10'000'000);  // 100 ppm: 1,000 s
  EXPECT_EQ(lock.set(noon + (10'000'000 - 1'001)), TimeVerdict::kBehind);
  EXPECT_EQ(lock.set(noon + (10'000'000 - 1'000)), TimeVerdict::kTaken);
}

// [rule: C4] [rule: C6]
TEST(Clock, CanBePutRightAfterAClockCodeThatWasAYearAhead) {
  Lock lock;
  lock.set(noon);
  lock.set_coarse(noon + 366 * seconds_per_day);
  EXPECT_EQ(lock.set(noon), TimeVerdict::kTaken);
  EXPECT_EQ(lock.read().now, noon);
  EXPECT_EQ(lock.read().newest_seen, noon + 366 * seconds_per_day);
  lock.counter.advance(6 * seconds_per_hour);  // and goes on being set, though the newest time seen lies ahead
  EXPECT_EQ(lock.set(noon + (6 * seconds_per_hour - 60)), TimeVerdict::kBehind);
  EXPECT_EQ(lock.set(noon + (6 * seconds_per_hour - 1)), TimeVerdict::kTaken);
}

// [rule: C7] [rule: C11]
TEST(Clock, RefusesALongStepOfAGoodClock) {
  Lock lock;
  lock.set(noon, 5);
  EXPECT_EQ(lock.set(noon + (seconds_per_day + 6)), TimeVerdict::kTooFarAhead);
  EXPECT_EQ(lock.read().now, noon);
  EXPECT_EQ(lock.read().newest_seen, noon);
  EXPECT_EQ(lock.set(noon + (seconds_per_day + 5)), TimeVerdict::kTaken);
}

// [rule: C7]
TEST(Clock, TakesTheOwnersBound) {
  Lock lock;
  lock.set(noon, 0);
  lock.clock->set(ClockSettings{.step_max_s = 60});
  EXPECT_EQ(lock.set(noon + 61), TimeVerdict::kTooFarAhead);
  lock.clock->set(ClockSettings{.step_max_s = 366 * seconds_per_day});
  EXPECT_EQ(lock.set(noon + 365 * seconds_per_day), TimeVerdict::kTaken);
}

// [rule: C7]
TEST(Clock, TakesAnyLaterTimeWhenItIsLostOrCoarse) {
  Lock lock;
  lock.set_coarse(noon);
  EXPECT_EQ(lock.set(noon + 1'000 * std::int64_t{seconds_per_day}), TimeVerdict::kTaken);
  EXPECT_EQ(lock.read().quality, ClockQuality::kSynced);
}

// [rule: C8] [rule: C11]
TEST(Clock, LeavesABluntTimeAside) {
  Lock lock;
  lock.set(noon, 10);
  EXPECT_EQ(lock.set(noon, 31), TimeVerdict::kNotBetter);
  EXPECT_EQ(lock.read().error_bound_s, 10u);
  EXPECT_EQ(lock.set(noon, 30), TimeVerdict::kTaken) << "sharp enough in any case";
  lock.counter.advance(1'000'000);
  EXPECT_EQ(lock.read().error_bound_s, 130u);
  EXPECT_EQ(lock.set(lock.read().now, 131), TimeVerdict::kNotBetter);
  EXPECT_EQ(lock.set(lock.read().now, 130), TimeVerdict::kTaken);
}

// [rule: C9]
TEST(Clock, CountsHalfOfTheRoundTrip) {
  EXPECT_EQ(middle_of(noon, 0, 0).time, noon);
  EXPECT_EQ(middle_of(noon, 0, 0).error_s, 0u);
  const SignedTime quick = middle_of(noon, 250, 801);
  EXPECT_EQ(quick.time, noon + 1);
  EXPECT_EQ(quick.error_s, 1u) << "401 + 250 ms, rounded up";
  const SignedTime walked = middle_of(noon, 1'000, 600'000);
  EXPECT_EQ(walked.time, noon + 300);
  EXPECT_EQ(walked.error_s, 301u);
  Lock lock;
  lock.set(walked.time, walked.error_s);
  EXPECT_EQ(use_of(lock.read()), ClockUse::kCoarse);
  EXPECT_EQ(middle_of(noon, 0xFFFFFFFF, UINT64_MAX).error_s, clock_error_unknown_s);
}

// [rule: C10]
TEST(Clock, AClockCodeMakesItCoarseAndNeverEarlierThanSeen) {
  Lock lock;
  lock.set(noon);
  lock.counter.lose();
  lock.restart();
  lock.set_coarse(noon + -500);
  EXPECT_EQ(lock.read().now, noon);
  EXPECT_EQ(lock.read().quality, ClockQuality::kCoarse);
  EXPECT_EQ(lock.read().error_bound_s, clock_error_unknown_s);
  lock.set_coarse(noon + 5'000);
  EXPECT_EQ(lock.read().now, noon + 5'000);
  lock.counter.advance(60);
  lock.restart();
  EXPECT_EQ(lock.read().now, noon + 5'060);
  EXPECT_EQ(lock.read().quality, ClockQuality::kCoarse);
}

TEST(Clock, ChangesNothingWhenTheTransactionHasNoRoom) {
  Lock lock;
  lock.set(noon);
  ASSERT_EQ(lock.tx.put({0x50, 0}, std::vector<std::uint8_t>(1'750)), Status::kOk);
  EXPECT_EQ(lock.clock->set_authenticated({noon + 100, 1}, lock.tx).status(), Status::kFull);
  EXPECT_EQ(lock.clock->set_coarse(noon + 100, lock.tx), Status::kFull);
  EXPECT_EQ(lock.read().now, noon);
}

TEST(Clock, RefusesItemsThatItDidNotWrite) {
  for (const ItemKey key : {clock_set_item, clock_seen_item}) {
    Lock lock;
    lock.set(noon);
    ASSERT_EQ(lock.tx.put(key, Bytes<3>{9, 9, 9}), Status::kOk);
    lock.commit();
    Clock clock(lock.counter);
    EXPECT_EQ(clock.start(lock.journal, {}, lock.tx), Status::kMalformed);
  }
}

}  // namespace
}  // namespace cardea
