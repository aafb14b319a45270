// SPDX-License-Identifier: Apache-2.0
#pragma once
// The audit region: the lock's newest audit records in a ring of flash sectors of its own. Bytes and rules: spec/journal.md
// §3 and §4. What is in a record is its caller's affair, but for the number in its first four bytes.
//
// Allocates nothing; about 550 bytes of its own. One thread.

#include <array>

#include "lock/port/port.hpp"

namespace cardea {

inline constexpr std::size_t audit_record_size_bytes = 44;
inline constexpr std::size_t audit_slot_size_bytes = 48;
inline constexpr std::uint32_t audit_header_size_bytes = 16;
inline constexpr std::uint32_t audit_slots_per_sector =
    (flash_sector_size_bytes - audit_header_size_bytes) / audit_slot_size_bytes;
inline constexpr std::uint32_t audit_sector_count_min = 2;
inline constexpr std::uint32_t audit_sector_count_max = 64;
inline constexpr std::uint32_t audit_record_count_min = 1'000;  ///< held at any time in 64 KiB
static_assert(15 * audit_slots_per_sector >= audit_record_count_min);

using AuditRecordBytes = Bytes<audit_record_size_bytes>;

/// What to do when the ring is full of records without a receipt.
enum class AuditPolicy : std::uint8_t {
  kKeepNewest,  ///< drop the oldest sector and count what is lost
  kRefuse,      ///< append() is kFull; the lock then refuses to open
};

/// What the region holds.
struct AuditState {
  std::uint32_t first_seq;    ///< oldest record held; 0 when it holds none
  std::uint32_t last_seq;     ///< newest record held; 0 when it holds none
  std::uint32_t dropped_seq;  ///< newest record that was dropped, 0 for none
  std::uint32_t lost_count;   ///< of those dropped without a receipt
};

class AuditRegion {
 public:
  /// `region`: 2..64 whole sectors of `flash` (asserted), which nothing else writes. Mount before anything else.
  AuditRegion(Flash& flash, FlashRegion region);
  AuditRegion(const AuditRegion&) = delete;
  AuditRegion& operator=(const AuditRegion&) = delete;

  /// Finds the records; writes nothing. Only a failure of the flash is an error: a region without records is empty.
  Status mount();
  /// Erases everything, oldest first, and is mounted: for a lock that starts anew. Mount before it.
  Status format();

  /// Appends a record; durable on return. Its number must be the last one's + 1, or any above 0 and `dropped_seq` when the
  /// region is empty: else kOutOfRange. `acknowledged_seq`: the newest record with a receipt, as the journal knows it, 0 for
  /// none. kFull: only under kRefuse. kFlashFailed: nobody knows whether it is durable; kNotReady from then on until mounted
  /// again.
  Status append(const AuditRecordBytes& record, AuditPolicy policy, std::uint32_t acknowledged_seq);
  /// True when the next append would be kFull under kRefuse, so that a lock can refuse before it begins to open.
  [[nodiscard]] bool full(std::uint32_t acknowledged_seq) const;
  /// How many more appends kRefuse allows at least, unless slots are torn: what is left of the newest sector, and the next one
  /// if it may be reused.
  [[nodiscard]] std::uint32_t room(std::uint32_t acknowledged_seq) const;

  /// kNotFound: outside first_seq..last_seq. kCorrupt: it was there, and its place is rotten.
  Status read(std::uint32_t seq, AuditRecordBytes& out) const;
  /// What it holds and has lost, a turn that a power cut interrupted included.
  [[nodiscard]] AuditState state(std::uint32_t acknowledged_seq) const;

 private:
  /// A sector of the ring; its sequence follows from its place and the newest one's.
  struct Sector {
    std::uint32_t first_seq = 0;  ///< 0: it holds no record
    std::uint8_t seq_count = 0;   ///< from the first number to the last
    std::uint8_t first_slot = 0;
    std::uint8_t next_slot = 0;
    [[nodiscard]] std::uint32_t last_seq() const { return first_seq == 0 ? 0 : first_seq + seq_count - 1; }
  };
  struct Header {
    std::uint32_t sequence = 0;
    std::uint32_t lost_count = 0;
    std::uint32_t dropped_seq = 0;
  };

  struct Dropped {
    std::uint32_t seq;
    std::uint32_t lost_count;
  };

  [[nodiscard]] std::uint32_t slot_offset(std::uint32_t index, std::uint32_t slot) const;
  [[nodiscard]] std::uint32_t index_of(std::uint32_t sequence) const { return sequence % region_.sector_count(); }
  [[nodiscard]] std::uint32_t sequence_of(std::uint32_t index) const;
  /// kCorrupt: no header of this place.
  Result<Header> read_header(std::uint32_t index) const;
  Status find_newest();
  Status mount_slots(std::uint32_t index);
  void take(std::uint32_t index, std::uint32_t slot, std::uint32_t seq);
  void find_range();
  [[nodiscard]] std::uint32_t first_seq_without(std::uint32_t index) const;
  /// kNotFound: blank. kCorrupt: torn or rotten.
  Status read_slot(std::uint32_t index, std::uint32_t slot, AuditRecordBytes& out) const;
  Status append_to_newest(const AuditRecordBytes& record);
  Status program_slot(std::uint32_t offset, ByteSpan bytes);
  Status turn(std::uint32_t acknowledged_seq);
  [[nodiscard]] bool newest_is_full() const;
  [[nodiscard]] Dropped dropped_before(std::uint32_t first_seq, std::uint32_t acknowledged_seq) const;

  Flash* flash_;
  FlashRegion region_;
  std::array<Sector, audit_sector_count_max> sectors_{};
  std::uint32_t sequence_ = 0;  ///< of the newest sector; 0: none yet
  std::uint32_t first_seq_ = 0;
  std::uint32_t last_seq_ = 0;
  std::uint32_t dropped_seq_ = 0;
  std::uint32_t lost_count_ = 0;
  bool mounted_ = false;
};

}  // namespace cardea
