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

/// Collects changes; Journal::commit() makes them durable. 1.8 KB without pointers: put it where there is room, and reuse it
/// with clear(). Wipes itself, because values can be keys.
class Transaction {
 public:
  Transaction() = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() { clear(); }

  /// Stores `value` under `key`; a later put or erase of the same key in this transaction replaces it. `key.kind` is not 0
  /// (asserted). kFull: the transaction would exceed 1,800 bytes (4 an entry and the values); it is unchanged.
  Status put(ItemKey key, ByteSpan value);
  /// Deletes `key`; not an error when there is nothing under it.
  Status erase(ItemKey key);
  /// Forgets everything.
  void clear();

  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// Bytes of entries.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] ByteSpan entries() const { return ByteSpan(record_).subspan(head_size_bytes, size_); }

  /// For the journal: the whole record around the entries, sealed for its place in flash.
  ByteSpan seal(std::uint32_t sequence, std::uint32_t offset, std::uint32_t granule);

 private:
  static constexpr std::size_t head_size_bytes = 4;
  static constexpr std::size_t tail_size_bytes_max = flash_granule_size_bytes_max - 1 + 4;

  Status append(ItemKey key, std::uint16_t size_field, ByteSpan value);
  void remove(ItemKey key);

  Bytes<head_size_bytes + journal_record_size_bytes_max + tail_size_bytes_max> record_{};
  std::size_t size_ = 0;
};

}  // namespace cardea
