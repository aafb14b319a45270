// SPDX-License-Identifier: Apache-2.0
#pragma once
// Messages in pieces, for bearers that carry few bytes at once. Bytes and rules: spec/session.md §5.

#include <array>
#include <optional>

#include "core/session/wire.hpp"

namespace cardea::session {

inline constexpr std::size_t fragment_head_size_bytes = 2;
inline constexpr std::size_t fragment_size_bytes_min = fragment_head_size_bytes + 2;
inline constexpr std::uint8_t fragment_number_count = 8;

/// Cuts one message. The message must outlive it; to repeat it, cut it again under the same number.
class Fragmenter {
 public:
  /// `message`: 1..8,192 bytes; `number`: 0..7; `packet_size_bytes`: what the bearer carries, 4 or more (all asserted).
  Fragmenter(ByteSpan message, std::uint8_t number, std::size_t packet_size_bytes);
  [[nodiscard]] bool done() const { return offset_ == message_.size(); }
  /// The next piece, into `packet`, which has room for a packet (asserted). Returns its size; 0 when done.
  std::size_t next(MutableByteSpan packet);

 private:
  ByteSpan message_;
  std::uint8_t number_;
  std::size_t piece_size_;
  std::size_t offset_ = 0;
};

/// Puts the pieces of one bearer together, one message at a time, in memory of the caller's.
class Reassembler {
 public:
  /// Room for messages of up to N bytes.
  template <std::size_t N>
  struct Memory {
    static_assert(N % 2 == 0 && N <= message_size_bytes_max);
    Bytes<N> bytes{};
    std::array<std::uint32_t, (N / 2 + 31) / 32> seen{};  // a bit for two bytes
  };
  template <std::size_t N>
  explicit Reassembler(Memory<N>& memory) : bytes_(memory.bytes), seen_(memory.seen) {
    set_limit(handshake_size_bytes_max);
  }

  /// The most that a message may have (SE13): handshake_size_bytes_max until a session stands. Never more than the memory.
  void set_limit(std::size_t size_bytes_max) { limit_ = std::min(size_bytes_max, bytes_.size()); }

  /// The whole message, which stays until the next call, or nothing while pieces are missing; a message that is repeated is
  /// there again with its last piece. What is refused is dropped alone: kTooShort, kMalformed (odd, or at odds with the end),
  /// kOutOfRange (beyond the limit), kStale (of an older message, or another piece of one that is whole).
  Result<std::optional<ByteSpan>> take(ByteSpan packet);
  /// Forgets what there is; the next piece may have any number.
  void reset();

 private:
  void begin(std::uint8_t number);
  [[nodiscard]] Result<std::optional<ByteSpan>> again(bool is_last, std::size_t offset, ByteSpan piece) const;
  void fill(std::size_t offset, ByteSpan piece);
  [[nodiscard]] bool is_seen(std::size_t unit) const { return (seen_[unit / 32] >> (unit % 32) & 1) != 0; }
  [[nodiscard]] bool is_whole() const { return end_ && units_seen_ == (*end_ + 1) / 2; }

  MutableByteSpan bytes_;
  std::span<std::uint32_t> seen_;
  std::size_t limit_ = 0;
  std::optional<std::uint8_t> number_;
  std::optional<std::size_t> end_;
  std::size_t reach_ = 0;  // where the furthest piece ends
  std::size_t units_seen_ = 0;
  bool whole_ = false;
};

}  // namespace cardea::session
