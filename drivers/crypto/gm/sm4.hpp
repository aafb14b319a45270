// SPDX-License-Identifier: Apache-2.0
#pragma once
// SM4 (GB/T 32907-2016, GM/T 0002-2012), a block cipher of 128 bits, and CCM over it (RFC 8998). Its S-box is computed in bit
// planes from the inverse in GF(2^8): no table that a secret would index, no branch. Allocates nothing.

#include "core/base/bytes.hpp"

namespace cardea::gm {

inline constexpr std::size_t sm4_key_size_bytes = 16;
inline constexpr std::size_t sm4_block_size_bytes = 16;
using Sm4Block = Bytes<sm4_block_size_bytes>;

/// One key, expanded. Wipes itself. Encrypts only: CCM needs no more.
class Sm4 {
 public:
  explicit Sm4(std::span<const std::uint8_t, sm4_key_size_bytes> key);
  Sm4(const Sm4&) = delete;
  Sm4& operator=(const Sm4&) = delete;
  ~Sm4();

  /// In place.
  void encrypt(Sm4Block& block) const;
  /// Two blocks for little more than the price of one.
  void encrypt(Sm4Block& first, Sm4Block& second) const;

 private:
  std::array<std::uint32_t, 32> round_keys_;
};

/// SM4-CCM. `nonce`: 7..13 bytes, and the message below 2^(8 * (15 - its size)) bytes and below 2^32. The tag is what `sealed`
/// is longer than `plain`: 4, 6, … 16 bytes. `aad`: below 65,280 bytes. kOutOfRange for any other size. `sealed` may begin at
/// `plain`. One key never meets one nonce twice: the caller's duty.
Status sm4_ccm_seal(const Sm4& key, ByteSpan nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed);
/// The reverse; kForged on a tag mismatch, and then `plain` is all zero. `plain` may begin at `sealed`.
Status sm4_ccm_open(const Sm4& key, ByteSpan nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain);

}  // namespace cardea::gm
