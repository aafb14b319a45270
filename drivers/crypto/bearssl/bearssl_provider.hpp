// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crypto provider of a microcontroller without a secure element: BearSSL, out of Debian's source package, and a table of
// keys in RAM. No heap; nothing of a secret decides a branch or an address.
//
//   BearsslKeySlot slots[40];
//   BearsslProvider provider(slots, noise, bearssl_m15);
//
// Chips differ in one thing: whether their 32 x 32 -> 64 bit multiplication takes the same time for all operands. It does not
// on a Cortex-M3 (umull ends early), so there the curve is bearssl_m15, which multiplies 15 bits by 15 bits. It does on a
// Cortex-M33, M4 and M7, where bearssl_m31 is smaller and twice as fast.

#include <bearssl.h>

#include "core/crypto/provider.hpp"
#include "drivers/crypto/bearssl/hmac.hpp"
#include "drivers/crypto/noise.hpp"

namespace cardea {

/// Room for one key. The caller owns it and looks away; it is wiped when the key is released.
struct BearsslKeySlot {
  bool used : 1 = false;
  KeyKind kind : 7 = KeyKind::kMac;
  KeyBytes bytes;
};

/// One way to compute on P-256.
struct BearsslCurve {
  const br_ec_impl* points;
  decltype(&br_ecdsa_i15_sign_raw) sign;
  decltype(&br_ecdsa_i15_vrfy_raw) verify;
  /// The even Y to this X; false when there is none. Neither is secret.
  bool (*find_y)(const P256X& x, std::span<std::uint8_t, 32> y);
};
extern const BearsslCurve bearssl_m15;
extern const BearsslCurve bearssl_m31;

/// Random bytes come from HMAC-DRBG (SP 800-90A), seeded from the noise source at first use and again after every
/// `bearssl_reseed_interval` calls of random() and p256_generate(). Signatures are deterministic (RFC 6979).
class BearsslProvider final : public Provider {
 public:
  /// Holds as many keys as there are slots, 1..65,534. All outlive the provider.
  BearsslProvider(std::span<BearsslKeySlot> slots, NoiseSource& noise, const BearsslCurve& curve);
  BearsslProvider(const BearsslProvider&) = delete;
  BearsslProvider& operator=(const BearsslProvider&) = delete;
  ~BearsslProvider();

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
  /// The slot of this handle if its key is one of `kinds`; `status` says why not.
  BearsslKeySlot* find(KeyHandle key, std::initializer_list<KeyKind> kinds, Status& status);
  BearsslKeySlot* find(KeyHandle key, KeyKind kind, Status& status) { return find(key, {kind}, status); }
  Result<KeyHandle> add(KeyKind kind, std::span<const std::uint8_t, 32> key);
  Status seed();

  std::span<BearsslKeySlot> slots_;
  NoiseSource* noise_;
  const BearsslCurve* curve_;
  BearsslMac mac_;      ///< of the kMac key that was used last: a code is compared with three steps of a key, one after another
  KeyHandle prepared_;  ///< which that is
  br_hmac_drbg_context random_{};
  std::uint32_t random_left_ = 0;  ///< calls until the next seed
  bool seeded_ = false;
};

inline constexpr std::uint32_t bearssl_reseed_interval = 1'000;

}  // namespace cardea
