// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/tee/secure_side.hpp"

#include <cstring>

namespace cardea {
namespace {

class Answer {
 public:
  Answer(Provider& provider, const TeeMemory& memory, const TeeCall& call)
      : provider_(&provider), memory_(&memory), call_(&call) {}

  std::uint32_t run() {
    switch (call_->op) {
      case TeeOp::kImport: return of(import_key());
      case TeeOp::kDerive: return of(derive_key());
      case TeeOp::kExtract: return of(hkdf_extract());
      case TeeOp::kRelease: provider_->release_key(call_->key); return tee_answer(Status::kOk);
      case TeeOp::kHmac: return tee_answer(hmac());
      case TeeOp::kBlock: return tee_answer(block());
      case TeeOp::kSeal: return tee_answer(crypt(true));
      case TeeOp::kOpen: return tee_answer(crypt(false));
      case TeeOp::kRandom: return tee_answer(random());
      case TeeOp::kGenerate: return of(generate());
      case TeeOp::kImportPair: return of(import_pair());
      case TeeOp::kAgree: return of(agree());
      case TeeOp::kDecompress: return tee_answer(decompress());
      case TeeOp::kSign: return tee_answer(sign());
      case TeeOp::kVerify: return tee_answer(verify());
    }
    return tee_answer(Status::kUnsupported);
  }

 private:
  static std::uint32_t of(const Result<KeyHandle>& key) {
    return key.ok() ? tee_answer(Status::kOk, *key) : tee_answer(key.error());
  }
  /// What the caller gave as its part `i`.
  Status take(std::size_t i, ByteSpan& out) const {
    const TeeBytes& bytes = call_->in[i];
    if (bytes.size != 0 && !memory_->may_read(bytes.data, bytes.size)) return Status::kOutOfRange;
    out = {bytes.data, bytes.size};
    return Status::kOk;
  }
  template <std::size_t N>
  Status copy(std::size_t i, std::span<std::uint8_t, N> out) const {
    ByteSpan bytes;
    CARDEA_TRY(take(i, bytes));
    if (bytes.size() != N) return Status::kOutOfRange;
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return Status::kOk;
  }
  Status room(MutableByteSpan& out) const {
    const TeeBytes& bytes = call_->out;
    if (bytes.size != 0 && !memory_->may_write(bytes.data, bytes.size)) return Status::kOutOfRange;
    out = {bytes.data, bytes.size};
    return Status::kOk;
  }
  Status room(MutableByteSpan& out, std::size_t size) const {
    CARDEA_TRY(room(out));
    return out.size() == size ? Status::kOk : Status::kOutOfRange;
  }
  /// Runs `compute` into memory of this side, and gives the result out once it is whole.
  template <std::size_t N, class Compute>
  Status give(const Compute& compute) const {
    MutableByteSpan out;
    CARDEA_TRY(room(out, N));
    Bytes<N> result{};
    const Status status = compute(result);
    if (status == Status::kOk) std::copy(result.begin(), result.end(), out.begin());
    return status;
  }

  Result<KeyHandle> import_key() {
    KeyBytes key;
    CARDEA_TRY(copy(0, key.mutable_bytes()));
    return provider_->import_key(call_->kind, key);
  }
  Result<KeyHandle> derive_key() {
    ByteSpan input;
    CARDEA_TRY(take(0, input));
    return provider_->derive_key(call_->key, input, call_->kind);
  }
  Result<KeyHandle> hkdf_extract() {
    ByteSpan salt;
    CARDEA_TRY(take(0, salt));
    return provider_->hkdf_extract(salt, call_->key);
  }
  Status hmac() {
    ByteSpan message;
    CARDEA_TRY(take(0, message));
    return give<digest_size_bytes>([&](Digest& out) { return provider_->hmac_sha256(call_->key, message, out); });
  }
  Status block() {
    Bytes<block_size_bytes> in{};
    CARDEA_TRY(copy(0, std::span(in)));
    return give<block_size_bytes>([&](auto& out) { return provider_->aes256_encrypt_block(call_->key, in, out); });
  }
  Status crypt(bool seals) {
    CcmNonce nonce{};
    ByteSpan aad;
    ByteSpan text;
    MutableByteSpan out;
    CARDEA_TRY(copy(0, std::span(nonce)));
    CARDEA_TRY(take(1, aad));
    CARDEA_TRY(take(2, text));
    CARDEA_TRY(room(out));
    return seals ? provider_->ccm_seal(call_->key, nonce, aad, text, out)
                 : provider_->ccm_open(call_->key, nonce, aad, text, out);
  }
  Status random() {
    MutableByteSpan out;
    CARDEA_TRY(room(out));
    return provider_->random(out);
  }
  /// A new pair whose public half goes out; without room for that there is no pair.
  template <class Make>
  Result<KeyHandle> pair(const Make& make) {
    MutableByteSpan out;
    CARDEA_TRY(room(out, sizeof(P256Point)));
    P256Point point{};
    CARDEA_ASSIGN(const KeyHandle key, make(point));
    std::copy(point.begin(), point.end(), out.begin());
    return key;
  }
  Result<KeyHandle> generate() {
    return pair([this](P256Point& point) { return provider_->p256_generate(call_->kind, point); });
  }
  Result<KeyHandle> import_pair() {
    KeyBytes key;
    CARDEA_TRY(copy(0, key.mutable_bytes()));
    return pair([&](P256Point& point) { return provider_->p256_import(call_->kind, key, point); });
  }
  Result<KeyHandle> agree() {
    P256Point peer{};
    CARDEA_TRY(copy(0, std::span(peer)));
    return provider_->p256_agree(call_->key, peer, call_->kind);
  }
  Status decompress() {
    P256X x{};
    CARDEA_TRY(copy(0, std::span(x)));
    return give<sizeof(P256Point)>([&](P256Point& out) -> Status {
      CARDEA_ASSIGN(out, provider_->p256_decompress(x));
      return Status::kOk;
    });
  }
  Status sign() {
    ByteSpan message;
    CARDEA_TRY(take(0, message));
    return give<sizeof(P256Signature)>([&](P256Signature& out) { return provider_->p256_sign(call_->key, message, out); });
  }
  Status verify() {
    P256Point point{};
    Digest digest{};
    P256Signature signature{};
    CARDEA_TRY(copy(0, std::span(point)));
    CARDEA_TRY(copy(1, std::span(digest)));
    CARDEA_TRY(copy(2, std::span(signature)));
    return provider_->p256_verify_digest(point, digest, signature);
  }

  Provider* provider_;
  const TeeMemory* memory_;
  const TeeCall* call_;
};

}  // namespace

std::uint32_t answer_tee_call(Provider& provider, const TeeMemory& memory, const TeeCall* call) {
  if (reinterpret_cast<std::uintptr_t>(call) % alignof(TeeCall) != 0) return tee_answer(Status::kOutOfRange);
  if (!memory.may_read(call, sizeof *call)) return tee_answer(Status::kOutOfRange);
  TeeCall own;
  std::memcpy(&own, call, sizeof own);
  if (own.kind > KeyKind::kSign) return tee_answer(Status::kUnsupported);
  return Answer(provider, memory, own).run();
}

}  // namespace cardea
