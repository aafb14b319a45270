// SPDX-License-Identifier: Apache-2.0
#pragma once
// One side of what is counted, with BearSSL: its provider, which begins with random bytes drawn, as it does a while after a
// start.

#include "drivers/crypto/bearssl/bearssl_provider.hpp"
#include "firmware/cost/session_cost.hpp"
#include "firmware/mps2/curve.hpp"

namespace cardea::firmware {

template <std::size_t key_count = 16>
struct BearsslSide {
  explicit BearsslSide(std::uint8_t seed) : noise(seed) {
    Bytes<4> drawn;
    must(provider.random(drawn) == Status::kOk);
  }
  FixedNoise noise;
  std::array<BearsslKeySlot, key_count> slots;
  BearsslProvider provider{slots, noise, curve};
};

}  // namespace cardea::firmware
