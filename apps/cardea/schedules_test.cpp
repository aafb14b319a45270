// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/schedules.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

std::string parsed(std::string_view text, const std::vector<std::string>& holidays = {}) {
  return boost::json::serialize(parse_schedule(text, holidays));
}

TEST(Schedules, RefuseWhatIsNoEntryAndShowTheForms) {
  for (const char* text :
       {"", ";", "08:00-18:00", "mon", "monday 08:00-18:00", "mon- 08:00", "mon-fri-sun 08:00-18:00", "mon 08:00",
        "mon 08:00-12:00-18:00", "mon closed", "2026-12-24", "2026-12-24 closed 08:00-09:00", "mon-fri 08:00-18:00; sat"}) {
    try {
      const std::string got = parsed(text);
      ADD_FAILURE() << text << " became " << got;
    } catch (const Stop& stop) {
      EXPECT_EQ(stop.status(), ExitStatus::kUsage);
      EXPECT_NE(std::string(stop.what()).find("mon-fri 08:00-18:00"), std::string::npos) << text;
    }
  }
}

TEST(Schedules, AreTheApisOnesForWhatPeopleWrite) {
  EXPECT_EQ(parsed("mon-wed 08:00-18:00"), R"({"weekly":[{"days":["mon","tue","wed"],"from":"08:00","to":"18:00"}]})");
  EXPECT_EQ(parsed("sat-mon+wed 22:00-06:00"),
            R"({"weekly":[{"days":["mon","wed","sat","sun"],"from":"22:00","to":"06:00"}]})");
  EXPECT_EQ(parsed("mon 08:00-12:00 13:00-18:00, 2026-12-24 08:00-12:00; 2026-12-31 closed", {"2026-12-25"}),
            R"({"weekly":[{"days":["mon"],"from":"08:00","to":"12:00"},{"days":["mon"],"from":"13:00","to":"18:00"}],)"
            R"("holidays":["2026-12-25"],"exceptions":[{"date":"2026-12-24","times":[{"from":"08:00","to":"12:00"}]},)"
            R"({"date":"2026-12-31","times":[]}]})");
}

TEST(Schedules, AreReadAsTheyWereWritten) {
  for (const char* text : {"mon-fri 08:00-18:00", "daily 22:00-06:00; sun 00:00-24:00", "mon+wed-fri+sun 08:00-12:00",
                           "mon 08:00-12:00; 2026-12-24 08:00-12:00 13:00-14:00; 2026-12-31 closed"})
    EXPECT_EQ(format_schedule(parse_schedule(text, {})), text);
  EXPECT_EQ(format_schedule(parse_schedule("mon 08:00-12:00", {"2026-12-25"})), "mon 08:00-12:00; 2026-12-25 holiday");
  EXPECT_EQ(format_schedule(nullptr), "");
}

}  // namespace
}  // namespace cardea::client
