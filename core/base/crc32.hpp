// SPDX-License-Identifier: Apache-2.0
#pragma once
// CRC-32/ISO-HDLC (zlib's): finds what power cuts and rot do to stored bytes. Not a MAC: it keeps nobody out.

#include <array>

#include "core/base/bytes.hpp"

namespace cardea {

/// `crc32_more(crc32_more(0, a), b)` is the CRC of a | b; 0 is that of no bytes.
constexpr std::uint32_t crc32_more(std::uint32_t crc, ByteSpan bytes) {
  // Four bits at a time: 64 bytes of table instead of 1,024.
  constexpr std::array<std::uint32_t, 16> table = [] {
    std::array<std::uint32_t, 16> out{};
    for (std::uint32_t i = 0; i < out.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 4; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320u : 0u);
      out[i] = value;
    }
    return out;
  }();
  crc = ~crc;
  for (const std::uint8_t byte : bytes) {
    crc = (crc >> 4) ^ table[(crc ^ byte) & 15];
    crc = (crc >> 4) ^ table[(crc ^ (byte >> 4)) & 15];
  }
  return ~crc;
}
constexpr std::uint32_t crc32(ByteSpan bytes) { return crc32_more(0, bytes); }

}  // namespace cardea
