// SPDX-License-Identifier: Apache-2.0
// RFC 9528 §4 (keys) and §5 (messages). Names are those of the RFC in lower case.
#include "core/session/edhoc.hpp"

#include "core/base/hardened.hpp"
#include "core/crypto/kdf.hpp"

namespace cardea::session {
namespace internal {

constexpr std::int64_t method = 3;
constexpr std::size_t other_suite_count_max = 3;
constexpr std::size_t mac_size = 8;
constexpr std::size_t encoded_mac_size = 1 + mac_size;
constexpr std::size_t aead_key_size = 16;
constexpr std::size_t encoded_hash_size = 2 + digest_size_bytes;

// Labels of EDHOC_KDF (RFC 9528 §4.1.2), and of the exporter: private use (§10.1).
constexpr std::int64_t label_keystream_2 = 0;
constexpr std::int64_t label_salt_3e2m = 1;
constexpr std::int64_t label_mac_2 = 2;
constexpr std::int64_t label_k_3 = 3;
constexpr std::int64_t label_iv_3 = 4;
constexpr std::int64_t label_salt_4e3m = 5;
constexpr std::int64_t label_mac_3 = 6;
constexpr std::int64_t label_prk_out = 7;
constexpr std::int64_t label_prk_exporter = 10;
constexpr std::int64_t label_s_ab = 32'768;
constexpr std::int64_t label_s_ba = 32'769;
constexpr std::int64_t label_export = 32'770;

constexpr std::int64_t header_kid = 4;
constexpr std::int64_t header_kcwt = 13;
constexpr std::int64_t header_kccs = 14;

/// A credential and its name: ID_CRED_x is `id_head` and then the kid, or the credential itself.
struct Edhoc::Named {
  CredentialForm form = CredentialForm::kKid;
  Bytes<3> id_head{};
  std::size_t id_head_size = 0;
  ByteSpan id_body;
  ByteSpan credential;
  Claims claims;

  [[nodiscard]] ByteSpan head() const { return ByteSpan(id_head).first(id_head_size); }
};

namespace {

bool is_one_byte_integer(std::uint8_t byte) { return byte <= 0x17 || (byte >= 0x20 && byte <= 0x37); }

/// A kid that is written as an integer.
bool is_bare(ByteSpan kid) { return kid.size() == 1 && is_one_byte_integer(kid[0]); }

/// A hash or an X coordinate as it stands in a CBOR sequence.
Bytes<encoded_hash_size> encoded(const Bytes<digest_size_bytes>& hash) {
  Bytes<encoded_hash_size> out;
  cbor::Writer writer(out);
  writer.bytes(hash);
  return out;
}

P256X x_of(const P256Point& point) {
  P256X x;
  std::copy_n(point.begin(), x.size(), x.begin());
  return x;
}

std::uint8_t read_one_byte_integer(cbor::Reader& reader) {
  const ByteSpan before = reader.rest();
  (void)reader.integer();
  const ByteSpan item = reader.since(before);
  if (reader.status() != Status::kOk) return 0;
  if (item.size() != 1) reader.refuse();
  return item[0];
}

/// info = (label, context, length) and HKDF's counter 1 behind it: all the expansions that give one block.
void write_info_head(cbor::Writer& writer, std::int64_t label, std::size_t context_size) {
  writer.integer(label);
  writer.bytes_head(context_size);
}
void write_info_tail(cbor::Writer& writer, std::size_t size) {
  writer.integer(static_cast<std::int64_t>(size));
  writer.raw(Bytes<1>{0x01});
}

}  // namespace

Edhoc::Edhoc(Provider& provider, const OwnCredential& own, const Trust& trust, EdhocRoom room, const EdhocOptions& options)
    : provider_(&provider),
      own_(own),
      trust_(&trust),
      options_(options),
      plain_(room.first<edhoc_message_size_bytes_max>()),
      scratch_(room.last<edhoc_scratch_size_bytes>()) {
  CARDEA_ASSERT(is_one_byte_integer(options.connection_id));
  CARDEA_ASSERT(options.other_suites.size() <= other_suite_count_max);
  CARDEA_ASSERT(std::ranges::find(options.other_suites, suite()) == options.other_suites.end());
}

void Edhoc::forget() {
  ephemeral_.reset();
  prk_2e_.reset();
  prk_3e2m_.reset();
  prk_4e3m_.reset();
  wipe(plain_);
  wipe(scratch_);
}

/// ID_CRED_x in a plaintext: a kid stands alone, as an integer where its one byte is one (RFC 9528 §3.5.3.2).
void Edhoc::write_compact(cbor::Writer& writer, const Named& named) {
  if (named.form != CredentialForm::kKid)
    writer.raw(named.head());
  else if (!is_bare(named.id_body))
    writer.bytes_head(named.id_body.size());
  writer.raw(named.id_body);
}

std::size_t Edhoc::compact_size_bytes(const Named& named) {
  if (named.form != CredentialForm::kKid) return named.id_head_size + named.id_body.size();
  return named.id_body.size() + (is_bare(named.id_body) ? 0 : 1);
}

Status Edhoc::hash(std::initializer_list<ByteSpan> items, Digest& out) {
  ByteWriter writer(scratch_);
  for (const ByteSpan item : items) writer.bytes(item);
  CARDEA_TRY(writer.status());
  return provider_->sha256(writer.written(), out);
}

Status Edhoc::mac(KeyHandle prk, std::int64_t label, std::initializer_list<ByteSpan> context, MutableByteSpan out) {
  std::size_t size = 0;
  for (const ByteSpan item : context) size += item.size();
  cbor::Writer writer(scratch_);
  write_info_head(writer, label, size);
  for (const ByteSpan item : context) writer.raw(item);
  write_info_tail(writer, out.size());
  CARDEA_TRY(writer.status());
  CARDEA_ASSERT(out.size() <= digest_size_bytes);
  Digest block;
  CARDEA_TRY(provider_->hmac_sha256(prk, writer.written(), block));
  std::copy_n(block.begin(), out.size(), out.begin());
  wipe(block);
  return Status::kOk;
}

Status Edhoc::expand(KeyHandle prk, std::int64_t label, ByteSpan context, MutableByteSpan out) {
  return mac(prk, label, {context}, out);
}

Result<KeyHandle> Edhoc::expand_key(KeyHandle prk, std::int64_t label, ByteSpan context, KeyKind kind, std::size_t size) {
  cbor::Writer writer(scratch_);
  write_info_head(writer, label, context.size());
  writer.raw(context);
  write_info_tail(writer, size);
  CARDEA_TRY(writer.status());
  return provider_->derive_key(prk, writer.written(), kind);
}

Result<KeyHandle> Edhoc::extract(ByteSpan salt, KeyHandle own_private, const P256Point& peer) {
  CARDEA_ASSIGN(const KeyHandle shared, provider_->p256_agree(own_private, peer, KeyKind::kInput));
  const ScopedKey scoped(*provider_, shared);
  return provider_->hkdf_extract(salt, shared);
}

Status Edhoc::make_pair(std::optional<ScopedKey>& pair, P256X& out) {
  P256Point point;
  CARDEA_ASSIGN(const KeyHandle key, provider_->p256_generate(KeyKind::kAgree, point));
  pair.emplace(*provider_, key);
  out = x_of(point);
  return Status::kOk;
}

/// TH_2 and PRK_2e.
Status Edhoc::mix_ephemeral(const P256X& of_peer, const P256X& g_y) {
  CARDEA_ASSIGN(peer_ephemeral_, provider_->p256_decompress(of_peer));
  CARDEA_TRY(hash({encoded(g_y), encoded(message_1_hash_)}, th_2_));
  CARDEA_ASSIGN(const KeyHandle prk, extract(th_2_, ephemeral_->handle(), peer_ephemeral_));
  prk_2e_.emplace(*provider_, prk);
  return Status::kOk;
}

/// PRK_3e2m and PRK_4e3m: the salt is expanded from the key before, the input is a static key's share.
Status Edhoc::mix_static(std::optional<ScopedKey>& prk, KeyHandle from, std::int64_t label, const Digest& th,
                         KeyHandle own_private, const P256Point& peer) {
  Secret<digest_size_bytes> salt;
  CARDEA_TRY(expand(from, label, th, salt.mutable_bytes()));
  CARDEA_ASSIGN(const KeyHandle key, extract(salt.bytes(), own_private, peer));
  prk.emplace(*provider_, key);
  return Status::kOk;
}

/// PLAINTEXT_2 into CIPHERTEXT_2 or back.
Status Edhoc::apply_keystream(MutableByteSpan text) {
  Bytes<encoded_hash_size + 8> buffer;
  cbor::Writer info(buffer);
  info.integer(label_keystream_2);
  info.bytes(th_2_);
  info.integer(static_cast<std::int64_t>(text.size()));
  const MutableByteSpan stream = MutableByteSpan(scratch_).first(text.size());
  CARDEA_TRY(hkdf_expand_bytes(*provider_, prk_2e_->handle(), info.written(), stream));
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<std::uint8_t>(text[i] ^ stream[i]);
  wipe(stream);
  return Status::kOk;
}

Status Edhoc::name_own(Named& named) const {
  named.form = own_.form;
  named.credential = own_.credential;
  if (own_.form == CredentialForm::kCwt) {
    CARDEA_ASSIGN(const Cwt& cwt, decode_cwt(own_.credential));
    named.claims = cwt.claims;
  } else {
    CARDEA_ASSIGN(named.claims, decode_ccs(own_.credential));
  }
  if (own_.credential.size() > credential_size_bytes_max) return Status::kMalformed;
  const bool is_kid = own_.form == CredentialForm::kKid;
  cbor::Writer head(named.id_head);
  head.map(1);
  head.integer(is_kid ? header_kid : own_.form == CredentialForm::kCwt ? header_kcwt : header_kccs);
  if (is_kid) head.bytes_head(named.claims.kid.size());
  named.id_head_size = head.size();
  named.id_body = is_kid ? named.claims.kid : own_.credential;
  return named.claims.suite == provider_->suite() ? Status::kOk : Status::kMalformed;
}

/// ID_CRED_x of a plaintext, and the credential that it names.
Status Edhoc::read_peer(cbor::Reader& reader, Named& named) {
  cbor::Writer head(named.id_head);
  head.map(1);
  const cbor::Type type = reader.next();
  if (type == cbor::Type::kMap) {
    reader.expect_map(1);
    const std::int64_t header = reader.integer();
    const ByteSpan before = reader.rest();
    if (header == header_kcwt) {
      named.form = CredentialForm::kCwt;
      named.claims = read_cwt(reader, true).claims;
    } else if (header == header_kccs) {
      named.form = CredentialForm::kCcs;
      named.claims = read_ccs(reader);
    } else {
      reader.refuse();  // a kid has no map around it here
    }
    CARDEA_TRY(reader.status());
    head.integer(header);
    named.credential = named.id_body = reader.since(before);
    if (named.credential.size() > credential_size_bytes_max) return Status::kMalformed;
  } else {
    const ByteSpan before = reader.rest();
    if (type == cbor::Type::kBytes) {
      named.id_body = reader.bytes();
      if (named.id_body.empty() || named.id_body.size() > kid_size_bytes_max) reader.refuse();
      if (is_bare(named.id_body)) reader.refuse();
    } else {
      (void)read_one_byte_integer(reader);
      if (reader.status() == Status::kOk) named.id_body = reader.since(before);
    }
    CARDEA_TRY(reader.status());
    head.integer(header_kid);
    head.bytes_head(named.id_body.size());
    CARDEA_ASSIGN(named.credential, find_known(*trust_, named.id_body));
    CARDEA_ASSIGN(named.claims, decode_ccs(named.credential));
  }
  named.id_head_size = head.size();
  return named.claims.suite == provider_->suite() ? Status::kOk : Status::kMalformed;
}

/// A side that was sent its own messages back.
Status Edhoc::refuse_own(const Named& peer) const {
  Named own;
  CARDEA_TRY(name_own(own));
  return own.claims.key == peer.claims.key ? Status::kForged : Status::kOk;
}

/// Of a credential that was read twice: nothing of what limits it was left out once (core/base/hardened.hpp).
static bool says_the_same(const Claims& a, const Claims& b) {
  return a.from == b.from && a.to == b.to && a.may_issue == b.may_issue && a.grant.data() == b.grant.data() && a.key == b.key;
}

/// Once its MAC is good: whether this is somebody.
Status Edhoc::verify_peer(const Named& peer) {
  if (peer.form == CredentialForm::kCcs) return verify_ccs(*trust_, peer.credential);
  if (peer.form == CredentialForm::kKid) return Status::kOk;
  const Result<Cwt> cwt = decode_cwt(peer.credential);  // not copied: below it lies the deepest stack there is
  if (!cwt.ok()) return Status::kMalformed;             // whatever its error is: kOk, when an instruction was left out
  if (!says_the_same(peer.claims, cwt->claims)) return Status::kMalformed;
  return verify_cwt(*provider_, *trust_, *cwt);  // no branch behind it
}

namespace {

/// A_3 = ["Encrypt0", h'', TH_3]
Bytes<45> aad_of(const Digest& th_3) {
  Bytes<45> out;
  cbor::Writer writer(out);
  writer.array(3);
  writer.text(ascii("Encrypt0"));
  writer.bytes({});
  writer.bytes(th_3);
  return out;
}

}  // namespace

/// K_3 as a key of the caller's, and IV_3.
Result<KeyHandle> Edhoc::key_3(CcmNonce& iv_3) {
  CARDEA_TRY(expand(prk_3e2m_->handle(), label_iv_3, th_3_, iv_3));
  return expand_key(prk_3e2m_->handle(), label_k_3, th_3_, KeyKind::kAead128, aead_key_size);
}

Status Edhoc::seal_3(ByteSpan plain, MutableByteSpan sealed) {
  CcmNonce iv_3;
  CARDEA_ASSIGN(const KeyHandle k_3, key_3(iv_3));
  const ScopedKey scoped(*provider_, k_3);
  return provider_->ccm_seal(k_3, iv_3, aad_of(th_3_), plain, sealed);
}

Status Edhoc::open_3(ByteSpan sealed, MutableByteSpan plain) {
  CcmNonce iv_3;
  CARDEA_ASSIGN(const KeyHandle k_3, key_3(iv_3));
  const ScopedKey scoped(*provider_, k_3);
  return provider_->ccm_open(k_3, iv_3, aad_of(th_3_), sealed, plain);
}

/// TH_4, PRK_out and what is exported of it.
Status Edhoc::agree(const Named& peer, ByteSpan plain_3, ByteSpan cred_i, bool is_initiator, EdhocAgreement& agreement) {
  Digest th_4;
  CARDEA_TRY(hash({encoded(th_3_), plain_3, cred_i}, th_4));
  CARDEA_ASSIGN(const KeyHandle prk_out,
                expand_key(prk_4e3m_->handle(), label_prk_out, th_4, KeyKind::kMac, digest_size_bytes));
  const ScopedKey scoped_out(*provider_, prk_out);
  CARDEA_ASSIGN(const KeyHandle exporter, expand_key(prk_out, label_prk_exporter, {}, KeyKind::kMac, digest_size_bytes));
  const ScopedKey scoped_exporter(*provider_, exporter);
  CARDEA_TRY(expand(exporter, is_initiator ? label_s_ab : label_s_ba, {}, agreement.out.mutable_bytes()));
  CARDEA_TRY(expand(exporter, is_initiator ? label_s_ba : label_s_ab, {}, agreement.in.mutable_bytes()));
  CARDEA_TRY(expand(exporter, label_export, {}, agreement.export_key.mutable_bytes()));
  agreement.peer_key = peer.claims.key;
  agreement.peer_subject_size_bytes = peer.claims.subject.size();
  std::copy(peer.claims.subject.begin(), peer.claims.subject.end(), agreement.peer_subject.begin());
  agreement.peer_grant_size_bytes = peer.claims.grant.size();
  std::copy(peer.claims.grant.begin(), peer.claims.grant.end(), agreement.peer_grant.begin());
  agreement.peer_until.reset();
  if (peer.form == CredentialForm::kCwt) agreement.peer_until = peer.claims.to;
  return Status::kOk;
}

}  // namespace internal

using namespace internal;

Result<std::size_t> EdhocInitiator::start(MutableByteSpan message_1) {
  forget();
  Named own;
  CARDEA_TRY(name_own(own));
  P256X g_x;
  CARDEA_TRY(make_pair(ephemeral_, g_x));
  cbor::Writer writer(message_1);
  writer.integer(method);
  if (!options_.other_suites.empty()) writer.array(options_.other_suites.size() + 1);
  for (const std::int8_t other : options_.other_suites) writer.integer(other);
  writer.integer(suite());
  writer.bytes(g_x);
  writer.raw(Bytes<1>{options_.connection_id});
  CARDEA_TRY(writer.status());
  CARDEA_TRY(provider_->sha256(writer.written(), message_1_hash_));
  return writer.size();
}

/// message_2 is G_Y | CIPHERTEXT_2 in one byte string. Leaves PLAINTEXT_2 and PRK_3e2m, and a peer whose MAC_2 is good.
Status EdhocInitiator::take_message_2(ByteSpan message_2, Named& peer) {
  cbor::Reader outer(message_2);
  if (outer.next() == cbor::Type::kUnsigned) return Status::kUnsupported;  // an error message
  const ByteSpan both = outer.bytes();
  CARDEA_TRY(outer.finish());
  P256X g_y;
  if (both.size() <= g_y.size() || both.size() - g_y.size() > plain_.size()) return Status::kMalformed;
  std::copy_n(both.begin(), g_y.size(), g_y.begin());
  CARDEA_TRY(mix_ephemeral(g_y, g_y));
  const MutableByteSpan plain = MutableByteSpan(plain_).first(both.size() - g_y.size());
  std::copy(both.end() - static_cast<std::ptrdiff_t>(plain.size()), both.end(), plain.begin());
  CARDEA_TRY(apply_keystream(plain));

  cbor::Reader reader(plain);
  const Bytes<1> c_r{read_one_byte_integer(reader)};
  CARDEA_TRY(reader.status());
  CARDEA_TRY(read_peer(reader, peer));
  const ByteSpan mac_2 = reader.bytes_of(mac_size);
  CARDEA_TRY(reader.finish());
  CARDEA_TRY(mix_static(prk_3e2m_, prk_2e_->handle(), label_salt_3e2m, th_2_, ephemeral_->handle(), peer.claims.key));
  Bytes<mac_size> expected;
  CARDEA_TRY(
      mac(prk_3e2m_->handle(), label_mac_2, {c_r, peer.head(), peer.id_body, encoded(th_2_), peer.credential}, expected));
  if (!equal_constant_time(mac_2, expected)) return Status::kForged;
  return hash({encoded(th_2_), plain, peer.credential}, th_3_);
}

/// Writes message_3; what is agreed depends on its plain text, which is sealed in place only then.
Result<std::size_t> EdhocInitiator::reply(ByteSpan message_2, MutableByteSpan message_3, EdhocAgreement& agreement) {
  Named peer;
  CARDEA_TRY(take_message_2(message_2, peer));
  CARDEA_TRY(refuse_own(peer));
  CARDEA_TRY(verify_peer(peer));
  Named own;
  CARDEA_TRY(name_own(own));
  CARDEA_TRY(mix_static(prk_4e3m_, prk_3e2m_->handle(), label_salt_4e3m, th_3_, own_.key, peer_ephemeral_));
  Bytes<mac_size> mac_3;
  CARDEA_TRY(mac(prk_4e3m_->handle(), label_mac_3, {own.head(), own.id_body, encoded(th_3_), own.credential}, mac_3));
  const std::size_t plain_size = compact_size_bytes(own) + encoded_mac_size;
  cbor::Writer writer(message_3);
  writer.bytes_head(plain_size + ccm_tag_size_bytes);
  const MutableByteSpan sealed = writer.room(plain_size + ccm_tag_size_bytes);
  CARDEA_TRY(writer.status());
  cbor::Writer plain(sealed);
  write_compact(plain, own);
  plain.bytes(mac_3);
  CARDEA_TRY(plain.status());
  CARDEA_TRY(agree(peer, plain.written(), own.credential, true, agreement));
  CARDEA_TRY(seal_3(plain.written(), sealed));
  return writer.size();
}

Result<std::size_t> EdhocInitiator::finish(ByteSpan message_2, MutableByteSpan message_3, EdhocAgreement& agreement) {
  if (!ephemeral_) return Status::kNotReady;
  const Result<std::size_t> size = reply(message_2, message_3, agreement);
  forget();
  return size;
}

/// G_X of a message_1 that this side can answer.
Result<P256X> BasicEdhocResponder::read_message_1(ByteSpan message_1) const {
  cbor::Reader reader(message_1);
  reader.expect(method);
  std::size_t others = 0;
  if (reader.next() == cbor::Type::kArray) {
    const std::size_t count = reader.array();
    if (count < 2 || count > other_suite_count_max + 1) reader.refuse();
    others = count - 1;
  }
  bool is_first_common = true;
  for (; others > 0 && reader.status() == Status::kOk; --others) {
    const std::int64_t offered = reader.integer();
    const auto& also = options_.other_suites;
    is_first_common &= offered != suite() && std::ranges::find(also, offered) == also.end();
  }
  const bool is_chosen = reader.integer() == suite();
  CARDEA_TRY(reader.status());
  if (!is_chosen || !is_first_common) return Status::kUnsupported;
  const ByteSpan encoded_x = reader.bytes_of(sizeof(P256X));
  (void)read_one_byte_integer(reader);  // C_I: records have no need of it
  CARDEA_TRY(reader.finish());
  P256X g_x;
  std::copy(encoded_x.begin(), encoded_x.end(), g_x.begin());
  return g_x;
}

Status BasicEdhocResponder::prepare() { return prepared_ ? Status::kOk : make_pair(prepared_, prepared_x_); }

/// Keys before texts: the curve's stack and that of the texts are never needed at once.
Status BasicEdhocResponder::mix_2(const P256X& g_x) {
  CARDEA_TRY(prepare());
  ephemeral_ = std::exchange(prepared_, std::nullopt);
  CARDEA_TRY(mix_ephemeral(g_x, prepared_x_));
  return mix_static(prk_3e2m_, prk_2e_->handle(), label_salt_3e2m, th_2_, own_.key, peer_ephemeral_);
}

Result<std::size_t> BasicEdhocResponder::write_message_2(MutableByteSpan message_2) {
  Named own;
  CARDEA_TRY(name_own(own));
  const Bytes<1> c_r{options_.connection_id};
  Bytes<mac_size> mac_2;
  CARDEA_TRY(mac(prk_3e2m_->handle(), label_mac_2, {c_r, own.head(), own.id_body, encoded(th_2_), own.credential}, mac_2));

  const std::size_t plain_size = c_r.size() + compact_size_bytes(own) + encoded_mac_size;
  cbor::Writer writer(message_2);
  writer.bytes_head(prepared_x_.size() + plain_size);
  writer.raw(prepared_x_);
  const MutableByteSpan text = writer.room(plain_size);
  CARDEA_TRY(writer.status());
  cbor::Writer plain(text);
  plain.raw(c_r);
  write_compact(plain, own);
  plain.bytes(mac_2);
  CARDEA_TRY(plain.status());
  CARDEA_TRY(hash({encoded(th_2_), plain.written(), own.credential}, th_3_));
  CARDEA_TRY(apply_keystream(text));
  return writer.size();
}

Result<std::size_t> BasicEdhocResponder::answer(ByteSpan message_1, MutableByteSpan message_2) {
  CARDEA_ASSIGN(const P256X& g_x, read_message_1(message_1));
  Digest message_1_hash;
  CARDEA_TRY(provider_->sha256(message_1, message_1_hash));
  if (ephemeral_ && message_1_hash == message_1_hash_) return Status::kStale;
  forget();
  message_1_hash_ = message_1_hash;
  const Status mixed = mix_2(g_x);
  const Result<std::size_t> size = mixed == Status::kOk ? write_message_2(message_2) : mixed;
  if (!size.ok()) forget();
  return size;
}

// What follows is apart, and reads PLAINTEXT_3 anew each time, so that no step's view of it lies on the stack beneath another
// one that computes with the curve.

[[gnu::noinline]] Status BasicEdhocResponder::open_message_3(ByteSpan message_3) {
  cbor::Reader outer(message_3);
  const ByteSpan sealed = outer.bytes();
  CARDEA_TRY(outer.finish());
  if (sealed.size() < ccm_tag_size_bytes || sealed.size() - ccm_tag_size_bytes > plain_.size()) return Status::kMalformed;
  plain_size_bytes_ = sealed.size() - ccm_tag_size_bytes;
  return open_3(sealed, MutableByteSpan(plain_).first(plain_size_bytes_));
}

Status BasicEdhocResponder::read_plain_3(Named& peer, ByteSpan& mac_3) {
  cbor::Reader reader(ByteSpan(plain_).first(plain_size_bytes_));
  CARDEA_TRY(read_peer(reader, peer));
  mac_3 = reader.bytes_of(mac_size);
  return reader.finish();
}

[[gnu::noinline]] Status BasicEdhocResponder::mix_peer() {
  Named peer;
  ByteSpan mac_3;
  CARDEA_TRY(read_plain_3(peer, mac_3));
  return mix_static(prk_4e3m_, prk_3e2m_->handle(), label_salt_4e3m, th_3_, ephemeral_->handle(), peer.claims.key);
}

/// Looks at it twice (core/base/hardened.hpp).
[[gnu::noinline]] Status BasicEdhocResponder::verify_mac_3() {
  Named peer;
  ByteSpan mac_3;
  CARDEA_TRY(read_plain_3(peer, mac_3));
  Bytes<mac_size> expected;
  CARDEA_TRY(mac(prk_4e3m_->handle(), label_mac_3, {peer.head(), peer.id_body, encoded(th_3_), peer.credential}, expected));
  if (!equal_constant_time(mac_3, expected)) return Status::kForged;
  doubts_ = equal_constant_time(*anew(&mac_3), *anew(&expected)) ? 0 : 1;
  return refuse_own(peer);
}

[[gnu::noinline]] Status BasicEdhocResponder::verify_peer_3() {
  Named peer;
  ByteSpan mac_3;
  CARDEA_TRY(read_plain_3(peer, mac_3));
  return verify_peer(peer);
}

Status BasicEdhocResponder::take_message_3(ByteSpan message_3) {
  doubts_ = doubts_unproved;
  const Status opened = open_message_3(message_3);
  std::uint32_t doubts = anew(static_cast<std::uint32_t>(opened));  // before the branch: behind it, it is known to be 0
  CARDEA_TRY(opened);
  CARDEA_TRY(mix_peer());
  CARDEA_TRY(verify_mac_3());
  const Status verified = verify_peer_3();
  object(doubts, static_cast<std::uint32_t>(verified));
  CARDEA_TRY(verified);
  object(doubts_, doubts);
  return Status::kOk;
}

Status BasicEdhocResponder::verify(ByteSpan message_3) {
  if (!ephemeral_) return Status::kNotReady;
  const Status status = take_message_3(message_3);
  if (status != Status::kOk) forget();
  return status;
}

Status BasicEdhocResponder::agree(EdhocAgreement& agreement) {
  if (!prk_4e3m_) return Status::kNotReady;
  Named peer;
  ByteSpan mac_3;
  Status status = read_plain_3(peer, mac_3);
  if (status == Status::kOk)
    status = Edhoc::agree(peer, ByteSpan(plain_).first(plain_size_bytes_), peer.credential, false, agreement);
  agreement.doubts = doubts_;
  forget();
  return status;
}

}  // namespace cardea::session
