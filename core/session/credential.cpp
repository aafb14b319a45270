// SPDX-License-Identifier: Apache-2.0
#include "core/session/credential.hpp"

#include "core/base/hardened.hpp"

namespace cardea::session {
namespace {

// Claims (RFC 8392, RFC 8747) and COSE keys (RFC 9052, RFC 9053).
constexpr std::int64_t claim_sub = 2;
constexpr std::int64_t claim_exp = 4;
constexpr std::int64_t claim_nbf = 5;
constexpr std::int64_t claim_cnf = 8;
constexpr std::int64_t claim_may_issue = -65'537;  // private use
constexpr std::int64_t claim_grant = -65'538;      // private use
constexpr std::int64_t cnf_cose_key = 1;
constexpr std::int64_t key_kty = 1;
constexpr std::int64_t kty_ec2 = 2;
constexpr std::int64_t key_kid = 2;
constexpr std::int64_t key_crv = -1;
constexpr std::int64_t crv_p256 = 1;
constexpr std::int64_t crv_sm2 = -65'537;  // private use
constexpr std::int64_t key_x = -2;
constexpr std::int64_t key_y = -3;
constexpr std::int64_t header_kcwt = 13;
constexpr Bytes<3> protected_es256{0xa1, 0x01, 0x26};                        // {alg: ES256}
constexpr Bytes<7> protected_sm2{0xa1, 0x01, 0x3a, 0x00, 0x01, 0x00, 0x00};  // {alg: -65537}: private use
constexpr std::size_t coordinate_size_bytes = 32;
constexpr std::size_t payload_size_bytes_max = 256;
constexpr std::size_t signed_size_bytes_max = payload_size_bytes_max + 24;

ByteSpan protected_of(Suite suite) { return suite == Suite::kGm ? ByteSpan(protected_sm2) : ByteSpan(protected_es256); }

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
  const std::int64_t curve = reader.integer();
  claims.suite = curve == crv_sm2 ? Suite::kGm : Suite::kIntl;
  if (curve != crv_sm2 && curve != crv_p256) reader.refuse();
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

/// What a credential is good for beside saying whose key it is: to issue, or to open.
void read_right(cbor::Reader& reader, Claims& claims) {
  const std::int64_t claim = reader.integer();
  if (claim == claim_may_issue) {
    reader.expect(1);
    claims.may_issue = true;
  } else if (claim == claim_grant) {
    claims.grant = reader.bytes();
    if (claims.grant.empty() || claims.grant.size() > grant_claim_size_bytes_max) reader.refuse();
  } else {
    reader.refuse();
  }
}

Claims read_payload(ByteSpan payload, cbor::Reader& outer) {
  cbor::Reader reader(payload);
  Claims claims;
  const std::size_t pairs = reader.map();
  if (pairs != 4 && pairs != 5) reader.refuse();
  read_subject(reader, claims);
  claims.to = read_time(reader, claim_exp);
  claims.from = read_time(reader, claim_nbf);
  read_key(reader, claims);
  if (pairs == 5) read_right(reader, claims);
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
  out.integer(credential.suite == Suite::kGm ? crv_sm2 : crv_p256);
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
  CARDEA_ASSERT(credential.grant.size() <= grant_claim_size_bytes_max);
  CARDEA_ASSERT(!credential.may_issue || credential.grant.empty());
  out.map(credential.may_issue || !credential.grant.empty() ? 5 : 4);
  write_subject(out, credential);
  out.integer(claim_exp);
  out.integer(static_cast<std::int64_t>(credential.to.value));
  out.integer(claim_nbf);
  out.integer(static_cast<std::int64_t>(credential.from.value));
  write_key(out, credential);
  if (credential.may_issue) {
    out.integer(claim_may_issue);
    out.integer(1);
  } else if (!credential.grant.empty()) {
    out.integer(claim_grant);
    out.bytes(credential.grant);
  }
}

/// What is signed: ["Signature1", protected, external data: none, payload].
void write_signed(cbor::Writer& out, Suite suite, ByteSpan payload) {
  out.array(4);
  out.text(ascii("Signature1"));
  out.bytes(protected_of(suite));
  out.bytes({});
  out.bytes(payload);
}

/// Not folded into its caller, where its buffer would lie beneath the verification.
[[gnu::noinline]] Status digest_of(Provider& provider, const P256Point& signer, const Cwt& cwt, Digest& out) {
  Bytes<signed_size_bytes_max> buffer;
  cbor::Writer message(buffer);
  write_signed(message, cwt.claims.suite, cwt.payload);
  CARDEA_TRY(message.status());
  return provider.p256_digest(signer, message.written(), out);
}

Status verify_signature(Provider& provider, const P256Point& signer, const Cwt& cwt) {
  Digest digest;
  CARDEA_TRY(digest_of(provider, signer, cwt, digest));
  return provider.p256_verify_digest(signer, digest, ByteReader(cwt.signature).array<sizeof(P256Signature)>());
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
  const ByteSpan algorithm = reader.bytes();
  const std::size_t headers = reader.map();
  if (headers > (may_have_issuer ? 1u : 0u)) reader.refuse();
  if (headers == 1 && reader.status() == Status::kOk) {
    reader.expect(header_kcwt);
    cwt.issuer = read_cwt(reader, false).whole;
  }
  cwt.payload = reader.bytes();
  cwt.signature = reader.bytes_of(sizeof(P256Signature));
  if (reader.status() != Status::kOk) return cwt;
  cwt.claims = read_payload(cwt.payload, reader);
  if (!std::ranges::equal(algorithm, protected_of(cwt.claims.suite))) reader.refuse();
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

namespace {

/// All but the signatures.
Status verify_terms(const Trust& trust, Suite suite, const Cwt& cwt, const Cwt* issuer) {
  if (cwt.claims.suite != suite) return Status::kUnsupported;
  CARDEA_TRY(verify_window(*trust.now, cwt.claims));
  if (issuer == nullptr) return Status::kOk;
  if (!cwt.claims.grant.empty()) return Status::kForged;  // what opens comes from the workspace alone
  if (issuer->claims.suite != suite) return Status::kUnsupported;
  if (!issuer->claims.may_issue) return Status::kForged;
  if (cwt.claims.may_issue) return Status::kForged;  // the right to issue comes from the workspace alone
  return verify_window(*trust.now, issuer->claims);
}

/// Of two that must both be kOk, without a branch.
Status both(Status a, Status b) {
  return static_cast<Status>(anew(static_cast<std::uint32_t>(a)) + anew(static_cast<std::uint32_t>(b)));
}

/// `issuer`: nullptr for what the workspace has signed itself. The terms are looked at twice (core/base/hardened.hpp), and
/// behind the signatures: without its first instruction verify_terms() may return to our caller instead.
Status verify_with(Provider& provider, const Trust& trust, const Cwt& cwt, const Cwt* issuer) {
  if (cwt.claims.suite != provider.suite()) return Status::kUnsupported;
  Status of_issuer = Status::kOk;
  if (issuer != nullptr) of_issuer = verify_signature(provider, *trust.workspace, *issuer);
  const Status of_issuer_again = anew(of_issuer);
  CARDEA_TRY(of_issuer);
  const Status of_cwt = verify_signature(provider, issuer != nullptr ? issuer->claims.key : *trust.workspace, cwt);
  const Status of_cwt_again = anew(of_cwt);
  CARDEA_TRY(of_cwt);
  CARDEA_TRY(verify_terms(trust, provider.suite(), cwt, issuer));
  return both(both(of_issuer_again, of_cwt_again), verify_terms(*anew(&trust), provider.suite(), *anew(&cwt), anew(issuer)));
}

}  // namespace

Status verify_cwt(Provider& provider, const Trust& trust, const Cwt& cwt) {
  if (!trust.workspace) return Status::kNotFound;
  if (!trust.now) return Status::kNotReady;
  if (cwt.issuer.empty()) return verify_with(provider, trust, cwt, nullptr);
  cbor::Reader reader(cwt.issuer);
  const Cwt issuer = read_cwt(reader, false);
  CARDEA_TRY(reader.finish());
  return verify_with(provider, trust, cwt, &issuer);
}

void write_ccs(cbor::Writer& out, const NewCredential& credential) {
  out.map(2);
  write_subject(out, credential);
  write_key(out, credential);
}

Status write_cwt(Provider& provider, KeyHandle signer, ByteSpan issuer, const NewCredential& credential, cbor::Writer& out) {
  if (credential.suite != provider.suite()) return Status::kUnsupported;
  Bytes<payload_size_bytes_max> payload_buffer;
  cbor::Writer payload(payload_buffer);
  write_payload(payload, credential);
  CARDEA_TRY(payload.status());
  Bytes<signed_size_bytes_max> buffer;
  cbor::Writer message(buffer);
  write_signed(message, credential.suite, payload.written());
  CARDEA_TRY(message.status());
  P256Signature signature;
  CARDEA_TRY(provider.p256_sign(signer, message.written(), signature));
  out.array(4);
  out.bytes(protected_of(credential.suite));
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
