// SPDX-License-Identifier: Apache-2.0
#include "core/factory/batch.hpp"

namespace cardea::factory {
namespace {

constexpr auto magic = ascii("CFB1");
constexpr auto signature_prefix = ascii("cardea.batch.v1");
constexpr std::size_t signature_size_bytes = sizeof(P256Signature);

/// What the maker signs of these bytes.
Result<Bytes<signature_prefix.size() + digest_size_bytes>> signature_input(ByteSpan batch, Provider& provider) {
  Bytes<signature_prefix.size() + digest_size_bytes> input{};
  std::ranges::copy(signature_prefix, input.begin());
  CARDEA_TRY(provider.sha256(batch, std::span(input).last<digest_size_bytes>()));
  return input;
}

Entry entry_at(ByteSpan entries, std::size_t i) {
  ByteReader in(entries.subspan(i * batch_entry_size_bytes, batch_entry_size_bytes));
  Entry entry;
  entry.lock = {in.array<lock_id_size_bytes>()};
  entry.lock_class = static_cast<link::LockClass>(in.u8());
  entry.identity = in.array<64>();
  entry.made_at = in.u64();
  return entry;
}

ByteSpan identity_at(ByteSpan entries, std::size_t i) {
  return entries.subspan(i * batch_entry_size_bytes + lock_id_size_bytes + 1, 64);
}

/// MF1. There is no room to sort identities: 10,000 of them are 50 million looks at, mostly, one byte.
Status check_entries(ByteSpan entries) {
  const std::size_t count = entries.size() / batch_entry_size_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const Entry entry = entry_at(entries, i);
    if (entry.lock_class > link::LockClass::kProtected) return Status::kMalformed;
    if (i > 0 && entry_at(entries, i - 1).lock.value >= entry.lock.value) return Status::kMalformed;
    for (std::size_t j = 0; j < i; ++j)
      if (std::ranges::equal(identity_at(entries, j), entry.identity)) return Status::kMalformed;
  }
  return Status::kOk;
}

}  // namespace

Entry Batch::entry(std::size_t i) const {
  CARDEA_ASSERT(i < size());
  return entry_at(entries_, i);
}

std::optional<Entry> Batch::find(const LockId& lock) const {
  std::size_t first = 0;
  for (std::size_t count = size(); count > 0;) {
    const std::size_t half = count / 2;
    const Entry found = entry(first + half);
    if (found.lock == lock) return found;
    if (found.lock.value < lock.value) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return std::nullopt;
}

Result<std::size_t> write_batch(const Maker& maker, std::span<const Entry> entries, KeyHandle maker_key, Provider& provider,
                                MutableByteSpan out) {
  if (entries.empty() || entries.size() > batch_entry_count_max) return Status::kOutOfRange;
  ByteWriter writer(out);
  writer.bytes(magic);
  writer.bytes(maker.vendor);
  writer.bytes(maker.device_class);
  writer.u32(static_cast<std::uint32_t>(entries.size()));
  for (const Entry& entry : entries) {
    writer.bytes(entry.lock.value);
    writer.u8(static_cast<std::uint8_t>(entry.lock_class));
    writer.bytes(entry.identity);
    writer.u64(entry.made_at);
  }
  CARDEA_TRY(writer.status());
  CARDEA_TRY(check_entries(writer.written().subspan(batch_head_size_bytes)));
  CARDEA_ASSIGN(const auto input, signature_input(writer.written(), provider));
  P256Signature signature{};
  CARDEA_TRY(provider.p256_sign(maker_key, input, signature));
  writer.bytes(signature);
  CARDEA_TRY(writer.status());
  return writer.size();
}

Result<Batch> open_batch(ByteSpan bytes, const P256Point& maker_key, Provider& provider) {
  ByteReader in(bytes);
  const auto head = in.array<magic.size()>();
  Maker maker;
  maker.vendor = in.array<16>();
  maker.device_class = in.array<16>();
  const std::uint32_t count = in.u32();
  CARDEA_TRY(in.status());
  if (head != magic || count == 0 || count > batch_entry_count_max) return Status::kMalformed;
  const ByteSpan entries = in.take(count * batch_entry_size_bytes);
  const P256Signature signature = in.array<signature_size_bytes>();
  CARDEA_TRY(in.finish());
  CARDEA_ASSIGN(const auto input, signature_input(bytes.first(bytes.size() - signature_size_bytes), provider));
  CARDEA_TRY(provider.p256_verify(maker_key, input, signature));
  CARDEA_TRY(check_entries(entries));
  return Batch(maker, entries);
}

}  // namespace cardea::factory
