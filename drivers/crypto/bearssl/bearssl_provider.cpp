// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/bearssl/bearssl_provider.hpp"

#include <cstring>

#include "drivers/crypto/bearssl/internal/wiped.hpp"
#include "drivers/crypto/bearssl/sha256.hpp"

namespace cardea {
namespace {

constexpr std::size_t seed_size_bytes = 48;  // SP 800-90A: the strength of 256 bits, and half as much for the nonce
constexpr std::size_t encoded_point_size_bytes = 65;
constexpr std::uint8_t uncompressed = 0x04;

std::size_t aes_key_size_bytes(KeyKind kind) { return kind == KeyKind::kAead128 ? 16 : 32; }

/// AES-CCM. `text` is overwritten with what it becomes. BearSSL copies from null where there is nothing to copy: it is not
/// asked to.
class Ccm {
 public:
  Ccm(const BearsslKeySlot& key, const CcmNonce& nonce, ByteSpan aad, std::size_t size) {
    br_aes_ct_ctrcbc_init(&cipher_, key.bytes.bytes().data(), aes_key_size_bytes(key.kind));
    br_ccm_init(&ccm_, &cipher_.context.vtable);
    br_ccm_reset(&ccm_, nonce.data(), nonce.size(), aad.size(), size, ccm_tag_size_bytes);
    if (!aad.empty()) br_ccm_aad_inject(&ccm_, aad.data(), aad.size());
    br_ccm_flip(&ccm_);
  }
  void encrypt(MutableByteSpan text) { run(1, text); }
  void decrypt(MutableByteSpan text) { run(0, text); }
  void tag(std::uint8_t* out) { br_ccm_get_tag(&ccm_, out); }
  bool matches(const Bytes<ccm_tag_size_bytes>& tag) { return br_ccm_check_tag(&ccm_, tag.data()) == 1; }

 private:
  void run(int encrypt, MutableByteSpan text) {
    if (!text.empty()) br_ccm_run(&ccm_, encrypt, text.data(), text.size());
  }
  Wiped<br_aes_ct_ctrcbc_keys> cipher_;
  Wiped<br_ccm_context> ccm_;
};

void copy(ByteSpan from, MutableByteSpan to) {
  if (!from.empty() && from.data() != to.data()) std::memmove(to.data(), from.data(), from.size());
}

Bytes<encoded_point_size_bytes> encoded(const P256Point& point) {
  Bytes<encoded_point_size_bytes> out;
  out[0] = uncompressed;
  std::copy(point.begin(), point.end(), out.begin() + 1);
  return out;
}

/// Whether a private key may be used: neither zero nor the order of the curve or more. Looks at all of it whatever it is.
bool is_scalar(const BearsslCurve& curve, std::span<const std::uint8_t, 32> key) {
  std::size_t size = 0;
  const std::uint8_t* order = curve.points->order(BR_EC_secp256r1, &size);
  std::uint32_t borrow = 0;
  std::uint32_t any = 0;
  for (std::size_t i = key.size(); i-- > 0;) {
    borrow = ((key[i] - std::uint32_t{order[i]} - borrow) >> 8) & 1;
    any |= key[i];
  }
  return (borrow & ((any + 0xff) >> 8)) == 1;
}

void public_half(const BearsslCurve& curve, const KeyBytes& key, P256Point& out) {
  Bytes<encoded_point_size_bytes> point;
  curve.points->mulgen(point.data(), key.bytes().data(), key.size_bytes, BR_EC_secp256r1);
  std::copy(point.begin() + 1, point.end(), out.begin());
}

}  // namespace

BearsslProvider::BearsslProvider(std::span<BearsslKeySlot> slots, NoiseSource& noise, const BearsslCurve& curve)
    : slots_(slots), noise_(&noise), curve_(&curve) {
  CARDEA_ASSERT(!slots.empty() && slots.size() < 65'535);
}

BearsslProvider::~BearsslProvider() {
  for (std::size_t i = 1; i <= slots_.size(); ++i) release_key(KeyHandle{static_cast<std::uint16_t>(i)});
  wipe({reinterpret_cast<std::uint8_t*>(&random_), sizeof random_});
}

BearsslKeySlot* BearsslProvider::find(KeyHandle key, std::initializer_list<KeyKind> kinds, Status& status) {
  status = Status::kNotFound;
  if (!key || key.value > slots_.size() || !slots_[key.value - 1].used) return nullptr;
  BearsslKeySlot& slot = slots_[key.value - 1];
  const bool fits = std::find(kinds.begin(), kinds.end(), slot.kind) != kinds.end();
  status = fits ? Status::kOk : Status::kUnsupported;
  return fits ? &slot : nullptr;
}

Result<KeyHandle> BearsslProvider::add(KeyKind kind, std::span<const std::uint8_t, 32> key) {
  const auto slot = std::find_if(slots_.begin(), slots_.end(), [](const BearsslKeySlot& each) { return !each.used; });
  if (slot == slots_.end()) return Status::kFull;
  std::copy(key.begin(), key.end(), slot->bytes.mutable_bytes().begin());
  slot->kind = kind;
  slot->used = true;
  return KeyHandle{static_cast<std::uint16_t>(slot - slots_.begin() + 1)};
}

Result<KeyHandle> BearsslProvider::import_key(KeyKind kind, const KeyBytes& key) {
  if (kind == KeyKind::kAgree || kind == KeyKind::kSign) return Status::kUnsupported;
  return add(kind, key.bytes());
}

Result<KeyHandle> BearsslProvider::derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) {
  KeyBytes derived;
  CARDEA_TRY(hmac_sha256(parent, input, derived.mutable_bytes()));
  return import_key(kind, derived);
}

Result<KeyHandle> BearsslProvider::hkdf_extract(ByteSpan salt, KeyHandle input) {
  Status status = Status::kOk;
  const BearsslKeySlot* slot = find(input, KeyKind::kInput, status);
  if (slot == nullptr) return status;
  KeyBytes extracted;
  BearsslMac(salt).mac(slot->bytes.bytes(), extracted.mutable_bytes());
  return add(KeyKind::kMac, extracted.bytes());
}

void BearsslProvider::release_key(KeyHandle key) {
  if (!key || key.value > slots_.size()) return;
  BearsslKeySlot& slot = slots_[key.value - 1];
  slot.used = false;
  wipe(slot.bytes.mutable_bytes());
  if (key != prepared_) return;
  prepared_ = {};
  mac_.forget();
}

Status BearsslProvider::hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  Status status = Status::kOk;
  const BearsslKeySlot* slot = find(key, KeyKind::kMac, status);
  if (slot == nullptr) return status;
  if (key != prepared_) mac_.prepare(slot->bytes.bytes());
  prepared_ = key;
  mac_.mac(message, out);
  return Status::kOk;
}

Status BearsslProvider::sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  return bearssl_sha256(message, out);
}

Status BearsslProvider::sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) {
  return bearssl_sha256_of(source, out);
}

Status BearsslProvider::aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                                             std::span<std::uint8_t, block_size_bytes> out) {
  Status status = Status::kOk;
  const BearsslKeySlot* slot = find(key, KeyKind::kBlock, status);
  if (slot == nullptr) return status;
  Wiped<br_aes_ct_ctrcbc_keys> cipher;
  br_aes_ct_ctrcbc_init(&cipher, slot->bytes.bytes().data(), aes_key_size_bytes(slot->kind));
  Bytes<block_size_bytes> block{};  // CBC-MAC of one block from zero is that block, encrypted
  br_aes_ct_ctrcbc_mac(&cipher, block.data(), in.data(), in.size());
  std::copy(block.begin(), block.end(), out.begin());
  return Status::kOk;
}

Status BearsslProvider::ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) {
  Status status = Status::kOk;
  const BearsslKeySlot* slot = find(key, {KeyKind::kAead, KeyKind::kAead128}, status);
  if (slot == nullptr) return status;
  if (plain.size() > 65'535 || sealed.size() != plain.size() + ccm_tag_size_bytes) return Status::kOutOfRange;
  const MutableByteSpan text = sealed.first(plain.size());
  copy(plain, text);
  Ccm ccm(*slot, nonce, aad, text.size());
  ccm.encrypt(text);
  ccm.tag(sealed.data() + text.size());
  return Status::kOk;
}

Status BearsslProvider::ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) {
  Status status = Status::kOk;
  const BearsslKeySlot* slot = find(key, {KeyKind::kAead, KeyKind::kAead128}, status);
  if (slot == nullptr) return status;
  if (sealed.size() < ccm_tag_size_bytes) return Status::kTooShort;
  const std::size_t size = sealed.size() - ccm_tag_size_bytes;
  if (size > 65'535 || plain.size() != size) return Status::kOutOfRange;
  Bytes<ccm_tag_size_bytes> tag;
  std::copy_n(sealed.begin() + static_cast<std::ptrdiff_t>(size), tag.size(), tag.begin());
  copy(sealed.first(size), plain);
  Ccm ccm(*slot, nonce, aad, size);
  ccm.decrypt(plain);
  if (ccm.matches(tag)) return Status::kOk;
  wipe(plain);
  return Status::kForged;
}

Status BearsslProvider::seed() {
  if (random_left_ > 0) {
    --random_left_;
    return Status::kOk;
  }
  Secret<seed_size_bytes> noise;
  CARDEA_TRY(noise_->gather(noise.mutable_bytes()));
  if (seeded_) {
    br_hmac_drbg_update(&random_, noise.bytes().data(), noise.size_bytes);
  } else {
    br_hmac_drbg_init(&random_, &br_sha256_vtable, noise.bytes().data(), noise.size_bytes);
  }
  seeded_ = true;
  random_left_ = bearssl_reseed_interval - 1;
  return Status::kOk;
}

Status BearsslProvider::random(MutableByteSpan out) {
  CARDEA_TRY(seed());
  br_hmac_drbg_generate(&random_, out.data(), out.size());
  return Status::kOk;
}

Result<KeyHandle> BearsslProvider::p256_generate(KeyKind kind, P256Point& public_key) {
  KeyBytes key;
  for (;;) {  // a draw in four thousand million is no scalar
    CARDEA_TRY(random(key.mutable_bytes()));
    const Result<KeyHandle> made = p256_import(kind, key, public_key);
    if (made.status() != Status::kMalformed) return made;
  }
}

Result<KeyHandle> BearsslProvider::p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) {
  if (kind != KeyKind::kAgree && kind != KeyKind::kSign) return Status::kUnsupported;
  if (!is_scalar(*curve_, private_key.bytes())) return Status::kMalformed;
  CARDEA_ASSIGN(const KeyHandle key, add(kind, private_key.bytes()));
  public_half(*curve_, private_key, public_key);
  return key;
}

Result<KeyHandle> BearsslProvider::p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) {
  Status status = Status::kOk;
  const BearsslKeySlot* slot = find(own, KeyKind::kAgree, status);
  if (slot == nullptr) return status;
  if (kind != KeyKind::kMac && kind != KeyKind::kInput) return Status::kUnsupported;
  Secret<encoded_point_size_bytes> point{encoded(peer)};
  const auto bytes = point.mutable_bytes();
  if (curve_->points->mul(bytes.data(), bytes.size(), slot->bytes.bytes().data(), 32, BR_EC_secp256r1) != 1)
    return Status::kMalformed;
  return add(kind, bytes.subspan<1, 32>());
}

Result<P256Point> BearsslProvider::p256_decompress(const P256X& x) {
  P256Point out;
  if (!curve_->find_y(x, std::span(out).last<32>())) return Status::kMalformed;
  std::copy(x.begin(), x.end(), out.begin());
  return out;
}

Status BearsslProvider::p256_sign(KeyHandle key, ByteSpan message, P256Signature& out) {
  Status status = Status::kOk;
  BearsslKeySlot* slot = find(key, KeyKind::kSign, status);
  if (slot == nullptr) return status;
  Digest digest;
  CARDEA_TRY(sha256(message, digest));
  const br_ec_private_key private_key{BR_EC_secp256r1, slot->bytes.mutable_bytes().data(), 32};
  const std::size_t size = curve_->sign(curve_->points, &br_sha256_vtable, digest.data(), &private_key, out.data());
  return size == out.size() ? Status::kOk : Status::kCryptoFailed;
}

Status BearsslProvider::p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) {
  Bytes<encoded_point_size_bytes> point = encoded(public_key);
  const br_ec_public_key key{BR_EC_secp256r1, point.data(), point.size()};
  const std::uint32_t good =
      curve_->verify(curve_->points, digest.data(), digest.size(), &key, signature.data(), signature.size());
  return good == 1 ? Status::kOk : Status::kForged;
}

}  // namespace cardea
