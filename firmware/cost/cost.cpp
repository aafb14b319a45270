// SPDX-License-Identifier: Apache-2.0
// What the shipped session costs a lock that responds; the initiator runs beside it and is not counted. What a typed code costs
// a lock with 32 slots, and the stack of whatever a lock does. And what single steps of the crypto cost, for the peers beside
// them (firmware/peers).

#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "firmware/cost/whole_lock.hpp"

extern "C" void interrupt_handler() {}

namespace cardea::firmware {
namespace {

/// A protected lock with 32 active slots that take app and SMS codes.
class TypedCode {
 public:
  TypedCode() {
    keys_.use_lock_key(provider_.import_key(KeyKind::kMac, KeyBytes(Bytes<32>{1})).value());
    ItemChanges changes;
    for (std::uint8_t slot = 0; slot < slot_count_max; ++slot)
      must(set_slot(state_, {{slot, 1}, false, true}, changes) == Status::kOk);
  }
  void count() {
    const Cost first = type();
    const Cost warm = type();
    say({"typed_code/first_of_an_hour/cycles"}, first.cycles);
    say({"typed_code/warm/cycles"}, warm.cycles);
    say({"typed_code/stack"}, std::max(first.stack, warm.stack));
  }

 private:
  Cost type() {
    const ClockReading clock{{half_past_s}, ClockQuality::kSynced, 0, {half_past_s}, {half_past_s}};
    const Digits entry = Digits::of(12'345'678, 8);
    Cost cost;
    cost.count([&] {
      const Admission admission = admit(state_, entry, clock, keys_);
      return judge(state_, entry, admission, clock, keys_).reason == Reason::kUnknownCode;
    });
    return cost;
  }

  static constexpr std::uint64_t half_past_s = 500'000ull * 3'600 + 1'800;  // the middle of an hour: all steps lie in it
  FixedNoise noise_{1};
  std::array<BearsslKeySlot, lock_key_handle_count_max> slots_;
  BearsslProvider provider_{slots_, noise_, curve};
  CodeKeys keys_{provider_, LockId{}};
  LockState state_;
};

class Crypto {
 public:
  void count() {
    const KeyHandle mac_key = side_.provider.import_key(KeyKind::kMac, KeyBytes(Bytes<32>{1})).value();
    Digest digest{};
    say_cost("crypto/hmac", [&] { return side_.provider.hmac_sha256(mac_key, message_, digest) == Status::kOk; });
    const KeyHandle seal_key = side_.provider.import_key(KeyKind::kAead, KeyBytes(Bytes<32>{2})).value();
    say_cost("crypto/ccm", [&] { return side_.provider.ccm_seal(seal_key, CcmNonce{}, {}, message_, sealed_) == Status::kOk; });
    P256Point point{};
    KeyHandle own;
    say_cost("crypto/p256_generate", [&] {
      const Result<KeyHandle> made = side_.provider.p256_generate(KeyKind::kAgree, point);
      if (made.ok()) own = *made;
      return made.ok();
    });
    say_cost("crypto/p256_agree", [&] { return side_.provider.p256_agree(own, point, KeyKind::kInput).ok(); });
    const KeyHandle signer = side_.provider.p256_generate(KeyKind::kSign, point).value();
    P256Signature signature{};
    must(side_.provider.p256_sign(signer, message_, signature) == Status::kOk);
    say_cost("crypto/p256_verify", [&] { return side_.provider.p256_verify(point, message_, signature) == Status::kOk; });
  }

 private:
  BearsslSide<> side_{5};
  Bytes<64> message_{};
  Bytes<64 + ccm_tag_size_bytes> sealed_{};
};

}  // namespace
}  // namespace cardea::firmware

int main() {
  using namespace cardea::firmware;
  auto& sessions = make<SessionCost<BearsslSide<>>>("");
  sessions.symmetric();
  sessions.edhoc();
  make<TypedCode>().count();
  make<WholeLock>().count();
  make<Crypto>().count();
  cardea::mps2::end_emulation(end_done);
}
