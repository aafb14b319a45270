// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace cardea::client {
namespace {

TEST(Table, NeverLetsANameMoveTheCursor) {
  EXPECT_EQ(printable("Ana\x1b[2J\n\x7f"), "Ana?[2J??");
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J"),
            "?2J");
  EXPECT_EQ(printable("Zoë 小明"), "Zoë 小明");
}

TEST(Table, AlignsByCharactersAndLeavesEmptyColumnsOut) {
  Table table({"NAME", "NOTE", "DOOR"});
  table.add({"Zoë", "", "front"});
  table.add({"Bartholomew", "", "side"});
  std::ostringstream out;
  table.print(out, false);
  EXPECT_EQ(out.str(), "NAME         DOOR\nZoë          front\nBartholomew  side\n");
}

TEST(Table, ColoursOnlyWhenAsked) {
  Table table({"A"});
  table.add({"x"});
  std::ostringstream out;
  table.print(out, true);
  EXPECT_EQ(out.str(), "\x1b[1mA\x1b[0m\nx\n");
}

TEST(Sheet, AlignsItsNames) {
  Sheet sheet;
  sheet.add("id", "1");
  sheet.add("window", "2 h");
  std::ostringstream out;
  sheet.print(out, false);
  EXPECT_EQ(out.str(), "id      1\nwindow  2 h\n");
}

}  // namespace
}  // namespace cardea::client
