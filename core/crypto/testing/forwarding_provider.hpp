// SPDX-License-Identifier: Apache-2.0
#pragma once
// A provider that hands every call on to another. What watches or scripts a provider derives from it and overrides what it
// watches or scripts, and nothing else. Tests and benchmarks only.

#include "core/crypto/provider.hpp"

namespace cardea {

class ForwardingProvider : public Provider {
 public:
  /// `provider` outlives this.
  explicit ForwardingProvider(Provider& provider) : provider_(&provider) {}

  [[nodiscard]] Suite suite() const override { return provider_->suite(); }
  Result<KeyHandle> import_key(KeyKind kind, const KeyBytes& key) override { return provider_->import_key(kind, key); }
  Result<KeyHandle> derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) override {
    return provider_->derive_key(parent, input, kind);
  }
  Result<KeyHandle> hkdf_extract(ByteSpan salt, KeyHandle input) override { return provider_->hkdf_extract(salt, input); }
  void release_key(KeyHandle key) override { provider_->release_key(key); }
  Status hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override {
    return provider_->hmac_sha256(key, message, out);
  }
  Status sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override {
    return provider_->sha256(message, out);
  }
  Status sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) override {
    return provider_->sha256_of(source, out);
  }
  Status aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                              std::span<std::uint8_t, block_size_bytes> out) override {
    return provider_->aes256_encrypt_block(key, in, out);
  }
  Status ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) override {
    return provider_->ccm_seal(key, nonce, aad, plain, sealed);
  }
  Status ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) override {
    return provider_->ccm_open(key, nonce, aad, sealed, plain);
  }
  Status random(MutableByteSpan out) override { return provider_->random(out); }
  Result<KeyHandle> p256_generate(KeyKind kind, P256Point& public_key) override {
    return provider_->p256_generate(kind, public_key);
  }
  Result<KeyHandle> p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) override {
    return provider_->p256_import(kind, private_key, public_key);
  }
  Result<KeyHandle> p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) override {
    return provider_->p256_agree(own, peer, kind);
  }
  Result<P256Point> p256_decompress(const P256X& x) override { return provider_->p256_decompress(x); }
  Status p256_sign(KeyHandle key, ByteSpan message, P256Signature& out) override {
    return provider_->p256_sign(key, message, out);
  }
  Status p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) override {
    return provider_->p256_verify_digest(public_key, digest, signature);
  }
  Status p256_digest(const P256Point& public_key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override {
    return provider_->p256_digest(public_key, message, out);
  }

 protected:
  ~ForwardingProvider() = default;
  Provider* provider_;
};

}  // namespace cardea
