// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the days of a busy lock wear its flash.

#include <cstdint>

namespace cardea::testing {

/// Cycles of the most worn sector, in ten years.
struct Wear {
  double journal = 0;
  double audit = 0;
};

inline constexpr int wear_events_per_day = 100;

/// Plays `days` of a protected lock with 32 slots, 64 KiB of journal and 64 KiB of records: its door opens for 100 one-time
/// codes a day, two records each, and the platform sets its clock once. The days before, in which its flash comes into its
/// stride, do not count.
Wear wear_of_ten_years(int days);

}  // namespace cardea::testing
