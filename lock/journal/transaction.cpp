// SPDX-License-Identifier: Apache-2.0
#include "lock/journal/transaction.hpp"

#include "core/base/secret.hpp"
#include "lock/journal/internal/record_format.hpp"

namespace cardea {

using namespace journal_format;

Result<JournalEntry> first_entry(ByteSpan entries) {
  ByteReader reader(entries);
  const ItemKey key{reader.u8(), reader.u8()};
  const std::uint16_t size_field = reader.u16();
  const bool erased = size_field == erased_size;
  const ByteSpan value = erased ? ByteSpan() : reader.take(size_field);
  CARDEA_TRY(reader.status());
  return JournalEntry{key, erased, value, entry_head_size_bytes + value.size()};
}

Status BasicTransaction::put(ItemKey key, ByteSpan value) {
  if (value.size() > journal_value_size_bytes_max) return Status::kFull;
  return append(key, static_cast<std::uint16_t>(value.size()), value);
}

Status BasicTransaction::erase(ItemKey key) { return append(key, erased_size, {}); }

void BasicTransaction::clear() {
  wipe(entries_);
  size_ = 0;
}

std::size_t BasicTransaction::room_bytes() const {
  const std::size_t rest = entries_.size() - size_;
  return rest < entry_head_size_bytes ? 0 : rest - entry_head_size_bytes;
}

MutableByteSpan BasicTransaction::entry_of(ItemKey key) {
  for (std::size_t at = 0; at < size_;) {
    const JournalEntry entry = first_entry(entries().subspan(at)).value();  // only append() writes here
    if (entry.key == key) return entries_.subspan(at, entry.size);
    at += entry.size;
  }
  return {};
}

Status BasicTransaction::append(ItemKey key, std::uint16_t size_field, ByteSpan value) {
  CARDEA_ASSERT(key.kind != turn_key.kind);
  const MutableByteSpan old = entry_of(key);
  if (size_ - old.size() + entry_head_size_bytes + value.size() > entries_.size()) return Status::kFull;
  if (!old.empty()) {
    std::copy(old.data() + old.size(), entries_.data() + size_, old.data());
    size_ -= old.size();
  }
  ByteWriter writer(entries_.subspan(size_));
  writer.u8(key.kind);
  writer.u8(key.index);
  writer.u16(size_field);
  writer.bytes(value);
  size_ += writer.size();
  return writer.status();
}

}  // namespace cardea
