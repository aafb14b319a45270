// SPDX-License-Identifier: Apache-2.0
#pragma once
// Credentials: whose static key this is, said by the workspace. Bytes and rules: spec/session.md §7.

#include <optional>

#include "core/base/time.hpp"
#include "core/cbor/cbor.hpp"
#include "core/session/wire.hpp"

namespace cardea::session {

inline constexpr std::size_t subject_size_bytes_max = 32;
inline constexpr std::size_t kid_size_bytes_max = 8;
inline constexpr std::size_t credential_size_bytes_max = 400;
/// Of the bytes that a CWT may carry for core/grant.
inline constexpr std::size_t grant_claim_size_bytes_max = 111;

/// What a credential says. Views into its bytes.
struct Claims {
  ByteSpan subject;        ///< UTF-8, 1..32 bytes
  UnixSeconds from;        ///< a CWT only
  UnixSeconds to;          ///< a CWT only; not good at it, nor after
  bool may_issue = false;  ///< a CWT only: its key signs other credentials
  ByteSpan grant;          ///< a CWT only: what it opens (spec/grant.md), or nothing; not with may_issue
  ByteSpan kid;            ///< 1..8 bytes
  P256Point key{};
  Suite suite = Suite::kIntl;  ///< whose curve the key is on, and by whose signature a CWT is signed
};

/// A CWT Claims Set: bare, worth as much as who stored it. kTooShort, kMalformed.
Result<Claims> decode_ccs(ByteSpan ccs);
/// Reads one where it stands among others.
Claims read_ccs(cbor::Reader& reader);

/// A signed CWT, taken apart; nothing is verified. Views into its bytes.
struct Cwt {
  ByteSpan whole;
  ByteSpan issuer;  ///< the CWT of who signed, or empty: the workspace itself
  ByteSpan payload;
  ByteSpan signature;
  Claims claims;
};
/// kTooShort, kMalformed.
Result<Cwt> decode_cwt(ByteSpan cwt);
/// Reads one where it stands among others. `may_have_issuer`: whether the CWT of an issuer may be in it.
Cwt read_cwt(cbor::Reader& reader, bool may_have_issuer);

/// Whom this side believes.
struct Trust {
  std::span<const ByteSpan> known;     ///< CCS that were stored: found by kid, and good by value
  std::optional<P256Point> workspace;  ///< who signs CWT
  std::optional<UnixSeconds> now;      ///< without a clock no CWT is good
};
/// The CCS of this kid. kNotFound.
Result<ByteSpan> find_known(const Trust& trust, ByteSpan kid);
/// Whether this CCS is stored. kNotFound.
Status verify_ccs(const Trust& trust, ByteSpan ccs);
/// The signatures, windows and right to issue of a CWT and of its issuer. kForged, kStale (not good at this time), kNotReady
/// (no clock), kNotFound (no workspace to believe), kUnsupported (of another suite than the provider), kMalformed.
Status verify_cwt(Provider& provider, const Trust& trust, const Cwt& cwt);

/// What is to be put into a credential.
struct NewCredential {
  ByteSpan subject;
  UnixSeconds from;
  UnixSeconds to;
  bool may_issue = false;
  ByteSpan kid;
  P256Point key{};
  ByteSpan grant = {};         ///< at most grant_claim_size_bytes_max; not with may_issue
  Suite suite = Suite::kIntl;  ///< of a CWT: the provider's
};
/// Writes a CCS; the writer's status says whether it fitted. Limits are asserted.
void write_ccs(cbor::Writer& out, const NewCredential& credential);
/// Writes a CWT, signed with `signer` (kSign). `issuer`: the signer's own CWT, or empty for the workspace's key.
Status write_cwt(Provider& provider, KeyHandle signer, ByteSpan issuer, const NewCredential& credential, cbor::Writer& out);

}  // namespace cardea::session
