// SPDX-License-Identifier: Apache-2.0
// cardea-homes-attacks: attacks of people whom nobody knows on a platform that lets them add a lock of their own.
#include <fmt/format.h>

#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/homes/homes.hpp"

namespace cardea::attacks {
namespace {

constexpr int of_an_address = 5;
constexpr int of_all = 200;
constexpr int minutes = 10;  // that this takes at most: one more in each
constexpr std::uint64_t day_s = 86'400;

/// F15: labels cost nothing to print, and so would the workspaces that come of them.
Achieved fill_the_platform(Homes& platform) {
  for (int i = 0; i < 3 * of_an_address; ++i) platform.make("198.51.100.1", platform.print_label());
  if (platform.count() == 0) return "nobody makes a home: nothing is proved";
  if (platform.count() > of_an_address) return fmt::format("one address made {} homes in one moment", platform.count());
  for (int i = 0; i < 2 * of_all; ++i) platform.make(fmt::format("203.0.{}.{}", i % 200, i / 200), platform.print_label());
  if (platform.count() > of_all + minutes) return fmt::format("a crowd made {} homes in one moment", platform.count());
  return "";
}

/// F15: a few each day, for as long as it takes.
Achieved fill_it_patiently(Homes& platform) {
  for (int day = 0; day < 5; ++day) {
    for (int i = 0; i < of_an_address; ++i) platform.make("198.51.100.1", platform.print_label());
    if (platform.count() == 0) return "nobody makes a home: nothing is proved";
    platform.advance(day_s);
  }
  return platform.count() == 0 ? ""
                               : fmt::format("{} homes whose lock nobody ever heard of are there days later", platform.count());
}

/// E09: whoever photographed the label of a lock that hangs in a door.
Achieved label_of_a_held_lock(Homes& platform) {
  for (int i = 0; i < 4; ++i) {
    if (platform.make(fmt::format("198.51.100.{}", i + 1), platform.label_of_held_lock()))
      return "whoever had the label of somebody's lock got a key for it";
    if (!platform.is_held()) return "a label took a lock away from its owner";
    platform.advance(day_s);
  }
  return platform.make("198.51.100.9", platform.print_label()) ? "" : "nobody makes a home: nothing is proved";
}

constexpr TargetAttack<Homes, HomesFlaw> attacks[] = {
    {"F15c", "Homes that fill the platform", HomesFlaw::kUncharged, fill_the_platform},
    {"F15d", "Homes that nobody lives in", HomesFlaw::kKeepsUnused, fill_it_patiently},
    {"E09c", "Home for somebody else's lock", HomesFlaw::kLabelTakes, label_of_a_held_lock},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<Homes, HomesFlaw>(count, arguments, attacks, make_shipped_homes, make_twin_homes);
}
