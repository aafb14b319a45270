// SPDX-License-Identifier: Apache-2.0
#pragma once
// Text as bytes, and a line of text in a buffer of the caller's, for devices that speak in lines. Not for secrets.

#include <string_view>

#include "core/base/bytes.hpp"

namespace cardea {

/// The same memory.
inline ByteSpan bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// Past its end it writes nothing more.
class TextWriter {
 public:
  explicit constexpr TextWriter(MutableByteSpan out) : out_(out) {}

  constexpr void put(std::string_view text) {
    for (const char c : text) out_.u8(static_cast<std::uint8_t>(c));
  }
  constexpr void put_number(std::uint64_t value) {
    char digits[20] = {};
    std::size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    while (count > 0) out_.u8(static_cast<std::uint8_t>(digits[--count]));
  }
  constexpr void put_hex(ByteSpan bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const std::uint8_t byte : bytes) {
      out_.u8(static_cast<std::uint8_t>(digits[byte >> 4]));
      out_.u8(static_cast<std::uint8_t>(digits[byte & 15]));
    }
  }

  [[nodiscard]] constexpr ByteSpan written() const { return out_.written(); }

 private:
  ByteWriter out_;
};

}  // namespace cardea
