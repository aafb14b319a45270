// SPDX-License-Identifier: Apache-2.0
#include "lock/testing/sim_flash.hpp"

#include <algorithm>
#include <numeric>

namespace cardea::testing {

const char* name_of(FlashModel model) { return model == FlashModel::kPlain ? "plain" : "ecc"; }

const char* name_of(TornPattern pattern) {
  switch (pattern) {
    case TornPattern::kNothing: return "nothing";
    case TornPattern::kPrefix: return "prefix";
    case TornPattern::kRandom: return "random";
    case TornPattern::kAll: return "all";
  }
  return "unknown";
}

SimFlash::SimFlash(const SimFlashOptions& options)
    : options_(options),
      bytes_(options.size_bytes, 0xFF),
      granules_(options.size_bytes / options.granule_bytes, Granule::kErased),
      half_erased_(options.size_bytes / flash_sector_size_bytes, false),
      random_(options.seed),
      erase_counts_(options.size_bytes / flash_sector_size_bytes, 0) {
  CARDEA_ASSERT(options.size_bytes % flash_sector_size_bytes == 0);
}

void SimFlash::cut_at(std::uint64_t operation, TornPattern pattern) {
  cut_at_ = operation == 0 ? 0 : operation_count_ + operation;
  pattern_ = pattern;
}

void SimFlash::restore_power() {
  power_was_cut_ = false;
  cut_at_ = 0;
  reset_counts();
}

void SimFlash::reset_counts() {
  operation_count_ = 0;
  programmed_bytes_ = 0;
  std::ranges::fill(erase_counts_, 0u);
}

std::uint64_t SimFlash::erase_count() const {
  return std::accumulate(erase_counts_.begin(), erase_counts_.end(), std::uint64_t{0});
}

void SimFlash::note_misuse(const char* what, std::uint32_t offset) {
  if (misuse_.empty()) misuse_ = std::string(what) + " at flash offset " + std::to_string(offset);
}

Status SimFlash::misused(const char* what, std::uint32_t offset) {
  note_misuse(what, offset);
  return Status::kOutOfRange;
}

bool SimFlash::reads_blank(std::uint32_t offset) const {
  const auto begin = bytes_.begin() + offset;
  return std::all_of(begin, begin + options_.granule_bytes, [](std::uint8_t byte) { return byte == 0xFF; });
}

/// Counts an operation; true when the power goes during it.
bool SimFlash::power_goes_now() {
  ++operation_count_;
  power_was_cut_ = operation_count_ == cut_at_;
  return power_was_cut_;
}

Status SimFlash::read(std::uint32_t offset, MutableByteSpan out) {
  if (power_was_cut_) return Status::kFlashFailed;
  if (offset > options_.size_bytes || out.size() > options_.size_bytes - offset) return misused("read past the end", offset);
  if (out.empty()) return Status::kOk;
  const std::size_t first = offset / options_.granule_bytes;
  const std::size_t last = (offset + out.size() - 1) / options_.granule_bytes;
  for (std::size_t i = first; i <= last; ++i)
    if (granules_[i] == Granule::kUnreadable) return Status::kCorrupt;
  std::copy_n(bytes_.begin() + offset, out.size(), out.begin());
  return Status::kOk;
}

Status SimFlash::program(std::uint32_t offset, ByteSpan in) {
  if (power_was_cut_) return Status::kFlashFailed;
  const std::uint32_t granule = options_.granule_bytes;
  if (offset % granule != 0 || in.size() % granule != 0 || in.empty()) return misused("program of half a granule", offset);
  if (offset >= options_.size_bytes) return misused("program past the end", offset);
  if (offset % flash_page_size_bytes + in.size() > flash_page_size_bytes) return misused("program across a page", offset);
  const bool refused = refuses(offset, in);
  if (power_goes_now()) {
    if (!refused) tear_program(offset, in);
    return Status::kFlashFailed;
  }
  if (refused) return Status::kFlashFailed;
  programmed_bytes_ += in.size();
  for (std::uint32_t at = 0; at < in.size(); at += granule) program_granule(offset + at, in.subspan(at, granule));
  return Status::kOk;
}

/// Notes what the caller should have known, and says whether the chip refuses.
bool SimFlash::refuses(std::uint32_t offset, ByteSpan in) {
  if (half_erased_[offset / flash_sector_size_bytes]) note_misuse("program after an erase that was cut short", offset);
  bool refused = false;
  for (std::uint32_t at = 0; at < in.size(); at += options_.granule_bytes) {
    const Granule state = granule_at(offset + at);
    if (!reads_blank(offset + at) || state == Granule::kUnreadable) note_misuse("second program", offset + at);
    if (options_.model == FlashModel::kEcc && state != Granule::kErased) refused = true;
  }
  return refused;
}

void SimFlash::program_granule(std::uint32_t offset, ByteSpan in) {
  for (std::uint32_t i = 0; i < in.size(); ++i) bytes_[offset + i] &= in[i];
  granule_at(offset) = Granule::kUsed;
}

void SimFlash::tear_program(std::uint32_t offset, ByteSpan in) {
  const std::uint32_t granule = options_.granule_bytes;
  const std::uint32_t half = static_cast<std::uint32_t>(in.size()) / granule / 2 * granule;
  for (std::uint32_t at = 0; at < in.size(); at += granule) {
    const ByteSpan part = in.subspan(at, granule);
    switch (pattern_) {
      case TornPattern::kNothing:
        if (options_.model == FlashModel::kEcc) granule_at(offset + at) = Granule::kUsed;
        break;
      case TornPattern::kPrefix:
        if (at < half) program_granule(offset + at, part);
        if (at == half) tear_granule(offset + at, part);
        break;
      case TornPattern::kRandom: tear_granule(offset + at, part); break;
      case TornPattern::kAll: program_granule(offset + at, part); break;
    }
  }
}

/// Some of the bits; with ECC the granule may also be whole, untouched, used up but blank, or unreadable.
void SimFlash::tear_granule(std::uint32_t offset, ByteSpan in) {
  enum Fate : std::uint64_t { kBits, kWhole, kUntouched, kBlank, kUnreadable, kFateCount };
  const std::uint64_t fate = options_.model == FlashModel::kEcc ? random_.below(kFateCount) : std::uint64_t{kBits};
  if (fate == kWhole) program_granule(offset, in);
  if (fate == kWhole || fate == kUntouched) return;
  granule_at(offset) = fate == kUnreadable ? Granule::kUnreadable : Granule::kUsed;
  if (fate == kBlank) return;
  for (std::uint32_t i = 0; i < in.size(); ++i) bytes_[offset + i] &= static_cast<std::uint8_t>(in[i] | random_.byte());
}

Status SimFlash::erase(std::uint32_t offset) {
  if (power_was_cut_) return Status::kFlashFailed;
  if (offset % flash_sector_size_bytes != 0 || offset >= options_.size_bytes) return misused("erase of half a sector", offset);
  if (power_goes_now()) {
    tear_erase(offset);
    return Status::kFlashFailed;
  }
  ++erase_counts_[offset / flash_sector_size_bytes];
  half_erased_[offset / flash_sector_size_bytes] = false;
  for (std::uint32_t at = 0; at < flash_sector_size_bytes; at += options_.granule_bytes) erase_granule(offset + at);
  return Status::kOk;
}

void SimFlash::erase_granule(std::uint32_t offset) {
  std::fill_n(bytes_.begin() + offset, options_.granule_bytes, std::uint8_t{0xFF});
  granule_at(offset) = Granule::kErased;
}

/// Whatever the sector looks like then, it must be erased again before it is programmed.
void SimFlash::tear_erase(std::uint32_t offset) {
  if (pattern_ == TornPattern::kNothing) return;
  half_erased_[offset / flash_sector_size_bytes] = true;
  for (std::uint32_t at = 0; at < flash_sector_size_bytes; at += options_.granule_bytes) {
    const bool first_half = at < flash_sector_size_bytes / 2;
    if (pattern_ == TornPattern::kAll || (pattern_ == TornPattern::kPrefix && first_half)) erase_granule(offset + at);
    if (pattern_ == TornPattern::kRandom) tear_erase_of_granule(offset + at);
  }
}

void SimFlash::tear_erase_of_granule(std::uint32_t offset) {
  enum Fate : std::uint64_t { kUntouched, kErased, kBits, kUnreadable };
  const std::uint64_t fate = random_.below(options_.model == FlashModel::kEcc ? 4 : 3);
  if (fate == kErased) erase_granule(offset);
  if (fate == kUnreadable) granule_at(offset) = Granule::kUnreadable;
  if (fate != kBits) return;
  for (std::uint32_t i = 0; i < options_.granule_bytes; ++i) bytes_[offset + i] |= random_.byte();
}

}  // namespace cardea::testing
