// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crypto provider of suite `gm`, for a microcontroller without a secure element and for a host: SM2, SM3, SM4 as they are
// here, and a table of keys in RAM. No heap; nothing of a secret decides a branch or an address.
//
//   GmKeySlot slots[40];
//   GmProvider provider(slots, noise);

#include "core/crypto/provider.hpp"
#include "drivers/crypto/noise.hpp"

namespace cardea {

/// Room for one key. The caller owns it and looks away; it is wiped when the key is released.
struct GmKeySlot {
  bool used = false;
  KeyKind kind = KeyKind::kMac;
  Secret<64> bytes;  ///< kMac: the two prepared hash states; kSign: the key, and Z of its signer; of all others the first 32
};

/// Random bytes come from HMAC-DRBG (SP 800-90A) over SM3, seeded from the noise source at first use and again after every
/// `gm_reseed_interval` calls. Signatures are made under SM2's default identity.
class GmProvider final : public Provider {
 public:
  /// Holds as many keys as there are slots, 1..65,534. All outlive the provider.
  GmProvider(std::span<GmKeySlot> slots, NoiseSource& noise);
  GmProvider(const GmProvider&) = delete;
  GmProvider& operator=(const GmProvider&) = delete;
  ~GmProvider();

  [[nodiscard]] Suite suite() const override { return Suite::kGm; }
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
  Status p256_digest(const P256Point& public_key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override;

 private:
  /// The slot of this handle if its key is one of `kinds`; `status` says why not.
  const GmKeySlot* find(KeyHandle key, std::initializer_list<KeyKind> kinds, Status& status) const;
  Result<KeyHandle> add(KeyKind kind, std::span<const std::uint8_t, 32> key);
  void update_random(ByteSpan seed);
  Status seed();

  std::span<GmKeySlot> slots_;
  NoiseSource* noise_;
  KeyBytes random_key_;            ///< K of the DRBG
  KeyBytes random_value_;          ///< V
  std::uint32_t random_left_ = 0;  ///< calls until the next seed
};

inline constexpr std::uint32_t gm_reseed_interval = 1'000;

}  // namespace cardea
