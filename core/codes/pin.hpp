// SPDX-License-Identifier: Apache-2.0
#pragma once
// PINs (spec/pin.md): their digest, and which are too weak to be taken.

#include "core/base/lock_id.hpp"
#include "core/codes/digits.hpp"
#include "core/crypto/provider.hpp"

namespace cardea {

inline constexpr std::uint8_t pin_digits_min = 6;
inline constexpr std::uint8_t pin_digits_max = 10;
inline constexpr std::size_t pin_digest_size_bytes = 16;
/// Worth nothing without K_pin. Compared with equal_constant_time only.
using PinDigest = Bytes<pin_digest_size_bytes>;

/// P1: whether a lock with these other lengths may have PINs of `pin_digits`.
constexpr bool is_pin_length(std::uint8_t pin_digits, std::uint8_t otp_digits, std::uint8_t code_digits) {
  return pin_digits >= pin_digits_min && pin_digits <= pin_digits_max && pin_digits != otp_digits && pin_digits != code_digits;
}

/// K_pin. The caller releases it.
Result<KeyHandle> derive_pin_key(Provider& provider, KeyHandle lock_key, const LockId& lock_id);
/// The digest of a PIN of 1 to 16 digits (asserted). One HMAC, whose time does not depend on the digits.
Result<PinDigest> pin_digest(Provider& provider, KeyHandle pin_key, const Digits& pin);

/// P2.
bool is_weak_pin(const Digits& pin);
/// P3. `name`: of the door.
bool holds_door_number(const Digits& pin, std::string_view name);

}  // namespace cardea
