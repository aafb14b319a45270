// SPDX-License-Identifier: Apache-2.0
#include "lock/audit/audit_region.hpp"

#include "core/base/crc32.hpp"

namespace cardea {
namespace {

using SlotBytes = Bytes<audit_slot_size_bytes>;

std::uint32_t header_crc(ByteSpan header) {
  return crc32_more(crc32(ascii("CAU1")), header.first(audit_header_size_bytes - 4));
}

std::uint32_t slot_crc(std::uint32_t sequence, std::uint32_t slot, ByteSpan record) {
  Bytes<8> place{};
  store_be(sequence, place);
  store_be(slot, MutableByteSpan(place).subspan(4));
  return crc32_more(crc32(place), record);
}

std::uint32_t seq_of(const AuditRecordBytes& record) { return load_be<std::uint32_t>(record); }

}  // namespace

AuditRegion::AuditRegion(Flash& flash, FlashRegion region) : flash_(&flash), region_(region) {
  CARDEA_ASSERT(audit_slot_size_bytes % flash.granule_bytes() == 0 && audit_header_size_bytes % flash.granule_bytes() == 0);
  CARDEA_ASSERT(region.offset % flash_sector_size_bytes == 0 && region.size_bytes % flash_sector_size_bytes == 0);
  CARDEA_ASSERT(region.sector_count() >= audit_sector_count_min && region.sector_count() <= audit_sector_count_max);
  CARDEA_ASSERT(region.offset <= flash.size_bytes() && region.size_bytes <= flash.size_bytes() - region.offset);
}

std::uint32_t AuditRegion::slot_offset(std::uint32_t index, std::uint32_t slot) const {
  return region_.offset + index * flash_sector_size_bytes + audit_header_size_bytes +
         slot * static_cast<std::uint32_t>(audit_slot_size_bytes);
}

/// The newest sequence up to the newest of all that falls on this place.
std::uint32_t AuditRegion::sequence_of(std::uint32_t index) const {
  return sequence_ - (index_of(sequence_) + region_.sector_count() - index) % region_.sector_count();
}

Status AuditRegion::mount() {
  sectors_ = {};
  mounted_ = false;
  CARDEA_TRY(find_newest());
  for (std::uint32_t index = 0; index < region_.sector_count(); ++index) CARDEA_TRY(mount_slots(index));
  find_range();
  mounted_ = true;
  return Status::kOk;
}

auto AuditRegion::read_header(std::uint32_t index) const -> Result<Header> {
  Bytes<audit_header_size_bytes> bytes{};
  CARDEA_TRY(flash_->read(region_.offset + index * flash_sector_size_bytes, bytes));
  ByteReader reader(bytes);
  const Header header{.sequence = reader.u32(), .lost_count = reader.u32(), .dropped_seq = reader.u32()};
  if (reader.u32() != header_crc(bytes) || header.sequence == 0 || index_of(header.sequence) != index) return Status::kCorrupt;
  return header;
}

Status AuditRegion::find_newest() {
  Header newest;
  for (std::uint32_t index = 0; index < region_.sector_count(); ++index) {
    const Result<Header> header = read_header(index);
    if (header.status() == Status::kCorrupt) continue;
    CARDEA_TRY(header.status());
    if (header->sequence > newest.sequence) newest = *header;
  }
  sequence_ = newest.sequence;
  lost_count_ = newest.lost_count;
  dropped_seq_ = newest.dropped_seq;
  return Status::kOk;
}

/// Finds the records of a sector and its first slot after the last one in use. A sector older than the ring is left over from
/// an interrupted erase, and holds nothing.
Status AuditRegion::mount_slots(std::uint32_t index) {
  const Result<Header> header = read_header(index);
  if (header.status() == Status::kCorrupt) return Status::kOk;
  CARDEA_TRY(header.status());
  if (header->sequence != sequence_of(index)) return Status::kOk;
  for (std::uint32_t slot = 0; slot < audit_slots_per_sector; ++slot) {
    AuditRecordBytes record{};
    const Status status = read_slot(index, slot, record);
    if (status == Status::kNotFound) continue;
    sectors_[index].next_slot = static_cast<std::uint8_t>(slot + 1);
    if (status == Status::kCorrupt) continue;
    CARDEA_TRY(status);
    take(index, slot, seq_of(record));
  }
  return Status::kOk;
}

/// A number that cannot stand in this sector is passed over.
void AuditRegion::take(std::uint32_t index, std::uint32_t slot, std::uint32_t seq) {
  Sector& sector = sectors_[index];
  sector.next_slot = static_cast<std::uint8_t>(slot + 1);
  if (sector.first_seq == 0) {
    sector.first_seq = seq;
    sector.first_slot = static_cast<std::uint8_t>(slot);
  }
  if (seq < sector.first_seq || seq - sector.first_seq >= audit_slots_per_sector) return;
  sector.seq_count = static_cast<std::uint8_t>(seq - sector.first_seq + 1);
}

void AuditRegion::find_range() {
  first_seq_ = first_seq_without(region_.sector_count());
  last_seq_ = 0;
  for (const Sector& sector : sectors_) last_seq_ = std::max(last_seq_, sector.last_seq());
}

/// The oldest record held outside the sector at `index`, or 0.
std::uint32_t AuditRegion::first_seq_without(std::uint32_t index) const {
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < region_.sector_count(); ++i) {
    const std::uint32_t seq = sectors_[i].first_seq;
    if (i != index && seq != 0 && (first == 0 || seq < first)) first = seq;
  }
  return first;
}

Status AuditRegion::read_slot(std::uint32_t index, std::uint32_t slot, AuditRecordBytes& out) const {
  SlotBytes bytes{};
  CARDEA_TRY(flash_->read(slot_offset(index, slot), bytes));
  if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0xFF; })) return Status::kNotFound;
  const ByteSpan record = ByteSpan(bytes).first(audit_record_size_bytes);
  const auto stored = load_be<std::uint32_t>(ByteSpan(bytes).subspan(audit_record_size_bytes));
  if (stored != slot_crc(sequence_of(index), slot, record)) return Status::kCorrupt;
  std::copy(record.begin(), record.end(), out.begin());
  return seq_of(out) == 0 ? Status::kCorrupt : Status::kOk;
}

Status AuditRegion::read(std::uint32_t seq, AuditRecordBytes& out) const {
  if (seq == 0 || seq < first_seq_ || seq > last_seq_) return Status::kNotFound;
  for (std::uint32_t index = 0; index < region_.sector_count(); ++index) {
    const Sector& sector = sectors_[index];
    if (sector.first_seq == 0 || seq < sector.first_seq || seq > sector.last_seq()) continue;
    // Torn slots only ever push a record further back than its number says.
    for (std::uint32_t slot = sector.first_slot + (seq - sector.first_seq); slot < sector.next_slot; ++slot) {
      AuditRecordBytes record{};
      const Status status = read_slot(index, slot, record);
      if (status == Status::kFlashFailed) return status;
      if (status != Status::kOk || seq_of(record) != seq) continue;
      out = record;
      return Status::kOk;
    }
  }
  return Status::kCorrupt;
}

Status AuditRegion::append(const AuditRecordBytes& record, AuditPolicy policy, std::uint32_t acknowledged_seq) {
  if (!mounted_) return Status::kNotReady;
  const std::uint32_t seq = seq_of(record);
  if (last_seq_ != 0 ? seq != last_seq_ + 1 : seq <= dropped_seq_) return Status::kOutOfRange;
  if (policy == AuditPolicy::kRefuse && full(acknowledged_seq)) return Status::kFull;
  mounted_ = false;  // until it is known to be durable
  if (newest_is_full()) CARDEA_TRY(turn(acknowledged_seq));
  Status status = append_to_newest(record);
  if (status == Status::kFull) {  // the last slots of the sector were torn, or refused
    if (policy == AuditPolicy::kRefuse && full(acknowledged_seq)) {
      mounted_ = true;
      return Status::kFull;
    }
    CARDEA_TRY(turn(acknowledged_seq));
    status = append_to_newest(record);
  }
  CARDEA_TRY(status);
  mounted_ = true;
  return Status::kOk;
}

/// kFull: no slot of the newest sector took it.
Status AuditRegion::append_to_newest(const AuditRecordBytes& record) {
  const std::uint32_t index = index_of(sequence_);
  Sector& sector = sectors_[index];
  while (sector.next_slot < audit_slots_per_sector) {
    const std::uint32_t slot = sector.next_slot++;
    SlotBytes bytes{};
    ByteWriter writer(bytes);
    writer.bytes(record);
    writer.u32(slot_crc(sequence_, slot, record));
    const Status status = program_slot(slot_offset(index, slot), bytes);
    if (status != Status::kOk && status != Status::kFlashFailed) return status;
    AuditRecordBytes written{};
    if (status != Status::kOk || read_slot(index, slot, written) != Status::kOk || written != record) continue;  // J16
    take(index, slot, seq_of(record));
    last_seq_ = seq_of(record);
    if (first_seq_ == 0) first_seq_ = last_seq_;
    return Status::kOk;
  }
  return Status::kFull;
}

/// A slot can lie on two pages.
Status AuditRegion::program_slot(std::uint32_t offset, ByteSpan bytes) {
  const std::uint32_t room = flash_page_size_bytes - offset % flash_page_size_bytes;
  if (bytes.size() <= room) return flash_->program(offset, bytes);
  CARDEA_TRY(flash_->program(offset, bytes.first(room)));
  return flash_->program(offset + room, bytes.subspan(room));
}

bool AuditRegion::newest_is_full() const {
  return sequence_ == 0 || sectors_[index_of(sequence_)].next_slot == audit_slots_per_sector;
}

bool AuditRegion::full(std::uint32_t acknowledged_seq) const {
  return newest_is_full() && sectors_[index_of(sequence_ + 1)].last_seq() > acknowledged_seq;
}

std::uint32_t AuditRegion::room(std::uint32_t acknowledged_seq) const {
  const bool may_turn = sectors_[index_of(sequence_ + 1)].last_seq() <= acknowledged_seq;
  const std::uint32_t used = sequence_ == 0 ? audit_slots_per_sector : sectors_[index_of(sequence_)].next_slot;
  return audit_slots_per_sector - used + (may_turn ? audit_slots_per_sector : 0);
}

Status AuditRegion::turn(std::uint32_t acknowledged_seq) {
  const std::uint32_t sequence = sequence_ + 1;
  if (sequence == 0) return Status::kFull;  // 2^32 turns
  const std::uint32_t index = index_of(sequence);
  const Dropped dropped = dropped_before(first_seq_without(index), acknowledged_seq);
  Bytes<audit_header_size_bytes> header{};
  ByteWriter writer(header);
  writer.u32(sequence);
  writer.u32(dropped.lost_count);
  writer.u32(dropped.seq);
  writer.u32(header_crc(header));
  sectors_[index] = {};
  CARDEA_TRY(flash_->erase(region_.offset + index * flash_sector_size_bytes));
  CARDEA_TRY(flash_->program(region_.offset + index * flash_sector_size_bytes, header));
  sequence_ = sequence;
  dropped_seq_ = dropped.seq;
  lost_count_ = dropped.lost_count;
  find_range();
  return Status::kOk;
}

/// What is gone when `first_seq` is the oldest record that remains (0: none does), counted on from the newest header (J19).
AuditRegion::Dropped AuditRegion::dropped_before(std::uint32_t first_seq, std::uint32_t acknowledged_seq) const {
  const std::uint32_t seq = std::max(dropped_seq_, first_seq == 0 ? last_seq_ : first_seq - 1);
  const std::uint32_t counted = std::max(dropped_seq_, acknowledged_seq);
  return {.seq = seq, .lost_count = lost_count_ + (seq > counted ? seq - counted : 0)};
}

AuditState AuditRegion::state(std::uint32_t acknowledged_seq) const {
  const Dropped dropped = dropped_before(first_seq_, acknowledged_seq);
  return {.first_seq = first_seq_, .last_seq = last_seq_, .dropped_seq = dropped.seq, .lost_count = dropped.lost_count};
}

Status AuditRegion::format() {
  mounted_ = false;
  const std::uint32_t newest = index_of(sequence_);
  for (std::uint32_t i = 1; i <= region_.sector_count(); ++i)
    CARDEA_TRY(flash_->erase(region_.offset + index_of(newest + i) * flash_sector_size_bytes));
  return mount();
}

}  // namespace cardea
