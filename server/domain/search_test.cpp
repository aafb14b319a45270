// SPDX-License-Identifier: Apache-2.0
#include "server/domain/search.hpp"

#include <gtest/gtest.h>

namespace cardea::server {
namespace {

TEST(Search, HasNothingToLookForInBlanks) {
  EXPECT_FALSE(search_for(""));
  EXPECT_FALSE(search_for("  "));
}

TEST(Search, TakesAHundredCharactersAndNoMore) {
  std::string doors;
  for (int i = 0; i < 100; ++i) doors += "门";
  EXPECT_TRUE(search_for(doors));
  EXPECT_FALSE(search_for(doors + "a"));
}

TEST(Search, LooksForSignsOfPatternsAsTheyAre) { EXPECT_EQ(search_for("50%_\\")->words[0], "%50\\%\\_\\\\%"); }

TEST(Search, TakesWordsApartAndTheRestAsTheFourth) {
  const auto search = search_for("  Flat  7 ");
  EXPECT_EQ(search->begin, "flat  7");
  EXPECT_EQ(search->words, (std::array<std::string, 4>{"%flat%", "%7%", "%", "%"}));
  EXPECT_EQ(search_for("a b c d e")->words, (std::array<std::string, 4>{"%a%", "%b%", "%c%", "%d e%"}));
}

TEST(Search, BeginsWithAllThatWasTyped) {
  const auto search = search_for("Flat 7");
  EXPECT_TRUE(search->begins("flat 7"));
  EXPECT_TRUE(search->begins("flat 70"));
  EXPECT_FALSE(search->begins("flat 6"));
  for (const std::string text : {"flat 7", "flat 7\xf4\x8f\xbf\xbe", "flat 7门"}) EXPECT_LT(text, search->begin_end);
  EXPECT_GT("flat 8", search->begin_end);
}

TEST(SearchText, IsTheSameHoweverANameIsWritten) {
  EXPECT_EQ(search_text("FRONT Door"), "front door");
  EXPECT_EQ(search_text("Müller"), search_text("MULLER"));
  EXPECT_EQ(search_text("Mu\u0308ller"), "muller") << "an accent of its own";
  EXPECT_EQ(search_text("Straße"), search_text("STRASSE"));
  EXPECT_EQ(search_text("Šķūņa Ÿ Ș Ế"), "skuna y s e");
  EXPECT_EQ(search_text("ΑΘΉΝΑ"), search_text("αθηνα"));
  EXPECT_EQ(search_text("ДВЕРЬ Ёж"), search_text("дверь еж"));
  EXPECT_EQ(search_text("Ａ栋 前门"), "a栋 前门");
}

TEST(SearchText, LeavesWhatHasNoOtherForm) {
  const std::string text = "× ÷ ж 7 – 🔑 前门";
  EXPECT_EQ(search_text(text), text);
  EXPECT_EQ(search_text(search_text("ŸẞĲŊ")), search_text("ŸẞĲŊ"));
}

TEST(SearchText, HasAReplacementForBytesThatAreNoText) {
  EXPECT_EQ(search_text("a\xff"
                        "b"),
            "a\uFFFD"
            "b");
  EXPECT_EQ(search_text(std::string_view("a\0B", 3)), std::string_view("a\0b", 3));
}

}  // namespace
}  // namespace cardea::server
