// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers that look random and repeat from a seed, the same on every machine (SplitMix64).

#include <cstdint>

namespace cardea::testing {

class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}
  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  /// 0..count-1; `count` is not 0.
  constexpr std::uint64_t below(std::uint64_t count) { return next() % count; }
  constexpr std::uint8_t byte() { return static_cast<std::uint8_t>(next() >> 56); }

 private:
  std::uint64_t state_;
};

}  // namespace cardea::testing
