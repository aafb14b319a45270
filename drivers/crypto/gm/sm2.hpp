// SPDX-License-Identifier: Apache-2.0
#pragma once
// SM2 (GB/T 32918-2016, GM/T 0003-2012) on the curve of its part 5: signatures, and Diffie-Hellman for EDHOC. Neither branches
// nor looks anything up by a private key. Allocates nothing; up to 3.5 KB of stack.
//
// Numbers are 32 bytes, points X | Y, signatures r | s, all big-endian.

#include "core/base/secret.hpp"

namespace cardea::gm {

using Sm2Point = Bytes<64>;
using Sm2Signature = Bytes<64>;
using Sm2Digest = Bytes<32>;

/// Who signs, where nobody says otherwise (GM/T 0009-2012, 10).
inline constexpr Bytes<16> sm2_default_id{'1', '2', '3', '4', '5', '6', '7', '8', '1', '2', '3', '4', '5', '6', '7', '8'};

/// Whether this is a private key: in [1, n - 2].
bool sm2_is_private_key(const KeyBytes& key);
/// `key` is a private key.
void sm2_public_key(const KeyBytes& key, Sm2Point& out);
/// X of the point that `key` and `peer` share. kMalformed when `peer` is not on the curve.
Status sm2_agree(const KeyBytes& key, const Sm2Point& peer, KeyBytes& shared);
/// The point with this X whose Y is even; kMalformed when there is none. Not for secrets.
Result<Sm2Point> sm2_decompress(const Bytes<32>& x);

/// Z: the hash of who signs. `id` has less than 8,192 bytes (asserted).
void sm2_z(ByteSpan id, const Sm2Point& public_key, Sm2Digest& out);
/// e = SM3(Z | message), which is what is signed.
void sm2_digest(const Sm2Digest& z, ByteSpan message, Sm2Digest& out);
/// Signs. The nonce is made of the key, the digest and `entropy`: nobody who lacks the key can know it, and two digests have
/// two nonces, even when `entropy` is known or repeats. kCryptoFailed with a probability of 2^-254.
Status sm2_sign(const KeyBytes& key, const Sm2Digest& digest, const KeyBytes& entropy, Sm2Signature& out);
/// kOk or kForged (also for a point off the curve).
Status sm2_verify(const Sm2Point& public_key, const Sm2Digest& digest, const Sm2Signature& signature);

namespace internal {

/// Signs with a nonce of the caller's, in [1, n - 1]: for this folder, and for vectors.
Status sm2_sign_with(const KeyBytes& key, const Sm2Digest& digest, const KeyBytes& nonce, Sm2Signature& out);

}  // namespace internal

}  // namespace cardea::gm
