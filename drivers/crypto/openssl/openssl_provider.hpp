// SPDX-License-Identifier: Apache-2.0
#pragma once
// The crypto provider over OpenSSL 3: servers, the host's locks, tests. Heap and threads are allowed here, not in core.

#include <memory>

#include "core/crypto/provider.hpp"

namespace cardea {

/// Holds up to `key_count_max` keys (1..65,535). Keys wipe themselves on release and at destruction.
class OpensslProvider final : public Provider {
 public:
  explicit OpensslProvider(std::size_t key_count_max = 4'096);
  OpensslProvider(const OpensslProvider&) = delete;
  OpensslProvider& operator=(const OpensslProvider&) = delete;
  ~OpensslProvider();

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

  /// p256_agree() as bytes, for what takes the shared point as a message (spec/phone.md §2).
  Result<KeyBytes> p256_agree_bytes(KeyHandle own, const P256Point& peer);
  /// The private half of a P-256 key: for the server's sealed key store, which is the only caller.
  Result<KeyBytes> p256_export(KeyHandle key);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cardea
