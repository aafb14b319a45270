// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers modulo an odd number of 256 bits, in Montgomery's form: for this folder only. Sixteen limbs of 16 bits, so that a
// product is one of 16 by 16 to 32 bits: a Cortex-M3 takes one cycle for all of these, and a varying time for longer ones.
// Nothing branches or looks up by a number, only by a modulus, an exponent or an index, which are public.

#include <type_traits>

#include "core/base/bytes.hpp"

namespace cardea::gm::internal {

inline constexpr std::size_t limb_count = 16;
/// The least significant limb first. Below its modulus, where nothing else is said.
using Number = std::array<std::uint16_t, limb_count>;

/// The mask that it is given, as a number of which a compiler knows nothing: clang makes a branch of one that it knows to be
/// none or all of the ones.
constexpr std::uint32_t opaque(std::uint32_t mask) {
  if (!std::is_constant_evaluated()) asm volatile("" : "+r"(mask));
  return mask;
}

constexpr Number number_of(std::span<const std::uint8_t, 32> bytes) {
  Number out{};
  for (std::size_t i = 0; i < limb_count; ++i)
    out[limb_count - 1 - i] = static_cast<std::uint16_t>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  return out;
}

constexpr void write(const Number& number, std::span<std::uint8_t, 32> out) {
  for (std::size_t i = 0; i < limb_count; ++i) store_be(number[limb_count - 1 - i], out.subspan(2 * i, 2));
}

/// Returns 1 when the sum does not fit, else 0.
constexpr std::uint32_t add_to(Number& a, const Number& b) {
  std::uint32_t carry = 0;
  for (std::size_t i = 0; i < limb_count; ++i) {
    carry += std::uint32_t{a[i]} + b[i];
    a[i] = static_cast<std::uint16_t>(carry);
    carry >>= 16;
  }
  return carry;
}

/// Returns 1 when a was below b, else 0.
constexpr std::uint32_t subtract_from(Number& a, const Number& b) {
  std::uint32_t borrow = 0;
  for (std::size_t i = 0; i < limb_count; ++i) {
    const std::uint32_t limb = std::uint32_t{a[i]} - b[i] - borrow;
    a[i] = static_cast<std::uint16_t>(limb);
    borrow = limb >> 31;
  }
  return borrow;
}

/// 1 when a < b, else 0.
constexpr std::uint32_t is_below(Number a, const Number& b) { return subtract_from(a, b); }

/// 1 when a is 0, else 0.
constexpr std::uint32_t is_zero(const Number& a) {
  std::uint32_t any = 0;
  for (const std::uint16_t limb : a) any |= limb;
  return (any - 1) >> 31;
}

/// An odd number above 2^255.
struct Modulus {
  constexpr explicit Modulus(const Bytes<32>& bytes) : m(number_of(bytes)) {
    for (int i = 0; i < 4; ++i) negated_inverse = static_cast<std::uint16_t>(negated_inverse * (2u + m[0] * negated_inverse));
    subtract_from(one, m);  // 2^256 - m
    square = one;
    for (int i = 0; i < 16; ++i) square = sum(square, square);                    // 2^(256 + 16)
    for (int bits = 16; bits < 256; bits *= 2) square = product(square, square);  // 2^(256 + 2 bits)
  }

  /// a mod m; `a` is below 2 m, of which `carry` is bit 256.
  constexpr void reduce(Number& a, std::uint32_t carry) const {
    const std::uint32_t below = subtract_from(a, m);
    Number back = a;
    add_to(back, m);
    const std::uint32_t keep = opaque(std::uint32_t{0} - (below & (carry ^ 1)));
    for (std::size_t i = 0; i < limb_count; ++i) a[i] = static_cast<std::uint16_t>((a[i] & ~keep) | (back[i] & keep));
  }
  [[nodiscard]] constexpr Number sum(Number a, const Number& b) const {
    reduce(a, add_to(a, b));
    return a;
  }
  [[nodiscard]] constexpr Number difference(Number a, const Number& b) const {
    const std::uint32_t give = opaque(std::uint32_t{0} - subtract_from(a, b));
    Number back = m;
    for (std::uint16_t& limb : back) limb = static_cast<std::uint16_t>(limb & give);
    add_to(a, back);
    return a;
  }
  /// a b / 2^256 mod m; one of both may be any number of 256 bits.
  [[nodiscard]] constexpr Number product(const Number& a, const Number& b) const {
    Number out{};
    std::uint32_t top = 0;
    for (const std::uint32_t limb : a) {
      std::uint32_t low = limb * b[0] + out[0];
      const std::uint32_t quotient = (low * negated_inverse) & 0xffff;
      std::uint32_t carry = (quotient * m[0] + (low & 0xffff)) >> 16;
      low >>= 16;
      for (std::size_t j = 1; j < limb_count; ++j) {
        low += limb * b[j] + out[j];
        carry += quotient * m[j] + (low & 0xffff);
        out[j - 1] = static_cast<std::uint16_t>(carry);
        low >>= 16;
        carry >>= 16;
      }
      top += low + carry;
      out[limb_count - 1] = static_cast<std::uint16_t>(top);
      top >>= 16;
    }
    reduce(out, top);
    return out;
  }
  [[nodiscard]] constexpr Number into_form(const Number& a) const { return product(a, square); }
  [[nodiscard]] constexpr Number out_of_form(const Number& a) const { return product(a, {1}); }
  /// `base` and the result in Montgomery's form; branches on the exponent.
  [[nodiscard]] constexpr Number power(const Number& base, const Number& exponent) const {
    Number out = one;
    for (std::size_t bit = 256; bit-- > 0;) {
      out = product(out, out);
      if ((exponent[bit / 16] >> bit % 16 & 1) != 0) out = product(out, base);
    }
    return out;
  }
  /// 1 / a, or 0 for 0, by Fermat; m is prime.
  [[nodiscard]] constexpr Number inverse(const Number& a) const {
    Number exponent = m;
    subtract_from(exponent, {2});
    return power(a, exponent);
  }

  Number m;
  std::uint16_t negated_inverse = 1;  ///< -1 / m mod 2^16
  Number one{};                       ///< 2^256 mod m: 1 in Montgomery's form
  Number square{};                    ///< 2^512 mod m
};

}  // namespace cardea::gm::internal
