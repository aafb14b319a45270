// SPDX-License-Identifier: Apache-2.0
#pragma once
// The durable form of a LockState: small items with a key each (core/base/items.hpp). An entry changes about 100 bytes of them.
//
// To load: item_key(0) is the settings and comes first; then every other key that is stored, in any order.
// Bytes: docs in README.md. Integers big-endian. An item that holds nothing (a free place) encodes to no bytes.

#include "core/decide/state.hpp"

namespace cardea {

inline constexpr std::uint8_t item_settings = 0x01;
inline constexpr std::uint8_t item_slot = 0x02;  ///< index: place 0..31
inline constexpr std::uint8_t item_evicted = 0x03;
inline constexpr std::uint8_t item_remembered = 0x04;    ///< index: place 0..63
inline constexpr std::uint8_t item_used_once = 0x05;     ///< index: place 0..63
inline constexpr std::uint8_t item_pool_used = 0x06;     ///< index: indexes index·256..index·256+255
inline constexpr std::uint8_t item_pool_cleared = 0x07;  ///< the same
inline constexpr std::uint8_t item_marks = 0x08;

inline constexpr std::size_t item_size_bytes_max = 44;
inline constexpr std::size_t pool_piece_count = 16;
inline constexpr std::size_t pool_piece_bits = pool_count / pool_piece_count;

/// Every key there is: item_key(0) .. item_key(item_key_count - 1). The settings come first.
inline constexpr std::size_t item_key_count = 1 + slot_count_max + 1 + remembered_count_max + used_once_count_max +
                                              2 * pool_piece_count + 1 + failure_place_count + refund_count_max +
                                              release_decode_count_max + 1;
ItemKey item_key(std::size_t number);

/// Writes the item, at most 44 bytes; none when it holds nothing. kNotFound for a key that is none of these, kFull when `out`
/// is.
Status encode_item(const LockState& state, ItemKey key, ByteWriter& out);
/// Takes an item in, no bytes for nothing. kTooShort, kMalformed (bytes left over, a flag that is neither 0 nor 1),
/// kOutOfRange, kNotFound as above; kStale for codes of another epoch than that of the settings, which are to be left out.
/// After a failure the state is unchanged.
Status decode_item(LockState& state, ItemKey key, ByteSpan in);

}  // namespace cardea
