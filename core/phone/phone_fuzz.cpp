// SPDX-License-Identifier: Apache-2.0
// Any bytes as a schedule: what is read is within its limits, and written again it is the same bytes.
#include <vector>

#include "core/phone/phone.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cardea;
  phone::ScheduleReader reader({data, size});
  const Result<phone::ScheduleHead> head = reader.open();
  if (!head.ok()) return 0;
  std::vector<std::uint8_t> again(size + phone::schedule_head_size_bytes);
  ByteWriter writer(again);
  phone::write_head(writer, *head);
  for (std::size_t i = 0; i < head->entry_count; ++i) {
    const Result<phone::ScheduleEntry> entry = reader.next();
    if (!entry.ok()) return 0;
    CARDEA_ASSERT(entry->keys.size() <= 32 * phone::hour_count_max && entry->door.size() <= phone::door_name_size_bytes_max);
    phone::write_entry(writer, *entry);
  }
  if (reader.finish() != Status::kOk) return 0;
  const ByteSpan written = writer.written();
  CARDEA_ASSERT(written.size() == size && std::equal(written.begin(), written.end(), data));
  return 0;
}
