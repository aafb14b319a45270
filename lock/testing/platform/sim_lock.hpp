// SPDX-License-Identifier: Apache-2.0
#pragma once
// A whole lock over simulated parts, and the platform that it belongs to, for tests. Host only.

#include "lock/activation/activation.hpp"
#include "lock/testing/campaign.hpp"
#include "lock/testing/platform/sim_platform.hpp"

namespace cardea::testing {

inline constexpr std::uint32_t sim_journal_size_bytes = 16 * flash_sector_size_bytes;
inline constexpr std::uint32_t sim_audit_size_bytes = 16 * flash_sector_size_bytes;
inline constexpr std::uint32_t sim_lock_size_bytes = sim_journal_size_bytes + sim_audit_size_bytes;

/// The port of a lock over the parts of a world: journal first, then audit region.
inline LockPort port_of(World& world, Provider& provider, std::uint32_t journal_size_bytes = sim_journal_size_bytes) {
  return {world.flash,
          {0, journal_size_bytes},
          {journal_size_bytes, world.flash.size_bytes() - journal_size_bytes},
          world.counter,
          world.motor,
          world.sensors,
          provider};
}

/// A world whose flash has not been cut.
inline World blank_world(std::uint32_t size_bytes = sim_lock_size_bytes) {
  return {SimFlash({.size_bytes = size_bytes}), {}, {}, {}, Random(1)};
}

}  // namespace cardea::testing
