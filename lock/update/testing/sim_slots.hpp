// SPDX-License-Identifier: Apache-2.0
#pragma once
// Two slots on simulated flash, a maker who signs for them, and the start program of hardware whose images run where they lie.
// Host only.

#include "core/update/messages.hpp"
#include "core/update/testing/made_image.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/testing/sim_flash.hpp"
#include "lock/update/start.hpp"
#include "lock/update/updater.hpp"

namespace cardea::update {

inline constexpr std::uint32_t sim_slot_size_bytes = 2 * flash_sector_size_bytes;
inline constexpr std::uint32_t sim_slots_at = 4 * flash_sector_size_bytes;  ///< behind the journal
inline constexpr std::uint32_t sim_slots_flash_size_bytes = sim_slots_at + slot_count * sim_slot_size_bytes;

/// A key that signs, and images of a bit more than one sector.
struct Maker {
  OpensslProvider provider;
  P256Point anchor{};
  KeyHandle key = provider.p256_generate(KeyKind::kSign, anchor).value();

  ImageFile made(std::uint8_t major, std::uint32_t counter) {
    return made_image({.body_bytes = 4'300, .body_seed = major, .version = {major, 0, 0, 0}, .security_counter = counter},
                      provider, key, anchor);
  }
  UpdatePort port(Flash& flash) {
    return {.flash = flash,
            .slots = {{sim_slots_at, sim_slot_size_bytes}, {sim_slots_at + sim_slot_size_bytes, sim_slot_size_bytes}},
            .journal = {0, sim_slots_at},
            .hardware = test_hardware,
            .anchors = {&anchor, 1},
            .provider = provider};
  }
};

/// Images run where they lie.
class InPlace final : public ImageLoader {
 public:
  explicit InPlace(const UpdatePort& port) : slots_{{port.flash, port.slots[0]}, {port.flash, port.slots[1]}} {}
  Result<const ImageBytes*> load(SlotIndex slot) override {
    last = slot;
    return &slots_[slot];
  }
  SlotIndex last = slot_none;

 private:
  SlotBytes slots_[slot_count];
};

/// What the platform says of `image`, which is for `hardware`.
inline Offer offer_of(const ImageFile& image, const Hardware& hardware = test_hardware) {
  const Image read = read_image(MemoryImage(image), hardware).value();
  return {read.size_bytes, read.digest, read.security_counter, read.version};
}
/// The piece of `image` that is wanted.
inline Piece piece_of(const ImageFile& image, const Want& want) {
  return {want.digest, want.offset, ByteSpan(image).subspan(want.offset, want.count)};
}

/// Writes an image past every rule, as a factory does, or a thief.
inline void place(testing::SimFlash& flash, SlotIndex slot, const ImageFile& image) {
  const auto at = flash.bytes().begin() + sim_slots_at + slot * std::ptrdiff_t{sim_slot_size_bytes};
  std::fill(at, at + sim_slot_size_bytes, std::uint8_t{0xff});
  std::copy(image.begin(), image.end(), at);
}

}  // namespace cardea::update
