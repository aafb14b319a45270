// SPDX-License-Identifier: Apache-2.0
// Mounts flash that somebody else wrote (J14, J21): half of the inputs as they are, half as edits of a real journal, so that
// the fuzzer gets past the checksums. Whatever mounts must read, take a commit, and mount again with the same values.
#include "core/base/testing/fuzz.hpp"
#include "lock/audit/audit_region.hpp"
#include "lock/journal/journal.hpp"
#include "lock/testing/journal_scenarios.hpp"

namespace {

using namespace cardea;
using namespace cardea::testing;

constexpr std::uint32_t flash_size = 4 * flash_sector_size_bytes;

/// A journal and its flash after some 40 commits, made once for each granule.
const SimFlash& lived_in(std::uint32_t granule) {
  static const auto make = [](std::uint32_t size) {
    SimFlash flash({.size_bytes = flash_size, .granule_bytes = size});
    Journal journal(flash, {0, flash_size});
    require(journal.format() == Status::kOk);
    Random random(5);
    for (int i = 0; i < 40; ++i)
      require(commit(journal, {{{0x10, static_cast<std::uint8_t>(i % 7)},
                                random_value(random, 20u + 40u * static_cast<unsigned>(i % 9))}}) == Status::kOk);
    return flash;
  };
  static const SimFlash flashes[] = {make(4), make(8), make(16)};
  return flashes[granule == 4 ? 0 : granule == 8 ? 1 : 2];
}

/// Edits: offset u16, count u8, bytes.
void edit(SimFlash& flash, ByteReader& reader) {
  while (reader.rest().size() > 3) {
    const std::uint32_t offset = reader.u16() % flash_size;
    const ByteSpan bytes = reader.take(std::min<std::size_t>(reader.u8(), reader.rest().size()));
    for (std::size_t i = 0; i < bytes.size() && offset + i < flash_size; ++i) flash.bytes()[offset + i] = bytes[i];
  }
}

void try_journal(SimFlash flash) {
  Journal journal(flash, {0, flash_size});
  if (journal.mount() != Status::kOk) {
    require(journal.format() == Status::kOk);
    return;
  }
  const std::optional<Values> before = contents(journal);
  require(before.has_value());
  const Step step{{{0x7F, 1}, Value{1, 2, 3}}};
  const Status status = commit(journal, step);
  if (status != Status::kOk) return;  // full, or a second program because the edit wrote into free space
  require(contents(journal) == after(*before, step));
  Journal again(flash, {0, flash_size});
  require(again.mount() == Status::kOk && contents(again) == after(*before, step));
}

void try_audit(SimFlash flash) {
  AuditRegion region(flash, {0, flash_size});
  require(region.mount() == Status::kOk);
  const AuditState state = region.state(0);
  AuditRecordBytes record{};
  for (std::uint32_t seq = state.first_seq; seq != 0 && seq <= state.last_seq && seq - state.first_seq < 400; ++seq)
    if (region.read(seq, record) == Status::kOk) require(load_be<std::uint32_t>(record) == seq);
  if (state.last_seq == 0xFFFFFFFF) return;
  store_be(std::max(state.last_seq, state.dropped_seq) + 1, record);
  AuditRecordBytes read_back{};
  if (region.append(record, AuditPolicy::kKeepNewest, 0) == Status::kOk)
    require(region.read(load_be<std::uint32_t>(record), read_back) == Status::kOk && read_back == record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader(ByteSpan(data, size));
  const std::uint8_t choice = reader.u8();
  const std::uint32_t granule = 4u << (choice >> 1) % 3;
  SimFlash flash = lived_in(granule);
  if ((choice & 1) != 0) flash = SimFlash({.size_bytes = flash_size, .granule_bytes = granule});
  edit(flash, reader);
  try_journal(flash);
  try_audit(flash);
  return 0;
}
