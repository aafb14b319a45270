// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crypto provider: everything that computes with a key. Behind it stands a library (drivers/crypto/openssl), a
// microcontroller's software, a secure element or a trusted environment; callers hold handles, never key bytes.
// Suite `intl`: SHA-256, HMAC-SHA256, HKDF, AES-256, AES-256-CCM, AES-128-CCM, P-256. Suite `gm` has the same calls with the
// same sizes, under intl's names: SM3 where SHA-256 stands, SM4 (the first 16 bytes of a key) for every AES, and the curve and
// signatures of SM2 for P-256 and ECDSA.
// core/crypto/testing/provider_contract.hpp holds every provider to what is said here.
//
// A provider belongs to one thread. Nothing here may be called inside an interrupt.

#include <cstdint>
#include <span>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"

namespace cardea {

/// What a provider computes with. A number of session.md's.
enum class Suite : std::uint8_t {
  kIntl = 1,
  kGm = 2,
};

/// Names a key inside one provider. 0 names none.
struct KeyHandle {
  std::uint16_t value = 0;
  bool operator==(const KeyHandle&) const = default;
  explicit operator bool() const { return value != 0; }
};

/// What a key may be used for. A provider refuses any other use with kUnsupported.
enum class KeyKind : std::uint8_t {
  kMac,      ///< HMAC-SHA256, and parent of kdf derivations; the provider keeps both hash states, of the last one used at least
  kBlock,    ///< AES-256, one block at a time (FF1)
  kAead,     ///< AES-256-CCM records
  kAead128,  ///< AES-128-CCM records (EDHOC's AES-CCM-16-64-128): the first 16 of the 32 bytes
  kInput,    ///< input keying material: hkdf_extract() makes a key of it, nothing else does
  kAgree,    ///< a P-256 private key, static or ephemeral, for key agreement
  kSign,     ///< a P-256 private key for signatures
};

inline constexpr std::size_t digest_size_bytes = 32;
inline constexpr std::size_t block_size_bytes = 16;
inline constexpr std::size_t ccm_nonce_size_bytes = 13;
inline constexpr std::size_t ccm_tag_size_bytes = 8;
using Digest = Bytes<digest_size_bytes>;
using CcmNonce = Bytes<ccm_nonce_size_bytes>;
/// A P-256 point: X | Y, 32 bytes each, big-endian, without the 0x04.
using P256Point = Bytes<64>;
/// The X coordinate alone: how EDHOC sends a point.
using P256X = Bytes<32>;
/// An ECDSA signature: r | s, 32 bytes each, big-endian.
using P256Signature = Bytes<64>;

/// Bytes that come piece by piece: what is too long to lie in memory as a whole.
class ByteSource {
 public:
  /// The next bytes, valid until the next call; an empty span when there are no more. A failure ends the reading.
  virtual Result<ByteSpan> next() = 0;

 protected:
  ~ByteSource() = default;
};

/// Errors common to all: kNotFound (no such handle), kUnsupported (the key is of another kind), kFull (no room for one
/// more key), kCryptoFailed (the library or chip failed). On any failure outputs hold no secret and must not be used.
class Provider {
 public:
  [[nodiscard]] virtual Suite suite() const { return Suite::kIntl; }

  /// Takes 32 key bytes in; the caller's copy stays the caller's to wipe. Not for kAgree and kSign.
  virtual Result<KeyHandle> import_key(KeyKind kind, const KeyBytes& key) = 0;
  /// A new key: HMAC-SHA256(parent, input). `parent` is kMac. Callers use core/crypto/kdf.hpp, which builds `input`.
  virtual Result<KeyHandle> derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) = 0;
  /// HKDF-Extract (RFC 5869): the pseudorandom key HMAC-SHA256(salt, input) as a new kMac key. `input` is kInput; `salt` has
  /// any size. core/crypto/kdf.hpp expands it.
  virtual Result<KeyHandle> hkdf_extract(ByteSpan salt, KeyHandle input) = 0;
  /// Forgets a key. An unknown handle is ignored.
  virtual void release_key(KeyHandle key) = 0;

  virtual Status hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) = 0;
  virtual Status sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) = 0;
  /// SHA-256 of all that `source` has; or its failure.
  virtual Status sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) = 0;
  /// `out` may be `in`.
  virtual Status aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                                      std::span<std::uint8_t, block_size_bytes> out) = 0;

  /// AES-CCM (RFC 3610, L = 2, tag of 8 bytes); `key` is kAead or kAead128. `sealed` has plain.size() + 8 bytes and may begin
  /// at `plain`. At most 65,535 bytes. One key never meets one nonce twice: the caller's duty.
  virtual Status ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) = 0;
  /// The reverse; kForged on a tag mismatch, and then `plain` is all zero. `plain` has sealed.size() - 8 bytes.
  virtual Status ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) = 0;

  /// Bytes nobody can guess.
  virtual Status random(MutableByteSpan out) = 0;

  /// A fresh P-256 pair of kind kAgree or kSign; its public half goes to `public_key`.
  virtual Result<KeyHandle> p256_generate(KeyKind kind, P256Point& public_key) = 0;
  /// A P-256 pair from its private scalar, for a pair that must survive a restart; its public half goes to `public_key`.
  /// kMalformed when the scalar is zero or not below the order of the curve.
  virtual Result<KeyHandle> p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) = 0;
  /// ECDH: the X coordinate of the shared point as a key of `kind`, kMac or kInput. It is the same for both points that have
  /// the X of `peer`. kMalformed when `peer` is not on the curve.
  virtual Result<KeyHandle> p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) = 0;
  /// The point with this X coordinate whose Y is even; kMalformed when the curve has none. Of a point that came as its X alone
  /// this is a guess at Y: right for p256_agree(), worthless for p256_verify().
  virtual Result<P256Point> p256_decompress(const P256X& x) = 0;
  /// ECDSA over SHA-256 of `message`. The same message may give another signature each time.
  virtual Status p256_sign(KeyHandle key, ByteSpan message, P256Signature& out) = 0;
  /// What p256_verify_digest() takes of `message`, when this key is to have signed it: its SHA-256; gm: SM3(Z | message).
  virtual Status p256_digest(const P256Point& /*public_key*/, ByteSpan message,
                             std::span<std::uint8_t, digest_size_bytes> out) {
    return sha256(message, out);
  }
  /// ECDSA over the digest of a message. kOk or kForged (also for a point off the curve). Takes the deepest stack of all: who
  /// calls it has little on the stack itself.
  virtual Status p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) = 0;
  /// Both in one.
  Status p256_verify(const P256Point& public_key, ByteSpan message, const P256Signature& signature) {
    Digest digest{};
    CARDEA_TRY(p256_digest(public_key, message, digest));
    return p256_verify_digest(public_key, digest, signature);
  }

 protected:
  // Not virtual and not public: nobody deletes a provider through this, so no heap is pulled in on a microcontroller.
  ~Provider() = default;
};

/// Owns one handle: releases it at the end of the scope.
class ScopedKey {
 public:
  ScopedKey(Provider& provider, KeyHandle key) : provider_(&provider), key_(key) {}
  ScopedKey(ScopedKey&& other) noexcept : provider_(other.provider_), key_(other.key_) { other.key_ = {}; }
  ScopedKey& operator=(ScopedKey&& other) noexcept {
    std::swap(provider_, other.provider_);
    std::swap(key_, other.key_);
    return *this;
  }
  ~ScopedKey() {
    if (key_) provider_->release_key(key_);
  }
  [[nodiscard]] KeyHandle handle() const { return key_; }
  /// Gives the handle away; the caller releases it.
  KeyHandle detach() { return std::exchange(key_, {}); }

 private:
  Provider* provider_;
  KeyHandle key_;
};

}  // namespace cardea
