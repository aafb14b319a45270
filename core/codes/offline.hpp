// SPDX-License-Identifier: Apache-2.0
#pragma once
// Offline codes: descriptor to digits and back (codes.md §3). The server issues with it, the lock decodes with it.

#include "core/codes/descriptor.hpp"
#include "core/codes/ff1.hpp"

namespace cardea {

/// The code that says `descriptor` at a lock with codes of `digits` digits, 9..12 (asserted). `code_key`: K_code(e), kind
/// kBlock. kOutOfRange for a descriptor that such codes do not have; else fails only as the provider fails.
Result<Digits> issue_offline(Provider& provider, KeyHandle code_key, const Descriptor& descriptor, std::uint8_t digits);

/// What a code says; `code.count()` is 9..12 (asserted). kOutOfRange for one that says nothing: a lock's `unknown_code`.
Result<Descriptor> read_offline(Provider& provider, KeyHandle code_key, const Digits& code);

}  // namespace cardea
