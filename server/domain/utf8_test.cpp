// SPDX-License-Identifier: Apache-2.0
#include "server/domain/utf8.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cardea::server {
namespace {

std::vector<char32_t> characters_of(std::string_view text) {
  std::vector<char32_t> out;
  while (!text.empty()) out.push_back(take_utf8(text));
  return out;
}

TEST(Utf8, TakesWhatIsNoneByteByByte) {
  const std::vector<char32_t> three{0xfffd, 0xfffd, 0xfffd};
  EXPECT_EQ(characters_of("\xe2\x82"), (std::vector<char32_t>{0xfffd, 0xfffd}));  // cut short
  EXPECT_EQ(characters_of("\xc0\xaf"), (std::vector<char32_t>{0xfffd, 0xfffd}));  // longer than needed
  EXPECT_EQ(characters_of("\xed\xa0\x80"), three);                                // half a surrogate pair
  EXPECT_EQ(characters_of("\xe0\x80\x80"), three);
  EXPECT_EQ(characters_of("\xff"), (std::vector<char32_t>{0xfffd}));
}

TEST(Utf8, TakesAndAppendsEveryLength) {
  const std::string text = "a\u00e9\u20ac\U0001f511";
  std::string again;
  for (const char32_t c : characters_of(text)) append_utf8(again, c);
  EXPECT_EQ(again, text);
  EXPECT_EQ(characters_of(text), (std::vector<char32_t>{'a', 0xe9, 0x20ac, 0x1f511}));
}

TEST(Utf8, KnowsWhatDeceives) {
  for (const char32_t c : {0x00, 0x0a, 0x1b, 0x7f, 0x85, 0xad, 0x200b, 0x2028, 0x202e, 0x2066, 0xfeff, 0xe0041})
    EXPECT_TRUE(deceives(c)) << std::hex << static_cast<unsigned>(c);
  for (const char32_t c : {0x20, 0x41, 0xe9, 0x5f20, 0x645, 0x1f511})
    EXPECT_FALSE(deceives(c)) << std::hex << static_cast<unsigned>(c);
}

}  // namespace
}  // namespace cardea::server
