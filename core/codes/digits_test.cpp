// SPDX-License-Identifier: Apache-2.0
#include "core/codes/digits.hpp"

#include <gtest/gtest.h>

namespace cardea {
namespace {

TEST(Digits, RefusesWhatIsNotOneToSixteenDigits) {
  for (const std::string_view text : {"", " ", "12 34", "1234a", "-1234", "1234\n", "12345678901234567", "\xEF\xBC\x91"})
    EXPECT_EQ(Digits::parse(text).count(), 0u) << text;
  EXPECT_EQ(Digits::parse(std::string_view("12\0"
                                           "4",
                                           4))
                .count(),
            0u);
}

TEST(Digits, KeepsLeadingZeros) {
  const Digits typed = Digits::parse("0012");
  EXPECT_EQ(typed.count(), 4u);
  EXPECT_EQ(typed.value(), 12u);
  EXPECT_EQ(Digits::of(12, 4).reveal(), "0012");
  EXPECT_EQ(Digits::of(0, 16).reveal(), "0000000000000000");
  EXPECT_EQ(Digits::parse("9999999999999999").value(), 9'999'999'999'999'999u);
}

TEST(Digits, CannotBeComparedByAccident) { static_assert(!std::equality_comparable<Digits>); }

}  // namespace
}  // namespace cardea
