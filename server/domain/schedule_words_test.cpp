// SPDX-License-Identifier: Apache-2.0
#include "server/domain/schedule_words.hpp"

#include <gtest/gtest.h>

namespace cardea::server {
namespace {

constexpr std::uint8_t monday = 1, tuesday = 2, wednesday = 4, friday = 16, saturday = 32, sunday = 64;

TEST(ScheduleWords, NameThreeDaysInARowByTheirEndsAndTwoByThemselves) {
  const DayTimes morning{8 * 60, 12 * 60};
  EXPECT_EQ(words_of({{{monday | tuesday | wednesday | friday, morning}}, {}, {}}, Language::kEnglish),
            "Mon-Wed, Fri 08:00-12:00");
  EXPECT_EQ(words_of({{{saturday | sunday, {22 * 60, 24 * 60}}}, {}, {}}, Language::kGerman), "Sa, So 22:00-24:00");
  EXPECT_EQ(words_of({{{127, morning}, {sunday, {0, 60}}}, {}, {}}, Language::kChinese),
            "周一-周日 08:00-12:00; 周日 00:00-01:00");
}

TEST(ScheduleWords, SayThatThereAreDatesWithoutNamingThem) {
  const Date christmas = parse_date("2026-12-25").value();
  EXPECT_EQ(words_of({{{monday, {480, 720}}}, {christmas}, {}}, Language::kEnglish), "Mon 08:00-12:00; some dates differ");
  EXPECT_EQ(words_of({{{monday, {480, 720}}}, {}, {{christmas, {}}}}, Language::kGerman),
            "Mo 08:00-12:00; an einzelnen Tagen anders");
  EXPECT_EQ(words_of({{}, {}, {{christmas, {{480, 720}}}}}, Language::kEnglish), "on certain dates only");
}

}  // namespace
}  // namespace cardea::server
