// SPDX-License-Identifier: Apache-2.0
#include "core/activation/activation.hpp"

#include "core/crypto/kdf.hpp"

namespace cardea::activation {
namespace {

constexpr std::uint8_t version = 0x02;
constexpr std::uint8_t gift_format = 2;
constexpr std::uint8_t done_mac_tag = 0xe2;
constexpr std::size_t covered_size_bytes = ask_size_bytes - session::mac_size_bytes;
constexpr std::size_t answer_header_size_bytes = 1 + link::nonce_size_bytes + 64;

Result<ScopedKey> claim_key(Provider& provider, const Secret<claim_secret_size_bytes>& secret) {
  KeyBytes padded;  // HMAC pads a short key with zeros itself
  std::copy(secret.bytes().begin(), secret.bytes().end(), padded.mutable_bytes().begin());
  CARDEA_ASSIGN(const KeyHandle key, provider.import_key(KeyKind::kMac, padded));
  return ScopedKey(provider, key);
}

Result<session::Mac> short_mac(Provider& provider, KeyHandle key, ByteSpan message) {
  Digest digest;
  CARDEA_TRY(provider.hmac_sha256(key, message, digest));
  session::Mac mac{};
  std::copy_n(digest.begin(), mac.size(), mac.begin());
  return mac;
}

Result<session::Mac> ask_mac(Provider& provider, const Secret<claim_secret_size_bytes>& secret, ByteSpan covered) {
  CARDEA_ASSIGN(const ScopedKey& k_claim, claim_key(provider, secret));
  const ByteSpan lock = covered.subspan(2, lock_id_size_bytes);
  CARDEA_ASSIGN(const KeyHandle k_ask, derive(provider, k_claim.handle(), ascii("claim.ask"), lock, KeyKind::kMac));
  const ScopedKey scoped(provider, k_ask);
  return short_mac(provider, k_ask, covered);
}

/// T: both sides' messages up to the sealed part. Like what follows it not folded into its caller, where its memory would lie
/// beneath what computes with the curve.
[[gnu::noinline]] Result<Digest> transcript(Provider& provider, ByteSpan ask, ByteSpan answer_header) {
  Bytes<ask_size_bytes + answer_header_size_bytes> input{};
  ByteWriter writer(input);
  writer.bytes(ask);
  writer.bytes(answer_header);
  Digest digest;
  CARDEA_TRY(provider.sha256(input, digest));
  return digest;
}

/// K_give, from the claim secret and the agreed secret, both of them needed.
[[gnu::noinline]] Result<ScopedKey> give_key(Provider& provider, const Secret<claim_secret_size_bytes>& secret,
                                             KeyHandle agreed, const Digest& t) {
  CARDEA_ASSIGN(const KeyBytes& mixed, derive_bytes(provider, agreed, ascii("claim.mix"), t));
  Secret<2 * digest_size_bytes> context;
  ByteWriter writer(context.mutable_bytes());
  writer.bytes(mixed.bytes());
  writer.bytes(t);
  CARDEA_ASSIGN(const ScopedKey& k_claim, claim_key(provider, secret));
  CARDEA_ASSIGN(const KeyHandle give, derive(provider, k_claim.handle(), ascii("claim.give"), context.bytes(), KeyKind::kAead));
  return ScopedKey(provider, give);
}

[[gnu::noinline]] Result<DoneBytes> done_message(Provider& provider, const Ask& ask, const GiftHead& gift, const Digest& t) {
  CARDEA_ASSIGN(const KeyHandle given, provider.import_key(KeyKind::kMac, gift.key));
  ScopedKey session(provider, given);
  if (ask.lock_class == link::LockClass::kProtected) {
    CARDEA_ASSIGN(const KeyHandle derived, link::derive_session_key(provider, given, ask.lock));
    session = ScopedKey(provider, derived);
  }
  CARDEA_ASSIGN(const session::SharedKey& key,
                link::share_key(provider, session.handle(), ask.lock, gift.workspace, gift.key_id));
  const ScopedKey k_auth(provider, key.k_auth);
  Bytes<1 + digest_size_bytes> input{};
  input[0] = done_mac_tag;
  std::copy(t.begin(), t.end(), input.begin() + 1);
  CARDEA_ASSIGN(const session::Mac& mac, short_mac(provider, k_auth.handle(), input));
  DoneBytes done{};
  done[0] = done_type;
  std::copy(mac.begin(), mac.end(), done.begin() + 1);
  return done;
}

Status encode_gift(const Gift& gift, link::LockClass lock_class, ByteWriter& out) {
  out.u8(gift_format);
  out.bytes(gift.workspace);
  out.bytes(gift.door);
  out.bytes(gift.platform_identity);
  out.bytes(gift.key.bytes());
  out.bytes(gift.audit_seed.bytes());
  out.u32(gift.key_id);
  out.bytes(gift.session_chain.bytes());
  out.u64(gift.time);
  out.u32(gift.time_uncertainty_ms);
  out.u32(gift.desired_version);
  return encode(gift.snapshot, lock_class, out);
}

[[gnu::noinline]] Status decode_gift(ByteSpan bytes, link::LockClass lock_class, OpenedGift& gift) {
  ByteReader in(bytes);
  const std::uint8_t format = in.u8();
  gift.workspace = in.array<16>();
  gift.door = in.array<16>();
  gift.platform_identity = in.array<64>();
  gift.key = KeyBytes(in.array<32>());
  gift.audit_seed = KeyBytes(in.array<32>());
  gift.key_id = in.u32();
  gift.session_chain = KeyBytes(in.array<32>());
  gift.time = in.u64();
  gift.time_uncertainty_ms = in.u32();
  gift.desired_version = in.u32();
  CARDEA_TRY(in.status());
  if (format != gift_format) return Status::kUnsupported;
  return gift.snapshot.read(in.rest(), lock_class);
}

}  // namespace

Result<AskBytes> encode_ask(Provider& provider, const Secret<claim_secret_size_bytes>& secret, const Ask& ask) {
  AskBytes bytes{};
  ByteWriter writer(bytes);
  writer.u8(ask_type);
  writer.u8(version);
  writer.bytes(ask.lock.value);
  writer.bytes(ask.nonce);
  writer.bytes(ask.ephemeral);
  writer.bytes(ask.identity);
  writer.u8(static_cast<std::uint8_t>(ask.lock_class));
  writer.u8(ask.slot_count_max);
  CARDEA_ASSIGN(const session::Mac& mac, ask_mac(provider, secret, writer.written()));
  writer.bytes(mac);
  CARDEA_ASSERT(writer.size() == ask_size_bytes);
  return bytes;
}

[[gnu::noinline]] Result<Ask> decode_ask(ByteSpan bytes) {
  ByteReader in(bytes);
  const std::uint8_t type = in.u8();
  const std::uint8_t spoken = in.u8();
  Ask ask;
  ask.lock.value = in.array<lock_id_size_bytes>();
  ask.nonce = in.array<link::nonce_size_bytes>();
  ask.ephemeral = in.array<64>();
  ask.identity = in.array<64>();
  const std::uint8_t lock_class = in.u8();
  ask.slot_count_max = in.u8();
  in.take(session::mac_size_bytes);
  CARDEA_TRY(in.finish());
  if (type != ask_type) return Status::kMalformed;
  if (spoken != version) return Status::kUnsupported;
  if (lock_class > 1) return Status::kOutOfRange;
  ask.lock_class = static_cast<link::LockClass>(lock_class);
  return ask;
}

Status verify_ask(Provider& provider, const Secret<claim_secret_size_bytes>& secret, ByteSpan bytes) {
  if (bytes.size() != ask_size_bytes) return Status::kMalformed;
  CARDEA_ASSIGN(const session::Mac& mac, ask_mac(provider, secret, bytes.first(covered_size_bytes)));
  return equal_constant_time(mac, bytes.subspan(covered_size_bytes)) ? Status::kOk : Status::kForged;
}

Result<std::size_t> seal_answer(Provider& provider, const Secret<claim_secret_size_bytes>& secret, ByteSpan ask,
                                const Gift& gift, MutableByteSpan answer, DoneBytes& done) {
  CARDEA_ASSIGN(const Ask& asked, decode_ask(ask));
  P256Point own_public;
  CARDEA_ASSIGN(const KeyHandle own, provider.p256_generate(KeyKind::kAgree, own_public));
  const ScopedKey own_scoped(provider, own);
  CARDEA_ASSIGN(const KeyHandle agreed, provider.p256_agree(own, asked.ephemeral, KeyKind::kMac));
  const ScopedKey agreed_scoped(provider, agreed);
  link::Nonce nonce;
  CARDEA_TRY(provider.random(nonce));

  ByteWriter writer(answer);
  writer.u8(answer_type);
  writer.bytes(nonce);
  writer.bytes(own_public);
  CARDEA_TRY(writer.status());
  CARDEA_ASSIGN(const Digest& t, transcript(provider, ask, writer.written()));
  CARDEA_ASSIGN(const ScopedKey& give, give_key(provider, secret, agreed, t));
  Secret<gift_size_bytes_max> plain;
  ByteWriter gift_writer(plain.mutable_bytes());
  CARDEA_TRY(encode_gift(gift, asked.lock_class, gift_writer));
  const MutableByteSpan sealed = writer.room(gift_writer.size() + ccm_tag_size_bytes);
  CARDEA_TRY(writer.status());
  CARDEA_TRY(provider.ccm_seal(give.handle(), CcmNonce{}, t, gift_writer.written(), sealed));
  CARDEA_ASSIGN(done, done_message(provider, asked, gift, t));
  return writer.size();
}

Status open_answer(Provider& provider, const Secret<claim_secret_size_bytes>& secret, KeyHandle ephemeral, ByteSpan ask,
                   ByteSpan answer, MutableByteSpan room, OpenedGift& gift, DoneBytes& done) {
  CARDEA_ASSIGN(const Ask& asked, decode_ask(ask));
  if (answer.size() < answer_header_size_bytes + ccm_tag_size_bytes) return Status::kTooShort;
  if (answer.size() > answer_size_bytes_max || answer[0] != answer_type) return Status::kMalformed;
  const ByteSpan header = answer.first(answer_header_size_bytes);
  const ByteSpan sealed = answer.subspan(answer_header_size_bytes);
  if (sealed.size() - ccm_tag_size_bytes > room.size()) return Status::kOutOfRange;
  P256Point other;
  std::copy_n(header.begin() + 1 + link::nonce_size_bytes, other.size(), other.begin());
  CARDEA_ASSIGN(const KeyHandle agreed, provider.p256_agree(ephemeral, other, KeyKind::kMac));
  const ScopedKey agreed_scoped(provider, agreed);
  CARDEA_ASSIGN(const Digest& t, transcript(provider, ask, header));
  CARDEA_ASSIGN(const ScopedKey& give, give_key(provider, secret, agreed, t));
  const MutableByteSpan gift_bytes = room.first(sealed.size() - ccm_tag_size_bytes);
  CARDEA_TRY(provider.ccm_open(give.handle(), CcmNonce{}, t, sealed, gift_bytes));
  CARDEA_TRY(decode_gift(gift_bytes, asked.lock_class, gift));
  CARDEA_ASSIGN(done, done_message(provider, asked, gift, t));
  return Status::kOk;
}

Status open_answer(Provider& provider, const Secret<claim_secret_size_bytes>& secret, KeyHandle ephemeral, ByteSpan ask,
                   ByteSpan answer, Gift& gift, DoneBytes& done) {
  Secret<gift_size_bytes_max> room;
  OpenedGift opened;
  CARDEA_TRY(open_answer(provider, secret, ephemeral, ask, answer, room.mutable_bytes(), opened, done));
  static_cast<GiftHead&>(gift) = opened;
  return copy(opened.snapshot, gift.snapshot);
}

}  // namespace cardea::activation
