// SPDX-License-Identifier: Apache-2.0
#pragma once
// A provider with a script in place of chance: random bytes and fresh key pairs as vectors have them. Tests only.

#include <deque>
#include <utility>
#include <vector>

#include "core/crypto/provider.hpp"

namespace cardea::session {

class ScriptedProvider final : public Provider {
 public:
  explicit ScriptedProvider(Provider& provider) : provider_(&provider) {}

  /// What the next call of random() gives; its size must be the one that is asked for (asserted).
  void script_random(ByteSpan bytes) { random_.emplace_back(bytes.begin(), bytes.end()); }
  /// The private half of the next pair that is made.
  void script_pair(const KeyBytes& private_key) { pairs_.push_back(private_key); }

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
  Status random(MutableByteSpan out) override {
    if (random_.empty()) return provider_->random(out);
    CARDEA_ASSERT(random_.front().size() == out.size());
    std::ranges::copy(random_.front(), out.begin());
    random_.pop_front();
    return Status::kOk;
  }
  Result<KeyHandle> p256_generate(KeyKind kind, P256Point& public_key) override {
    if (pairs_.empty()) return provider_->p256_generate(kind, public_key);
    const KeyBytes scripted = pairs_.front();
    pairs_.pop_front();
    return provider_->p256_import(kind, scripted, public_key);
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

 private:
  Provider* provider_;
  std::deque<std::vector<std::uint8_t>> random_;
  std::deque<KeyBytes> pairs_;
};

}  // namespace cardea::session
