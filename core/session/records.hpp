// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records of a session: sealed, numbered, opened once. Bytes and rules: spec/session.md §4. For any bearer: records may be
// lost, doubled and out of order.

#include "core/session/wire.hpp"

namespace cardea::session {

inline constexpr std::uint32_t record_number_count = 1u << 20;
inline constexpr std::uint8_t epoch_max = 15;
inline constexpr std::uint32_t epoch_s_max = 24 * 3'600;  ///< SE9
inline constexpr std::uint32_t replay_window = 32;
inline constexpr std::uint32_t forged_count_max = 65'536;

/// Everything of a session that a loss of power must not take, if it is to go on (SE11). A value that the caller seals as it
/// seals keys.
struct RecordState {
  KeyBytes out_secret;  ///< S(e) of the records sent
  KeyBytes in_secret;
  std::uint8_t out_epoch = 0;
  std::uint8_t in_epoch = 0;
  std::uint32_t out_reserved = 0;  ///< the numbers below may have been used
  std::uint32_t in_end = 0;        ///< the newest number taken, plus one; 0: none yet
  std::uint32_t in_taken = 0;      ///< bit i: number in_end - 1 - i was taken
};
inline constexpr std::size_t record_state_size_bytes = 32 + 32 + 1 + 1 + 4 + 4 + 4;
void encode(const RecordState& state, std::span<std::uint8_t, record_state_size_bytes> out);
/// kTooShort, or kMalformed for what no session ever was.
Result<RecordState> decode_record_state(ByteSpan in);

/// One side of a session. Uses the provider it was made with, and must not outlive it.
class Records {
 public:
  /// From a new agreement (`out` and `in` of core/session/handshake.hpp, or EDHOC's), or from a state that was kept.
  static Result<Records> open(Provider& provider, const RecordState& state);

  /// Promises the next `count` numbers of this epoch (fewer at its end). A kept session makes state() durable before it seals;
  /// any other reserves record_number_count at once. kFull: rekey first.
  Status reserve(std::uint32_t count);
  /// Goes on to the next epoch, with nothing reserved. kFull: no epoch left, a new handshake is due.
  Status rekey();

  /// Writes a record; `record` has room for plain.size() + record_overhead_bytes, and `plain` may stand in it from
  /// record_head_size_bytes on. Returns its size. kNotReady (nothing reserved), kFull (rekey first), kOutOfRange (too long).
  Result<std::size_t> seal(ByteSpan plain, MutableByteSpan record);
  /// Reads a record; `plain` has room for record.size() - record_overhead_bytes. Returns the size of the plain text. A kept
  /// session makes state() durable before the record has an effect. kTooShort, kMalformed (no record, or too long), kStale
  /// (taken before, too old, or of another epoch), kForged, kNotReady (too many were forged). None of these changes state().
  Result<std::size_t> take(ByteSpan record, MutableByteSpan plain);

  [[nodiscard]] const RecordState& state() const { return state_; }

 private:
  Records(Provider& provider, const RecordState& state, KeyHandle out, KeyHandle in)
      : provider_(&provider), state_(state), out_(provider, out), in_(provider, in), out_next_(state.out_reserved) {}
  Result<std::size_t> open_with(KeyHandle key, ByteSpan record, MutableByteSpan plain);
  Result<std::size_t> take_of_next_epoch(ByteSpan record, std::uint32_t number, MutableByteSpan plain);

  Provider* provider_;
  RecordState state_;
  ScopedKey out_;
  ScopedKey in_;
  std::uint32_t out_next_;
  std::uint32_t forged_count_ = 0;
};

}  // namespace cardea::session
