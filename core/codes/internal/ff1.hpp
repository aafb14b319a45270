// SPDX-License-Identifier: Apache-2.0
#pragma once
// FF1 of NIST SP 800-38G for any block cipher of 128 bits: transcribed from the standard's algorithms 7 and 8, whose step
// numbers stand beside the lines. The cipher is a callable `Status(span<const uint8_t, 16> in, span<uint8_t, 16> out)`
// that allows out = in, so that tests can bring AES-128 and AES-192 for NIST's samples.
// Limits: halves of less than 2^56 (16 decimal digits, or 19 of radix 36), tweaks up to 16 bytes.

#include <bit>

#include "core/base/secret.hpp"

namespace cardea::ff1 {

inline constexpr std::size_t numeral_count_max = 36;
inline constexpr std::size_t tweak_size_bytes_max = 16;
inline constexpr std::size_t half_size_bytes_max = 7;  // a half is below 2^56
inline constexpr std::uint32_t round_count = 10;
using Block = Bytes<16>;

enum class Direction : std::uint8_t { kEncrypt, kDecrypt };

/// Sizes that follow from radix and length, once for all rounds.
struct Shape {
  Shape(std::uint32_t radix, std::size_t numeral_count) : n(numeral_count), u(n / 2), v(n - u) {
    CARDEA_ASSERT(radix >= 2 && radix <= 65'536 && n >= 2 && n <= numeral_count_max);
    modulus_u = power(radix, u);
    modulus_v = power(radix, v);
    b = (static_cast<std::size_t>(std::bit_width(modulus_v - 1)) + 7) / 8;  // step 3: ceil(ceil(v·log2(radix)) / 8)
    d = 4 * ((b + 3) / 4) + 4;                                              // step 4
  }
  static std::uint64_t power(std::uint32_t radix, std::size_t exponent) {
    std::uint64_t out = 1;
    for (std::size_t i = 0; i < exponent; ++i) {
      CARDEA_ASSERT(out < (std::uint64_t{1} << 56) / radix);
      out *= radix;
    }
    return out;
  }
  std::size_t n, u, v, b = 0, d = 0;
  std::uint64_t modulus_u = 0;
  std::uint64_t modulus_v = 0;
};

/// Step 5: P = 1 | 2 | 1 | radix (3) | 10 | u mod 256 | n (4) | t (4).
inline Block block_p(const Shape& shape, std::uint32_t radix, std::size_t tweak_size) {
  Block p{};
  ByteWriter writer(p);
  writer.u8(1);
  writer.u8(2);
  writer.u8(1);
  writer.u8(static_cast<std::uint8_t>(radix >> 16));
  writer.u16(static_cast<std::uint16_t>(radix));
  writer.u8(round_count);
  writer.u8(static_cast<std::uint8_t>(shape.u));
  writer.u32(static_cast<std::uint32_t>(shape.n));
  writer.u32(static_cast<std::uint32_t>(tweak_size));
  return p;
}

/// Steps 6i to 6iv (the same in both directions): y mod `modulus` for round i over `half`, where y is the first d bytes
/// of R | CIPH(R xor [1]) …, R = PRF(P | Q), Q = T | 0… | i | half as b bytes. `prf_p` is CIPH(P), the same in every round.
template <class BlockCipher>
Status round_value(BlockCipher&& cipher, const Shape& shape, const Block& prf_p, ByteSpan tweak, std::uint32_t round,
                   std::uint64_t half, std::uint64_t modulus, std::uint64_t& y) {
  Secret<tweak_size_bytes_max + 16 + half_size_bytes_max + 1> q_storage;
  const std::size_t q_size = (tweak.size() + shape.b + 1 + 15) / 16 * 16;
  CARDEA_ASSERT(q_size <= q_storage.size_bytes);
  const MutableByteSpan q = q_storage.mutable_bytes().first(q_size);
  std::copy(tweak.begin(), tweak.end(), q.begin());
  q[q_size - shape.b - 1] = static_cast<std::uint8_t>(round);
  for (std::size_t i = 0; i < shape.b; ++i) q[q_size - 1 - i] = static_cast<std::uint8_t>(half >> (8 * i));

  Secret<16> r(prf_p);
  for (std::size_t at = 0; at < q_size; at += 16) {
    for (std::size_t i = 0; i < 16; ++i) r.mutable_bytes()[i] = static_cast<std::uint8_t>(r.bytes()[i] ^ q[at + i]);
    CARDEA_TRY(cipher(r.bytes(), r.mutable_bytes()));
  }
  CARDEA_ASSERT(shape.d <= 16);  // so S is R itself, shortened; with b <= 7, d is 8 or 12
  y = 0;
  for (std::size_t i = 0; i < shape.d; ++i) y = ((y << 8) | r.bytes()[i]) % modulus;
  return Status::kOk;
}

/// Both directions over the two halves as numbers; `a` has u numerals and `b` has v, before and after.
template <class BlockCipher>
Status crypt_halves(BlockCipher&& cipher, std::uint32_t radix, const Shape& shape, ByteSpan tweak, Direction direction,
                    std::uint64_t& a, std::uint64_t& b) {
  CARDEA_ASSERT(tweak.size() <= tweak_size_bytes_max && a < shape.modulus_u && b < shape.modulus_v);
  Block prf_p = block_p(shape, radix, tweak.size());
  CARDEA_TRY(cipher(prf_p, prf_p));
  for (std::uint32_t i = 0; i < round_count; ++i) {
    const bool forward = direction == Direction::kEncrypt;
    const std::uint32_t round = forward ? i : round_count - 1 - i;
    const std::uint64_t modulus = round % 2 == 0 ? shape.modulus_u : shape.modulus_v;  // step 6v: m
    std::uint64_t y = 0;
    CARDEA_TRY(round_value(cipher, shape, prf_p, tweak, round, forward ? b : a, modulus, y));
    if (forward) {  // steps 6vi to 6ix
      const std::uint64_t c = (a + y) % modulus;
      a = b;
      b = c;
    } else {
      const std::uint64_t c = (b + modulus - y) % modulus;
      b = a;
      a = c;
    }
  }
  return Status::kOk;
}

/// Encrypts or decrypts `numerals` (each < radix, 2..36 of them, asserted) in place.
template <class BlockCipher>
Status crypt(BlockCipher&& cipher, std::uint32_t radix, ByteSpan tweak, Direction direction,
             std::span<std::uint16_t> numerals) {
  const Shape shape(radix, numerals.size());
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  for (std::size_t i = 0; i < shape.n; ++i) {
    CARDEA_ASSERT(numerals[i] < radix);
    std::uint64_t& half = i < shape.u ? a : b;
    half = half * radix + numerals[i];
  }
  CARDEA_TRY(crypt_halves(cipher, radix, shape, tweak, direction, a, b));
  for (std::size_t i = shape.n; i > 0; --i) {
    std::uint64_t& half = i > shape.u ? b : a;
    numerals[i - 1] = static_cast<std::uint16_t>(half % radix);
    half /= radix;
  }
  return Status::kOk;
}

}  // namespace cardea::ff1
