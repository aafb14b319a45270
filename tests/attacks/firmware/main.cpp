// SPDX-License-Identifier: Apache-2.0
// A11, D14, E13, E14: the same code against the shipped updater and against its weakened twins.
#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/firmware/firmware.hpp"

namespace cardea::attacks {
namespace {

using update::ImageFile;
using update::ImageRecipe;

constexpr std::uint8_t evil = 9;
constexpr int starts_watched = 6;

/// Whether it runs at any of the next starts.
bool runs(FirmwareLock& lock, int version) {
  for (int i = 0; i < starts_watched; ++i)
    if (lock.start() == version) return true;
  return false;
}

/// A11: whoever speaks in the platform's name has everything but the maker's key.
Achieved unsigned_firmware(FirmwareLock& lock) {
  update::Maker stranger;
  const ImageFile by_stranger = stranger.made(evil, 7);
  const ImageFile genuine = lock.maker().made(2, 6);
  // Another body under the maker's signature, with a digest that fits, and without.
  ImageFile borrowed = by_stranger;
  std::copy(genuine.end() - 120, genuine.end(), borrowed.end() - 120);
  ImageFile renamed = by_stranger;  // the stranger's signature under the maker's name
  const Digest name = update::anchor_name(lock.maker().anchor, lock.maker().provider).value();
  const Digest strange = update::anchor_name(stranger.anchor, stranger.provider).value();
  std::ranges::copy(name, std::ranges::search(renamed, strange).begin());
  for (const ImageFile& image : {by_stranger, borrowed, renamed}) {
    lock.bring(update::offer_of(by_stranger), image);
    if (runs(lock, evil)) return "an image runs that the maker has not signed";
  }
  return "";
}

/// D14: the plug is pulled at each flash operation of an update, which is then tried again.
Achieved killed_by_an_update(FirmwareLock& lock) {
  const ImageFile next = lock.maker().made(2, 6);
  const update::Offer offer = update::offer_of(next);
  for (std::uint64_t cut = 1;; ++cut) {
    lock.flash().cut_at(cut, testing::TornPattern::kRandom);
    lock.bring(offer, next);
    const bool was_cut = lock.flash().power_was_cut();
    lock.flash().restore_power();
    const int running = lock.start();
    if (running == 0) return fmt::format("no image runs any more after a cut at operation {}", cut);
    if (running == 2) break;
    if (!was_cut) return "the update does not arrive at all: nothing is proved";
  }
  return "";
}

/// E13: an image that the maker signed once, and that has a hole.
Achieved downgrade(FirmwareLock& lock) {
  const ImageFile old = lock.maker().made(evil, 4);
  const ImageFile fixed = lock.maker().made(2, 6);
  lock.bring(update::offer_of(fixed), fixed);
  if (lock.start() != 2) return "the update does not arrive at all: nothing is proved";
  lock.confirm();
  update::Offer lie = update::offer_of(old);
  lie.security_counter = 7;
  for (const update::Offer& offer : {update::offer_of(old), lie}) {
    lock.bring(offer, old);
    if (runs(lock, evil)) return "an image below the security counter runs";
  }
  return "";
}

/// E14: an image of the same maker for another product.
Achieved wrong_model(FirmwareLock& lock) {
  update::Maker& maker = lock.maker();
  const update::Hardware others[] = {{.vendor = update::test_hardware.vendor, .device_class = {0xcc}},
                                     {.vendor = {0xcc}, .device_class = update::test_hardware.device_class}};
  for (const update::Hardware& other : others) {
    const ImageRecipe recipe{.body_bytes = 4'300, .version = {evil, 0, 0, 0}, .security_counter = 7, .hardware = other};
    const ImageFile image = update::made_image(recipe, maker.provider, maker.key, maker.anchor);
    lock.bring(update::offer_of(image, other), image);
    if (runs(lock, evil)) return "an image for other hardware runs";
  }
  return "";
}

/// E14a: an image that is rightly signed and does not work.
Achieved bad_image(FirmwareLock& lock) {
  const ImageFile bad = lock.maker().made(evil, 7);
  lock.bring(update::offer_of(bad), bad);
  int running = 0;
  for (int i = 0; i < starts_watched; ++i) running = lock.start();
  return running == 1 ? "" : "an image runs on that never said that it works";
}

constexpr TargetAttack<FirmwareLock, FirmwareFlaw> attacks[] = {
    {"A11", "firmware that nobody signed", FirmwareFlaw::kChecksumOnly, unsigned_firmware},
    {"D14", "lock that dies of an update", FirmwareFlaw::kOverwrites, killed_by_an_update},
    {"E13", "older firmware, rightly signed", FirmwareFlaw::kNoCounter, downgrade},
    {"E14", "firmware for other hardware", FirmwareFlaw::kAnyHardware, wrong_model},
    {"E14a", "firmware that does not work", FirmwareFlaw::kRunsUnchecked, bad_image},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<FirmwareLock, FirmwareFlaw>(count, arguments, attacks, make_shipped_firmware, make_twin_firmware);
}
