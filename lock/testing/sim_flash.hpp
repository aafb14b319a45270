// SPDX-License-Identifier: Apache-2.0
#pragma once
// Flash in memory that can lose power at any operation. Host only. A copy is a snapshot.

#include <cstdint>
#include <string>
#include <vector>

#include "lock/port/port.hpp"
#include "lock/testing/random.hpp"

namespace cardea::testing {

/// What a chip does with a write that power cut short.
enum class FlashModel : std::uint8_t {
  kPlain,  ///< NOR: some of the bits are written; a second program clears more of them
  kEcc,    ///< a torn granule is used up even if it reads 0xFF, may be unreadable, and a second program is refused
};

/// How much of the operation is done during which the power goes.
enum class TornPattern : std::uint8_t {
  kNothing,  ///< nothing to see (with ECC the granules are used up)
  kPrefix,   ///< the first half, then one granule torn
  kRandom,   ///< any of the bits (plain), each granule in any state (ECC)
  kAll,      ///< all of it, only that nobody heard
};
inline constexpr TornPattern torn_patterns[] = {TornPattern::kNothing, TornPattern::kPrefix, TornPattern::kRandom,
                                                TornPattern::kAll};

const char* name_of(FlashModel model);
const char* name_of(TornPattern pattern);

struct SimFlashOptions {
  std::uint32_t size_bytes = 4 * flash_sector_size_bytes;
  std::uint32_t granule_bytes = 8;
  FlashModel model = FlashModel::kPlain;
  std::uint64_t seed = 1;
};

/// Begins as blank, freshly erased flash.
class SimFlash final : public Flash {
 public:
  explicit SimFlash(const SimFlashOptions& options);

  /// The power goes during operation `operation` from now, 1 being the next; 0: it stays. Operations are programs and
  /// erases. From the cut on every call is kFlashFailed and nothing changes.
  void cut_at(std::uint64_t operation, TornPattern pattern);
  [[nodiscard]] bool power_was_cut() const { return power_was_cut_; }
  /// The power is back, and no cut is planned. Counts from 0 again.
  void restore_power();

  /// Since the power came back or reset_counts().
  [[nodiscard]] std::uint64_t operation_count() const { return operation_count_; }
  [[nodiscard]] std::uint64_t programmed_bytes() const { return programmed_bytes_; }
  [[nodiscard]] std::uint64_t erase_count() const;
  [[nodiscard]] const std::vector<std::uint64_t>& erase_counts() const { return erase_counts_; }  ///< by sector
  void reset_counts();

  /// The first thing the caller did that no flash forgives: a second program of a granule, a program in a sector whose
  /// erase was cut short, a broken contract. Empty: nothing.
  [[nodiscard]] const std::string& misuse() const { return misuse_; }

  /// The bytes, for tests that bring flash into a state of their own or search it.
  [[nodiscard]] std::vector<std::uint8_t>& bytes() { return bytes_; }

  [[nodiscard]] std::uint32_t size_bytes() const override { return options_.size_bytes; }
  [[nodiscard]] std::uint32_t granule_bytes() const override { return options_.granule_bytes; }
  Status read(std::uint32_t offset, MutableByteSpan out) override;
  Status program(std::uint32_t offset, ByteSpan in) override;
  Status erase(std::uint32_t offset) override;

 private:
  enum class Granule : std::uint8_t { kErased, kUsed, kUnreadable };

  bool power_goes_now();
  void note_misuse(const char* what, std::uint32_t offset);
  Status misused(const char* what, std::uint32_t offset);
  bool refuses(std::uint32_t offset, ByteSpan in);
  void program_granule(std::uint32_t offset, ByteSpan in);
  void erase_granule(std::uint32_t offset);
  void tear_program(std::uint32_t offset, ByteSpan in);
  void tear_granule(std::uint32_t offset, ByteSpan in);
  void tear_erase(std::uint32_t offset);
  void tear_erase_of_granule(std::uint32_t offset);
  [[nodiscard]] bool reads_blank(std::uint32_t offset) const;
  Granule& granule_at(std::uint32_t offset) { return granules_[offset / options_.granule_bytes]; }

  SimFlashOptions options_;
  std::vector<std::uint8_t> bytes_;
  std::vector<Granule> granules_;
  std::vector<bool> half_erased_;  ///< by sector: its last erase was cut short
  Random random_;
  std::uint64_t cut_at_ = 0;
  TornPattern pattern_ = TornPattern::kNothing;
  bool power_was_cut_ = false;
  std::uint64_t operation_count_ = 0;
  std::uint64_t programmed_bytes_ = 0;
  std::vector<std::uint64_t> erase_counts_;
  std::string misuse_;
};

}  // namespace cardea::testing
