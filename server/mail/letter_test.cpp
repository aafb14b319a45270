// SPDX-License-Identifier: Apache-2.0
#include "server/mail/letter.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cardea::server::mail {
namespace {

constexpr Language languages[] = {Language::kEnglish, Language::kChinese, Language::kGerman};

Values values_for(Letter letter, const std::string& text) {
  static std::vector<std::string> names;  // Value holds views
  names = places_of(letter, Language::kEnglish);
  Values values;
  for (const std::string& name : names) values.push_back({name, text});
  return values;
}

TEST(Letter, HasTheSamePlacesInEveryLanguage) {
  for (std::size_t i = 0; i < letter_count; ++i) {
    const auto letter = static_cast<Letter>(i);
    ASSERT_FALSE(places_of(letter, Language::kEnglish).empty());
    for (const Language language : languages)
      EXPECT_EQ(places_of(letter, language), places_of(letter, Language::kEnglish)) << name_of(letter) << name_of(language);
    EXPECT_EQ(letter_of(name_of(letter)), letter);
  }
  EXPECT_FALSE(letter_of("love"));
}

TEST(Letter, TakesNoLineOrControlOrTurnedTextFromAValue) {
  const std::string bad =
      "Eve\r\nBcc: all@example.org\n\nhttps://evil.example\x01\x7f\u0085\u2028\u2029\u202e\u2066\u200b\ufeff\U000e0041";
  for (std::size_t i = 0; i < letter_count; ++i)
    for (const Language language : languages) {
      const auto letter = static_cast<Letter>(i);
      const Written clean = write(letter, language, values_for(letter, "Eve"));
      const Written written = write(letter, language, values_for(letter, bad));
      EXPECT_EQ(written.subject.find_first_of("\r\n\x01\x7f"), std::string::npos);
      EXPECT_EQ(std::ranges::count(written.text, '\n'), std::ranges::count(clean.text, '\n'));
      for (const char* piece : {"\r", "\x01", "\x7f", "\u0085", "\u2028", "\u2029", "\u202e", "\u2066", "\u200b", "\ufeff"})
        EXPECT_EQ(written.text.find(piece), std::string::npos);
    }
}

TEST(Letter, CutsWhatIsLongAndMendsWhatIsNoUtf8) {
  EXPECT_EQ(harmless(std::string(5'000, 'x')).size(), 400);
  EXPECT_EQ(harmless("a\xff\xc3(\xed\xa0\x80"), "a\ufffd\ufffd(\ufffd\ufffd\ufffd");
  EXPECT_EQ(harmless("Zoë 李雷 🏠"), "Zoë 李雷 🏠");
  EXPECT_EQ(harmless("{link}"), "{link}");
}

TEST(Letter, SaysWhatItIsGivenWhereItBelongs) {
  const Written written =
      write(Letter::kCode, Language::kGerman, {{"door", "Haustür"}, {"code", "12345678"}, {"minutes", "4"}});
  EXPECT_EQ(written.subject, "Ihr Code für Haustür");
  EXPECT_EQ(written.text, "Haustür: Ihr Code ist 12345678. Er öffnet ein einziges Mal, innerhalb der nächsten 4 Minuten.");
  EXPECT_EQ(written.link, "");
}

TEST(Letter, LeadsToWhereAWordBelongs) {
  Values values{{"person", "Ana"}, {"workspace", "Harbour"}, {"role", "manager"}, {"expires", "Monday"}, {"word", "cardea_x"}};
  EXPECT_EQ(write(Letter::kOperatorInvitation, Language::kEnglish, values).link, "");
  values.back().text = "https://console.example.org/accept#cardea_x";
  for (const Language language : languages) {
    const Written written = write(Letter::kOperatorInvitation, language, values);
    EXPECT_EQ(written.link, "https://console.example.org/accept#cardea_x");
    EXPECT_NE(written.text.find("\n\n" + written.link + "\n\n"), std::string::npos);
  }
}

TEST(LetterDeathTest, StopsAtAValueThatIsMissingOrTooMany) {
  EXPECT_DEATH(write(Letter::kCode, Language::kEnglish, {{"door", "x"}, {"code", "1"}}), "");
  EXPECT_DEATH(write(Letter::kCode, Language::kEnglish, {{"door", "x"}, {"code", "1"}, {"minutes", "1"}, {"link", "x"}}), "");
}

}  // namespace
}  // namespace cardea::server::mail
