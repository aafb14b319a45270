// SPDX-License-Identifier: Apache-2.0
#pragma once
// A provider of suite gm that a test makes in one word.

#include "drivers/crypto/gm/gm_provider.hpp"
#include "drivers/crypto/testing/host_noise.hpp"

namespace cardea {

struct HostGm {
  static constexpr std::size_t key_count_max = 24;
  HostNoise noise;
  std::array<GmKeySlot, key_count_max> slots;
  GmProvider provider{slots, noise};
};

}  // namespace cardea
