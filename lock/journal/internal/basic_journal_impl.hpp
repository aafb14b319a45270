// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bodies of BasicJournal, for the files that instantiate it: journal.cpp, and tests with weaker rules.

#include "core/base/secret.hpp"
#include "lock/journal/internal/basic_journal.hpp"
#include "lock/journal/internal/record_format.hpp"

namespace cardea {

// J11: whatever sector a turn opens, after the copies of an average one the largest record fits.
static_assert(journal_format::header_size_bytes + journal_live_bytes_per_sector +
                  journal_format::record_size(journal_format::turn_entry_size_bytes, flash_granule_size_bytes_max) +
                  journal_format::record_size(journal_record_size_bytes_max, flash_granule_size_bytes_max) <=
              flash_sector_size_bytes);

// ---- Places ---------------------------------------------------------------------------------------------------------------

template <class Rules>
BasicJournal<Rules>::BasicJournal(Flash& flash, FlashRegion region, std::span<JournalItem> index)
    : flash_(&flash), region_(region), granule_(flash.granule_bytes()), items_(index) {
  CARDEA_ASSERT(granule_ == 4 || granule_ == 8 || granule_ == 16);
  CARDEA_ASSERT(region.offset % flash_sector_size_bytes == 0 && region.size_bytes % flash_sector_size_bytes == 0);
  CARDEA_ASSERT(sector_count() >= journal_sector_count_min && sector_count() <= journal_sector_count_max);
  CARDEA_ASSERT(region.offset <= flash.size_bytes() && region.size_bytes <= flash.size_bytes() - region.offset);
}

template <class Rules>
std::uint32_t BasicJournal<Rules>::sector_offset(std::uint32_t sequence) const {
  return sequence % sector_count() * flash_sector_size_bytes;
}

/// The oldest sequence that still counts (J9).
template <class Rules>
std::uint32_t BasicJournal<Rules>::oldest_sequence() const {
  const std::uint32_t older = sector_count() - 2;
  return sequence_ > older ? sequence_ - older : 1;
}

template <class Rules>
std::uint32_t BasicJournal<Rules>::own_cost(std::size_t value_size) const {
  return journal_format::record_size(journal_format::entry_head_size_bytes + value_size, granule_);
}

template <class Rules>
std::uint32_t BasicJournal<Rules>::live_bytes_max() const {
  return (sector_count() - 2) * journal_live_bytes_per_sector;
}

template <class Rules>
std::size_t BasicJournal<Rules>::place_of(ItemKey key) const {
  const std::span<const Item> items = items_.first(item_count_);
  const auto place = std::ranges::lower_bound(items, key, {}, &Item::key);
  return static_cast<std::size_t>(place - items.begin());
}

template <class Rules>
auto BasicJournal<Rules>::find(ItemKey key) const -> const Item* {
  const std::size_t place = place_of(key);
  return place < item_count_ && items_[place].key == key ? &items_[place] : nullptr;
}

// ---- Reading --------------------------------------------------------------------------------------------------------------

/// A key is in a record once (Transaction sees to that), so the first entry is it. It was there when the index took it.
template <class Rules>
auto BasicJournal<Rules>::entry_of(const Item& item) const -> Result<Entry> {
  std::uint32_t offset = item.entries_offset();
  const std::uint32_t end = (offset / flash_sector_size_bytes + 1) * flash_sector_size_bytes;
  for (;;) {
    CARDEA_ASSIGN(const Entry entry, read_entry(offset, end));
    if (entry.key == item.key) return entry;
    offset = entry.end();
  }
}

template <class Rules>
Status BasicJournal<Rules>::read(std::uint32_t offset, MutableByteSpan out) const {
  return flash_->read(region_.offset + offset, out);
}

template <class Rules>
auto BasicJournal<Rules>::read_header(std::uint32_t index) const -> Result<Header> {
  Bytes<journal_format::header_size_bytes> bytes{};
  CARDEA_TRY(read(index * flash_sector_size_bytes, bytes));
  ByteReader reader(bytes);
  const std::uint32_t magic = reader.u32();
  const Header header{reader.u32(), reader.u32()};
  if (magic != journal_format::magic || reader.u32() != crc32(ByteSpan(bytes).first(12))) return Status::kCorrupt;
  if (header.sequence == 0 || header.sequence % sector_count() != index) return Status::kCorrupt;
  return header;
}

template <class Rules>
Status BasicJournal<Rules>::check_header(std::uint32_t sequence) const {
  CARDEA_ASSIGN(const Header& header, read_header(sequence % sector_count()));
  return header.sequence == sequence ? Status::kOk : Status::kCorrupt;
}

template <class Rules>
auto BasicJournal<Rules>::read_record(std::uint32_t sequence, std::uint32_t at) const -> Result<Record> {
  using namespace journal_format;
  if (at + head_size_bytes > flash_sector_size_bytes) return Status::kCorrupt;
  Bytes<head_size_bytes> head{};
  CARDEA_TRY(read(sector_offset(sequence) + at, head));
  ByteReader reader(head);
  const std::uint32_t entries_size = reader.u16();
  if ((entries_size ^ reader.u16()) != 0xFFFF) return Status::kCorrupt;
  if (entries_size < entry_head_size_bytes || entries_size > journal_record_size_bytes_max) return Status::kCorrupt;
  const Record record{sector_offset(sequence) + at + head_size_bytes, entries_size, record_size(entries_size, granule_)};
  if (record.size > flash_sector_size_bytes - at) return Status::kCorrupt;
  if (Rules::checks_crc) CARDEA_TRY(check_crc(sequence, at, record.size));
  CARDEA_TRY(check_entries(record));
  return record;
}

template <class Rules>
Status BasicJournal<Rules>::check_crc(std::uint32_t sequence, std::uint32_t at, std::uint32_t size) const {
  const std::uint32_t begin = sector_offset(sequence) + at;
  const std::uint32_t covered = size - journal_format::crc_size_bytes;
  std::uint32_t crc = journal_format::crc_of_place(sequence, at);
  Secret<64> chunk;
  for (std::uint32_t done = 0; done < covered;) {
    const MutableByteSpan part = MutableByteSpan(chunk.mutable_bytes()).first(std::min<std::size_t>(64, covered - done));
    CARDEA_TRY(read(begin + done, part));
    crc = crc32_more(crc, part);
    done += static_cast<std::uint32_t>(part.size());
  }
  Bytes<journal_format::crc_size_bytes> stored{};
  CARDEA_TRY(read(begin + covered, stored));
  return load_be<std::uint32_t>(stored) == crc ? Status::kOk : Status::kCorrupt;
}

/// The entries fill the record exactly, and kind 0 stands alone: a good crc under anything else is another version's.
template <class Rules>
Status BasicJournal<Rules>::check_entries(const Record& record) const {
  const std::uint32_t end = record.offset + record.entries_size;
  for (std::uint32_t offset = record.offset; offset < end;) {
    CARDEA_ASSIGN(const Entry entry, read_entry(offset, end));
    const bool is_turn = entry.key == journal_format::turn_key && !entry.erased && entry.size == 2;
    const bool alone = record.entries_size == journal_format::turn_entry_size_bytes;
    if (entry.key.kind == journal_format::turn_key.kind && !(is_turn && alone)) return Status::kCorrupt;
    offset = entry.end();
  }
  return Status::kOk;
}

template <class Rules>
auto BasicJournal<Rules>::read_entry(std::uint32_t offset, std::uint32_t end) const -> Result<Entry> {
  using namespace journal_format;
  if (end - offset < entry_head_size_bytes) return Status::kCorrupt;
  Bytes<entry_head_size_bytes> head{};
  CARDEA_TRY(read(offset, head));
  ByteReader reader(head);
  Entry entry{{reader.u8(), reader.u8()}, reader.u16(), false, offset + entry_head_size_bytes};
  if (entry.size == erased_size) {
    entry.erased = true;
    entry.size = 0;
  }
  if (entry.size > end - entry.offset) return Status::kCorrupt;
  return entry;
}

template <class Rules>
Result<std::uint32_t> BasicJournal<Rules>::previous_end(std::uint32_t sequence) const {
  for (std::uint32_t at = journal_format::header_size_bytes;;) {
    const Result<Record> record = read_record(sequence, at);
    if (record.status() == Status::kCorrupt) return Status::kNotFound;
    CARDEA_TRY(record.status());
    CARDEA_ASSIGN(const Entry entry, read_entry(record->offset, record->offset + record->entries_size));
    if (entry.key == journal_format::turn_key) {
      Bytes<2> value{};
      CARDEA_TRY(read(entry.offset, value));
      return std::uint32_t{load_be<std::uint16_t>(value)};
    }
    at += record->size;
  }
}

/// False, too, when something cannot be read there.
template <class Rules>
bool BasicJournal<Rules>::blank_from(std::uint32_t sequence, std::uint32_t at) const {
  Bytes<flash_granule_size_bytes_max> chunk{};
  const MutableByteSpan granule = MutableByteSpan(chunk).first(granule_);
  for (; at < flash_sector_size_bytes; at += granule_) {
    if (read(sector_offset(sequence) + at, granule) != Status::kOk) return false;
    if (std::any_of(granule.begin(), granule.end(), [](std::uint8_t byte) { return byte != 0xFF; })) return false;
  }
  return true;
}

template <class Rules>
bool BasicJournal<Rules>::good_record_after(std::uint32_t sequence, std::uint32_t at) const {
  for (at += granule_; at < flash_sector_size_bytes; at += granule_)
    if (read_record(sequence, at).ok()) return true;
  return false;
}

template <class Rules>
Result<std::size_t> BasicJournal<Rules>::get(ItemKey key, MutableByteSpan out) const {
  const Item* const item = find(key);
  if (item == nullptr) return Status::kNotFound;
  CARDEA_ASSIGN(const Entry entry, entry_of(*item));
  if (out.size() < entry.size) return Status::kFull;
  CARDEA_TRY(read(entry.offset, out.first(entry.size)));
  return std::size_t{entry.size};
}

template <class Rules>
bool BasicJournal<Rules>::contains(ItemKey key) const {
  return find(key) != nullptr;
}

template <class Rules>
JournalUsage BasicJournal<Rules>::usage() const {
  return {.live_bytes = live_bytes_,
          .live_bytes_max = live_bytes_max(),
          .item_count = static_cast<std::uint32_t>(item_count_),
          .item_count_max = static_cast<std::uint32_t>(items_.size()),
          .free_in_sector_bytes = sealed_ ? 0 : flash_sector_size_bytes - end_,
          .turn_count = sequence_,
          .sector_erase_count_max = erase_count_max_};
}

// ---- Mounting -------------------------------------------------------------------------------------------------------------

template <class Rules>
void BasicJournal<Rules>::forget_all() {
  item_count_ = 0;
  live_bytes_ = 0;
  sequence_ = 0;
  end_ = 0;
  erase_count_max_ = 0;
  sealed_ = false;
  mounted_ = false;
}

template <class Rules>
Status BasicJournal<Rules>::mount() {
  forget_all();
  CARDEA_TRY(find_newest());
  for (std::uint32_t sequence = oldest_sequence(); sequence < sequence_; ++sequence) CARDEA_TRY(take_sector(sequence));
  CARDEA_TRY(take_newest());
  mounted_ = true;
  return Status::kOk;
}

/// Sets sequence_ to the newest sector that counts: one with a turn record (J8). Sequence 1 never holds a value (J13).
template <class Rules>
Status BasicJournal<Rules>::find_newest() {
  for (std::uint32_t index = 0; index < sector_count(); ++index) {
    const Result<Header> header = read_header(index);
    if (header.status() == Status::kCorrupt) continue;
    CARDEA_TRY(header.status());
    erase_count_max_ = std::max(erase_count_max_, header->erase_count);
    if (header->sequence <= sequence_) continue;
    const Status status = previous_end(header->sequence).status();
    if (status == Status::kOk || (status == Status::kNotFound && !Rules::requires_turn_record)) sequence_ = header->sequence;
    if (status != Status::kNotFound) CARDEA_TRY(status);
  }
  return sequence_ < 2 ? Status::kNotFound : Status::kOk;
}

/// A sector that is not the newest: good up to the end that the next turn record names (J10).
template <class Rules>
Status BasicJournal<Rules>::take_sector(std::uint32_t sequence) {
  CARDEA_TRY(check_header(sequence));
  Result<std::uint32_t> end = previous_end(sequence + 1);
  if (end.status() == Status::kNotFound && !Rules::requires_turn_record) end = 0u;
  if (end.status() == Status::kNotFound) return Status::kCorrupt;
  CARDEA_TRY(end.status());
  std::uint32_t at = journal_format::header_size_bytes;
  while (at < *end) {
    CARDEA_ASSIGN(const Record record, read_record(sequence, at));
    CARDEA_TRY(take_record(record));
    at += record.size;
  }
  return at == *end || !Rules::requires_turn_record ? Status::kOk : Status::kCorrupt;
}

template <class Rules>
Status BasicJournal<Rules>::take_newest() {
  CARDEA_TRY(check_header(sequence_));
  end_ = journal_format::header_size_bytes;
  for (;;) {
    const Result<Record> record = read_record(sequence_, end_);
    if (record.status() == Status::kCorrupt) break;
    CARDEA_TRY(record.status());
    CARDEA_TRY(take_record(*record));
    end_ += record->size;
  }
  if (!Rules::ends_records_by_size) end_ = last_programmed(sequence_);
  if (blank_from(sequence_, end_)) return Status::kOk;
  if (good_record_after(sequence_, end_)) return Status::kCorrupt;
  sealed_ = Rules::seals_torn_tail;
  return Status::kOk;
}

/// The end of the last granule that is not 0xFF. Only weaker rules use it.
template <class Rules>
std::uint32_t BasicJournal<Rules>::last_programmed(std::uint32_t sequence) const {
  std::uint32_t at = journal_format::header_size_bytes;
  while (at < flash_sector_size_bytes && !blank_from(sequence, at)) at += granule_;
  return at;
}

template <class Rules>
Status BasicJournal<Rules>::take_record(const Record& record) {
  const std::uint32_t end = record.offset + record.entries_size;
  for (std::uint32_t offset = record.offset; offset < end;) {
    CARDEA_ASSIGN(const Entry entry, read_entry(offset, end));
    if (entry.key != journal_format::turn_key) CARDEA_TRY(take_entry(record, entry));
    offset = entry.end();
  }
  return Status::kOk;
}

/// Brings the index up to an entry. kCorrupt: more keys than any lock has, so this was no lock's journal.
template <class Rules>
Status BasicJournal<Rules>::take_entry(const Record& record, const Entry& entry) {
  const std::size_t place = place_of(entry.key);
  Item* const item = items_.data() + place;
  Item* const end = items_.data() + item_count_;
  const bool known = place < item_count_ && item->key == entry.key;
  if (known) {
    CARDEA_ASSIGN(const Entry before, entry_of(*item));
    live_bytes_ -= own_cost(before.size);
  }
  if (entry.erased) {
    if (known) {
      std::copy(item + 1, end, item);
      --item_count_;
    }
    return Status::kOk;
  }
  if (!known) {
    if (item_count_ == items_.size()) return Status::kCorrupt;
    std::copy_backward(item, end, end + 1);
    ++item_count_;
  }
  *item = {entry.key, record.offset};
  live_bytes_ += own_cost(entry.size);
  return Status::kOk;
}

// ---- Writing --------------------------------------------------------------------------------------------------------------

/// Writes one record through a page buffer, so that a program never crosses a page and each granule is programmed once.
template <class Rules>
class BasicJournal<Rules>::RecordWriter {
 public:
  RecordWriter(BasicJournal& journal, std::uint32_t sequence, std::uint32_t at, std::size_t entries_size)
      : journal_(&journal),
        begin_(journal.sector_offset(sequence) + at),
        offset_(begin_),
        size_(journal_format::record_size(entries_size, journal.granule_)),
        crc_(journal_format::crc_of_place(sequence, at)) {
    Bytes<journal_format::head_size_bytes> head{};
    store_be(static_cast<std::uint16_t>(entries_size), head);
    store_be(static_cast<std::uint16_t>(~entries_size), MutableByteSpan(head).subspan(2));
    std::copy(head.begin(), head.end(), page_.mutable_bytes().begin());  // a page has room for a granule at least
    used_ = head.size();
    crc_ = crc32_more(crc_, head);
  }

  Status put(ByteSpan bytes) {
    crc_ = crc32_more(crc_, bytes);
    return put_raw(bytes);
  }
  /// Padding and crc; then the record is in flash.
  Status finish() {
    const Bytes<flash_granule_size_bytes_max> zeros{};
    const std::uint32_t filled = offset_ + used_ - begin_;
    CARDEA_TRY(put(ByteSpan(zeros).first(size_ - journal_format::crc_size_bytes - filled)));
    Bytes<journal_format::crc_size_bytes> crc{};
    store_be(crc_, crc);
    CARDEA_TRY(put_raw(crc));
    return used_ == 0 ? Status::kOk : flush();
  }

 private:
  Status put_raw(ByteSpan bytes) {
    while (!bytes.empty()) {
      const std::size_t room = flash_page_size_bytes - offset_ % flash_page_size_bytes - used_;
      const std::size_t count = std::min(room, bytes.size());
      std::copy_n(bytes.begin(), count, page_.mutable_bytes().begin() + used_);
      used_ += static_cast<std::uint32_t>(count);
      bytes = bytes.subspan(count);
      if (count == room) CARDEA_TRY(flush());
    }
    return Status::kOk;
  }
  Status flush() {
    CARDEA_TRY(journal_->flash_->program(journal_->region_.offset + offset_, ByteSpan(page_.bytes()).first(used_)));
    offset_ += used_;
    used_ = 0;
    return Status::kOk;
  }

  BasicJournal* journal_;
  std::uint32_t begin_;
  std::uint32_t offset_;  ///< in the region, where the page buffer goes
  std::uint32_t size_;
  std::uint32_t crc_;
  Secret<flash_page_size_bytes> page_;
  std::uint32_t used_ = 0;
};

template <class Rules>
Status BasicJournal<Rules>::commit(const BasicTransaction& tx) {
  if (!mounted_) return Status::kNotReady;
  if (tx.empty()) return Status::kOk;
  Status status = check_limits(tx);
  if (status == Status::kFull) return status;
  if (Rules::commits_as_one) {
    if (status == Status::kOk) status = write_and_take(tx.entries());
  } else {
    for (ByteSpan rest = tx.entries(); status == Status::kOk && !rest.empty();) {
      const std::size_t size = first_entry(rest).value().size;
      status = write_and_take(rest.first(size));
      rest = rest.subspan(size);
    }
  }
  if (status != Status::kOk) mounted_ = false;  // J12
  return Rules::acknowledges_when_durable ? status : Status::kOk;
}

template <class Rules>
Status BasicJournal<Rules>::check_limits(const BasicTransaction& tx) const {
  std::size_t item_count = item_count_;
  std::uint32_t live_bytes = live_bytes_;
  for (ByteSpan rest = tx.entries(); !rest.empty();) {
    CARDEA_ASSIGN(const JournalEntry entry, first_entry(rest));
    const Item* const item = find(entry.key);
    if (item != nullptr) {
      CARDEA_ASSIGN(const Entry before, entry_of(*item));
      live_bytes -= own_cost(before.size);
      --item_count;
    }
    if (!entry.erased) {
      live_bytes += own_cost(entry.value.size());
      ++item_count;
    }
    rest = rest.subspan(entry.size);
  }
  if (item_count > items_.size()) return Status::kFull;
  // A transaction that takes nothing more always passes, so that a full journal can be emptied.
  return live_bytes <= live_bytes_max() || live_bytes <= live_bytes_ ? Status::kOk : Status::kFull;
}

template <class Rules>
Status BasicJournal<Rules>::write_and_take(ByteSpan entries) {
  const std::uint32_t size = journal_format::record_size(entries.size(), granule_);
  // A turn or a write a round: at most N - 1 turns until there is room (J11), and one more after a place that refused.
  for (std::uint32_t round = 0; round < 2 * sector_count(); ++round) {
    if (sealed_ || size > flash_sector_size_bytes - end_) {
      CARDEA_TRY(open_sector(sequence_ + 1));
      continue;
    }
    const Status status = append(entries);
    if (status == Status::kOk) return Status::kOk;
    if (status != Status::kFlashFailed && status != Status::kCorrupt) return status;
    sealed_ = Rules::seals_torn_tail;  // J7
  }
  return Status::kFlashFailed;
}

template <class Rules>
Status BasicJournal<Rules>::scrub() {
  if (!mounted_) return Status::kNotReady;
  Status status = Status::kOk;
  for (std::uint32_t turn = 0; turn < sector_count() && status == Status::kOk; ++turn) status = open_sector(sequence_ + 1);
  mounted_ = status == Status::kOk;
  return status;
}

template <class Rules>
Status BasicJournal<Rules>::append(ByteSpan entries) {
  RecordWriter writer(*this, sequence_, end_, entries.size());
  CARDEA_TRY(writer.put(entries));
  CARDEA_TRY(writer.finish());
  CARDEA_ASSIGN(const Record record, written_record(sequence_, end_, entries.size()));
  CARDEA_TRY(take_record(record));
  end_ += record.size;
  return Status::kOk;
}

/// J2: what was just written, read back.
template <class Rules>
auto BasicJournal<Rules>::written_record(std::uint32_t sequence, std::uint32_t at, std::size_t entries_size) const
    -> Result<Record> {
  CARDEA_ASSIGN(const Record record, read_record(sequence, at));
  if (record.entries_size != entries_size) return Status::kCorrupt;
  return record;
}

/// The turn (J8): erase, header, copies, turn record. Cut anywhere, the sector does not count and is erased again.
template <class Rules>
Status BasicJournal<Rules>::open_sector(std::uint32_t sequence) {
  if (sequence == 0) return Status::kFull;  // 2^32 turns
  // An unreadable header says nothing of the sector's wear; the most worn one's is the careful guess.
  const Result<Header> old = read_header(sequence % sector_count());
  const std::uint32_t erase_count = 1 + (old.ok() ? old->erase_count : erase_count_max_);
  CARDEA_TRY(flash_->erase(region_.offset + sector_offset(sequence)));
  CARDEA_TRY(write_header(sequence, erase_count));
  std::uint32_t at = journal_format::header_size_bytes;
  if (sequence >= sector_count() && Rules::copies_live_values) CARDEA_TRY(copy_live(sequence, at));
  CARDEA_TRY(write_turn_record(sequence, at));
  erase_count_max_ = std::max(erase_count_max_, erase_count);
  sequence_ = sequence;
  end_ = at;
  sealed_ = false;
  return Status::kOk;
}

template <class Rules>
Status BasicJournal<Rules>::write_header(std::uint32_t sequence, std::uint32_t erase_count) {
  Bytes<journal_format::header_size_bytes> header{};
  ByteWriter writer(header);
  writer.u32(journal_format::magic);
  writer.u32(sequence);
  writer.u32(erase_count);
  writer.u32(crc32(ByteSpan(header).first(12)));
  CARDEA_TRY(flash_->program(region_.offset + sector_offset(sequence), header));
  CARDEA_ASSIGN(const Header& written, read_header(sequence % sector_count()));
  return written.sequence == sequence ? Status::kOk : Status::kCorrupt;
}

/// Closes the turn to `sequence` at `at`, and moves `at` behind it.
template <class Rules>
Status BasicJournal<Rules>::write_turn_record(std::uint32_t sequence, std::uint32_t& at) {
  Bytes<journal_format::turn_entry_size_bytes> entry{};
  ByteWriter out(entry);
  out.u8(journal_format::turn_key.kind);
  out.u8(journal_format::turn_key.index);
  out.u16(2);
  out.u16(static_cast<std::uint16_t>(sequence == 1 ? 0 : end_));
  RecordWriter writer(*this, sequence, at, entry.size());
  CARDEA_TRY(writer.put(entry));
  CARDEA_TRY(writer.finish());
  CARDEA_ASSIGN(const Record record, written_record(sequence, at, entry.size()));
  at += record.size;
  return Status::kOk;
}

/// Copies what lives in the sector that the turn to `sequence` frees, from `at` on, and moves `at` behind it. A copy is never
/// larger than its record, so it fits.
template <class Rules>
Status BasicJournal<Rules>::copy_live(std::uint32_t sequence, std::uint32_t& at) {
  const std::uint32_t source = sequence + 1 - sector_count();
  CARDEA_ASSIGN(const std::uint32_t end, previous_end(source + 1));
  for (std::uint32_t from = journal_format::header_size_bytes; from < end;) {
    CARDEA_ASSIGN(const Record record, read_record(source, from));
    CARDEA_ASSIGN(const std::uint32_t live_size, live_size_of(record));
    if (live_size != 0) CARDEA_TRY(copy_record(record, live_size, sequence, at));
    from += record.size;
  }
  return Status::kOk;
}

template <class Rules>
bool BasicJournal<Rules>::is_live(const Record& record, const Entry& entry) const {
  const Item* const item = find(entry.key);
  return item != nullptr && !entry.erased && item->entries_offset() == record.offset;
}

template <class Rules>
Result<std::uint32_t> BasicJournal<Rules>::live_size_of(const Record& record) const {
  const std::uint32_t end = record.offset + record.entries_size;
  std::uint32_t live_size = 0;
  for (std::uint32_t offset = record.offset; offset < end;) {
    CARDEA_ASSIGN(const Entry entry, read_entry(offset, end));
    if (is_live(record, entry)) live_size += journal_format::entry_head_size_bytes + entry.size;
    offset = entry.end();
  }
  return live_size;
}

template <class Rules>
Status BasicJournal<Rules>::copy_record(const Record& record, std::uint32_t live_size, std::uint32_t sequence,
                                        std::uint32_t& at) {
  const std::uint32_t end = record.offset + record.entries_size;
  RecordWriter writer(*this, sequence, at, live_size);
  for (std::uint32_t offset = record.offset; offset < end;) {
    CARDEA_ASSIGN(const Entry entry, read_entry(offset, end));
    if (is_live(record, entry)) CARDEA_TRY(copy_bytes(offset, entry.end(), writer));
    offset = entry.end();
  }
  CARDEA_TRY(writer.finish());
  CARDEA_ASSIGN(const Record copy, written_record(sequence, at, live_size));
  CARDEA_TRY(take_record(copy));
  at += copy.size;
  return Status::kOk;
}

template <class Rules>
Status BasicJournal<Rules>::copy_bytes(std::uint32_t begin, std::uint32_t end, RecordWriter& writer) const {
  Secret<64> chunk;
  while (begin < end) {
    const MutableByteSpan part = MutableByteSpan(chunk.mutable_bytes()).first(std::min<std::size_t>(64, end - begin));
    CARDEA_TRY(read(begin, part));
    CARDEA_TRY(writer.put(part));
    begin += static_cast<std::uint32_t>(part.size());
  }
  return Status::kOk;
}

template <class Rules>
Status BasicJournal<Rules>::format() {
  forget_all();
  CARDEA_TRY(erase_all());
  CARDEA_TRY(open_sector(1));
  CARDEA_TRY(open_sector(2));
  mounted_ = true;
  return Status::kOk;
}

/// J13: what has no good header first, then from the oldest to the newest.
template <class Rules>
Status BasicJournal<Rules>::erase_all() {
  constexpr std::uint32_t done = 0xFFFFFFFF;
  std::array<std::uint32_t, journal_sector_count_max> order{};  // 0: no good header
  for (std::uint32_t index = 0; index < sector_count(); ++index) {
    const Result<Header> header = read_header(index);
    if (header.ok()) order[index] = header->sequence;
    if (header.ok()) erase_count_max_ = std::max(erase_count_max_, header->erase_count + 1);
  }
  for (std::uint32_t round = 0; round < sector_count(); ++round) {
    const auto next = std::min_element(order.begin(), order.begin() + sector_count());
    const auto index = static_cast<std::uint32_t>(next - order.begin());
    CARDEA_TRY(flash_->erase(region_.offset + index * flash_sector_size_bytes));
    *next = done;
  }
  return Status::kOk;
}

}  // namespace cardea
