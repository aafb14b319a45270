// SPDX-License-Identifier: Apache-2.0
// Our provider alone for a Cortex-M3, beside mbed TLS for the same work (mbedtls_size.cpp).
#include "drivers/crypto/bearssl/bearssl_provider.hpp"
#include "firmware/size/part.hpp"

namespace cardea::size {

[[gnu::weak]] NoiseSource& noise();

namespace {
Part<std::array<BearsslKeySlot, 4>> keys;
Part<BearsslProvider> crypto(*keys, noise(), bearssl_m15);
}  // namespace
}  // namespace cardea::size

extern "C" void _start() {  // NOLINT(bugprone-reserved-identifier): the linker's name for where an image begins
  cardea::Provider& provider = *cardea::size::crypto;
  cardea::size::keep(provider);
}
