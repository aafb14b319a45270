// SPDX-License-Identifier: Apache-2.0
// What the shipped session costs a lock that responds: cycles of the core's clock, which count instructions when the emulator
// is told so, and the deepest stack of its own calls. A line each: "name value". The initiator runs beside it and is not
// counted.

#include <new>

#include "core/base/text.hpp"
#include "core/session/edhoc.hpp"
#include "core/session/handshake.hpp"
#include "core/session/records.hpp"
#include "firmware/mps2/curve.hpp"
#include "firmware/mps2/start.hpp"
#include "lock/port/mps2/board.hpp"

extern "C" std::uint32_t __stack_bottom[];
extern "C" void interrupt_handler() {}

namespace cardea::firmware {
namespace {

using namespace cardea::session;

constexpr int end_done = 0;
constexpr int end_failed = 1;
constexpr std::uint32_t paint = 0xC0DEC0DE;  // as the start-up has it

/// The same in every run, so that the counts are.
class FixedNoise final : public NoiseSource {
 public:
  explicit FixedNoise(std::uint8_t first) : next_(first) {}
  Status gather(MutableByteSpan out) override {
    for (std::uint8_t& byte : out) byte = next_++;
    return Status::kOk;
  }

 private:
  std::uint8_t next_;
};

void say(const char* name, std::uint64_t value) {
  Bytes<64> line{};
  TextWriter text(MutableByteSpan(line).first(line.size() - 1));
  text.put(name);
  text.put(" ");
  text.put_number(value);
  mps2::host_say(reinterpret_cast<const char*>(line.data()));
}

void must(bool done) {
  if (!done) mps2::end_emulation(end_failed);
}

[[gnu::noinline]] void repaint() {
  const auto* const here = static_cast<std::uint32_t*>(__builtin_frame_address(0)) - 16;
  for (volatile std::uint32_t* word = __stack_bottom; word < here; ++word) *word = paint;
}

/// One counted call of the lock's: cycles, and the stack below the caller.
class Cost {
 public:
  template <class Call>
  [[gnu::noinline]] void count(const Call& call) {
    repaint();
    const std::uint32_t above = stack_bytes();
    const std::uint64_t before = mps2::Tick::cycles();
    must(call());
    cycles += mps2::Tick::cycles() - before;
    stack = std::max(stack, stack_bytes() - above);
  }
  std::uint64_t cycles = 0;
  std::uint32_t stack = 0;
};

/// One side: its provider, which begins with random bytes drawn, as it does a while after a start.
struct Side {
  explicit Side(std::uint8_t seed) : noise(seed) {
    Bytes<4> drawn;
    must(provider.random(drawn) == Status::kOk);
  }
  FixedNoise noise;
  std::array<BearsslKeySlot, 16> slots{};
  BearsslProvider provider{slots, noise, curve};
};

class Bench {
 public:
  void symmetric() {
    SharedKey of_peer = share(peer_);
    SharedKey of_lock = share(lock_);
    Initiator initiator(peer_.provider, of_peer, place_);
    Responder responder(lock_.provider, of_lock, place_);
    const M1 m1 = initiator.start().value();
    Cost cost;
    M2 m2{};
    cost.count([&] {
      const Result<M2> answer = responder.answer(m1);
      if (answer.ok()) m2 = *answer;
      return answer.ok();
    });
    M3 m3{};
    must(initiator.finish(m2, m3, agreement_) == Status::kOk);
    cost.count([&] { return responder.finish(m3, agreement_) == Status::kOk; });
    say("symmetric/responder/cycles", cost.cycles);
    say("symmetric/responder/stack", cost.stack);
    say("symmetric/air", m1.size() + m2.size() + m3.size());
    Cost opening;
    state_.out_secret = agreement_.out;
    state_.in_secret = agreement_.in;
    opening.count([&] { return Records::open(lock_.provider, state_).ok(); });
    say("records/open/cycles", opening.cycles);
    lock_.provider.release_key(of_lock.k_auth);
    peer_.provider.release_key(of_peer.k_auth);
  }

  void edhoc() {
    const OwnCredential of_peer = make_credential(peer_, ccs_[0], 1);
    const OwnCredential of_lock = make_credential(lock_, ccs_[1], 2);
    const ByteSpan known_to_peer = of_lock.credential;
    const ByteSpan known_to_lock = of_peer.credential;
    Trust trust_of_peer;
    trust_of_peer.known = {&known_to_peer, 1};
    Trust trust_of_lock;
    trust_of_lock.known = {&known_to_lock, 1};
    auto& initiator = *::new (initiator_) EdhocInitiator(peer_.provider, of_peer, trust_of_peer);
    auto& responder = *::new (responder_) EdhocResponder(lock_.provider, of_lock, trust_of_lock);
    Cost ahead;
    ahead.count([&] { return responder.prepare() == Status::kOk; });
    const std::size_t size_1 = initiator.start(message_1_).value();
    Cost cost;
    std::size_t size_2 = 0;
    cost.count([&] {
      const Result<std::size_t> size = responder.answer(ByteSpan(message_1_).first(size_1), message_2_);
      if (size.ok()) size_2 = *size;
      return size.ok();
    });
    const std::size_t size_3 = initiator.finish(ByteSpan(message_2_).first(size_2), message_3_, edhoc_agreement_).value();
    cost.count([&] { return responder.finish(ByteSpan(message_3_).first(size_3), edhoc_agreement_) == Status::kOk; });
    say("edhoc/responder/ahead/cycles", ahead.cycles);
    say("edhoc/responder/cycles", cost.cycles);
    say("edhoc/responder/stack", cost.stack);
    say("edhoc/responder/ram", sizeof(EdhocResponder));
    say("edhoc/air", size_1 + size_2 + size_3);
  }

 private:
  static SharedKey share(Side& side) {
    SharedKey key{7, Suite::kIntl, Id{0xA}, Id{0xB}, {}};
    const ScopedKey root(side.provider, side.provider.import_key(KeyKind::kMac, KeyBytes(Bytes<32>{1})).value());
    key.k_auth = derive_auth_key(side.provider, root.handle(), key).value();
    return key;
  }
  static OwnCredential make_credential(Side& side, Bytes<128>& out, std::uint8_t kid) {
    P256Point key;
    const KeyHandle handle = side.provider.p256_generate(KeyKind::kAgree, key).value();
    const Bytes<1> name{'a'};
    const Bytes<1> kid_bytes{kid};
    cbor::Writer writer(out);
    write_ccs(writer, {name, {}, {}, false, kid_bytes, key});
    return {handle, writer.written(), CredentialForm::kKid};
  }

  Side lock_{1};
  Side peer_{77};
  Ratchet place_{0, KeyBytes(Bytes<32>{9})};
  Agreement agreement_;
  RecordState state_;
  EdhocAgreement edhoc_agreement_;
  Bytes<128> ccs_[2]{};
  Bytes<edhoc_message_size_bytes_max> message_1_{};
  Bytes<edhoc_message_size_bytes_max> message_2_{};
  Bytes<edhoc_message_size_bytes_max> message_3_{};
  alignas(EdhocInitiator) std::uint8_t initiator_[sizeof(EdhocInitiator)];
  alignas(EdhocResponder) std::uint8_t responder_[sizeof(EdhocResponder)];
};

}  // namespace
}  // namespace cardea::firmware

int main() {
  using cardea::firmware::Bench;
  alignas(Bench) static std::uint8_t memory[sizeof(Bench)];
  auto& bench = *::new (memory) Bench;
  bench.symmetric();
  bench.edhoc();
  cardea::mps2::end_emulation(cardea::firmware::end_done);
}
