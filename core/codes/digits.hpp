// SPDX-License-Identifier: Apache-2.0
#pragma once
// Decimal digits that are a secret: a code, as it was typed at a keypad or as it was issued (codes.md).

#include <string_view>

#include "core/base/secret.hpp"

namespace cardea {

inline constexpr std::size_t digit_count_max = 16;
inline constexpr std::uint8_t otp_digits_min = 6;
inline constexpr std::uint8_t otp_digits_max = 8;
inline constexpr std::uint8_t code_digits_min = 9;
inline constexpr std::uint8_t code_digits_max = 12;
static_assert(code_digits_max <= digit_count_max);

/// 10^count; count <= 16 (asserted).
constexpr std::uint64_t power_of_ten(std::size_t count) {
  CARDEA_ASSERT(count <= digit_count_max);
  std::uint64_t power = 1;
  for (std::size_t i = 0; i < count; ++i) power *= 10;
  return power;
}

/// At most 16 decimal digits, most significant first, leading zeros kept. Wipes itself; cannot be printed or compared.
class Digits {
 public:
  /// What somebody typed: ASCII digits, 1 to 16 of them. Anything else (nothing, a letter, a space, a 17th digit) gives
  /// an object of no digits, which every lock refuses as `malformed`.
  static Digits parse(std::string_view text);
  /// `value` written with `count` digits. `count` <= 16, value < 10^count (both asserted).
  static Digits of(std::uint64_t value, std::size_t count);

  Digits() = default;
  Digits(const Digits&) = default;
  Digits& operator=(const Digits&) = default;
  ~Digits() { wipe({reinterpret_cast<std::uint8_t*>(text_), sizeof text_}); }
  bool operator==(const Digits&) const = delete;

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::uint64_t value() const;
  /// The digits as text: to be shown to the person, sent or typed, never to be logged. Valid as long as the object.
  [[nodiscard]] std::string_view reveal() const { return {text_, count_}; }

 private:
  char text_[digit_count_max] = {};
  std::uint8_t count_ = 0;
};

}  // namespace cardea
