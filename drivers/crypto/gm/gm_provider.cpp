// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/gm/gm_provider.hpp"

#include "drivers/crypto/gm/sm2.hpp"
#include "drivers/crypto/gm/sm3.hpp"
#include "drivers/crypto/gm/sm4.hpp"

namespace cardea {
namespace {

constexpr std::size_t seed_size_bytes = 48;  // SP 800-90A: the strength of 256 bits, and half as much for the nonce
constexpr std::size_t text_size_bytes_max = 65'535;
constexpr std::initializer_list<KeyKind> aead_kinds = {KeyKind::kAead, KeyKind::kAead128};

gm::Sm4 cipher_of(const GmKeySlot& slot) { return gm::Sm4(slot.bytes.bytes().first<gm::sm4_key_size_bytes>()); }

}  // namespace

GmProvider::GmProvider(std::span<GmKeySlot> slots, NoiseSource& noise) : slots_(slots), noise_(&noise) {
  CARDEA_ASSERT(!slots.empty() && slots.size() < 65'535);
  Bytes<KeyBytes::size_bytes> ones;
  ones.fill(0x01);
  random_value_ = KeyBytes(ones);
}

GmProvider::~GmProvider() {
  for (std::size_t i = 1; i <= slots_.size(); ++i) release_key(KeyHandle{static_cast<std::uint16_t>(i)});
}

const GmKeySlot* GmProvider::find(KeyHandle key, std::initializer_list<KeyKind> kinds, Status& status) const {
  status = Status::kNotFound;
  if (!key || key.value > slots_.size() || !slots_[key.value - 1].used) return nullptr;
  const GmKeySlot& slot = slots_[key.value - 1];
  const bool fits = std::find(kinds.begin(), kinds.end(), slot.kind) != kinds.end();
  status = fits ? Status::kOk : Status::kUnsupported;
  return fits ? &slot : nullptr;
}

Result<KeyHandle> GmProvider::add(KeyKind kind, std::span<const std::uint8_t, 32> key) {
  const auto slot = std::find_if(slots_.begin(), slots_.end(), [](const GmKeySlot& each) { return !each.used; });
  if (slot == slots_.end()) return Status::kFull;
  if (kind == KeyKind::kMac) {
    gm::hmac_sm3_prepare(key, slot->bytes.mutable_bytes());
  } else {
    std::copy(key.begin(), key.end(), slot->bytes.mutable_bytes().begin());
  }
  slot->kind = kind;
  slot->used = true;
  return KeyHandle{static_cast<std::uint16_t>(slot - slots_.begin() + 1)};
}

// --- Keys and hashes
// ----------------------------------------------------------------------------------------------------------

Result<KeyHandle> GmProvider::import_key(KeyKind kind, const KeyBytes& key) {
  if (kind == KeyKind::kAgree || kind == KeyKind::kSign) return Status::kUnsupported;
  return add(kind, key.bytes());
}

Result<KeyHandle> GmProvider::derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) {
  KeyBytes derived;
  CARDEA_TRY(hmac_sha256(parent, input, derived.mutable_bytes()));
  return import_key(kind, derived);
}

Result<KeyHandle> GmProvider::hkdf_extract(ByteSpan salt, KeyHandle input) {
  Status status = Status::kOk;
  const GmKeySlot* slot = find(input, {KeyKind::kInput}, status);
  if (slot == nullptr) return status;
  KeyBytes extracted;
  gm::hmac_sm3(salt, slot->bytes.bytes().first<32>(), extracted.mutable_bytes());
  return add(KeyKind::kMac, extracted.bytes());
}

void GmProvider::release_key(KeyHandle key) {
  if (!key || key.value > slots_.size()) return;
  GmKeySlot& slot = slots_[key.value - 1];
  slot.used = false;
  wipe(slot.bytes.mutable_bytes());
}

Status GmProvider::hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  Status status = Status::kOk;
  const GmKeySlot* slot = find(key, {KeyKind::kMac}, status);
  if (slot != nullptr) gm::hmac_sm3_prepared(slot->bytes.bytes(), message, out);
  return status;
}

Status GmProvider::sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  gm::sm3(message, out);
  return Status::kOk;
}

Status GmProvider::sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) {
  gm::Sm3 hash;
  for (;;) {
    CARDEA_ASSIGN(const ByteSpan piece, source.next());
    if (piece.empty()) break;
    hash.update(piece);
  }
  hash.finish(out);
  return Status::kOk;
}

// --- Ciphers
// ------------------------------------------------------------------------------------------------------------------

Status GmProvider::aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                                        std::span<std::uint8_t, block_size_bytes> out) {
  Status status = Status::kOk;
  const GmKeySlot* slot = find(key, {KeyKind::kBlock}, status);
  if (slot == nullptr) return status;
  gm::Sm4Block block;
  std::copy(in.begin(), in.end(), block.begin());
  cipher_of(*slot).encrypt(block);
  std::copy(block.begin(), block.end(), out.begin());
  return Status::kOk;
}

Status GmProvider::ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) {
  Status status = Status::kOk;
  const GmKeySlot* slot = find(key, aead_kinds, status);
  if (slot == nullptr) return status;
  if (plain.size() > text_size_bytes_max || sealed.size() != plain.size() + ccm_tag_size_bytes) return Status::kOutOfRange;
  return gm::sm4_ccm_seal(cipher_of(*slot), nonce, aad, plain, sealed);
}

Status GmProvider::ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) {
  Status status = Status::kOk;
  const GmKeySlot* slot = find(key, aead_kinds, status);
  if (slot == nullptr) return status;
  if (sealed.size() < ccm_tag_size_bytes) return Status::kTooShort;
  const std::size_t size = sealed.size() - ccm_tag_size_bytes;
  if (size > text_size_bytes_max || plain.size() != size) return Status::kOutOfRange;
  return gm::sm4_ccm_open(cipher_of(*slot), nonce, aad, sealed, plain);
}

// --- Random (SP 800-90A 10.1.2)
// -----------------------------------------------------------------------------------------------

void GmProvider::update_random(ByteSpan seed) {
  for (const std::uint8_t round : Bytes<2>{0x00, 0x01}) {
    Secret<KeyBytes::size_bytes + 1 + seed_size_bytes> input;
    ByteWriter writer(input.mutable_bytes());
    writer.bytes(random_value_.bytes());
    writer.u8(round);
    writer.bytes(seed);
    gm::hmac_sm3(random_key_.bytes(), writer.written(), random_key_.mutable_bytes());
    gm::hmac_sm3(random_key_.bytes(), random_value_.bytes(), random_value_.mutable_bytes());
    if (seed.empty()) return;
  }
}

Status GmProvider::seed() {
  if (random_left_ > 0) {
    --random_left_;
    return Status::kOk;
  }
  Secret<seed_size_bytes> noise;
  CARDEA_TRY(noise_->gather(noise.mutable_bytes()));
  update_random(noise.bytes());
  random_left_ = gm_reseed_interval - 1;
  return Status::kOk;
}

Status GmProvider::random(MutableByteSpan out) {
  CARDEA_TRY(seed());
  while (!out.empty()) {
    gm::hmac_sm3(random_key_.bytes(), random_value_.bytes(), random_value_.mutable_bytes());
    const std::size_t size = std::min(out.size(), random_value_.size_bytes);
    std::copy_n(random_value_.bytes().begin(), size, out.begin());
    out = out.subspan(size);
  }
  update_random({});
  return Status::kOk;
}

// --- The curve
// ----------------------------------------------------------------------------------------------------------------

Result<KeyHandle> GmProvider::p256_generate(KeyKind kind, P256Point& public_key) {
  KeyBytes key;
  for (;;) {  // a draw in four thousand million is no key; which one was kept is not told by those that were not
    CARDEA_TRY(random(key.mutable_bytes()));
    const Result<KeyHandle> made = p256_import(kind, key, public_key);
    if (made.status() != Status::kMalformed) return made;
  }
}

Result<KeyHandle> GmProvider::p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) {
  if (kind != KeyKind::kAgree && kind != KeyKind::kSign) return Status::kUnsupported;
  if (!gm::sm2_is_private_key(private_key)) return Status::kMalformed;
  CARDEA_ASSIGN(const KeyHandle key, add(kind, private_key.bytes()));
  gm::sm2_public_key(private_key, public_key);
  Digest z;
  gm::sm2_z(gm::sm2_default_id, public_key, z);
  std::copy(z.begin(), z.end(), slots_[key.value - 1].bytes.mutable_bytes().begin() + KeyBytes::size_bytes);
  return key;
}

Result<KeyHandle> GmProvider::p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) {
  Status status = Status::kOk;
  const GmKeySlot* slot = find(own, {KeyKind::kAgree}, status);
  if (slot == nullptr) return status;
  if (kind != KeyKind::kMac && kind != KeyKind::kInput) return Status::kUnsupported;
  KeyBytes shared;
  CARDEA_TRY(gm::sm2_agree(KeyBytes(slot->bytes.bytes().first<32>()), peer, shared));
  return add(kind, shared.bytes());
}

Result<P256Point> GmProvider::p256_decompress(const P256X& x) { return gm::sm2_decompress(x); }

Status GmProvider::p256_sign(KeyHandle key, ByteSpan message, P256Signature& out) {
  Status status = Status::kOk;
  const GmKeySlot* slot = find(key, {KeyKind::kSign}, status);
  if (slot == nullptr) return status;
  KeyBytes entropy;
  CARDEA_TRY(random(entropy.mutable_bytes()));
  Digest z;
  Digest digest;
  std::copy_n(slot->bytes.bytes().begin() + KeyBytes::size_bytes, z.size(), z.begin());
  gm::sm2_digest(z, message, digest);
  return gm::sm2_sign(KeyBytes(slot->bytes.bytes().first<32>()), digest, entropy, out);
}

Status GmProvider::p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) {
  return gm::sm2_verify(public_key, digest, signature);
}

Status GmProvider::p256_digest(const P256Point& public_key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  Digest z;
  gm::sm2_z(gm::sm2_default_id, public_key, z);
  Digest digest;
  gm::sm2_digest(z, message, digest);
  std::copy(digest.begin(), digest.end(), out.begin());
  return Status::kOk;
}

}  // namespace cardea
