// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/csv.hpp"

#include <gtest/gtest.h>

#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

std::string refusal_of(std::string_view text) {
  try {
    read_csv(text);
  } catch (const Stop& stop) {
    return stop.what();
  }
  return "";
}

TEST(Csv, RefusesWhatIsNoTableAndSaysWhere) {
  EXPECT_EQ(refusal_of("a,b\n\"c,d\n"), "line 2: a quote is not closed");
  EXPECT_EQ(refusal_of("a,b\n1,2\n\"c\"d,e\n"), "line 3: there is text after a closing quote");
  EXPECT_EQ(refusal_of("a,b\nc\"d,e\n"), "line 2: a quote stands inside a field that does not begin with one");
  EXPECT_EQ(refusal_of("a,b\n1,2,3\n"), "line 2: has 3 fields, and the first line 2");
  EXPECT_EQ(refusal_of("a,b\r1,2\n"), "line 1: a line ends with a carriage return alone");
}

TEST(Csv, ReadsWhatSpreadsheetsWrite) {
  const auto rows = read_csv("\xef\xbb\xbfname,note\r\nAna,\"says \"\"hi\"\",\r\nand more\"\r\n\r\nZoë,\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].fields, (std::vector<std::string>{"name", "note"}));
  EXPECT_EQ(rows[1].fields, (std::vector<std::string>{"Ana", "says \"hi\",\r\nand more"}));
  EXPECT_EQ(rows[2].fields, (std::vector<std::string>{"Zoë", ""}));
  EXPECT_EQ(rows[1].line, 2u);
  EXPECT_EQ(rows[2].line, 5u);
}

TEST(Csv, TakesALastLineWithoutAnEnd) {
  const auto rows = read_csv("a,b\n\"c\",d");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].fields, (std::vector<std::string>{"c", "d"}));
  EXPECT_TRUE(read_csv("").empty());
}

}  // namespace
}  // namespace cardea::client
