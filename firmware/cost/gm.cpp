// SPDX-License-Identifier: Apache-2.0
// What suite gm costs a lock: its sessions, and single steps of its crypto.

#include "drivers/crypto/gm/gm_provider.hpp"
#include "firmware/cost/session_cost.hpp"

extern "C" void interrupt_handler() {}

namespace cardea::firmware {
namespace {

/// One side, which begins with random bytes drawn, as it does a while after a start.
struct Side {
  explicit Side(std::uint8_t seed) : noise(seed) {
    Bytes<4> drawn;
    must(provider.random(drawn) == Status::kOk);
  }
  FixedNoise noise;
  std::array<GmKeySlot, 16> slots;
  GmProvider provider{slots, noise};
};

class Crypto {
 public:
  void count() {
    GmProvider& provider = side_.provider;
    const KeyHandle mac_key = provider.import_key(KeyKind::kMac, KeyBytes(Bytes<32>{1})).value();
    Digest digest{};
    say_cost("gm/crypto/hmac", [&] { return provider.hmac_sha256(mac_key, message_, digest) == Status::kOk; });
    const KeyHandle seal_key = provider.import_key(KeyKind::kAead, KeyBytes(Bytes<32>{2})).value();
    say_cost("gm/crypto/ccm", [&] { return provider.ccm_seal(seal_key, CcmNonce{}, {}, message_, sealed_) == Status::kOk; });
    P256Point point{};
    KeyHandle own;
    say_cost("gm/crypto/generate", [&] {
      const Result<KeyHandle> made = provider.p256_generate(KeyKind::kAgree, point);
      if (made.ok()) own = *made;
      return made.ok();
    });
    say_cost("gm/crypto/agree", [&] { return provider.p256_agree(own, point, KeyKind::kInput).ok(); });
    const KeyHandle signer = provider.p256_generate(KeyKind::kSign, point).value();
    P256Signature signature{};
    say_cost("gm/crypto/sign", [&] { return provider.p256_sign(signer, message_, signature) == Status::kOk; });
    say_cost("gm/crypto/verify", [&] { return provider.p256_verify(point, message_, signature) == Status::kOk; });
  }

 private:
  Side side_{5};
  Bytes<64> message_{};
  Bytes<64 + ccm_tag_size_bytes> sealed_{};
};

}  // namespace
}  // namespace cardea::firmware

int main() {
  using namespace cardea::firmware;
  auto& sessions = make<SessionCost<Side>>("gm/");
  sessions.symmetric();
  sessions.edhoc();
  make<Crypto>().count();
  cardea::mps2::end_emulation(end_done);
}
