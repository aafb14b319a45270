// SPDX-License-Identifier: Apache-2.0
#include "core/session/credential.hpp"

namespace cardea::session {
namespace {

// Claims (RFC 8392, RFC 8747) and COSE keys (RFC 9052, RFC 9053).
constexpr std::int64_t claim_sub = 2;
constexpr std::int64_t claim_exp = 4;
constexpr std::int64_t claim_nbf = 5;
constexpr std::int64_t claim_cnf = 8;
constexpr std::int64_t claim_may_issue = -65'537;  // private use
constexpr std::int64_t cnf_cose_key = 1;
constexpr std::int64_t key_kty = 1;
constexpr std::int64_t kty_ec2 = 2;
constexpr std::int64_t key_kid = 2;
constexpr std::int64_t key_crv = -1;
constexpr std::int64_t crv_p256 = 1;
constexpr std::int64_t key_x = -2;
constexpr std::int64_t key_y = -3;
constexpr std::int64_t header_kcwt = 13;
constexpr Bytes<3> protected_es256{0xa1, 0x01, 0x26};  // {alg: ES256}
constexpr std::size_t coordinate_size_bytes = 32;
constexpr std::size_t payload_size_bytes_max = 192;
constexpr std::size_t signed_size_bytes_max = payload_size_bytes_max + 20;

void read_key(cbor::Reader& reader, Claims& claims) {
  reader.expect(claim_cnf);
  reader.expect_map(1);
  reader.expect(cnf_cose_key);
  reader.expect_map(5);
  reader.expect(key_kty);
  reader.expect(kty_ec2);
  reader.expect(key_kid);
  claims.kid = reader.bytes();
  reader.expect(key_crv);
  reader.expect(crv_p256);
  reader.expect(key_x);
  const ByteSpan x = reader.bytes_of(coordinate_size_bytes);
  reader.expect(key_y);
  const ByteSpan y = reader.bytes_of(coordinate_size_bytes);
  if (claims.kid.empty() || claims.kid.size() > kid_size_bytes_max) reader.refuse();
  if (reader.status() != Status::kOk) return;
  std::copy(x.begin(), x.end(), claims.key.begin());
  std::copy(y.begin(), y.end(), claims.key.begin() + coordinate_size_bytes);
}

void read_subject(cbor::Reader& reader, Claims& claims) {
  reader.expect(claim_sub);
  claims.subject = reader.text();
  if (claims.subject.empty() || claims.subject.size() > subject_size_bytes_max) reader.refuse();
}

UnixSeconds read_time(cbor::Reader& reader, std::int64_t claim) {
  reader.expect(claim);
  const std::int64_t seconds = reader.integer();
  if (seconds < 0) reader.refuse();
  return {static_cast<std::uint64_t>(seconds)};
}

Claims read_payload(ByteSpan payload, cbor::Reader& outer) {
  cbor::Reader reader(payload);
  Claims claims;
  const std::size_t pairs = reader.map();
  claims.may_issue = pairs == 5;
  if (pairs != 4 && pairs != 5) reader.refuse();
  read_subject(reader, claims);
  claims.to = read_time(reader, claim_exp);
  claims.from = read_time(reader, claim_nbf);
  read_key(reader, claims);
  if (claims.may_issue) {
    reader.expect(claim_may_issue);
    reader.expect(1);
  }
  if (payload.size() > payload_size_bytes_max || reader.finish() != Status::kOk) outer.refuse();
  return claims;
}

void write_key(cbor::Writer& out, const NewCredential& credential) {
  CARDEA_ASSERT(!credential.kid.empty() && credential.kid.size() <= kid_size_bytes_max);
  out.integer(claim_cnf);
  out.map(1);
  out.integer(cnf_cose_key);
  out.map(5);
  out.integer(key_kty);
  out.integer(kty_ec2);
  out.integer(key_kid);
  out.bytes(credential.kid);
  out.integer(key_crv);
  out.integer(crv_p256);
  out.integer(key_x);
  out.bytes(ByteSpan(credential.key).first(coordinate_size_bytes));
  out.integer(key_y);
  out.bytes(ByteSpan(credential.key).last(coordinate_size_bytes));
}

void write_subject(cbor::Writer& out, const NewCredential& credential) {
  CARDEA_ASSERT(!credential.subject.empty() && credential.subject.size() <= subject_size_bytes_max);
  out.integer(claim_sub);
  out.text(credential.subject);
}

void write_payload(cbor::Writer& out, const NewCredential& credential) {
  out.map(credential.may_issue ? 5 : 4);
  write_subject(out, credential);
  out.integer(claim_exp);
  out.integer(static_cast<std::int64_t>(credential.to.value));
  out.integer(claim_nbf);
  out.integer(static_cast<std::int64_t>(credential.from.value));
  write_key(out, credential);
  if (!credential.may_issue) return;
  out.integer(claim_may_issue);
  out.integer(1);
}

/// What is signed: ["Signature1", protected, external data: none, payload].
void write_signed(cbor::Writer& out, ByteSpan payload) {
  out.array(4);
  out.text(ascii("Signature1"));
  out.bytes(protected_es256);
  out.bytes({});
  out.bytes(payload);
}

Status verify_signature(Provider& provider, const P256Point& signer, const Cwt& cwt) {
  Bytes<signed_size_bytes_max> buffer;
  cbor::Writer message(buffer);
  write_signed(message, cwt.payload);
  CARDEA_TRY(message.status());
  return provider.p256_verify(signer, message.written(), cwt.signature);
}

Status verify_window(UnixSeconds now, const Claims& claims) {
  return now >= claims.from && now < claims.to ? Status::kOk : Status::kStale;
}

}  // namespace

Claims read_ccs(cbor::Reader& reader) {
  Claims claims;
  reader.expect_map(2);
  read_subject(reader, claims);
  read_key(reader, claims);
  return claims;
}

Result<Claims> decode_ccs(ByteSpan ccs) {
  cbor::Reader reader(ccs);
  const Claims claims = read_ccs(reader);
  CARDEA_TRY(reader.finish());
  return claims;
}

Cwt read_cwt(cbor::Reader& reader, bool may_have_issuer) {
  const ByteSpan before = reader.rest();
  Cwt cwt;
  reader.expect_array(4);
  if (!std::ranges::equal(reader.bytes(), protected_es256)) reader.refuse();
  const std::size_t headers = reader.map();
  if (headers > (may_have_issuer ? 1u : 0u)) reader.refuse();
  if (headers == 1 && reader.status() == Status::kOk) {
    reader.expect(header_kcwt);
    cwt.issuer = read_cwt(reader, false).whole;
  }
  cwt.payload = reader.bytes();
  const ByteSpan signature = reader.bytes_of(cwt.signature.size());
  if (reader.status() != Status::kOk) return cwt;
  std::copy(signature.begin(), signature.end(), cwt.signature.begin());
  cwt.claims = read_payload(cwt.payload, reader);
  if (reader.status() == Status::kOk) cwt.whole = reader.since(before);
  return cwt;
}

Result<Cwt> decode_cwt(ByteSpan in) {
  cbor::Reader reader(in);
  const Cwt cwt = read_cwt(reader, true);
  CARDEA_TRY(reader.finish());
  return cwt;
}

Result<ByteSpan> find_known(const Trust& trust, ByteSpan kid) {
  for (const ByteSpan ccs : trust.known) {
    const Result<Claims> claims = decode_ccs(ccs);
    if (claims.ok() && std::ranges::equal(claims->kid, kid)) return ccs;
  }
  return Status::kNotFound;
}

Status verify_ccs(const Trust& trust, ByteSpan ccs) {
  for (const ByteSpan known : trust.known)
    if (std::ranges::equal(known, ccs)) return Status::kOk;
  return Status::kNotFound;
}

Status verify_cwt(Provider& provider, const Trust& trust, const Cwt& cwt) {
  if (!trust.workspace) return Status::kNotFound;
  if (!trust.now) return Status::kNotReady;
  CARDEA_TRY(verify_window(*trust.now, cwt.claims));
  if (cwt.issuer.empty()) return verify_signature(provider, *trust.workspace, cwt);
  cbor::Reader reader(cwt.issuer);
  const Cwt issuer = read_cwt(reader, false);
  CARDEA_TRY(reader.finish());
  if (!issuer.claims.may_issue) return Status::kForged;
  if (cwt.claims.may_issue) return Status::kForged;  // the right to issue comes from the workspace alone
  CARDEA_TRY(verify_window(*trust.now, issuer.claims));
  CARDEA_TRY(verify_signature(provider, *trust.workspace, issuer));
  return verify_signature(provider, issuer.claims.key, cwt);
}

void write_ccs(cbor::Writer& out, const NewCredential& credential) {
  out.map(2);
  write_subject(out, credential);
  write_key(out, credential);
}

Status write_cwt(Provider& provider, KeyHandle signer, ByteSpan issuer, const NewCredential& credential, cbor::Writer& out) {
  Bytes<payload_size_bytes_max> payload_buffer;
  cbor::Writer payload(payload_buffer);
  write_payload(payload, credential);
  CARDEA_TRY(payload.status());
  Bytes<signed_size_bytes_max> buffer;
  cbor::Writer message(buffer);
  write_signed(message, payload.written());
  CARDEA_TRY(message.status());
  P256Signature signature;
  CARDEA_TRY(provider.p256_sign(signer, message.written(), signature));
  out.array(4);
  out.bytes(protected_es256);
  out.map(issuer.empty() ? 0 : 1);
  if (!issuer.empty()) {
    out.integer(header_kcwt);
    out.raw(issuer);
  }
  out.bytes(payload.written());
  out.bytes(signature);
  return out.status();
}

}  // namespace cardea::session
