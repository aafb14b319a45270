// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/times.hpp"

#include <gtest/gtest.h>

#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

// 2026-05-01T12:00:00Z, 14:00 in Berlin (`date -d @1777636800`).
constexpr UnixSeconds noon{1'777'636'800};
const TimeContext berlin{noon, noon, "Europe/Berlin"};

std::string error_of(std::string_view text, const TimeContext& context = berlin) {
  try {
    parse_time("--from", text, context);
  } catch (const Stop& stop) {
    return stop.what();
  }
  return "";
}

TEST(Times, RefusesWhatIsNoTimeAndShowsTheForms) {
  for (const char* text : {"",
                           "noon",
                           "14:00",
                           "2026-5-1",
                           "2026-02-30",
                           "2026-05-01 24:00",
                           "2026-05-01 14:60",
                           "2026-05-01 14:00 CET",
                           "2026-05-01 14:00:",
                           "2026-05-01 14:00+25:00",
                           "2026-05-01  14:00",
                           "+",
                           "+2",
                           "+h",
                           "+2y",
                           "+2h ",
                           "now+",
                           "now 2h",
                           "nowhere",
                           "today",
                           "today 25:00",
                           "@",
                           "@12x",
                           "@99999999999",
                           "-1d1d1",
                           "99999999999999999999999",
                           "+99999999999999999999s",
                           "01.05.2026",
                           "2026-05-01T14:00:00z"})
    EXPECT_NE(error_of(text).find("Write it like 2026-05-01 14:00"), std::string::npos) << text << ": " << error_of(text);
}

TEST(Times, RefusesATimeThatComesTwiceAndNamesBoth) {
  EXPECT_EQ(error_of("2026-10-25 02:30"),
            "--from: \"2026-10-25 02:30\" comes twice in Europe/Berlin, when clocks are put back. Add the offset: +02:00 is "
            "the first, +01:00 "
            "the second.");
  EXPECT_EQ(parse_time("--from", "2026-10-25 02:30+01:00", berlin).value -
                parse_time("--from", "2026-10-25 02:30+02:00", berlin).value,
            3600u);
}

TEST(Times, RefusesATimeThatDoesNotExist) {
  EXPECT_NE(error_of("2026-03-29 02:30").find("does not exist in Europe/Berlin"), std::string::npos);
}

TEST(Times, RefusesAZoneThatNobodyKnows) {
  EXPECT_NE(error_of("2026-05-01 14:00", {noon, noon, "Mars/Olympus"}).find("Mars/Olympus"), std::string::npos);
}

TEST(Times, ReadsAWallClockInTheZoneOfTheDoor) {
  EXPECT_EQ(parse_time("--from", "2026-05-01 14:00", berlin), noon);
  EXPECT_EQ(parse_time("--from", "2026-05-01T14:00:05", berlin).value, noon.value + 5);
  EXPECT_EQ(parse_time("--from", "2026-05-01 12:00Z", berlin), noon);
  EXPECT_EQ(parse_time("--from", "2026-05-01T08:00:00-04:00", berlin), noon);
  EXPECT_EQ(parse_time("--from", "2026-05-01", berlin).value, noon.value - 14 * 3600);
  EXPECT_EQ(parse_time("--from", "today 18:00", berlin).value, noon.value + 4 * 3600);
  EXPECT_EQ(parse_time("--from", "tomorrow 11:00", berlin).value, noon.value + 21 * 3600);
  EXPECT_EQ(parse_time("--from", "@1777636800", berlin), noon);
  EXPECT_EQ(parse_time("--from", "1777636800", berlin), noon);
}

TEST(Times, CountsTheEndOfAWindowFromItsBeginning) {
  const TimeContext end{noon, {noon.value + 1000}, "Europe/Berlin"};
  EXPECT_EQ(parse_time("--to", "+2h", end).value, noon.value + 1000 + 7200);
  EXPECT_EQ(parse_time("--to", "now+2h", end).value, noon.value + 7200);
  EXPECT_EQ(parse_time("--to", "-1h30m", end).value, noon.value + 1000 - 5400);
  EXPECT_EQ(parse_time("--to", "now", end), noon);
}

TEST(Times, RefusesALengthOfNothing) {
  for (const char* text : {"", "0h", "3", "h", "-3h", "3h ", "20y", "9999w"})
    EXPECT_THROW(parse_duration("--window", text), Stop) << text;
  EXPECT_EQ(parse_duration("--window", "1h30m"), 5400u);
  EXPECT_EQ(parse_duration("--window", "3d"), 3u * 86'400);
}

TEST(Times, WritesWhatItReads) {
  EXPECT_EQ(format_time(noon, "Europe/Berlin"), "2026-05-01 14:00");
  EXPECT_EQ(format_time({noon.value + 7}, "Europe/Berlin"), "2026-05-01 14:00:07");
  EXPECT_EQ(format_time(noon, "Nowhere"), "2026-05-01 12:00Z");
  EXPECT_EQ(format_rfc3339(noon), "2026-05-01T12:00:00Z");
  EXPECT_EQ(parse_rfc3339("2026-05-01T12:00:00Z"), noon);
  EXPECT_EQ(parse_rfc3339("2026-05-01T12:00:00.250Z"), noon);
  EXPECT_EQ(parse_rfc3339("2026-05-01T14:00:00+02:00"), noon);
  EXPECT_THROW(parse_rfc3339("2026-05-01 12:00"), std::invalid_argument);
}

TEST(Times, NamesTheTwoLargestUnitsOfALength) {
  EXPECT_EQ(format_duration(0), "0 s");
  EXPECT_EQ(format_duration(45), "45 s");
  EXPECT_EQ(format_duration(3600), "1 h");
  EXPECT_EQ(format_duration(3725), "1 h 2 min");
  EXPECT_EQ(format_duration(2 * 86'400 + 4 * 3600 + 59), "2 d 4 h");
}

}  // namespace
}  // namespace cardea::client
