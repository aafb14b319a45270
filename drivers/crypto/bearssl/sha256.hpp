// SPDX-License-Identifier: Apache-2.0
#pragma once
// SHA-256 by BearSSL, for each provider that hashes where it runs: it needs no key. The state is wiped.

#include "core/crypto/provider.hpp"

namespace cardea {

/// Provider::sha256 and Provider::sha256_of; the second returns what `source` fails with.
Status bearssl_sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out);
Status bearssl_sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out);

}  // namespace cardea
