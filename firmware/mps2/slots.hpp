// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where in the flash what lies, and what the start program tells the image that it runs.

#include "lock/update/slots.hpp"

namespace cardea::firmware {

inline constexpr FlashRegion journal_region{0, 16 * flash_sector_size_bytes};
inline constexpr FlashRegion audit_region{0x1'0000, 16 * flash_sector_size_bytes};
inline constexpr FlashRegion slots_journal_region{0x2'0000, 4 * flash_sector_size_bytes};
inline constexpr FlashRegion slot_regions[update::slot_count] = {{0x4'0000, 64 * flash_sector_size_bytes},
                                                                 {0x8'0000, 64 * flash_sector_size_bytes}};

/// Whose images for which hardware this board runs (V3, V5): part of the start program, and generated at build time.
struct Identity {
  update::Hardware hardware;
  P256Point anchors[update::anchor_count_max];
  std::uint32_t anchor_count;
};

/// In memory that neither program uses for anything else, and that the linker script names: no compiler may know what it holds.
/// The image believes it because nothing but the start program can have started the image.
struct Handover {
  Identity identity;
  update::Version version;
  update::SlotIndex slot;
};
extern "C" Handover handover;

inline update::UpdatePort update_port(Flash& flash, const Identity& identity, Provider& provider) {
  return {.flash = flash,
          .slots = {slot_regions[0], slot_regions[1]},
          .journal = slots_journal_region,
          .hardware = identity.hardware,
          .anchors = std::span(identity.anchors).first(identity.anchor_count),
          .provider = provider};
}

}  // namespace cardea::firmware
