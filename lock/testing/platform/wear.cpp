// SPDX-License-Identifier: Apache-2.0
#include "lock/testing/platform/wear.hpp"

#include <algorithm>

#include "lock/testing/platform/sim_lock.hpp"

namespace cardea::testing {
namespace {

constexpr int days_before = 20;  // the audit region is full, and the journal has gone round
constexpr int days_of_ten_years = 3'652;
constexpr std::uint32_t journal_sector_count = sim_journal_size_bytes / flash_sector_size_bytes;

void play_day(SimDoor& door) {
  for (int event = 0; event < wear_events_per_day; ++event) {
    door.world.counter.advance(seconds_per_day / wear_events_per_day);
    door.lock->poll();
    CARDEA_ASSERT(door.lock->enter(door.platform.app_code(door.now())).verdict == Verdict::kGranted);
  }
  CARDEA_ASSERT(door.lock->take_time({door.now().value, 100, 200}, audit::Method::kPlatform) == Status::kOk);
}

double of_ten_years(std::uint64_t erases, int days) { return static_cast<double>(erases) * days_of_ten_years / days; }

}  // namespace

Wear wear_of_ten_years(int days) {
  SimDoor door(link::LockClass::kProtected);
  for (std::uint8_t slot = 1; slot < slot_count_max; ++slot) door.platform.set_slot(slot, 0, false, true);
  door.activate();
  for (int day = 0; day < days_before; ++day) play_day(door);
  door.world.flash.reset_counts();
  for (int day = 0; day < days; ++day) play_day(door);
  const auto erases = door.world.flash.erase_counts();
  const auto audit = erases.begin() + journal_sector_count;
  return {of_ten_years(*std::max_element(erases.begin(), audit), days),
          of_ten_years(*std::max_element(audit, erases.end()), days)};
}

}  // namespace cardea::testing
