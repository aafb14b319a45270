// SPDX-License-Identifier: Apache-2.0
// cardea-shares-attacks: attacks by guests who mean to keep a key, and by phones that open doors from afar.
#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/shares/shares.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint64_t day_s = 86'400;

const char* name_of(Loss loss) {
  switch (loss) {
    case Loss::kGrant: return "was revoked";
    case Loss::kPerson: return "went with its person";
    case Loss::kTime: return "ended sooner";
    case Loss::kSharing: return "might not be shared any more";
    case Loss::kPhone: return "was on a phone that was lost";
  }
  return "";
}

/// E03: a guest who would have more, or longer, than who let them in.
Achieved guest_beyond_giver(SharedKeys& platform) {
  for (const Loss loss : {Loss::kGrant, Loss::kPerson, Loss::kTime, Loss::kSharing, Loss::kPhone}) {
    const int giver = platform.add_resident();
    const int guest = platform.share(giver, 0, 5 * day_s);
    if (guest < 0 || !platform.opens(guest, 0)) return "nobody can share a key: nothing is proved";
    platform.take(giver, loss);
    if (loss == Loss::kTime) platform.advance(2 * 3'600);
    if (platform.opens(guest, 0)) return fmt::format("a guest came in after the giver's key {}", name_of(loss));
  }
  const int giver = platform.add_resident();
  if (platform.share(giver, 0, 11 * day_s) >= 0) return "a share lasts longer than the giver's own key";
  if (platform.share(giver, 1, day_s) >= 0) return "somebody shared a door that they have no key for";
  const int guest = platform.share(giver, 0, day_s);
  if (platform.share(guest, 0, 3'600) >= 0) return "a guest let in another guest";
  platform.advance(day_s + 1);
  return platform.opens(guest, 0) ? "a guest came in after the end of the share" : "";
}

/// F11: a phone in the hands of somebody who has it still, and the right no more; or never had it for that door.
Achieved opened_from_afar(SharedKeys& platform) {
  for (const Loss loss : {Loss::kGrant, Loss::kPerson, Loss::kTime, Loss::kPhone}) {
    const int who = platform.add_resident();
    if (!platform.opens(who, 0)) return "no phone opens anything: nothing is proved";
    if (platform.opens(who, 1)) return "a phone opened a door that it has no key for";
    platform.take(who, loss);
    if (loss == Loss::kTime) platform.advance(2 * 3'600);
    if (platform.opens(who, 0)) return fmt::format("a phone opened from afar although its key {}", name_of(loss));
  }
  return "";
}

constexpr TargetAttack<SharedKeys, SharedKeysFlaw> attacks[] = {
    {"E03", "Guest beyond the giver", SharedKeysFlaw::kShareStandsAlone, guest_beyond_giver},
    {"F11a", "Door opened from afar without a right to it", SharedKeysFlaw::kKnownPhoneOpens, opened_from_afar},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<SharedKeys, SharedKeysFlaw>(count, arguments, attacks, make_shipped_shared_keys, make_twin_shared_keys);
}
