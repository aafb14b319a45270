// SPDX-License-Identifier: Apache-2.0
#include "lock/update/slots.hpp"

namespace cardea::update {
namespace {

constexpr ItemKey start_item{0x50, 0};
constexpr ItemKey arriving_item{0x50, 1};
constexpr ItemKey refused_item{0x50, 2};
constexpr std::size_t start_size_bytes = 1 + 1 + 1 + 4;
constexpr std::size_t arriving_size_bytes = 4 + digest_size_bytes + 4;
constexpr std::size_t refused_size_bytes = digest_size_bytes + 1;

/// Reads an item of exactly N bytes; none when there is no such item.
template <std::size_t N, class Journal>
Result<std::optional<Bytes<N>>> load_item(const Journal& journal, ItemKey key) {
  Bytes<N> raw{};
  const Result<std::size_t> size = journal.get(key, raw);
  if (size.status() == Status::kNotFound) return std::optional<Bytes<N>>{};
  if (size.status() == Status::kFull) return Status::kMalformed;
  CARDEA_TRY(size.status());
  if (*size != N) return Status::kMalformed;
  return std::optional<Bytes<N>>{raw};
}

Status put(BasicTransaction& tx, const StartState& state) {
  Bytes<start_size_bytes> raw{};
  ByteWriter out(raw);
  out.u8(state.confirmed);
  out.u8(state.trial);
  out.u8(state.starts_left);
  out.u32(state.floor);
  return tx.put(start_item, raw);
}

Status put(BasicTransaction& tx, const Arriving& arriving) {
  Bytes<arriving_size_bytes> raw{};
  ByteWriter out(raw);
  out.u32(arriving.size_bytes);
  out.bytes(arriving.digest);
  out.u32(arriving.standing_bytes);
  return tx.put(arriving_item, raw);
}

Status put(BasicTransaction& tx, const Refused& refused) {
  Bytes<refused_size_bytes> raw{};
  ByteWriter out(raw);
  out.bytes(refused.digest);
  out.u8(static_cast<std::uint8_t>(refused.why));
  return tx.put(refused_item, raw);
}

Result<StartState> read_start(ByteSpan raw) {
  ByteReader in(raw);
  const StartState state{.confirmed = in.u8(), .trial = in.u8(), .starts_left = in.u8(), .floor = in.u32()};
  const bool trial_good = state.trial == slot_none || (state.trial < slot_count && state.trial != state.confirmed);
  if (state.confirmed >= slot_count || !trial_good || state.starts_left > trial_starts) return Status::kMalformed;
  return state;
}

Arriving read_arriving(ByteSpan raw) {
  ByteReader in(raw);
  return {.size_bytes = in.u32(), .digest = in.array<digest_size_bytes>(), .standing_bytes = in.u32()};
}

Refused read_refused(ByteSpan raw) {
  ByteReader in(raw);
  return {.digest = in.array<digest_size_bytes>(), .why = static_cast<Status>(in.u8())};
}

}  // namespace

Status SlotBytes::read(std::uint32_t offset, MutableByteSpan out) const {
  if (offset > region_.size_bytes || out.size() > region_.size_bytes - offset) return Status::kTooShort;
  return flash_->read(region_.offset + offset, out);
}

Status Slots::mount() {
  CARDEA_TRY(journal_.mount());
  return load();
}

Status Slots::format(const StartState& state) {
  CARDEA_TRY(journal_.format());
  arriving_.reset();
  refused_.reset();
  return commit({.start = state});
}

Status Slots::load() {
  CARDEA_ASSIGN(const auto start, load_item<start_size_bytes>(journal_, start_item));
  CARDEA_ASSIGN(const auto arriving, load_item<arriving_size_bytes>(journal_, arriving_item));
  CARDEA_ASSIGN(const auto refused, load_item<refused_size_bytes>(journal_, refused_item));
  if (!start) return Status::kNotFound;  // its first format was cut short
  CARDEA_ASSIGN(start_, read_start(*start));
  arriving_.reset();
  if (arriving) arriving_ = read_arriving(*arriving);
  refused_.reset();
  if (refused) refused_ = read_refused(*refused);
  return Status::kOk;
}

Status Slots::commit(const Change& change) {
  SizedTransaction<3 * journal_entry_overhead_bytes + start_size_bytes + arriving_size_bytes + refused_size_bytes> tx;
  if (change.start) CARDEA_TRY(put(tx, *change.start));
  if (change.arriving) CARDEA_TRY(put(tx, *change.arriving));
  if (change.ends_arriving) CARDEA_TRY(tx.erase(arriving_item));
  if (change.refused) CARDEA_TRY(put(tx, *change.refused));
  CARDEA_TRY(journal_.commit(tx));
  return load();
}

Result<Image> Slots::verified(const ImageBytes& bytes, std::uint32_t floor) const {
  Result<Image> image = read_image(bytes, port_->hardware);  // the only one there is: beneath it lies a verification
  if (!image) return image;
  if (const Status status = verify_image(bytes, *image, port_->anchors, floor, port_->provider); status != Status::kOk)
    image = status;
  return image;
}

}  // namespace cardea::update
