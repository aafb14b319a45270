// SPDX-License-Identifier: Apache-2.0
#pragma once
// A provider for who has no secrets and only checks what others signed, as a start program does: SHA-256 and ECDSA verification
// over P-256, a quarter of the whole provider's size. All else is kUnsupported, and so what needs it is not linked. What it
// computes with is public, so it takes the faster way (bearssl_m31) on every chip.

#include "core/crypto/provider.hpp"

namespace cardea {

class BearsslVerifier final : public Provider {
 public:
  Status sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override;
  Status sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) override;
  Status p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) override;

  // --- unsupported ---------------------------------------------------------------------------------------------------------

  Result<KeyHandle> import_key(KeyKind, const KeyBytes&) override { return Status::kUnsupported; }
  Result<KeyHandle> derive_key(KeyHandle, ByteSpan, KeyKind) override { return Status::kUnsupported; }
  Result<KeyHandle> hkdf_extract(ByteSpan, KeyHandle) override { return Status::kUnsupported; }
  void release_key(KeyHandle) override {}
  Status hmac_sha256(KeyHandle, ByteSpan, std::span<std::uint8_t, digest_size_bytes>) override { return Status::kUnsupported; }
  Status aes256_encrypt_block(KeyHandle, std::span<const std::uint8_t, block_size_bytes>,
                              std::span<std::uint8_t, block_size_bytes>) override {
    return Status::kUnsupported;
  }
  Status ccm_seal(KeyHandle, const CcmNonce&, ByteSpan, ByteSpan, MutableByteSpan) override { return Status::kUnsupported; }
  Status ccm_open(KeyHandle, const CcmNonce&, ByteSpan, ByteSpan, MutableByteSpan) override { return Status::kUnsupported; }
  Status random(MutableByteSpan) override { return Status::kUnsupported; }
  Result<KeyHandle> p256_generate(KeyKind, P256Point&) override { return Status::kUnsupported; }
  Result<KeyHandle> p256_import(KeyKind, const KeyBytes&, P256Point&) override { return Status::kUnsupported; }
  Result<KeyHandle> p256_agree(KeyHandle, const P256Point&, KeyKind) override { return Status::kUnsupported; }
  Result<P256Point> p256_decompress(const P256X&) override { return Status::kUnsupported; }
  Status p256_sign(KeyHandle, ByteSpan, P256Signature&) override { return Status::kUnsupported; }
};

}  // namespace cardea
