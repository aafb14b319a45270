// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crypto provider of a lock on the non-secure side of a TrustZone: keys stay on the other side, and calls go through a
// gate.
//
//   TeeProvider provider(cardea_tee_call);   // the veneer, from the secure image's import library
//
// Hashes, which need no key, are computed here.

#include "drivers/crypto/tee/gate.hpp"

namespace cardea {

class TeeProvider final : public Provider {
 public:
  using Gate = std::uint32_t (*)(const TeeCall* call);
  explicit TeeProvider(Gate gate) : gate_(gate) {}

  Result<KeyHandle> import_key(KeyKind kind, const KeyBytes& key) override;
  Result<KeyHandle> derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) override;
  Result<KeyHandle> hkdf_extract(ByteSpan salt, KeyHandle input) override;
  void release_key(KeyHandle key) override;
  Status hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override;
  Status sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override;
  Status sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) override;
  Status aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                              std::span<std::uint8_t, block_size_bytes> out) override;
  Status ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) override;
  Status ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) override;
  Status random(MutableByteSpan out) override;
  Result<KeyHandle> p256_generate(KeyKind kind, P256Point& public_key) override;
  Result<KeyHandle> p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) override;
  Result<KeyHandle> p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) override;
  Result<P256Point> p256_decompress(const P256X& x) override;
  Status p256_sign(KeyHandle key, ByteSpan message, P256Signature& out) override;
  Status p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) override;

 private:
  Status run(const TeeCall& call) { return status_of_tee(gate_(&call)); }
  Result<KeyHandle> make(const TeeCall& call);

  Gate gate_;
};

}  // namespace cardea
