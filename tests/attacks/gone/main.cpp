// SPDX-License-Identifier: Apache-2.0
// cardea-gone-attacks: a lock that was written off, and comes back.
#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/gone/gone.hpp"

namespace cardea::attacks {
namespace {

/// E09b: whoever stole a lock brings it back to its platform, to learn what it may still learn and to say what it likes.
Achieved comes_back(GoneLock& lock) {
  if (!lock.is_answered() || !lock.is_believed()) return "the platform hears no lock at all: nothing is proved";
  lock.write_off();
  if (lock.is_answered()) return "a lock that was written off is told what it is to hold";
  if (lock.is_believed()) return "a lock that was written off goes on writing its last owner's log";
  if (lock.is_activated_anew()) return "a lock that was written off is given keys";
  return lock.can_be_claimed() ? "a lock that was written off belongs to whoever kept its label" : "";
}

constexpr TargetAttack<GoneLock, GoneFlaw> attacks[] = {
    {"E09b", "stolen lock that comes back", GoneFlaw::kKeepsKeys, comes_back},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<GoneLock, GoneFlaw>(count, arguments, attacks, make_shipped_gone, make_twin_gone);
}
