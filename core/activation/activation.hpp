// SPDX-License-Identifier: Apache-2.0
#pragma once
// The three messages that make a lock belong to a door. Bytes: spec/activation.md §2. The same code on both sides, over a
// network and in files. When a lock may ask and a platform may answer is theirs to decide (§3).

#include "core/activation/label.hpp"
#include "core/link/key.hpp"
#include "core/link/messages.hpp"

namespace cardea::activation {

inline constexpr std::size_t ask_size_bytes = 180;
inline constexpr std::size_t done_size_bytes = 17;
constexpr std::size_t gift_size_bytes_max_of(link::LockClass lock_class) {
  return 1 + 16 + 16 + 64 + 32 + 32 + 4 + 32 + 8 + 4 + 4 + link::snapshot_size_bytes_max_of(lock_class);
}
/// Of a lock of either class.
inline constexpr std::size_t gift_size_bytes_max = gift_size_bytes_max_of(link::LockClass::kUnprotected);
inline constexpr std::size_t answer_size_bytes_max = 1 + 16 + 64 + gift_size_bytes_max + ccm_tag_size_bytes;
inline constexpr std::uint8_t ask_type = 0x60;
inline constexpr std::uint8_t answer_type = 0x61;
inline constexpr std::uint8_t done_type = 0x62;
inline constexpr std::uint32_t button_window_s = 120;        ///< A1
inline constexpr std::uint32_t claim_window_s = 24 * 3'600;  ///< A8

using AskBytes = Bytes<ask_size_bytes>;
using DoneBytes = Bytes<done_size_bytes>;
using WideId = Bytes<16>;  ///< the 16 bytes of a workspace's or door's id

/// What an ask says. The lock fills it; the platform reads it.
struct Ask {
  LockId lock;
  link::Nonce nonce{};
  P256Point ephemeral{};
  P256Point identity{};  ///< the public half of what the lock is, for ever
  link::LockClass lock_class = link::LockClass::kUnprotected;
  std::uint8_t slot_count_max = 0;
};
/// Seals an ask under the claim secret.
Result<AskBytes> encode_ask(Provider& provider, const Secret<claim_secret_size_bytes>& secret, const Ask& ask);
/// Reads an ask without checking its MAC, to find the claim it is for: kTooShort, kMalformed, kUnsupported (version),
/// kOutOfRange.
Result<Ask> decode_ask(ByteSpan bytes);
/// kOk or kForged.
Status verify_ask(Provider& provider, const Secret<claim_secret_size_bytes>& secret, ByteSpan bytes);

/// What the lock is given beside its desired state. `key` is K_lock for a protected lock, K_session for any other.
struct GiftHead {
  WideId workspace{};
  WideId door{};
  P256Point platform_identity{};
  KeyBytes key;
  KeyBytes audit_seed;
  std::uint32_t key_id = 0;  ///< of K_session (session.md §2)
  KeyBytes session_chain;    ///< C(0)
  std::uint64_t time = 0;
  std::uint32_t time_uncertainty_ms = 0;
  std::uint32_t desired_version = 0;
};
/// As the platform has it.
struct Gift : GiftHead {
  link::Snapshot snapshot;
};
/// As the lock looks at it where it was opened.
struct OpenedGift : GiftHead {
  link::SnapshotView snapshot;
};

/// The platform's side: seals `gift` to the lock that sent `ask` (already verified). Makes the platform's ephemeral pair and
/// nonce. Returns the size written into `answer`, which has room for answer_size_bytes_max; `done` is the message that the lock
/// will prove itself with.
Result<std::size_t> seal_answer(Provider& provider, const Secret<claim_secret_size_bytes>& secret, ByteSpan ask,
                                const Gift& gift, MutableByteSpan answer, DoneBytes& done);

/// The lock's side: opens the answer to its own `ask`, whose ephemeral private key is `ephemeral`. The gift is decrypted in
/// `room` (kOutOfRange: it has no room for it), which is the caller's to wipe when the gift was taken. kForged when it is for
/// another ask or by somebody else; the gift is then undefined and must not be used. `done` is what the lock says after it has
/// made the gift durable.
Status open_answer(Provider& provider, const Secret<claim_secret_size_bytes>& secret, KeyHandle ephemeral, ByteSpan ask,
                   ByteSpan answer, MutableByteSpan room, OpenedGift& gift, DoneBytes& done);
/// The same for who keeps the gift: 5 KB of stack.
Status open_answer(Provider& provider, const Secret<claim_secret_size_bytes>& secret, KeyHandle ephemeral, ByteSpan ask,
                   ByteSpan answer, Gift& gift, DoneBytes& done);

}  // namespace cardea::activation
