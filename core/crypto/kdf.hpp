// SPDX-License-Identifier: Apache-2.0
#pragma once
// kdf(K, label, ctx): SP 800-108 in counter mode with HMAC-SHA256, one block of 256 bits (codes.md §1); and HKDF-Expand
// (RFC 5869), which EDHOC asks for.

#include "core/crypto/provider.hpp"

namespace cardea {

inline constexpr std::size_t kdf_label_size_bytes_max = 16;
inline constexpr std::size_t kdf_context_size_bytes_max = 144;

/// kdf as a new key of `kind` inside the provider. `label`: ASCII, 1..16 bytes; `context`: 0..144 bytes (both asserted).
Result<KeyHandle> derive(Provider& provider, KeyHandle parent, ByteSpan label, ByteSpan context, KeyKind kind);

/// kdf as bytes, for what must leave the provider: an hour key for a lock without protected storage, a slot key for a phone.
Result<KeyBytes> derive_bytes(Provider& provider, KeyHandle parent, ByteSpan label, ByteSpan context);

inline constexpr std::size_t hkdf_info_size_bytes_max = 512;
inline constexpr std::size_t hkdf_output_size_bytes_max = 255 * digest_size_bytes;

/// HKDF-Expand to one key of `kind` inside the provider: the first 32 bytes of the output (kAead128: 16). `prk` is kMac, as
/// Provider::hkdf_extract() makes it. `info`: at most 512 bytes, else kOutOfRange.
Result<KeyHandle> hkdf_expand(Provider& provider, KeyHandle prk, ByteSpan info, KeyKind kind);

/// HKDF-Expand to bytes, 1..8,160 of them, else kOutOfRange. For what is no key: MACs, nonces, EDHOC's key stream.
Status hkdf_expand_bytes(Provider& provider, KeyHandle prk, ByteSpan info, MutableByteSpan out);

}  // namespace cardea
