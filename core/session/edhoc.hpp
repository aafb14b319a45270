// SPDX-License-Identifier: Apache-2.0
#pragma once
// EDHOC (RFC 9528), method 3 (both sides prove static Diffie-Hellman keys), in the suite of the provider: 2 (P-256, SHA-256,
// AES-CCM-16-64-128) of intl, and -24 (the same of SM2, SM3, SM4-CCM) of gm, as spec/session.md §7 uses it: 37 + 45 + 19 bytes
// where both sides store each other's CCS. Vectors: spec/vectors/edhoc_rfc9529.json and session_v1.json. What is agreed opens
// core/session/records.hpp.

#include <initializer_list>
#include <optional>

#include "core/session/credential.hpp"

namespace cardea::session {

inline constexpr std::size_t edhoc_message_size_bytes_max = handshake_size_bytes_max;
/// What a responder sends in place of message_2 when it does not speak the suite that was chosen: error 2, and what it has.
inline constexpr Bytes<2> edhoc_wrong_suite{0x02, 0x02};
inline constexpr Bytes<2> edhoc_wrong_suite_gm{0x02, 0x37};
inline constexpr Bytes<4> edhoc_wrong_suite_both{0x02, 0x82, 0x02, 0x37};
inline constexpr std::int8_t edhoc_suite_intl = 2;
inline constexpr std::int8_t edhoc_suite_gm = -24;

/// How a side names its credential to the other.
enum class CredentialForm : std::uint8_t {
  kKid,  ///< a CCS that the other side stores, by its kid
  kCwt,  ///< a CWT, whole
  kCcs,  ///< a CCS, whole
};

/// Who a side is. The views stay valid as long as its handshakes.
struct OwnCredential {
  KeyHandle key;        ///< kAgree, the private half of the credential's key; stays the caller's
  ByteSpan credential;  ///< the CCS, or for kCwt the CWT
  CredentialForm form = CredentialForm::kKid;
};

/// Names for the two sides on one connection, and suites beside the provider's: what an initiator puts in front of it, and what
/// a responder has in another EdhocResponder and therefore refuses to see in front of it (no downgrade).
struct EdhocOptions {
  std::uint8_t connection_id = 0;               ///< a CBOR integer of one byte: 0x00..0x17 or 0x20..0x37 (asserted)
  std::span<const std::int8_t> other_suites{};  ///< at most 3, none is the provider's (asserted)
};

struct EdhocAgreement {
  KeyBytes out;  ///< S of the records that this side sends
  KeyBytes in;
  KeyBytes export_key;
  /// Who the other side is.
  P256Point peer_key{};
  Bytes<subject_size_bytes_max> peer_subject{};
  std::size_t peer_subject_size_bytes = 0;
  std::optional<UnixSeconds> peer_until;  ///< of a CWT
  Bytes<grant_claim_size_bytes_max> peer_grant{};
  std::size_t peer_grant_size_bytes = 0;
  /// 0 when all that proves the other side was found good: for who adds it to a verdict (core/base/hardened.hpp). Of a
  /// responder.
  std::uint32_t doubts = ~0u;
  [[nodiscard]] ByteSpan grant() const { return ByteSpan(peer_grant).first(peer_grant_size_bytes); }
  [[nodiscard]] ByteSpan subject() const { return ByteSpan(peer_subject).first(peer_subject_size_bytes); }
};

/// What a side computes in while one of its functions runs: a plain text, and the longest that is hashed, TH_3 and a plain text
/// and a credential. Nothing is in it between two calls.
inline constexpr std::size_t edhoc_scratch_size_bytes = 960;
inline constexpr std::size_t edhoc_room_size_bytes = edhoc_message_size_bytes_max + edhoc_scratch_size_bytes;
using EdhocRoom = std::span<std::uint8_t, edhoc_room_size_bytes>;

namespace internal {

struct OwnEdhocRoom {
  Bytes<edhoc_room_size_bytes> room{};
};

/// What both sides do; for this folder only.
class Edhoc {
 public:
  Edhoc(const Edhoc&) = delete;
  Edhoc& operator=(const Edhoc&) = delete;

 protected:
  struct Named;
  Edhoc(Provider& provider, const OwnCredential& own, const Trust& trust, EdhocRoom room, const EdhocOptions& options);
  ~Edhoc() { forget(); }

  void forget();
  [[nodiscard]] std::int8_t suite() const { return provider_->suite() == Suite::kGm ? edhoc_suite_gm : edhoc_suite_intl; }
  static void write_compact(cbor::Writer& writer, const Named& named);
  static std::size_t compact_size_bytes(const Named& named);
  Status hash(std::initializer_list<ByteSpan> items, Digest& out);
  Status expand(KeyHandle prk, std::int64_t label, ByteSpan context, MutableByteSpan out);
  Status mac(KeyHandle prk, std::int64_t label, std::initializer_list<ByteSpan> context, MutableByteSpan out);
  Result<KeyHandle> expand_key(KeyHandle prk, std::int64_t label, ByteSpan context, KeyKind kind, std::size_t size);
  Result<KeyHandle> extract(ByteSpan salt, KeyHandle own_private, const P256Point& peer);
  Status make_pair(std::optional<ScopedKey>& pair, P256X& out);
  Status mix_ephemeral(const P256X& of_peer, const P256X& g_y);
  Status apply_keystream(MutableByteSpan text);
  Status mix_static(std::optional<ScopedKey>& prk, KeyHandle from, std::int64_t label, const Digest& th, KeyHandle own_private,
                    const P256Point& peer);
  Status name_own(Named& own) const;
  Status read_peer(cbor::Reader& reader, Named& peer);
  Status refuse_own(const Named& peer) const;
  Status verify_peer(const Named& peer);
  Result<KeyHandle> key_3(CcmNonce& iv_3);
  Status seal_3(ByteSpan plain, MutableByteSpan sealed);
  Status open_3(ByteSpan sealed, MutableByteSpan plain);
  Status agree(const Named& peer, ByteSpan plain_3, ByteSpan cred_i, bool is_initiator, EdhocAgreement& agreement);

  Provider* provider_;
  OwnCredential own_;
  const Trust* trust_;
  EdhocOptions options_;
  std::optional<ScopedKey> ephemeral_;
  std::optional<ScopedKey> prk_2e_;
  std::optional<ScopedKey> prk_3e2m_;
  std::optional<ScopedKey> prk_4e3m_;
  P256Point peer_ephemeral_{};
  Digest message_1_hash_{};
  Digest th_2_{};
  Digest th_3_{};
  std::span<std::uint8_t, edhoc_message_size_bytes_max> plain_;  // PLAINTEXT_2 at an initiator, PLAINTEXT_3 at a responder
  std::span<std::uint8_t, edhoc_scratch_size_bytes> scratch_;
};

}  // namespace internal

/// The side that begins: start() gives message_1, finish() takes message_2 and gives message_3. Everything that is passed in
/// must outlive it. Holds some 2 KB; no place for it on a small stack.
class EdhocInitiator : internal::OwnEdhocRoom, internal::Edhoc {
 public:
  EdhocInitiator(Provider& provider, const OwnCredential& own, const Trust& trust, const EdhocOptions& options = {})
      : Edhoc(provider, own, trust, room, options) {}

  /// A new handshake; returns the size of message_1, 37 without other suites. kMalformed (the own credential).
  Result<std::size_t> start(MutableByteSpan message_1);
  /// Returns the size of message_3; `message_3` has room for edhoc_message_size_bytes_max. Any failure ends the handshake:
  /// kNotReady (not started), kTooShort, kMalformed, kUnsupported (the peer's error: another suite), kNotFound (nobody that
  /// `trust` knows), kStale, kForged.
  Result<std::size_t> finish(ByteSpan message_2, MutableByteSpan message_3, EdhocAgreement& agreement);

 private:
  Status take_message_2(ByteSpan message_2, Named& peer);
  Result<std::size_t> reply(ByteSpan message_2, MutableByteSpan message_3, EdhocAgreement& agreement);
};

/// The other side: answer() takes message_1 and gives message_2, finish() takes message_3.
class BasicEdhocResponder : internal::Edhoc {
 public:
  BasicEdhocResponder(Provider& provider, const OwnCredential& own, const Trust& trust, EdhocRoom room,
                      const EdhocOptions& options = {})
      : Edhoc(provider, own, trust, room, options) {}

  /// Forgets a handshake that nobody has finished.
  void abandon() { forget(); }
  /// Makes the pair of the next answer() ahead, which saves a quarter of the handshake's time. For idle moments; not needed.
  Status prepare();
  /// Returns the size of message_2; `message_2` has room for edhoc_message_size_bytes_max. kStale: the message_1 that waits for
  /// its message_3; send message_2 again. kUnsupported: answer with edhoc_wrong_suite. kTooShort, kMalformed: do not answer.
  Result<std::size_t> answer(ByteSpan message_1, MutableByteSpan message_2);
  /// Whether message_3 comes from somebody. Any failure ends the handshake: as for EdhocInitiator::finish(). Apart from
  /// agree(), so that a caller with a small stack has no agreement on it beneath the verification.
  Status verify(ByteSpan message_3);
  /// After that, once, and right after it: what was agreed.
  Status agree(EdhocAgreement& agreement);
  /// Both in one.
  Status finish(ByteSpan message_3, EdhocAgreement& agreement) {
    CARDEA_TRY(verify(message_3));
    return agree(agreement);
  }

 private:
  [[nodiscard]] Result<P256X> read_message_1(ByteSpan message_1) const;
  Status mix_2(const P256X& g_x);
  Result<std::size_t> write_message_2(MutableByteSpan message_2);
  Status take_message_3(ByteSpan message_3);
  Status open_message_3(ByteSpan message_3);
  Status read_plain_3(Named& peer, ByteSpan& mac_3);
  Status mix_peer();
  Status verify_mac_3();
  Status verify_peer_3();

  static constexpr std::uint32_t doubts_unproved = 1u << 30;  ///< far from 0 whatever is added
  std::size_t plain_size_bytes_ = 0;                          ///< of PLAINTEXT_3
  std::uint32_t doubts_ = doubts_unproved;                    ///< EdhocAgreement::doubts
  std::optional<ScopedKey> prepared_;
  P256X prepared_x_{};
};

/// With a room of its own.
class EdhocResponder : internal::OwnEdhocRoom, public BasicEdhocResponder {
 public:
  EdhocResponder(Provider& provider, const OwnCredential& own, const Trust& trust, const EdhocOptions& options = {})
      : BasicEdhocResponder(provider, own, trust, room, options) {}
};

}  // namespace cardea::session
