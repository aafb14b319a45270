// SPDX-License-Identifier: Apache-2.0
#pragma once
// The permutation behind offline codes: FF1 of NIST SP 800-38G with AES-256, radix 10 (codes.md §3).
// The algorithm itself, for any block cipher and radix, is internal/ff1.hpp; NIST's samples run on that.

#include "core/codes/digits.hpp"
#include "core/codes/otp.hpp"

namespace cardea {

/// K_code(e) of a lock, from the handle of its K_lock (kind kMac); the result is of kind kBlock and the caller releases it.
Result<KeyHandle> derive_code_key(Provider& provider, KeyHandle lock_key, const LockId& lock_id, std::uint16_t epoch);
Result<KeyBytes> derive_code_key_bytes(Provider& provider, KeyHandle lock_key, const LockId& lock_id, std::uint16_t epoch);

/// The code of descriptor number `number` at a lock with codes of `digits` digits, and back.
/// `digits` is 9..12, `number` < 10^digits, `code.count()` == digits (asserted). Fails only as the provider fails.
Result<Digits> encrypt_number(Provider& provider, KeyHandle code_key, std::uint64_t number, std::uint8_t digits);
Result<std::uint64_t> decrypt_code(Provider& provider, KeyHandle code_key, const Digits& code);

}  // namespace cardea
