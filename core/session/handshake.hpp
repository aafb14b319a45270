// SPDX-License-Identifier: Apache-2.0
#pragma once
// The symmetric handshake: three passes, and a chain that gives each session keys of its own. Bytes and rules:
// spec/session.md §2 and §3; vectors: spec/vectors/session_v1.json. What is agreed opens core/session/records.hpp.

#include <optional>

#include "core/session/wire.hpp"

namespace cardea::session {

using cardea::Suite;

/// What both sides know of a key besides its bytes. A key has one initiator for ever (SE2).
struct SharedKey {
  std::uint32_t key_id = 0;
  Suite suite = Suite::kIntl;  ///< the provider's, or kUnsupported
  Id initiator{};
  Id responder{};
  KeyHandle k_auth;  ///< of derive_auth_key(); stays the caller's
};

/// K_auth of a key; `key.k_auth` is not looked at. The caller releases it.
Result<KeyHandle> derive_auth_key(Provider& provider, KeyHandle k_session, const SharedKey& key);

/// A side's place on the chain: a value that the caller keeps durable, sealed as it seals keys.
struct Ratchet {
  std::uint32_t generation = 0;
  KeyBytes chain;
};
inline constexpr std::size_t ratchet_size_bytes = 4 + 32;
inline constexpr std::uint32_t catch_up_steps_max = 4'096;
void encode(const Ratchet& ratchet, std::span<std::uint8_t, ratchet_size_bytes> out);
/// kTooShort or kMalformed (too long).
Result<Ratchet> decode_ratchet(ByteSpan in);

/// What a finished handshake gives.
struct Agreement {
  /// Durable first: before M3 is sent, before a record is sent, and before one has an effect.
  Ratchet ratchet;
  /// Durable when the first record from the peer has opened. The same as `ratchet`, but at an initiator whose peer had missed
  /// an M3 (SE6).
  Ratchet once_heard;
  KeyBytes out;         ///< S of the records that this side sends
  KeyBytes in;          ///< S of those that it receives
  KeyBytes export_key;  ///< K_export
};

/// A's half: start() gives M1, which is repeated until M2 is there; finish() takes M2 and gives M3, which is repeated when the
/// same M2 comes again (finish() then says kStale). The provider, the key and the ratchet must outlive it; the ratchet is the
/// durable one. `agreement` counts only with kOk.
class Initiator {
 public:
  Initiator(Provider& provider, const SharedKey& key, const Ratchet& ratchet)
      : provider_(&provider), key_(&key), ratchet_(&ratchet) {}

  /// A new handshake; one that waits is forgotten. kFull at the end of the chain, kUnsupported.
  Result<M1> start();
  /// kNotReady (not started), kTooShort, kMalformed, kForged (the true M2 may still come), kStale (taken already: send M3
  /// again), kOutOfRange (the peer is too far ahead).
  Status finish(ByteSpan m2, M3& m3, Agreement& agreement);

 private:
  Provider* provider_;
  const SharedKey* key_;
  const Ratchet* ratchet_;
  std::optional<M1> m1_;
  std::optional<M2> taken_;
};

/// M1 as the responder reads it, to find the key.
struct Opening {
  std::uint8_t version_and_suite = 0;
  std::uint32_t key_id = 0;
  Nonce nonce{};
};
/// kTooShort or kMalformed.
Result<Opening> decode_m1(ByteSpan m1);

/// B's half: answer() takes M1 and gives M2, the same for the same M1; finish() takes M3. Lifetimes as Initiator's.
class Responder {
 public:
  Responder(Provider& provider, const SharedKey& key, const Ratchet& ratchet)
      : provider_(&provider), key_(&key), ratchet_(&ratchet) {}

  /// Any failure means: no answer, and a handshake that waits goes on waiting. kTooShort, kMalformed, kNotFound (another key),
  /// kUnsupported (another version or suite), kOutOfRange (the initiator is too far ahead), kFull (the end of the chain).
  Result<M2> answer(ByteSpan m1);
  /// kNotReady (nothing waits), kTooShort, kMalformed, kForged (the true M3 may still come), kStale (the chain went on since
  /// M2). On success nothing waits any more.
  Status finish(ByteSpan m3, Agreement& agreement);

 private:
  Provider* provider_;
  const SharedKey* key_;
  const Ratchet* ratchet_;
  std::optional<M1> m1_;
  M2 m2_{};
};

}  // namespace cardea::session
