// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers from a seed (SplitMix64): the same on every machine, so that a failed attack can be replayed.

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"

namespace cardea::attacks {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  /// 0..bound - 1; the bias is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  void fill(MutableByteSpan out) {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next());
  }
  template <std::size_t N>
  Bytes<N> bytes() {
    Bytes<N> out;
    fill(out);
    return out;
  }
  KeyBytes key() { return KeyBytes(bytes<32>()); }

 private:
  std::uint64_t state_;
};

}  // namespace cardea::attacks
