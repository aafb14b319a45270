// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a microcontroller's provider asks its chip for.

#include "core/base/bytes.hpp"

namespace cardea {

/// Where a provider's random bytes begin: a chip's noise source.
class NoiseSource {
 public:
  /// Fills `out` with bytes nobody can guess: conditioned, and tested as the chip's maker asks. kCryptoFailed when a test
  /// failed.
  virtual Status gather(MutableByteSpan out) = 0;

 protected:
  ~NoiseSource() = default;
};

}  // namespace cardea
