// SPDX-License-Identifier: Apache-2.0
#pragma once
// The journal over the checks it relies on. Locks use `Journal` (journal.hpp), which has JournalRules; tests put weaker rules
// in their place to prove that they would notice.

#include <array>
#include <span>

#include "lock/journal/transaction.hpp"

namespace cardea {

inline constexpr std::size_t journal_item_count_max = 512;
inline constexpr std::uint32_t journal_sector_count_min = 4;
inline constexpr std::uint32_t journal_sector_count_max = 64;
inline constexpr std::uint32_t journal_live_bytes_per_sector = 2'048;

/// How much is used, and how much the flash has worn.
struct JournalUsage {
  std::uint32_t live_bytes;      ///< what the values take, each counted as alone in a record
  std::uint32_t live_bytes_max;  ///< a commit beyond it is kFull
  std::uint32_t item_count;
  std::uint32_t item_count_max;
  std::uint32_t free_in_sector_bytes;    ///< before the next turn
  std::uint32_t turn_count;              ///< sectors opened since the format, one erase each
  std::uint32_t sector_erase_count_max;  ///< erases of the most worn sector, over formats too
};

/// The checks of the shipped journal, as far as tests replace them.
struct JournalRules {
  static constexpr bool checks_crc = true;                 ///< J5: a record with another crc is none
  static constexpr bool ends_records_by_size = true;       ///< J6; else the last byte that is not 0xFF ends the log
  static constexpr bool seals_torn_tail = true;            ///< J7
  static constexpr bool copies_live_values = true;         ///< J8
  static constexpr bool requires_turn_record = true;       ///< J8; else a header is enough
  static constexpr bool commits_as_one = true;             ///< J1; else a record an entry
  static constexpr bool acknowledges_when_durable = true;  ///< J2; else always
};

/// In which record the newest value of a key lies, in 4 bytes. A journal keeps one for each key that has a value.
class JournalItem {
 public:
  constexpr JournalItem() = default;
  /// `entries_offset`: of the entries of the record, in the region.
  constexpr JournalItem(ItemKey its_key, std::uint32_t entries_offset)
      : key(its_key), place_(static_cast<std::uint16_t>(entries_offset / flash_granule_size_bytes_min)) {}

  [[nodiscard]] constexpr std::uint32_t entries_offset() const { return place_ * flash_granule_size_bytes_min; }

  ItemKey key;

 private:
  static_assert(journal_sector_count_max * flash_sector_size_bytes <= 0x10000 * flash_granule_size_bytes_min);

  std::uint16_t place_ = 0;  ///< records begin at whole granules, and their heads are as long as the smallest
};
static_assert(sizeof(JournalItem) == 4);

template <class Rules>
class BasicJournal {
 public:
  /// `region`: 4..64 whole sectors of `flash` (asserted), which nothing else writes. `index`: room for as many keys as may have
  /// a value; outlives the journal. Mount before anything else.
  BasicJournal(Flash& flash, FlashRegion region, std::span<JournalItem> index);
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
  Status commit(const BasicTransaction& tx);

  /// J22: once round the ring, so that nothing which was deleted or replaced can be read from the chip any more. N erases. Not
  /// kOk: as commit(); cut short, everything that lives still does.
  Status scrub();

  /// Reads the newest value of `key` into the beginning of `out`; its size. kNotFound; kFull when `out` is too small.
  Result<std::size_t> get(ItemKey key, MutableByteSpan out) const;
  [[nodiscard]] bool contains(ItemKey key) const;
  /// Calls `use(ItemKey)` for every key that has a value, in ascending order. It may get(), not commit().
  template <class Use>
  void for_each(Use&& use) const {
    for (std::size_t i = 0; i < item_count_; ++i) use(items_[i].key);
  }

  [[nodiscard]] JournalUsage usage() const;

 private:
  class RecordWriter;
  using Item = JournalItem;
  struct Header {
    std::uint32_t sequence;
    std::uint32_t erase_count;
  };
  /// A record that was read and found good.
  struct Record {
    std::uint32_t offset;  ///< of its entries, in the region
    std::uint32_t entries_size;
    std::uint32_t size;  ///< with head, padding and crc: where the next begins
  };
  struct Entry {
    ItemKey key;
    std::uint16_t size;
    bool erased;
    std::uint32_t offset;  ///< of the value, in the region
    [[nodiscard]] std::uint32_t end() const { return offset + size; }
  };

  [[nodiscard]] std::uint32_t sector_count() const { return region_.sector_count(); }
  [[nodiscard]] std::uint32_t sector_offset(std::uint32_t sequence) const;
  [[nodiscard]] std::uint32_t oldest_sequence() const;
  [[nodiscard]] std::uint32_t own_cost(std::size_t value_size) const;
  [[nodiscard]] std::uint32_t live_bytes_max() const;

  Status read(std::uint32_t offset, MutableByteSpan out) const;
  Result<Header> read_header(std::uint32_t index) const;
  Status check_header(std::uint32_t sequence) const;
  /// kCorrupt: no good record at this place.
  Result<Record> read_record(std::uint32_t sequence, std::uint32_t at) const;
  Status check_crc(std::uint32_t sequence, std::uint32_t at, std::uint32_t size) const;
  Status check_entries(const Record& record) const;
  Result<Entry> read_entry(std::uint32_t offset, std::uint32_t end) const;
  /// Where the records of the sector before end, as the turn record of `sequence` says. kNotFound: no turn record.
  Result<std::uint32_t> previous_end(std::uint32_t sequence) const;
  [[nodiscard]] bool blank_from(std::uint32_t sequence, std::uint32_t at) const;
  [[nodiscard]] bool good_record_after(std::uint32_t sequence, std::uint32_t at) const;
  [[nodiscard]] std::uint32_t last_programmed(std::uint32_t sequence) const;

  Status find_newest();
  Status take_sector(std::uint32_t sequence);
  Status take_newest();
  Status take_record(const Record& record);
  Status take_entry(const Record& record, const Entry& entry);

  Status check_limits(const BasicTransaction& tx) const;
  Status write_and_take(ByteSpan entries);
  Status append(ByteSpan entries);
  Result<Record> written_record(std::uint32_t sequence, std::uint32_t at, std::size_t entries_size) const;
  Status open_sector(std::uint32_t sequence);
  Status write_header(std::uint32_t sequence, std::uint32_t erase_count);
  Status write_turn_record(std::uint32_t sequence, std::uint32_t& at);
  Status copy_live(std::uint32_t sequence, std::uint32_t& at);
  Status copy_record(const Record& record, std::uint32_t live_size, std::uint32_t sequence, std::uint32_t& at);
  Status copy_bytes(std::uint32_t begin, std::uint32_t end, RecordWriter& writer) const;
  [[nodiscard]] bool is_live(const Record& record, const Entry& entry) const;
  Result<std::uint32_t> live_size_of(const Record& record) const;
  Status erase_all();
  void forget_all();

  [[nodiscard]] std::size_t place_of(ItemKey key) const;
  [[nodiscard]] const Item* find(ItemKey key) const;
  /// The newest value of an item's key.
  Result<Entry> entry_of(const Item& item) const;

  Flash* flash_;
  FlashRegion region_;
  std::uint32_t granule_;
  std::span<Item> items_;  ///< ascending by key
  std::size_t item_count_ = 0;
  std::uint32_t live_bytes_ = 0;
  std::uint32_t sequence_ = 0;  ///< of the newest sector
  std::uint32_t end_ = 0;       ///< of its records, from the beginning of the sector
  std::uint32_t erase_count_max_ = 0;
  bool sealed_ = false;
  bool mounted_ = false;
};

template <std::size_t count>
struct JournalIndex {
  std::array<JournalItem, count> items{};
};
/// A journal with its index: 4 bytes a key.
template <class Rules, std::size_t item_count_max = journal_item_count_max>
class SizedJournal : private JournalIndex<item_count_max>, public BasicJournal<Rules> {
 public:
  SizedJournal(Flash& flash, FlashRegion region) : BasicJournal<Rules>(flash, region, this->items) {}
};

}  // namespace cardea
