// SPDX-License-Identifier: Apache-2.0
#include "core/session/handshake.hpp"

#include <limits>

#include "core/crypto/kdf.hpp"

namespace cardea::session {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t any_bearer = 0x00;
constexpr std::uint32_t generation_max = std::numeric_limits<std::uint32_t>::max();

std::uint8_t version_and_suite(const SharedKey& key) {
  return static_cast<std::uint8_t>(version << 4 | static_cast<std::uint8_t>(key.suite));
}

std::uint32_t generation_of(const Nonce& nonce) { return load_be<std::uint32_t>(nonce); }
Nonce nonce_of(const M1& m1) { return ByteReader(ByteSpan(m1).last(nonce_size_bytes)).array<nonce_size_bytes>(); }
Nonce nonce_of(const M2& m2) { return ByteReader(ByteSpan(m2).subspan(1)).array<nonce_size_bytes>(); }

Status fresh(Provider& provider, const Ratchet& ratchet, MutableByteSpan nonce) {
  if (ratchet.generation == generation_max) return Status::kFull;
  store_be(ratchet.generation, nonce);
  return provider.random(nonce.subspan(4));
}

/// type | any bearer | M1 | what of M2 there is | ID_A | ID_B, under K_auth. The type tells directions apart, the identities
/// tell parties apart, and M1 is there whole, so that what it offers cannot be changed on its way.
Result<Mac> handshake_mac(Provider& provider, const SharedKey& key, std::uint8_t type, const M1& m1, ByteSpan of_m2) {
  Bytes<2 + m1_size_bytes + m2_size_bytes + 2 * id_size_bytes> input;
  ByteWriter writer(input);
  writer.u8(type);
  writer.u8(any_bearer);
  writer.bytes(m1);
  writer.bytes(of_m2);
  writer.bytes(key.initiator);
  writer.bytes(key.responder);
  CARDEA_TRY(writer.status());
  Digest digest;
  CARDEA_TRY(provider.hmac_sha256(key.k_auth, writer.written(), digest));
  Mac mac;
  std::copy_n(digest.begin(), mac.size(), mac.begin());
  return mac;
}

Result<Mac> mac_of_m2(Provider& provider, const SharedKey& key, const M1& m1, const Nonce& nonce) {
  return handshake_mac(provider, key, m2_type, m1, nonce);
}
Result<Mac> mac_of_m3(Provider& provider, const SharedKey& key, const M1& m1, const M2& m2) {
  return handshake_mac(provider, key, m3_type, m1, m2);
}

/// The chain goes forward only.
Status step_to(Provider& provider, const SharedKey& key, std::uint32_t generation, Ratchet& ratchet) {
  while (ratchet.generation < generation) {
    Bytes<8> context;
    store_be(key.key_id, context);
    store_be(ratchet.generation, MutableByteSpan(context).subspan(4));
    CARDEA_ASSIGN(const KeyHandle chain, provider.import_key(KeyKind::kMac, ratchet.chain));
    const ScopedKey scoped(provider, chain);
    CARDEA_ASSIGN(ratchet.chain, derive_bytes(provider, chain, ascii("session.next"), context));
    ++ratchet.generation;
  }
  return Status::kOk;
}

struct Use {
  ByteSpan label;
  KeyBytes* secret;
};

/// The secrets of the session between two messages, at the greater of both generations, and where the chain goes on.
Status agree(Provider& provider, const SharedKey& key, const Ratchet& durable, const M1& m1, const M2& m2, bool is_initiator,
             Agreement& agreement) {
  const std::uint32_t of_a = generation_of(nonce_of(m1));
  const std::uint32_t of_b = generation_of(nonce_of(m2));
  Ratchet at = durable;
  CARDEA_TRY(step_to(provider, key, std::max(of_a, of_b), at));
  Bytes<m1_size_bytes + m2_size_bytes + 2 * id_size_bytes> context;
  ByteWriter writer(context);
  writer.bytes(m1);
  writer.bytes(m2);
  writer.bytes(key.initiator);
  writer.bytes(key.responder);
  CARDEA_ASSIGN(const KeyHandle chain, provider.import_key(KeyKind::kMac, at.chain));
  const ScopedKey scoped(provider, chain);
  static constexpr auto label_ab = ascii("session.ab");
  static constexpr auto label_ba = ascii("session.ba");
  static constexpr auto label_export = ascii("session.export");
  for (const Use& use : {Use{is_initiator ? label_ab : label_ba, &agreement.out},
                         Use{is_initiator ? label_ba : label_ab, &agreement.in}, Use{label_export, &agreement.export_key}}) {
    CARDEA_ASSIGN(*use.secret, derive_bytes(provider, chain, use.label, context));
  }
  agreement.ratchet = agreement.once_heard = at;
  CARDEA_TRY(step_to(provider, key, at.generation + 1, agreement.once_heard));
  if (!is_initiator || of_b >= of_a)
    agreement.ratchet = agreement.once_heard;  // else B has missed an M3: stay until it is heard
  return Status::kOk;
}

bool is_too_far(std::uint32_t ahead, std::uint32_t behind) { return ahead > behind && ahead - behind > catch_up_steps_max; }

}  // namespace

Result<KeyHandle> derive_auth_key(Provider& provider, KeyHandle k_session, const SharedKey& key) {
  Bytes<4 + 2 * id_size_bytes> context;
  ByteWriter writer(context);
  writer.u32(key.key_id);
  writer.bytes(key.initiator);
  writer.bytes(key.responder);
  return derive(provider, k_session, ascii("session.auth"), context, KeyKind::kMac);
}

void encode(const Ratchet& ratchet, std::span<std::uint8_t, ratchet_size_bytes> out) {
  ByteWriter writer(out);
  writer.u32(ratchet.generation);
  writer.bytes(ratchet.chain.bytes());
}

Result<Ratchet> decode_ratchet(ByteSpan in) {
  ByteReader reader(in);
  Ratchet ratchet;
  ratchet.generation = reader.u32();
  const ByteSpan chain = reader.take(KeyBytes::size_bytes);
  CARDEA_TRY(reader.finish());
  ratchet.chain = KeyBytes(chain.first<KeyBytes::size_bytes>());
  return ratchet;
}

Result<M1> Initiator::start() {
  m1_.reset();
  taken_.reset();
  if (key_->suite != provider_->suite()) return Status::kUnsupported;
  M1 m1;
  ByteWriter writer(m1);
  writer.u8(m1_type);
  writer.u8(version_and_suite(*key_));
  writer.u32(key_->key_id);
  CARDEA_TRY(fresh(*provider_, *ratchet_, writer.room(nonce_size_bytes)));
  m1_ = m1;
  return m1;
}

Status Initiator::finish(ByteSpan in, M3& m3, Agreement& agreement) {
  ByteReader reader(in);
  const M2 m2 = reader.array<m2_size_bytes>();
  CARDEA_TRY(reader.finish());
  if (m2[0] != m2_type) return Status::kMalformed;
  if (taken_ && equal_constant_time(m2, *taken_)) return Status::kStale;
  if (!m1_) return Status::kNotReady;
  const Nonce nonce = nonce_of(m2);
  CARDEA_ASSIGN(const Mac& expected, mac_of_m2(*provider_, *key_, *m1_, nonce));
  if (!equal_constant_time(ByteSpan(m2).last(mac_size_bytes), expected)) return Status::kForged;

  const std::uint32_t own = generation_of(nonce_of(*m1_));
  const std::uint32_t of_peer = generation_of(nonce);
  if (own != ratchet_->generation) return Status::kNotReady;
  if (is_too_far(of_peer, own) || is_too_far(own, of_peer) || of_peer == generation_max) return Status::kOutOfRange;
  CARDEA_TRY(agree(*provider_, *key_, *ratchet_, *m1_, m2, true, agreement));
  CARDEA_ASSIGN(const Mac& proof, mac_of_m3(*provider_, *key_, *m1_, m2));
  m3[0] = m3_type;
  std::copy(proof.begin(), proof.end(), m3.begin() + 1);
  taken_ = m2;
  m1_.reset();
  return Status::kOk;
}

Result<Opening> decode_m1(ByteSpan m1) {
  ByteReader reader(m1);
  const std::uint8_t type = reader.u8();
  Opening opening;
  opening.version_and_suite = reader.u8();
  opening.key_id = reader.u32();
  opening.nonce = reader.array<nonce_size_bytes>();
  CARDEA_TRY(reader.finish());
  if (type != m1_type) return Status::kMalformed;
  return opening;
}

Result<M2> Responder::answer(ByteSpan in) {
  CARDEA_ASSIGN(const Opening& opening, decode_m1(in));
  if (opening.key_id != key_->key_id) return Status::kNotFound;
  if (opening.version_and_suite != version_and_suite(*key_) || key_->suite != provider_->suite()) return Status::kUnsupported;
  const M1 m1 = ByteReader(in).array<m1_size_bytes>();
  if (m1_ && equal_constant_time(m1, *m1_) && generation_of(nonce_of(m2_)) == ratchet_->generation) return m2_;
  const std::uint32_t of_peer = generation_of(opening.nonce);
  if (is_too_far(of_peer, ratchet_->generation) || is_too_far(ratchet_->generation, of_peer)) return Status::kOutOfRange;
  if (of_peer == generation_max) return Status::kFull;
  Nonce own;
  CARDEA_TRY(fresh(*provider_, *ratchet_, own));
  CARDEA_ASSIGN(const Mac& mac, mac_of_m2(*provider_, *key_, m1, own));
  ByteWriter writer(m2_);
  writer.u8(m2_type);
  writer.bytes(own);
  writer.bytes(mac);
  m1_ = m1;
  return m2_;
}

Status Responder::finish(ByteSpan in, Agreement& agreement) {
  if (!m1_) return Status::kNotReady;
  ByteReader reader(in);
  const std::uint8_t type = reader.u8();
  const Mac mac = reader.array<mac_size_bytes>();
  CARDEA_TRY(reader.finish());
  if (type != m3_type) return Status::kMalformed;
  if (generation_of(nonce_of(m2_)) != ratchet_->generation) return Status::kStale;
  CARDEA_ASSIGN(const Mac& expected, mac_of_m3(*provider_, *key_, *m1_, m2_));
  if (!equal_constant_time(mac, expected)) return Status::kForged;
  CARDEA_TRY(agree(*provider_, *key_, *ratchet_, *m1_, m2_, false, agreement));
  m1_.reset();
  return Status::kOk;
}

}  // namespace cardea::session
