// SPDX-License-Identifier: Apache-2.0
// Hostile EDHOC. As a credential: what is read is within its limits and is written again as the same bytes. As message_1:
// nothing that is answered is in another form than ours. As PLAINTEXT_2 of a responder that can encrypt whatever it likes: no
// MAC is guessed, so nothing is agreed.
#include <vector>

#include "core/crypto/kdf.hpp"
#include "core/session/edhoc.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace {

using namespace cardea;
using namespace cardea::session;

bool lies_in(ByteSpan part, ByteSpan whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_claims(const Claims& claims, ByteSpan whole) {
  if (claims.subject.empty() || claims.subject.size() > subject_size_bytes_max) __builtin_trap();
  if (claims.kid.empty() || claims.kid.size() > kid_size_bytes_max) __builtin_trap();
  if (!lies_in(claims.subject, whole) || !lies_in(claims.kid, whole)) __builtin_trap();
}

void check_credential(ByteSpan input) {
  if (const auto claims = decode_ccs(input); claims.ok()) {
    check_claims(*claims, input);
    Bytes<256> buffer;
    cbor::Writer again(buffer);
    write_ccs(again, {claims->subject, {}, {}, false, claims->kid, claims->key, {}, claims->suite});
    if (!std::ranges::equal(again.written(), input)) __builtin_trap();
  }
  if (const auto cwt = decode_cwt(input); cwt.ok()) {
    check_claims(cwt->claims, input);
    if (cwt->whole.size() != input.size() || !lies_in(cwt->issuer, input) || !lies_in(cwt->payload, input)) __builtin_trap();
    if (!cwt->issuer.empty() && (!decode_cwt(cwt->issuer).ok() || !decode_cwt(cwt->issuer)->issuer.empty())) __builtin_trap();
  }
}

/// A side with a stored credential of its own and one of somebody else.
class Side {
 public:
  Side() {
    P256Point key;
    const KeyHandle handle = provider_.p256_generate(KeyKind::kAgree, key).value();
    P256Point of_other;
    (void)provider_.p256_generate(KeyKind::kAgree, of_other).value();
    own_ = {handle, write(own_bytes_, key, 1), CredentialForm::kKid};
    known_ = write(other_bytes_, of_other, 2);
    trust_.known = {&known_, 1};
    trust_.workspace = of_other;
    trust_.now = UnixSeconds{1'000};
  }
  OpensslProvider& provider() { return provider_; }
  [[nodiscard]] const OwnCredential& own() const { return own_; }
  [[nodiscard]] const Trust& trust() const { return trust_; }

 private:
  static ByteSpan write(Bytes<128>& out, const P256Point& key, std::uint8_t kid) {
    cbor::Writer writer(out);
    const Bytes<1> name{'a'};
    const Bytes<1> kid_bytes{kid};
    write_ccs(writer, {name, {}, {}, false, kid_bytes, key});
    return writer.written();
  }
  OpensslProvider provider_;
  Bytes<128> own_bytes_{};
  Bytes<128> other_bytes_{};
  OwnCredential own_;
  ByteSpan known_;
  Trust trust_;
};

void check_message_1(Side& side, ByteSpan input) {
  EdhocResponder responder(side.provider(), side.own(), side.trust());
  static Bytes<edhoc_message_size_bytes_max> out;
  const Result<std::size_t> size = responder.answer(input, out);
  if (size.ok() && (input[0] != 3 || input.size() < 37 || *size != 45)) __builtin_trap();
}

/// message_2 around any plain text: what RFC 9528 §4.1 has for TH_2, PRK_2e and KEYSTREAM_2, from the responder's side.
void check_plaintext_2(Side& side, ByteSpan plain) {
  if (plain.empty() || plain.size() > 500) return;
  OpensslProvider& provider = side.provider();
  EdhocInitiator initiator(provider, side.own(), side.trust());
  static Bytes<edhoc_message_size_bytes_max> message;
  const ByteSpan message_1 = ByteSpan(message).first(initiator.start(message).value());
  P256X g_x;
  std::copy_n(message_1.begin() + 4, g_x.size(), g_x.begin());
  Bytes<68> transcript;
  P256Point g_y;
  const ScopedKey y(provider, provider.p256_generate(KeyKind::kAgree, g_y).value());
  Digest message_1_hash;
  Digest th_2;
  if (provider.sha256(message_1, message_1_hash) != Status::kOk) __builtin_trap();
  cbor::Writer writer(transcript);
  writer.bytes(ByteSpan(g_y).first(32));
  writer.bytes(message_1_hash);
  if (provider.sha256(transcript, th_2) != Status::kOk) __builtin_trap();
  const P256Point peer = provider.p256_decompress(g_x).value();
  const ScopedKey shared(provider, provider.p256_agree(y.handle(), peer, KeyKind::kInput).value());
  const ScopedKey prk_2e(provider, provider.hkdf_extract(th_2, shared.handle()).value());
  Bytes<48> info;
  cbor::Writer info_writer(info);
  info_writer.integer(0);
  info_writer.bytes(th_2);
  info_writer.integer(static_cast<std::int64_t>(plain.size()));
  std::vector<std::uint8_t> text(plain.size());
  if (hkdf_expand_bytes(provider, prk_2e.handle(), info_writer.written(), text) != Status::kOk) __builtin_trap();
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<std::uint8_t>(text[i] ^ plain[i]);
  std::vector<std::uint8_t> message_2(600);
  cbor::Writer out(message_2);
  out.bytes_head(32 + text.size());
  out.raw(ByteSpan(g_y).first(32));
  out.raw(text);
  EdhocAgreement agreement;
  if (initiator.finish(out.written(), message, agreement).ok()) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Side side;
  if (size == 0) return 0;
  const ByteSpan input(data + 1, size - 1);
  switch (data[0] % 4) {
    case 0: check_message_1(side, input); break;
    case 1: check_plaintext_2(side, input); break;
    default: check_credential(input); break;
  }
  return 0;
}
