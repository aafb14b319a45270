// SPDX-License-Identifier: Apache-2.0
#pragma once
// SM3 (GB/T 32905-2016, GM/T 0004-2012), a hash of 256 bits, and HMAC over it. Neither branches nor looks anything up by what
// it hashes. Allocates nothing.

#include "core/base/bytes.hpp"

namespace cardea::gm {

inline constexpr std::size_t sm3_size_bytes = 32;
inline constexpr std::size_t sm3_block_size_bytes = 64;

/// A message piece by piece. Wipes itself.
class Sm3 {
 public:
  Sm3();
  /// Goes on after one block, where state() was.
  explicit Sm3(std::span<const std::uint8_t, sm3_size_bytes> state);
  Sm3(const Sm3&) = default;
  Sm3& operator=(const Sm3&) = default;
  ~Sm3();

  void update(ByteSpan message);
  /// Ends the message; nothing but the destructor may follow.
  void finish(std::span<std::uint8_t, sm3_size_bytes> out);
  /// What whole blocks have come to; others than whole ones are asserted not to wait.
  void state(std::span<std::uint8_t, sm3_size_bytes> out) const;

 private:
  void compress();
  /// Bytes of the message that wait in the block.
  [[nodiscard]] std::size_t waiting() const { return static_cast<std::size_t>(size_ % sm3_block_size_bytes); }

  std::array<std::uint32_t, 8> state_;
  Bytes<sm3_block_size_bytes> block_{};
  std::uint64_t size_ = 0;
};

void sm3(ByteSpan message, std::span<std::uint8_t, sm3_size_bytes> out);

/// HMAC in two steps: an inner and an outer state, of a key of any size, and then what is hashed.
using HmacSm3States = std::span<std::uint8_t, 2 * sm3_size_bytes>;
void hmac_sm3_prepare(ByteSpan key, HmacSm3States states);
void hmac_sm3_prepared(std::span<const std::uint8_t, 2 * sm3_size_bytes> states, ByteSpan message,
                       std::span<std::uint8_t, sm3_size_bytes> out);
/// Both steps.
void hmac_sm3(ByteSpan key, ByteSpan message, std::span<std::uint8_t, sm3_size_bytes> out);

}  // namespace cardea::gm
