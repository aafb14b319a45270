// SPDX-License-Identifier: Apache-2.0
#pragma once
// The journal over the checks it relies on. Locks use `Journal` (journal.hpp), which has JournalRules; tests put weaker rules
// in their place to prove that they would notice.

#include <array>

#include "lock/journal/transaction.hpp"

namespace cardea {

inline constexpr std::size_t journal_item_count_max = 640;
inline constexpr std::uint32_t journal_sector_count_min = 4;
inline constexpr std::uint32_t journal_sector_count_max = 64;
inline constexpr std::uint32_t journal_live_bytes_per_sector = 2'048;

/// How much is used, and how much the flash has worn.
struct JournalUsage {
  std::uint32_t live_bytes;      ///< what the values take, each counted as alone in a record
  std::uint32_t live_bytes_max;  ///< a commit beyond it is kFull
  std::uint32_t item_count;
  std::uint32_t item_count_max;
  std::uint32_t free_in_sector_bytes;  ///< before the next turn
  std::uint32_t erase_count;           ///< sectors opened since the format
  std::uint32_t sector_erase_count_max;
};

/// The checks of the shipped journal, as far as a test replaces them.
struct JournalRules {
  /// J5: a record with another crc is none.
  static constexpr bool checks_crc = true;
  /// J6: the size field says where the next record begins; else the last byte that is not 0xFF.
  static constexpr bool ends_records_by_size = true;
  /// J7: nothing is written behind a torn record.
  static constexpr bool seals_torn_tail = true;
  /// J8: live values leave the oldest sector before it is free.
  static constexpr bool copies_live_values = true;
  /// J8: a sector without its turn record does not count.
  static constexpr bool requires_turn_record = true;
  /// J1: one record a transaction; else one an entry.
  static constexpr bool commits_as_one = true;
  /// J2: acknowledges after the last program; else before it.
  static constexpr bool acknowledges_when_durable = true;
};

template <class Rules>
class BasicJournal {
 public:
  /// `region`: 4..64 whole sectors of `flash` (asserted), which nothing else writes. Mount before anything else.
  BasicJournal(Flash& flash, FlashRegion region);
  BasicJournal(const BasicJournal&) = delete;
  BasicJournal& operator=(const BasicJournal&) = delete;

  /// Reads the region and finds every value; writes nothing. kNotFound: no journal here (blank, or its first format was cut
  /// short). kCorrupt: acknowledged values are lost (J10), so the lock must refuse everything but a new activation. Any other
  /// failure is the flash's.
  Status mount();
  /// Makes an empty journal; what was there is erased. The journal is then mounted.
  Status format();
  [[nodiscard]] bool mounted() const { return mounted_; }

  /// Makes `tx` durable as a whole; an empty one is kOk at once. kFull: nothing was written (J11). kNotReady: not mounted, or
  /// an earlier commit failed (J12). kFlashFailed, kCorrupt: nobody knows whether it is durable, and the journal is no longer
  /// mounted; values read as before it. May take up to N - 1 erases, usually none.
  Status commit(Transaction& tx);

  /// Reads the newest value of `key` into the beginning of `out`; its size. kNotFound; kFull when `out` is too small.
  Result<std::size_t> get(ItemKey key, MutableByteSpan out) const;
  [[nodiscard]] bool contains(ItemKey key) const { return find(key) != nullptr; }
  /// Calls `use(ItemKey, std::size_t size)` for every key that has a value, in ascending order. It may get(), not commit().
  template <class Use>
  void for_each(Use&& use) const {
    for (std::size_t i = 0; i < item_count_; ++i) use(items_[i].key, std::size_t{items_[i].size});
  }

  [[nodiscard]] JournalUsage usage() const;

 private:
  struct Item {
    ItemKey key;
    std::uint16_t size;
    std::uint32_t offset;  ///< of the value, in the region
  };
  static_assert(sizeof(Item) == 8);

  struct Header {
    std::uint32_t sequence;
    std::uint32_t erase_count;
  };
  /// A record that was read and found good.
  struct Record {
    std::uint32_t entries_size;
    std::uint32_t size;  ///< with head, padding and crc: where the next begins
  };
  struct Entry {
    ItemKey key;
    std::uint32_t value_offset;  ///< in the region
    std::uint16_t size;
    bool erased;
  };
  struct Turn {
    bool found;
    std::uint32_t previous_end;
  };

  [[nodiscard]] std::uint32_t sector_offset(std::uint32_t sequence) const;
  [[nodiscard]] std::uint32_t oldest_sequence() const;
  [[nodiscard]] std::uint32_t own_cost(std::size_t value_size) const;
  [[nodiscard]] std::uint32_t live_bytes_max() const;

  Status read(std::uint32_t offset, MutableByteSpan out) const;
  Status program(std::uint32_t offset, ByteSpan in);
  Result<Header> read_header(std::uint32_t index) const;
  /// kCorrupt: no good record at this place.
  Result<Record> read_record(std::uint32_t sequence, std::uint32_t at) const;
  Result<Entry> read_entry(std::uint32_t offset, std::uint32_t end) const;
  Result<Turn> find_turn(std::uint32_t sequence) const;
  [[nodiscard]] bool blank_from(std::uint32_t sequence, std::uint32_t at) const;
  [[nodiscard]] bool good_record_from(std::uint32_t sequence, std::uint32_t at) const;

  Status take_sector(std::uint32_t sequence, std::uint32_t end);
  Status take_newest();
  Status take_record(std::uint32_t record_offset, const Record& record);
  Status take_entry(const Entry& entry);

  Status check_limits(const Transaction& tx) const;
  Status commit_checked(Transaction& tx);
  Status commit_one(Transaction& tx);
  Status append(ByteSpan record);
  Status turn();
  Status open_sector(std::uint32_t sequence);
  Status copy_live(std::uint32_t sequence, std::uint32_t end);
  Status copy_record(std::uint32_t source, const Record& record);
  void forget_all();

  [[nodiscard]] const Item* find(ItemKey key) const;
  [[nodiscard]] std::size_t place_of(ItemKey key) const;

  Flash* flash_;
  FlashRegion region_;
  std::uint32_t granule_;
  std::array<Item, journal_item_count_max> items_{};  ///< ascending by key
  std::size_t item_count_ = 0;
  std::uint32_t live_bytes_ = 0;
  std::uint32_t sequence_ = 0;    ///< of the newest sector
  std::uint32_t end_ = 0;         ///< of its records, from the beginning of the sector
  std::uint32_t oldest_end_ = 0;  ///< of the records of the oldest sector
  std::uint32_t erase_max_ = 0;
  bool sealed_ = false;
  bool mounted_ = false;
};

}  // namespace cardea
