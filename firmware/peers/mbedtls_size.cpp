// SPDX-License-Identifier: Apache-2.0
// mbed TLS for what our provider does, for a Cortex-M3. Its heap is not counted.
#include "firmware/peers/mbedtls_work.hpp"
#include "firmware/size/part.hpp"

namespace cardea::size {
namespace {
Part<peers::MbedtlsWork> work;
}  // namespace
}  // namespace cardea::size

extern "C" void _start() {  // NOLINT(bugprone-reserved-identifier): the linker's name for where an image begins
  auto& work = *cardea::size::work;
  cardea::size::keep(work.start(cardea::size::bytes()) && work.hmac() && work.ccm() && work.ccm_open() &&
                     work.p256_generate() && work.p256_agree() && work.p256_sign() && work.p256_verify());
}
