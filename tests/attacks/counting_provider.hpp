// SPDX-License-Identifier: Apache-2.0
#pragma once
// The shipped provider, watched: counts how often a lock computed a code, and takes its random bytes from a seed.

#include "core/codes/pin.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "tests/attacks/random.hpp"

namespace cardea::attacks {

class CountingProvider final : public Provider {
 public:
  explicit CountingProvider(std::uint64_t seed) : random_(seed) {}

  /// One-time codes and digests of PINs computed: HMACs of a message of 7 to 11 bytes, which nothing but a TOTP counter and a
  /// PIN with its length is.
  [[nodiscard]] std::uint64_t code_count() const { return code_count_; }
  /// AES blocks: every decryption of an offline code takes some, nothing else does.
  [[nodiscard]] std::uint64_t block_count() const { return block_count_; }

  Result<KeyHandle> import_key(KeyKind kind, const KeyBytes& key) override { return real_.import_key(kind, key); }
  Result<KeyHandle> derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) override {
    return real_.derive_key(parent, input, kind);
  }
  Result<KeyHandle> hkdf_extract(ByteSpan salt, KeyHandle input) override { return real_.hkdf_extract(salt, input); }
  void release_key(KeyHandle key) override { real_.release_key(key); }
  Status hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override {
    code_count_ += message.size() >= 1 + pin_digits_min && message.size() <= 1 + pin_digits_max ? 1 : 0;
    return real_.hmac_sha256(key, message, out);
  }
  Status sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override {
    return real_.sha256(message, out);
  }
  Status sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) override {
    return real_.sha256_of(source, out);
  }
  Status aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                              std::span<std::uint8_t, block_size_bytes> out) override {
    ++block_count_;
    return real_.aes256_encrypt_block(key, in, out);
  }
  Status ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) override {
    return real_.ccm_seal(key, nonce, aad, plain, sealed);
  }
  Status ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) override {
    return real_.ccm_open(key, nonce, aad, sealed, plain);
  }
  Status random(MutableByteSpan out) override {
    random_.fill(out);
    return Status::kOk;
  }
  Result<KeyHandle> p256_generate(KeyKind kind, P256Point& public_key) override {
    return real_.p256_generate(kind, public_key);
  }
  Result<KeyHandle> p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) override {
    return real_.p256_import(kind, private_key, public_key);
  }
  Result<KeyHandle> p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) override {
    return real_.p256_agree(own, peer, kind);
  }
  Result<P256Point> p256_decompress(const P256X& x) override { return real_.p256_decompress(x); }
  Status p256_sign(KeyHandle key, ByteSpan message, P256Signature& out) override { return real_.p256_sign(key, message, out); }
  Status p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) override {
    return real_.p256_verify_digest(public_key, digest, signature);
  }

 private:
  OpensslProvider real_;
  Random random_;
  std::uint64_t code_count_ = 0;
  std::uint64_t block_count_ = 0;
};

}  // namespace cardea::attacks
