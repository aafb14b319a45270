// SPDX-License-Identifier: Apache-2.0
// All zones and all their changes from 2000 to 2037 are compared by tests/schedule; here is what a reader wants to see.
#include "server/domain/schedule.hpp"

#include <gtest/gtest.h>

#include "server/domain/instant.hpp"

namespace cardea::server {
namespace {

constexpr std::uint8_t every_day = 0x7F;
constexpr std::uint8_t monday_to_friday = 0x1F;

UnixSeconds at(std::string_view text) { return parse_instant(text).value(); }

std::vector<std::string> changes(const Schedule& schedule, std::string_view zone, std::string_view from,
                                 std::string_view until) {
  const CompiledSchedule compiled = compile(schedule, zone, at(from), at(until)).value();
  std::vector<std::string> out;
  if (compiled.open) out.emplace_back("open");
  for (const std::uint32_t minute : compiled.changes_min) out.push_back(text_of(UnixSeconds{std::uint64_t{minute} * 60}));
  return out;
}
using Changes = std::vector<std::string>;

TEST(ScheduleText, RefusesWhatIsNoTimeOrDate) {
  for (const char* bad : {"", "8:00", "08:60", "24:01", "25:00", "08-00", "08:0x", "-8:00", "08:000"})
    EXPECT_FALSE(parse_time_of_day(bad)) << bad;
  for (const char* bad : {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "1999-12-31", "2100-01-01", "2026/01/01"})
    EXPECT_FALSE(parse_date(bad)) << bad;
  EXPECT_EQ(parse_time_of_day("24:00"), 1'440);
  EXPECT_EQ(text_of_time_of_day(*parse_time_of_day("07:05")), "07:05");
  EXPECT_EQ(text_of(*parse_date("2028-02-29")), "2028-02-29");
}

TEST(CompileSchedule, RefusesAZoneThatIsNotThereAndATimeWithoutLength) {
  const Schedule schedule{{{every_day, {0, 60}}}, {}, {}};
  EXPECT_EQ(compile(schedule, "Europe/Atlantis", {1'800'000'000}, {1'800'086'400}).status(), Status::kNotFound);
  EXPECT_EQ(compile(schedule, "Etc/UTC", {1'800'000'000}, {1'800'000'030}).status(), Status::kOutOfRange);
  EXPECT_EQ(compile(schedule, "Etc/UTC", {900'000'000}, {900'086'400}).status(), Status::kOutOfRange);
  EXPECT_EQ(compile(schedule, "Etc/UTC", zones_known_until, {zones_known_until.value + 86'400}).status(), Status::kOutOfRange);
}

// [rule: S6]
TEST(CompileSchedule, GoesNoFurtherThanTheZonesOfThisSystemReach) {
  const Schedule schedule{{{every_day, {0, 1'440}}}, {}, {}};
  const UnixSeconds day_before{zones_known_until.value - 86'400};
  const auto compiled = compile(schedule, "Europe/Berlin", day_before, {zones_known_until.value + 86'400});
  EXPECT_EQ(compiled->known_until_min, zones_known_until.value / 60);
}

// 2027-03-28: at 02:00 the clocks of Berlin go to 03:00, at 01:00Z.
// [rule: S4]
TEST(CompileSchedule, LeavesOutTheTimesThatAClockInSpringNeverShows) {
  const Schedule in_the_gap{{{every_day, {2 * 60 + 15, 2 * 60 + 45}}}, {}, {}};
  EXPECT_EQ(changes(in_the_gap, "Europe/Berlin", "2027-03-27T12:00:00Z", "2027-03-29T12:00:00Z"),
            (Changes{"2027-03-29T00:15:00Z", "2027-03-29T00:45:00Z"}));
  const Schedule into_the_gap{{{every_day, {60, 2 * 60 + 30}}}, {}, {}};
  EXPECT_EQ(changes(into_the_gap, "Europe/Berlin", "2027-03-27T12:00:00Z", "2027-03-28T12:00:00Z"),
            (Changes{"2027-03-28T00:00:00Z", "2027-03-28T01:00:00Z"}));
}

// 2027-10-31: at 03:00 they go back to 02:00, at 01:00Z.
// [rule: S4]
TEST(CompileSchedule, OpensTwiceForTimesThatAClockInAutumnShowsTwice) {
  const Schedule schedule{{{every_day, {2 * 60 + 15, 2 * 60 + 45}}}, {}, {}};
  EXPECT_EQ(changes(schedule, "Europe/Berlin", "2027-10-30T12:00:00Z", "2027-10-31T12:00:00Z"),
            (Changes{"2027-10-31T00:15:00Z", "2027-10-31T00:45:00Z", "2027-10-31T01:15:00Z", "2027-10-31T01:45:00Z"}));
  const Schedule night{{{every_day, {22 * 60, 6 * 60}}}, {}, {}};
  EXPECT_EQ(changes(night, "Europe/Berlin", "2027-10-30T12:00:00Z", "2027-10-31T12:00:00Z"),
            (Changes{"2027-10-30T20:00:00Z", "2027-10-31T05:00:00Z"}))
      << "nine hours, of which none is missing";
}

// [rule: S5]
TEST(CompileSchedule, ClosesAHolidayButNotTheNightThatBeganBefore) {
  const Schedule schedule{{{every_day, {22 * 60, 6 * 60}}}, {*parse_date("2026-12-25")}, {}};
  EXPECT_EQ(changes(schedule, "Etc/UTC", "2026-12-24T12:00:00Z", "2026-12-27T12:00:00Z"),
            (Changes{"2026-12-24T22:00:00Z", "2026-12-25T06:00:00Z", "2026-12-26T22:00:00Z", "2026-12-27T06:00:00Z"}));
}

// [rule: S5]
TEST(CompileSchedule, TakesAnExceptionInsteadOfTheWeekAndOfAHoliday) {
  const Schedule schedule{{{monday_to_friday, {8 * 60, 18 * 60}}},
                          {*parse_date("2026-12-25")},
                          {{*parse_date("2026-12-24"), {{8 * 60, 12 * 60}}}, {*parse_date("2026-12-25"), {{600, 660}}}}};
  EXPECT_EQ(changes(schedule, "Etc/UTC", "2026-12-23T12:00:00Z", "2026-12-27T12:00:00Z"),
            (Changes{"open", "2026-12-23T18:00:00Z", "2026-12-24T08:00:00Z", "2026-12-24T12:00:00Z", "2026-12-25T10:00:00Z",
                     "2026-12-25T11:00:00Z"}));
}

TEST(CompileSchedule, JoinsTimesThatOverlapOrTouch) {
  const Schedule schedule{{{every_day, {0, 12 * 60}}, {every_day, {11 * 60, 13 * 60}}, {every_day, {13 * 60, 1'440}}}, {}, {}};
  EXPECT_EQ(changes(schedule, "Asia/Shanghai", "2026-12-23T12:00:00Z", "2026-12-27T12:00:00Z"), Changes{"open"});
}

// [rule: S7]
TEST(ScheduleShares, RefuseANinthScheduleAndCutEightToTheSameRoom) {
  const Schedule daily{{{every_day, {8 * 60, 18 * 60}}}, {}, {}};
  const UnixSeconds from = at("2026-12-23T12:00:00Z");
  const CompiledSchedule compiled = *compile(daily, "Europe/Zurich", from, {from.value + 400 * 86'400});
  EXPECT_EQ(encode_set(std::vector(9, compiled)).status(), Status::kFull);
  ScheduleSet set;
  for (std::size_t count = 1; count <= 8; ++count) {
    ASSERT_EQ(set.assign(encode_set(std::vector(count, compiled)).value()), Status::kOk);
    ASSERT_EQ(set.count(), count);
    for (std::uint8_t number = 1; number <= count; ++number) {
      const std::uint64_t days_known = (set.known_until(number).value - from.value) / 86'400;
      EXPECT_GE(days_known, count == 1 ? 126u : count == 2 ? 90u : 21u);
      EXPECT_EQ(set.state_at(number, {set.known_until(number).value}), ScheduleState::kUnknown);
      for (std::uint64_t t = from.value; t < set.known_until(number).value; t += 1'800) {
        const std::uint64_t local = (t + 3'600) % 86'400;  // in the winter
        if (t > from.value + 90 * 86'400) break;
        EXPECT_EQ(set.state_at(number, {t}) == ScheduleState::kOpen, local >= 8 * 3'600 && local < 18 * 3'600) << t;
      }
    }
  }
  EXPECT_TRUE(encode_set({})->empty());
}

// [rule: S7]
TEST(ScheduleShares, CutALongGapWhereItsRoomEnds) {
  const Schedule once{{}, {}, {{*parse_date("2027-12-24"), {{0, 60}}}}};
  const UnixSeconds from = at("2026-12-23T12:00:00Z");
  const CompiledSchedule compiled = *compile(once, "Etc/UTC", from, {from.value + 400 * 86'400});
  ScheduleSet set;
  ASSERT_EQ(set.assign(encode_set({compiled}).value()), Status::kOk);
  EXPECT_EQ(set.state_at(1, at("2027-12-24T00:30:00Z")), ScheduleState::kOpen);
  EXPECT_EQ(set.state_at(1, at("2027-12-24T01:00:00Z")), ScheduleState::kClosed);
}

}  // namespace
}  // namespace cardea::server
