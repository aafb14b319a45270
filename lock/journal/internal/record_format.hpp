// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sizes and checks of a journal record (spec/journal.md §1).

#include "core/base/crc32.hpp"
#include "lock/journal/transaction.hpp"

namespace cardea::journal_format {

inline constexpr std::uint32_t magic = 0x434A3031;  // "CJ01"
inline constexpr std::uint32_t header_size_bytes = 16;
inline constexpr std::uint32_t head_size_bytes = 4;
inline constexpr std::uint32_t crc_size_bytes = 4;
inline constexpr std::uint32_t entry_head_size_bytes = journal_entry_overhead_bytes;
inline constexpr std::uint16_t erased_size = 0xFFFF;
inline constexpr ItemKey turn_key{0, 0};
inline constexpr std::uint32_t turn_entry_size_bytes = entry_head_size_bytes + 2;
static_assert(header_size_bytes % flash_granule_size_bytes_max == 0);

/// What a record with so many bytes of entries takes in flash.
constexpr std::uint32_t record_size(std::size_t entries_size, std::uint32_t granule) {
  const std::uint32_t bare = head_size_bytes + static_cast<std::uint32_t>(entries_size) + crc_size_bytes;
  return (bare + granule - 1) / granule * granule;
}

/// The crc of a record's place, to go on with its bytes.
constexpr std::uint32_t crc_of_place(std::uint32_t sequence, std::uint32_t at) {
  Bytes<8> place{};
  store_be(sequence, place);
  store_be(at, MutableByteSpan(place).subspan(4));
  return crc32(place);
}

}  // namespace cardea::journal_format
