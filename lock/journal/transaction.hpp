// SPDX-License-Identifier: Apache-2.0
#pragma once
// A transaction: the values to store and the keys to delete that become durable together (spec/journal.md §1).

#include "core/base/bytes.hpp"
#include "core/base/items.hpp"
#include "lock/port/port.hpp"

namespace cardea {

inline constexpr std::size_t journal_record_size_bytes_max = 1'800;  ///< of the entries of one transaction
inline constexpr std::size_t journal_entry_overhead_bytes = 4;
inline constexpr std::size_t journal_value_size_bytes_max = journal_record_size_bytes_max - journal_entry_overhead_bytes;

/// Collects changes; Journal::commit() makes them durable. Its room is its owner's: Transaction, or SizedTransaction.
class BasicTransaction {
 public:
  BasicTransaction(const BasicTransaction&) = delete;
  BasicTransaction& operator=(const BasicTransaction&) = delete;

  /// Stores `value` under `key`; a later put or erase of the same key in this transaction replaces it. `key.kind` is not 0
  /// (asserted). kFull: the transaction would exceed its room (4 an entry and the values); it is unchanged.
  Status put(ItemKey key, ByteSpan value);
  /// Deletes `key`; not an error when there is nothing under it.
  Status erase(ItemKey key);
  /// Forgets everything.
  void clear();

  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// Room for one more value, its 4 bytes of entry already taken off.
  [[nodiscard]] std::size_t room_bytes() const;
  /// The entries as they go into the record. Each key is in it once.
  [[nodiscard]] ByteSpan entries() const { return entries_.first(size_); }

 protected:
  explicit BasicTransaction(MutableByteSpan room) : entries_(room) {}
  ~BasicTransaction() { clear(); }

 private:
  Status append(ItemKey key, std::uint16_t size_field, ByteSpan value);
  /// Where the entry of `key` lies; empty when there is none.
  [[nodiscard]] MutableByteSpan entry_of(ItemKey key);

  MutableByteSpan entries_;
  std::size_t size_ = 0;
};

namespace internal {

template <std::size_t size>
struct TransactionRoom {
  Bytes<size> room{};
};

}  // namespace internal

/// One of a part with few values, on its stack. Wipes itself, because values can be keys.
template <std::size_t size>
class SizedTransaction : internal::TransactionRoom<size>, public BasicTransaction {
  static_assert(size <= journal_record_size_bytes_max);

 public:
  SizedTransaction() : BasicTransaction(this->room) {}
};

/// As large as any may be, 1.8 KB: put it where there is room, and reuse it with clear().
class Transaction final : public SizedTransaction<journal_record_size_bytes_max> {};

/// One entry of a record.
struct JournalEntry {
  ItemKey key;
  bool erased;
  ByteSpan value;
  std::size_t size;  ///< of the whole entry
};
/// The entry at the beginning of `entries`. kTooShort: it ends before the entry does.
Result<JournalEntry> first_entry(ByteSpan entries);

}  // namespace cardea
