// SPDX-License-Identifier: Apache-2.0
// Hostile schedule sets: what is taken can be walked at any moment, and encodes to the same bytes.
#include <algorithm>

#include "core/schedule/schedule.hpp"

namespace {

using namespace cardea;

/// Reads a schedule back by asking for its state, as nothing but state_at() does.
void check_walk(const ScheduleSet& set, std::uint8_t number, UnixSeconds now) {
  const ScheduleState state = set.state_at(number, now);
  if (now >= set.known_until(number) && state != ScheduleState::kUnknown) __builtin_trap();
  if (state != set.state_at(number, {now.value / 60 * 60})) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 8) return 0;
  const UnixSeconds now{load_be<std::uint64_t>({data, 8}) >> 24};
  const ByteSpan input(data + 8, size - 8);
  static ScheduleSet set;
  if (set.assign(input) != Status::kOk) return 0;
  if (!std::ranges::equal(set.bytes(), input)) __builtin_trap();
  for (std::uint8_t number = 0; number <= set.count() + 1; ++number) check_walk(set, number, now);
  return 0;
}
