// SPDX-License-Identifier: Apache-2.0
#pragma once
// kdf(K, label, ctx): SP 800-108 in counter mode with HMAC-SHA256, one block of 256 bits (codes.md §1).

#include "core/crypto/provider.hpp"

namespace cardea {

inline constexpr std::size_t kdf_label_size_bytes_max = 16;
inline constexpr std::size_t kdf_context_size_bytes_max = 144;

/// kdf as a new key of `kind` inside the provider. `label`: ASCII, 1..16 bytes; `context`: 0..144 bytes (both asserted).
Result<KeyHandle> derive(Provider& provider, KeyHandle parent, ByteSpan label, ByteSpan context, KeyKind kind);

/// kdf as bytes, for what must leave the provider: an hour key for a lock without protected storage, a slot key for a phone.
Result<KeyBytes> derive_bytes(Provider& provider, KeyHandle parent, ByteSpan label, ByteSpan context);

}  // namespace cardea
