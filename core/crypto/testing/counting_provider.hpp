// SPDX-License-Identifier: Apache-2.0
#pragma once
// A provider that counts SHA-256 compressions on its way to another: what a code costs a microcontroller, as an exact number
// that no machine's speed blurs. Tests and benchmarks only.
//
// The count is that of a provider which keeps both prepared hash states of each kMac key: taking such a key in costs 2, an HMAC
// the blocks of its padded message and 1 for the outer hash, a derivation its HMAC and the key that comes out. Not counted:
// sha256_of, which hashes firmware images and no codes.

#include "core/crypto/testing/forwarding_provider.hpp"

namespace cardea {

class CountingProvider final : public ForwardingProvider {
 public:
  using ForwardingProvider::ForwardingProvider;

  /// Since construction.
  [[nodiscard]] std::uint64_t compressions() const { return compressions_; }
  /// AES blocks since construction.
  [[nodiscard]] std::uint64_t aes_blocks() const { return aes_blocks_; }
  /// Keys that were made and not released.
  [[nodiscard]] std::int64_t keys_held() const { return keys_held_; }

  Result<KeyHandle> import_key(KeyKind kind, const KeyBytes& key) override {
    count_key(kind);
    return made(provider_->import_key(kind, key));
  }
  Result<KeyHandle> derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) override {
    count_hmac(input.size());
    count_key(kind);
    return made(provider_->derive_key(parent, input, kind));
  }
  Result<KeyHandle> hkdf_extract(ByteSpan salt, KeyHandle input) override {
    compressions_ += 4;  // the salt's two prepared states, the input's one block, the outer hash
    count_key(KeyKind::kMac);
    return made(provider_->hkdf_extract(salt, input));
  }
  void release_key(KeyHandle key) override {
    --keys_held_;
    provider_->release_key(key);
  }
  Status hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override {
    count_hmac(message.size());
    return provider_->hmac_sha256(key, message, out);
  }
  Status sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override {
    compressions_ += blocks(message.size());
    return provider_->sha256(message, out);
  }
  Status aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                              std::span<std::uint8_t, block_size_bytes> out) override {
    ++aes_blocks_;
    return provider_->aes256_encrypt_block(key, in, out);
  }
  Result<KeyHandle> p256_generate(KeyKind kind, P256Point& public_key) override {
    return made(provider_->p256_generate(kind, public_key));
  }
  Result<KeyHandle> p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) override {
    return made(provider_->p256_import(kind, private_key, public_key));
  }
  Result<KeyHandle> p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) override {
    return made(provider_->p256_agree(own, peer, kind));
  }

 private:
  /// Blocks of a message with SHA-256's padding: one byte and a length of eight.
  static std::uint64_t blocks(std::size_t size) { return (size + 9 + 63) / 64; }
  void count_hmac(std::size_t message_size) { compressions_ += blocks(message_size) + 1; }
  void count_key(KeyKind kind) { compressions_ += kind == KeyKind::kMac ? 2 : 0; }
  Result<KeyHandle> made(Result<KeyHandle> key) {
    keys_held_ += key.ok() ? 1 : 0;
    return key;
  }

  std::uint64_t compressions_ = 0;
  std::uint64_t aes_blocks_ = 0;
  std::int64_t keys_held_ = 0;
};

}  // namespace cardea
