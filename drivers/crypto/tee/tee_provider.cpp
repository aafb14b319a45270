// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/tee/tee_provider.hpp"

#include "drivers/crypto/bearssl/sha256.hpp"

namespace cardea {
namespace {

/// The other side takes pointers to what it only reads as pointers too.
TeeBytes given(ByteSpan bytes) { return {const_cast<std::uint8_t*>(bytes.data()), static_cast<std::uint32_t>(bytes.size())}; }
TeeBytes room(MutableByteSpan bytes) { return {bytes.data(), static_cast<std::uint32_t>(bytes.size())}; }

}  // namespace

Result<KeyHandle> TeeProvider::make(const TeeCall& call) {
  const std::uint32_t answer = gate_(&call);
  CARDEA_TRY(status_of_tee(answer));
  return key_of_tee(answer);
}

Result<KeyHandle> TeeProvider::import_key(KeyKind kind, const KeyBytes& key) {
  return make({.op = TeeOp::kImport, .kind = kind, .key = {}, .in = {given(key.bytes())}, .out = {}});
}
Result<KeyHandle> TeeProvider::derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) {
  return make({.op = TeeOp::kDerive, .kind = kind, .key = parent, .in = {given(input)}, .out = {}});
}
Result<KeyHandle> TeeProvider::hkdf_extract(ByteSpan salt, KeyHandle input) {
  return make({.op = TeeOp::kExtract, .kind = KeyKind::kMac, .key = input, .in = {given(salt)}, .out = {}});
}
void TeeProvider::release_key(KeyHandle key) {
  (void)run({.op = TeeOp::kRelease, .kind = {}, .key = key, .in = {}, .out = {}});
}

Status TeeProvider::hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  return run({.op = TeeOp::kHmac, .kind = {}, .key = key, .in = {given(message)}, .out = room(out)});
}

Status TeeProvider::sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  return bearssl_sha256(message, out);
}

Status TeeProvider::sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) {
  return bearssl_sha256_of(source, out);
}

Status TeeProvider::aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                                         std::span<std::uint8_t, block_size_bytes> out) {
  return run({.op = TeeOp::kBlock, .kind = {}, .key = key, .in = {given(in)}, .out = room(out)});
}
Status TeeProvider::ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) {
  return run({.op = TeeOp::kSeal, .kind = {}, .key = key, .in = {given(nonce), given(aad), given(plain)}, .out = room(sealed)});
}
Status TeeProvider::ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) {
  return run({.op = TeeOp::kOpen, .kind = {}, .key = key, .in = {given(nonce), given(aad), given(sealed)}, .out = room(plain)});
}
Status TeeProvider::random(MutableByteSpan out) {
  return run({.op = TeeOp::kRandom, .kind = {}, .key = {}, .in = {}, .out = room(out)});
}

Result<KeyHandle> TeeProvider::p256_generate(KeyKind kind, P256Point& public_key) {
  return make({.op = TeeOp::kGenerate, .kind = kind, .key = {}, .in = {}, .out = room(public_key)});
}
Result<KeyHandle> TeeProvider::p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) {
  return make({.op = TeeOp::kImportPair, .kind = kind, .key = {}, .in = {given(private_key.bytes())}, .out = room(public_key)});
}
Result<KeyHandle> TeeProvider::p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) {
  return make({.op = TeeOp::kAgree, .kind = kind, .key = own, .in = {given(peer)}, .out = {}});
}
Result<P256Point> TeeProvider::p256_decompress(const P256X& x) {
  P256Point out{};
  CARDEA_TRY(run({.op = TeeOp::kDecompress, .kind = {}, .key = {}, .in = {given(x)}, .out = room(out)}));
  return out;
}
Status TeeProvider::p256_sign(KeyHandle key, ByteSpan message, P256Signature& out) {
  return run({.op = TeeOp::kSign, .kind = {}, .key = key, .in = {given(message)}, .out = room(out)});
}
Status TeeProvider::p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) {
  return run(
      {.op = TeeOp::kVerify, .kind = {}, .key = {}, .in = {given(public_key), given(digest), given(signature)}, .out = {}});
}

}  // namespace cardea
