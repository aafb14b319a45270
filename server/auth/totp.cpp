// SPDX-License-Identifier: Apache-2.0
#include "server/auth/totp.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "core/base/assert.hpp"
#include "core/base/text.hpp"

namespace cardea::server {
namespace {

constexpr std::size_t code_size_chars = 6;
constexpr std::string_view base32_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
// Without 0, 1, i, l, o and u, which are mistaken for others; 16 of 30 are 78 bits.
constexpr std::string_view recovery_digits = "abcdefghjkmnpqrstvwxyz23456789";
constexpr std::size_t recovery_size_chars = 16;

std::string normal_form(std::string_view code) {
  std::string out;
  for (const char c : code) {
    if (c == ' ' || c == '-') continue;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  }
  return out;
}

}  // namespace

TotpKey make_totp_key() {
  TotpKey key;
  CARDEA_ASSERT(RAND_bytes(key.mutable_bytes().data(), totp_key_size_bytes) == 1);
  return key;
}

std::string totp_code(const TotpKey& key, std::uint64_t step) {
  Bytes<8> counter;
  store_be(step, counter);
  Bytes<20> mac;
  unsigned size = 0;
  CARDEA_ASSERT(HMAC(EVP_sha1(), key.bytes().data(), totp_key_size_bytes, counter.data(), counter.size(), mac.data(), &size) !=
                nullptr);
  const std::size_t offset = mac[19] & 15u;
  const std::uint32_t number = load_be<std::uint32_t>(ByteSpan(mac).subspan(offset, 4)) & 0x7fffffffu;
  return fmt::format("{:06}", number % 1'000'000);
}

std::optional<std::uint64_t> totp_step_of(const TotpKey& key, std::string_view code, UnixSeconds time,
                                          std::uint64_t last_step) {
  if (code.size() != code_size_chars) return std::nullopt;
  const std::uint64_t now = time.value / totp_step_s;
  std::optional<std::uint64_t> found;
  for (std::uint64_t step = now == 0 ? 0 : now - 1; step <= now + 1; ++step) {
    const std::string expected = totp_code(key, step);
    if (equal_constant_time(bytes_of(expected), bytes_of(code)) && step > last_step && !found) found = step;
  }
  return found;
}

std::string totp_text(const TotpKey& key) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : key.bytes()) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 5; count -= 5) out.push_back(base32_digits[bits >> (count - 5) & 31u]);
  }
  return out;  // 160 bits are 32 digits and nothing over
}

std::string totp_uri(const TotpKey& key, std::string_view email) {
  std::string label;
  for (const char c : email) {
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';
    label += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return fmt::format("otpauth://totp/Cardea:{}?secret={}&issuer=Cardea&algorithm=SHA1&digits=6&period=30", label,
                     totp_text(key));
}

std::string make_recovery_code() {
  std::string out;
  while (out.size() < recovery_size_chars + 3) {
    std::uint8_t byte = 0;
    CARDEA_ASSERT(RAND_bytes(&byte, 1) == 1);
    if (byte >= 240) continue;  // 240 is a multiple of 30: no digit comes more often
    if (out.size() % 5 == 4) out.push_back('-');
    out.push_back(recovery_digits[byte % recovery_digits.size()]);
  }
  return out;
}

bool is_recovery_code(std::string_view code) { return normal_form(code).size() == recovery_size_chars; }

Bytes<32> hash_of_recovery_code(std::string_view code) {
  const std::string normal = normal_form(code);
  Bytes<32> hash;
  SHA256(reinterpret_cast<const unsigned char*>(normal.data()), normal.size(), hash.data());
  return hash;
}

}  // namespace cardea::server
