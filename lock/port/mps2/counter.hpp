// SPDX-License-Identifier: Apache-2.0
#pragma once
// The board's RTC on its back-up battery. The host's clock counts, while the emulator runs and while it does not; the registers
// that a battery would keep (how far the counter is from that clock, and whether it was lost) are a page of the flash's file.

#include "lock/port/mps2/board.hpp"

namespace cardea::mps2 {

class BackedCounter final : public SecondsCounter {
 public:
  BackedCounter();
  [[nodiscard]] std::uint64_t seconds() override;
  [[nodiscard]] bool kept() override { return kept_; }

  /// Jumps ahead, as if that much time had passed at once.
  void advance(std::uint64_t seconds);
  /// The back-up was empty: it starts from 0, and the next start says so.
  void lose();

 private:
  void rebase(std::uint64_t counter, bool lost);

  std::uint64_t last_ = 0;
  bool kept_ = true;
};

}  // namespace cardea::mps2
