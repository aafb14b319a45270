// SPDX-License-Identifier: Apache-2.0
#pragma once
// The board's CMSDK watchdog. A program that does not feed it for a while gets an NMI, and after as long again the board starts
// anew, whatever the program does. Once started it cannot be stopped but by a reset.

#include "lock/port/mps2/board.hpp"

namespace cardea::mps2 {

class Watchdog {
 public:
  /// Until the NMI. Longer than anything that a lock computes at one go, the signature of an image that has arrived included.
  static constexpr std::uint32_t patience_ms = 8'000;

  static void start();
  /// Does nothing before start().
  static void feed();
};

}  // namespace cardea::mps2
