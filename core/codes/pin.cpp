// SPDX-License-Identifier: Apache-2.0
#include "core/codes/pin.hpp"

#include <algorithm>

#include "core/crypto/kdf.hpp"

namespace cardea {
namespace {

constexpr auto pin_label = ascii("pin");
constexpr std::uint16_t key_epoch = 0;
constexpr unsigned different_digits_min = 3;
constexpr std::size_t door_number_size_min = 3;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

unsigned different_digits(std::string_view digits) {
  unsigned seen = 0;
  for (const char c : digits) seen |= 1u << (c - '0');
  unsigned count = 0;
  for (; seen != 0; seen &= seen - 1) ++count;
  return count;
}

/// Each digit lies `step` above the one before it, 0 after 9.
bool runs(std::string_view digits, int step) {
  for (std::size_t i = 1; i < digits.size(); ++i)
    if ((digits[i - 1] - '0' + step + 10) % 10 != digits[i] - '0') return false;
  return true;
}

/// A block of `size` digits, again and again until the last digit; the last block may be cut short.
bool repeats(std::string_view digits, std::size_t size) {
  for (std::size_t i = size; i < digits.size(); ++i)
    if (digits[i] != digits[i - size]) return false;
  return true;
}

/// P3: the longest run of digits, the first of several.
std::string_view number_in(std::string_view name) {
  std::string_view longest;
  for (std::size_t begin = 0; begin < name.size(); ++begin) {
    std::size_t end = begin;
    while (end < name.size() && is_digit(name[end])) ++end;
    if (end - begin > longest.size()) longest = name.substr(begin, end - begin);
    begin = end;
  }
  return longest;
}

}  // namespace

Result<KeyHandle> derive_pin_key(Provider& provider, KeyHandle lock_key, const LockId& lock_id) {
  Bytes<18> context;
  ByteWriter writer(context);
  writer.bytes(lock_id.value);
  writer.u16(key_epoch);
  return derive(provider, lock_key, pin_label, context, KeyKind::kMac);
}

Result<PinDigest> pin_digest(Provider& provider, KeyHandle pin_key, const Digits& pin) {
  CARDEA_ASSERT(pin.count() > 0);
  Secret<1 + digit_count_max> message;
  ByteWriter writer(message.mutable_bytes());
  writer.u8(static_cast<std::uint8_t>(pin.count()));
  const std::string_view digits = pin.reveal();
  writer.bytes({reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size()});
  Secret<digest_size_bytes> mac;
  CARDEA_TRY(provider.hmac_sha256(pin_key, writer.written(), mac.mutable_bytes()));
  PinDigest digest;
  std::copy_n(mac.bytes().begin(), digest.size(), digest.begin());
  return digest;
}

bool is_weak_pin(const Digits& pin) {
  const std::string_view digits = pin.reveal();
  if (different_digits(digits) < different_digits_min || runs(digits, 1) || runs(digits, -1)) return true;
  for (std::size_t size = 1; size <= digits.size() / 2; ++size)
    if (repeats(digits, size)) return true;
  return false;
}

bool holds_door_number(const Digits& pin, std::string_view name) {
  std::string_view number = number_in(name);
  if (number.size() < door_number_size_min) return false;
  if (number.size() > pin.count()) number.remove_prefix(number.size() - pin.count());
  return pin.reveal().find(number) != std::string_view::npos;
}

}  // namespace cardea
