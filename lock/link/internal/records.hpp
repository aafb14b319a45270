// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reading a run of records for one message; for lock/link only.

#include <algorithm>

#include "core/link/messages.hpp"
#include "lock/log/audit_log.hpp"

namespace cardea {

/// The records from number `from` on, end to end in `buffer`: at most `count_max`, and what fits. Ends before the first one
/// that cannot be read.
inline ByteSpan read_records(const AuditLog& log, std::uint32_t from, std::size_t count_max, MutableByteSpan buffer) {
  count_max = std::min(count_max, buffer.size() / audit::record_size_bytes);
  ByteWriter out(buffer);
  AuditRecordBytes record{};
  for (std::size_t i = 0; i < count_max; ++i) {
    if (log.read(from + static_cast<std::uint32_t>(i), record) != Status::kOk) break;
    out.bytes(record);
  }
  return out.written();
}

}  // namespace cardea
