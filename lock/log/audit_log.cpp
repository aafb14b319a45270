// SPDX-License-Identifier: Apache-2.0
#include "lock/log/audit_log.hpp"

#include <algorithm>

#include "lock/items.hpp"

namespace cardea {
namespace {

constexpr std::size_t chain_size_bytes = 4 + KeyBytes::size_bytes;

/// A number of the journal; 0 when it is not there.
Result<std::uint32_t> load_number(const Journal& journal, ItemKey key) {
  Bytes<4> bytes{};
  const Result<std::size_t> size = journal.get(key, bytes);
  if (!size.ok()) return size.error() == Status::kNotFound ? Result<std::uint32_t>(0u) : size.error();
  if (*size != bytes.size()) return Status::kCorrupt;
  return load_be<std::uint32_t>(bytes);
}

}  // namespace

Status AuditLog::start(const LockId& lock) {
  started_ = false;
  lock_ = lock;
  Secret<chain_size_bytes> stored;
  const Result<std::size_t> size = journal_->get(chain_item, stored.mutable_bytes());
  if (!size.ok()) return size.error() == Status::kNotFound ? Status::kNotReady : size.error();
  if (*size != chain_size_bytes) return Status::kCorrupt;
  ByteReader in(stored.bytes());
  chain_.next_seq = in.u32();
  chain_.key = KeyBytes(in.array<KeyBytes::size_bytes>());
  stored_seq_ = chain_.next_seq;
  CARDEA_ASSIGN(receipt_seq_, load_number(*journal_, receipt_item));
  CARDEA_ASSIGN(lost_seq_, load_number(*journal_, lost_item));
  CARDEA_TRY(take_up_region());
  started_ = true;
  return Status::kOk;
}

Status AuditLog::take_up_region() {
  const AuditState held = region_->state(receipt_seq_);
  const std::uint32_t newest = std::max(held.last_seq, held.dropped_seq);
  missing_seq_ = 0;
  if (newest + 1 >= chain_.next_seq) return audit::skip_to(*provider_, chain_, newest + 1);
  missing_seq_ = chain_.next_seq - 1;
  return region_->format();
}

Result<std::uint32_t> AuditLog::append(audit::Record record) {
  if (full()) return Status::kFull;
  return append_outcome(record);
}

Result<std::uint32_t> AuditLog::append_outcome(audit::Record record) {
  if (!started_) return Status::kNotReady;
  CARDEA_TRY(report_loss(record));
  CARDEA_TRY(append_sealed(record));
  CARDEA_TRY(report_loss(record));
  return record.seq;
}

bool AuditLog::full() const { return policy_ == AuditPolicy::kRefuse && region_->room(receipt_seq_) < log_reserve_count; }

/// After a failure nobody knows whether the record is there, and the chain has moved: nothing more until start().
Status AuditLog::append_sealed(audit::Record& record) {
  started_ = false;
  if (chain_.next_seq - stored_seq_ >= chain_behind_max) CARDEA_TRY(store_chain());
  CARDEA_TRY(audit::seal(*provider_, lock_, chain_, record));
  CARDEA_TRY(region_->append(audit::encode(record), policy_, receipt_seq_));
  started_ = true;
  return Status::kOk;
}

Status AuditLog::report_loss(const audit::Record& beside) {
  const std::uint32_t gone = std::max(region_->state(receipt_seq_).dropped_seq, missing_seq_);
  const std::uint32_t told = std::max(receipt_seq_, lost_seq_);
  if (gone <= told) return Status::kOk;
  audit::Record loss{.time = beside.time, .quality = beside.quality, .kind = audit::Kind::kRecordsLost};
  ByteWriter detail(loss.detail);
  detail.u32(told + 1);
  detail.u32(gone);
  CARDEA_TRY(append_sealed(loss));
  CARDEA_TRY(store_number(lost_item, gone));
  lost_seq_ = gone;
  return Status::kOk;
}

Status AuditLog::store_chain() {
  Secret<chain_size_bytes> bytes;
  ByteWriter out(bytes.mutable_bytes());
  out.u32(chain_.next_seq);
  out.bytes(chain_.key.bytes());
  scratch_->clear();
  CARDEA_TRY(scratch_->put(chain_item, bytes.bytes()));
  CARDEA_TRY(journal_->commit(*scratch_));
  stored_seq_ = chain_.next_seq;
  return Status::kOk;
}

Status AuditLog::store_number(ItemKey key, std::uint32_t number) {
  Bytes<4> bytes{};
  store_be(number, bytes);
  scratch_->clear();
  CARDEA_TRY(scratch_->put(key, bytes));
  return journal_->commit(*scratch_);
}

Status AuditLog::acknowledge(std::uint32_t seq) {
  if (seq <= receipt_seq_) return Status::kOk;
  CARDEA_TRY(store_number(receipt_item, seq));
  receipt_seq_ = seq;
  return Status::kOk;
}

std::optional<audit::Record> AuditLog::newest() const {
  const std::uint32_t seq = region_->state(receipt_seq_).last_seq;
  AuditRecordBytes bytes{};
  if (seq == 0 || region_->read(seq, bytes) != Status::kOk) return std::nullopt;
  const Result<audit::Record> record = audit::decode(bytes);
  return record.ok() ? std::optional(*record) : std::nullopt;
}

LogState AuditLog::state() const {
  const AuditState held = region_->state(receipt_seq_);
  LogState state{.first_seq = held.first_seq, .last_seq = held.last_seq, .receipt_seq = receipt_seq_};
  if (const std::optional<audit::Record> record = newest()) state.last_tag = record->tag;
  return state;
}

}  // namespace cardea
