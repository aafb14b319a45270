// SPDX-License-Identifier: Apache-2.0
#include "core/codes/digits.hpp"

namespace cardea {

Digits Digits::parse(std::string_view text) {
  if (text.empty() || text.size() > digit_count_max) return {};
  Digits digits;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    digits.text_[digits.count_++] = c;
  }
  return digits;
}

Digits Digits::of(std::uint64_t value, std::size_t count) {
  CARDEA_ASSERT(count <= digit_count_max && value < power_of_ten(count));
  Digits digits;
  digits.count_ = static_cast<std::uint8_t>(count);
  for (std::size_t i = count; i > 0; --i) {
    digits.text_[i - 1] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return digits;
}

std::uint64_t Digits::value() const {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count_; ++i) value = value * 10 + static_cast<std::uint64_t>(text_[i] - '0');
  return value;
}

}  // namespace cardea
