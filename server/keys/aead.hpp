// SPDX-License-Identifier: Apache-2.0
#pragma once
// AES-256-GCM for what the platform stores: nonce (12, random) | ciphertext | tag (16).

#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"

namespace cardea::server {

/// Sealed bytes: safe to store, worthless without the key.
using Blob = std::vector<std::uint8_t>;

inline constexpr std::size_t gcm_nonce_size_bytes = 12;
inline constexpr std::size_t gcm_tag_size_bytes = 16;
inline constexpr std::size_t gcm_overhead_bytes = gcm_nonce_size_bytes + gcm_tag_size_bytes;

/// Random nonces: at most 2^32 blobs a key, which `aad` (what, where, whose) binds to their place. kCryptoFailed.
Result<Blob> seal_gcm(const KeyBytes& key, ByteSpan aad, ByteSpan plain);
/// kTooShort or kForged: another key, another place, or changed bytes. `plain` belongs to the caller, who wipes it.
Result<Blob> open_gcm(const KeyBytes& key, ByteSpan aad, ByteSpan sealed);

}  // namespace cardea::server
