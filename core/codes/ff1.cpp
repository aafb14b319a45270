// SPDX-License-Identifier: Apache-2.0
#include "core/codes/ff1.hpp"

#include "core/codes/internal/ff1.hpp"

namespace cardea {
namespace {

constexpr std::uint32_t radix = 10;
constexpr auto code_label = ascii("offline-code");
constexpr auto tweak_text = ascii("cardea.code.v1");

/// lock_id | u16 e
Bytes<18> code_context(const LockId& lock_id, std::uint16_t epoch) {
  Bytes<18> context;
  ByteWriter writer(context);
  writer.bytes(lock_id.value);
  writer.u16(epoch);
  return context;
}

/// The permutation over numbers of `digits` digits. The tweak is the text and one byte n.
Status permute(Provider& provider, KeyHandle code_key, std::uint8_t digits, ff1::Direction direction, std::uint64_t& number) {
  CARDEA_ASSERT(digits >= code_digits_min && digits <= code_digits_max && number < power_of_ten(digits));
  Bytes<tweak_text.size() + 1> tweak;
  ByteWriter writer(tweak);
  writer.bytes(tweak_text);
  writer.u8(digits);
  const ff1::Shape shape(radix, digits);
  std::uint64_t a = number / shape.modulus_v;
  std::uint64_t b = number % shape.modulus_v;
  const auto cipher = [&](std::span<const std::uint8_t, block_size_bytes> in, std::span<std::uint8_t, block_size_bytes> out) {
    return provider.aes256_encrypt_block(code_key, in, out);
  };
  CARDEA_TRY(ff1::crypt_halves(cipher, radix, shape, tweak, direction, a, b));
  number = a * shape.modulus_v + b;
  return Status::kOk;
}

}  // namespace

Result<KeyHandle> derive_code_key(Provider& provider, KeyHandle lock_key, const LockId& lock_id, std::uint16_t epoch) {
  return derive(provider, lock_key, code_label, code_context(lock_id, epoch), KeyKind::kBlock);
}

Result<KeyBytes> derive_code_key_bytes(Provider& provider, KeyHandle lock_key, const LockId& lock_id, std::uint16_t epoch) {
  return derive_bytes(provider, lock_key, code_label, code_context(lock_id, epoch));
}

Result<Digits> encrypt_number(Provider& provider, KeyHandle code_key, std::uint64_t number, std::uint8_t digits) {
  CARDEA_TRY(permute(provider, code_key, digits, ff1::Direction::kEncrypt, number));
  return Digits::of(number, digits);
}

Result<std::uint64_t> decrypt_code(Provider& provider, KeyHandle code_key, const Digits& code) {
  std::uint64_t number = code.value();
  CARDEA_TRY(permute(provider, code_key, static_cast<std::uint8_t>(code.count()), ff1::Direction::kDecrypt, number));
  return number;
}

}  // namespace cardea
