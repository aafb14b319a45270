// SPDX-License-Identifier: Apache-2.0
#pragma once
// The host's random numbers as a chip's noise, and how often they were asked for; or a source whose test has failed.

#include "drivers/crypto/noise.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {

class HostNoise final : public NoiseSource {
 public:
  Status gather(MutableByteSpan out) override {
    if (broken) return Status::kCryptoFailed;
    ++gathered;
    return host_.random(out);
  }
  bool broken = false;
  int gathered = 0;

 private:
  OpensslProvider host_{1};
};

}  // namespace cardea
