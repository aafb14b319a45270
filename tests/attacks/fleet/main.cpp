// SPDX-License-Identifier: Apache-2.0
// cardea-fleet-attacks: images that would take a whole fleet of locks with them.
#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/fleet/fleet.hpp"

namespace cardea::attacks {
namespace {

constexpr int half_days_watched = 8;  // longer than the patience of a ring, and its soak

const char* name_of(Image image) {
  switch (image) {
    case Image::kWorks: return "works";
    case Image::kFails: return "does not work";
    case Image::kKills: return "kills locks";
    case Image::kOlder: return "is older";
  }
  return "";
}

/// How many of the others have been offered it after the days that are watched.
int others_after(Fleet& fleet) {
  for (int i = 0; i < half_days_watched; ++i) fleet.pass_half_a_day();
  return fleet.offered_count();
}

/// E14b: somebody who may start campaigns, in a hurry or with a grudge.
Achieved bad_image_for_everybody(Fleet& fleet) {
  for (const Image image : {Image::kFails, Image::kKills, Image::kOlder}) {
    fleet.begin(image);
    if (others_after(fleet) != 0) return fmt::format("an image that {} went on to the other locks", name_of(image));
  }
  fleet.begin(Image::kWorks);
  if (fleet.offered_count() != 0) return "the others did not wait for the first";
  return others_after(fleet) == fleet_size - 1 ? "" : "an image that works does not arrive either: nothing is proved";
}

/// E14c: the same, with a lock of the others in the attacker's hands, which says what helps.
Achieved vouching(Fleet& fleet) {
  for (const Image image : {Image::kFails, Image::kKills}) {
    fleet.begin(image);
    for (int i = 0; i < half_days_watched; ++i) {
      fleet.say_confirmed(fleet_size - 1);
      fleet.pass_half_a_day();
    }
    if (fleet.offered_count() != 0)
      return fmt::format("one lock's word brought an image that {} to the others", name_of(image));
  }
  fleet.begin(Image::kWorks);
  return others_after(fleet) == fleet_size - 1 ? "" : "an image that works does not arrive either: nothing is proved";
}

constexpr TargetAttack<Fleet, FleetFlaw> attacks[] = {
    {"E14b", "bad image for everybody", FleetFlaw::kAllAtOnce, bad_image_for_everybody},
    {"E14c", "one lock that vouches for the others", FleetFlaw::kAnyoneVouches, vouching},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<Fleet, FleetFlaw>(count, arguments, attacks, make_shipped_fleet, make_twin_fleet);
}
