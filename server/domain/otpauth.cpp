// SPDX-License-Identifier: Apache-2.0
#include "server/domain/otpauth.hpp"

#include <fmt/format.h>

namespace cardea::server {

namespace {

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

/// RFC 4648, without padding.
std::string base32(ByteSpan bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    pending = ((pending << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out += alphabet[(pending >> (bits - 5)) & 31];
  }
  if (bits > 0) out += alphabet[(pending << (5 - bits)) & 31];
  return out;
}

}  // namespace

std::string otpauth_uri(std::string_view door_name, const KeyBytes& key, std::uint8_t digits) {
  return fmt::format("otpauth://totp/Cardea:{}?secret={}&issuer=Cardea&algorithm=SHA256&digits={}&period=30",
                     percent_encoded(door_name), base32(key.bytes()), digits);
}

}  // namespace cardea::server
