// SPDX-License-Identifier: Apache-2.0
#include "server/platform/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cardea::server {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string line_of(LogForm form, LogLevel level, const std::string& value) {
  ::testing::internal::CaptureStderr();
  Log(form, LogLevel::kInfo).write(level, "link", {{"lock", value}, {"what", "came"}});
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, KeepsAPeersBytesInsideOneLineAndOutOfTheTerminal) {
  for (const LogForm form : {LogForm::kText, LogForm::kJson}) {
    const std::string line = line_of(form, LogLevel::kInfo, "a\nb\x1b[31m \"\xff");
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_THAT(line, HasSubstr("\"a\\u000ab\\u001b[31m \\\"\xef\xbf\xbd\""));
  }
}

TEST(Log, IsSilentBelowItsLevel) { EXPECT_EQ(line_of(LogForm::kText, LogLevel::kDebug, "a"), ""); }

TEST(Log, WritesTextForPeopleAndJsonForMachines) {
  EXPECT_THAT(line_of(LogForm::kText, LogLevel::kWarn, "lock_1"), EndsWith("Z warn link lock=lock_1 what=came\n"));
  EXPECT_THAT(line_of(LogForm::kJson, LogLevel::kWarn, "lock_1"),
              EndsWith(",\"level\":\"warn\",\"event\":\"link\",\"lock\":\"lock_1\",\"what\":\"came\"}\n"));
}

}  // namespace
}  // namespace cardea::server
