// SPDX-License-Identifier: Apache-2.0
#include "core/session/stream.hpp"

namespace cardea::session {

Result<Stream> Stream::start(Provider& provider, const Agreement& agreement) {
  CARDEA_ASSIGN(Records records, Records::open(provider, {.out_secret = agreement.out, .in_secret = agreement.in}));
  CARDEA_TRY(records.reserve(record_number_count));
  return Stream(std::move(records));
}

Result<std::size_t> Stream::seal(ByteSpan plain, MutableByteSpan record) {
  if (over_) return Status::kNotReady;
  const Result<std::size_t> size = records_.seal(plain, record);
  if (size.status() != Status::kFull) return size;
  CARDEA_TRY(rekey());
  return records_.seal(plain, record);
}

Status Stream::rekey() {
  if (over_) return Status::kNotReady;
  CARDEA_TRY(records_.rekey());
  return records_.reserve(record_number_count);
}

/// The one after the newest of its epoch, or the first of the epoch after.
bool Stream::is_next(ByteSpan record) const {
  const RecordState& state = records_.state();
  const std::uint8_t next_type = record_type | state.in_epoch;
  const auto head = load_be<std::uint32_t>(record);
  return head == (std::uint32_t{next_type} << 24 | state.in_end) ||
         (state.in_epoch < epoch_max && head == (std::uint32_t{next_type} + 1) << 24);
}

Result<std::size_t> Stream::take(ByteSpan record, MutableByteSpan plain) {
  if (over_) return Status::kNotReady;
  over_ = true;  // until the record has proved itself
  if (record.size() < record_overhead_bytes) return Status::kTooShort;
  if (!is_next(record)) return Status::kStale;
  CARDEA_ASSIGN(const std::size_t size, records_.take(record, plain));
  over_ = false;
  return size;
}

}  // namespace cardea::session
