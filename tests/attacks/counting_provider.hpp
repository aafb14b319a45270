// SPDX-License-Identifier: Apache-2.0
#pragma once
// The shipped provider, watched: counts how often a lock computed a code, and takes its random bytes from a seed.

#include "core/codes/pin.hpp"
#include "core/crypto/testing/forwarding_provider.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "tests/attacks/random.hpp"

namespace cardea::attacks {

class CountingProvider final : public ForwardingProvider {
 public:
  explicit CountingProvider(std::uint64_t seed) : ForwardingProvider(real_), random_(seed) {}
  CountingProvider(const CountingProvider&) = delete;  // the copy would hand on to the original's
  CountingProvider& operator=(const CountingProvider&) = delete;

  /// One-time codes and digests of PINs computed: HMACs of a message of 7 to 11 bytes, which nothing but a TOTP counter and a
  /// PIN with its length is.
  [[nodiscard]] std::uint64_t code_count() const { return code_count_; }
  /// AES blocks: every decryption of an offline code takes some, nothing else does.
  [[nodiscard]] std::uint64_t block_count() const { return block_count_; }

  Status hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override {
    code_count_ += message.size() >= 1 + pin_digits_min && message.size() <= 1 + pin_digits_max ? 1 : 0;
    return real_.hmac_sha256(key, message, out);
  }
  Status aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                              std::span<std::uint8_t, block_size_bytes> out) override {
    ++block_count_;
    return real_.aes256_encrypt_block(key, in, out);
  }
  Status random(MutableByteSpan out) override {
    random_.fill(out);
    return Status::kOk;
  }

 private:
  OpensslProvider real_;
  Random random_;
  std::uint64_t code_count_ = 0;
  std::uint64_t block_count_ = 0;
};

}  // namespace cardea::attacks
