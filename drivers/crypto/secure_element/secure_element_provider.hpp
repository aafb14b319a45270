// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crypto provider of a lock with a secure element: its keys live there, and this side holds the numbers of slots. The line
// in between is sealed with a pairing key. Bytes and rules: spec/secure-element.md.
//
//   SecureElementProvider provider(channel, software, pairing);
//
// What needs no key (hashes, points by their X, verification) and the line itself are computed by `software`, a provider of the
// microcontroller's own with room for four keys.

#include <bitset>
#include <initializer_list>

#include "drivers/crypto/secure_element/apdu.hpp"

namespace cardea {

/// Holds 0.6 KB. Every failure of the line is kCryptoFailed: no answer, a torn one, one that is not the element's own.
class SecureElementProvider final : public Provider {
 public:
  using Blob = Bytes<apdu::blob_size_bytes>;

  /// `pairing`: a kMac key of `software`; stays the caller's. All outlive the provider.
  SecureElementProvider(ApduChannel& channel, Provider& software, KeyHandle pairing)
      : channel_(&channel), software_(&software), pairing_(pairing) {}
  SecureElementProvider(const SecureElementProvider&) = delete;
  SecureElementProvider& operator=(const SecureElementProvider&) = delete;
  ~SecureElementProvider() { disconnect(); }

  /// A key for a store outside: only the element that gave the blob can take it back. kUnsupported for a key that was agreed or
  /// extracted.
  Status wrap_key(KeyHandle key, Blob& out);
  /// kMalformed: not a blob of this element.
  Result<KeyHandle> unwrap_key(const Blob& blob);

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
  struct Call;
  Status connect();
  void disconnect();
  /// Sends a body, and takes an answer with exactly `result.size()` bytes.
  Status exchange(ByteSpan body, MutableByteSpan result);
  /// Loads what of `parts` does not fit behind the parameters of `call`, appends the rest, and exchanges.
  Status run(Call& call, std::initializer_list<ByteSpan> parts, MutableByteSpan result);
  /// The same for what may be longer than one answer.
  Status run_long(Call& call, std::initializer_list<ByteSpan> parts, MutableByteSpan result);
  /// The byte that names this key.
  Result<std::uint8_t> find(KeyHandle key) const;
  Result<std::uint8_t> free_slot();
  /// Runs a call that puts a key into `slot`.
  Result<KeyHandle> make(std::uint8_t slot, Call& call, std::initializer_list<ByteSpan> parts, MutableByteSpan result);

  ApduChannel* channel_;
  Provider* software_;
  KeyHandle pairing_;
  KeyHandle to_;
  KeyHandle from_;
  std::uint32_t number_ = 0;
  std::uint8_t slot_count_ = 0;
  std::uint16_t buffer_size_bytes_ = 0;
  std::bitset<256> used_;
  Bytes<apdu::command_size_bytes_max> command_{};
  Bytes<apdu::response_size_bytes_max> response_{};
};

}  // namespace cardea
