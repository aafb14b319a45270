// SPDX-License-Identifier: Apache-2.0
// What the steps of the crypto cost mbed TLS; those of ours are in firmware/cost.
#include "firmware/cost/count.hpp"
#include "firmware/peers/mbedtls_work.hpp"

extern "C" void interrupt_handler() {}

int main() {
  using namespace cardea;
  using namespace cardea::firmware;
  static Bytes<16'384> heap;
  static peers::MbedtlsWork work;
  must(work.start(heap));
  say_cost("crypto/hmac", [] { return work.hmac(); });
  say_cost("crypto/ccm", [] { return work.ccm(); });
  must(work.ccm_open());
  say_cost("crypto/p256_generate", [] { return work.p256_generate(); });
  say_cost("crypto/p256_agree", [] { return work.p256_agree(); });
  must(work.p256_sign());
  say_cost("crypto/p256_verify", [] { return work.p256_verify(); });
  mps2::end_emulation(end_done);
}
