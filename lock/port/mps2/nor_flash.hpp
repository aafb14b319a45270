// SPDX-License-Identifier: Apache-2.0
#pragma once
// NOR flash in memory that the emulator keeps in a file: a program clears bits of granules that are blank, an erase sets a
// sector to 0xFF. What an operation wrote is in the file when it returns, and survives the end of the emulator in whatever way;
// the power of the emulator's host it does not promise to survive.

#include "lock/port/mps2/board.hpp"

namespace cardea::mps2 {

class NorFlash final : public Flash {
 public:
  static constexpr std::uint32_t size = 192 * flash_sector_size_bytes;
  static constexpr std::uint32_t granule = 8;

  [[nodiscard]] std::uint32_t size_bytes() const override { return size; }
  [[nodiscard]] std::uint32_t granule_bytes() const override { return granule; }
  Status read(std::uint32_t offset, MutableByteSpan out) override;
  /// kFlashFailed for a granule that is not blank: as chips with ECC do.
  Status program(std::uint32_t offset, ByteSpan in) override;
  Status erase(std::uint32_t offset) override;

  /// The power goes in the middle of operation `operation` from now (1: the next; programs and erases count).
  void cut_at(std::uint64_t operation) { operations_until_cut_ = operation; }

 private:
  std::size_t before_cut(std::size_t size_bytes);
  void end_operation() const;

  std::uint64_t operations_until_cut_ = 0;
  bool cut_now_ = false;
};

}  // namespace cardea::mps2
