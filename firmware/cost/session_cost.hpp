// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the shipped session costs a lock that responds; the initiator runs beside it and is not counted.

#include <new>

#include "core/session/edhoc.hpp"
#include "core/session/handshake.hpp"
#include "core/session/records.hpp"
#include "drivers/crypto/noise.hpp"
#include "firmware/cost/count.hpp"

namespace cardea::firmware {

using namespace cardea::session;

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

/// What a session costs a lock that responds. Both sides are a `Side`: its `provider`, with what that needs.
template <class Side>
class SessionCost {
 public:
  explicit SessionCost(std::string_view prefix) : prefix_(prefix) {}

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
    say({prefix_, "symmetric/responder/cycles"}, cost.cycles);
    say({prefix_, "symmetric/responder/stack"}, cost.stack);
    say({prefix_, "symmetric/air"}, m1.size() + m2.size() + m3.size());
    Cost opening;
    state_.out_secret = agreement_.out;
    state_.in_secret = agreement_.in;
    opening.count([&] { return Records::open(lock_.provider, state_).ok(); });
    say({prefix_, "records/open/cycles"}, opening.cycles);
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
    say({prefix_, "edhoc/responder/ahead/cycles"}, ahead.cycles);
    say({prefix_, "edhoc/responder/cycles"}, cost.cycles);
    say({prefix_, "edhoc/responder/stack"}, cost.stack);
    say({prefix_, "edhoc/responder/ram"}, sizeof(EdhocResponder));
    say({prefix_, "edhoc/air"}, size_1 + size_2 + size_3);
  }

 private:
  static SharedKey share(Side& side) {
    SharedKey key{7, side.provider.suite(), Id{0xA}, Id{0xB}, {}};
    const ScopedKey root(side.provider, side.provider.import_key(KeyKind::kMac, KeyBytes(Bytes<32>{1})).value());
    key.k_auth = derive_auth_key(side.provider, root.handle(), key).value();
    return key;
  }
  static OwnCredential make_credential(Side& side, Bytes<160>& out, std::uint8_t kid) {
    P256Point key;
    const KeyHandle handle = side.provider.p256_generate(KeyKind::kAgree, key).value();
    const Bytes<1> name{'a'};
    const Bytes<1> kid_bytes{kid};
    cbor::Writer writer(out);
    write_ccs(writer, {name, {}, {}, false, kid_bytes, key, {}, side.provider.suite()});
    return {handle, writer.written(), CredentialForm::kKid};
  }

  std::string_view prefix_;
  Side lock_{1};
  Side peer_{77};
  Ratchet place_{0, KeyBytes(Bytes<32>{9})};
  Agreement agreement_;
  RecordState state_;
  EdhocAgreement edhoc_agreement_;
  Bytes<160> ccs_[2]{};
  Bytes<edhoc_message_size_bytes_max> message_1_{};
  Bytes<edhoc_message_size_bytes_max> message_2_{};
  Bytes<edhoc_message_size_bytes_max> message_3_{};
  alignas(EdhocInitiator) std::uint8_t initiator_[sizeof(EdhocInitiator)];
  alignas(EdhocResponder) std::uint8_t responder_[sizeof(EdhocResponder)];
};

/// Not on the stack, and without a destructor at the end.
template <class Part, class... Args>
Part& make(Args... args) {
  alignas(Part) static std::uint8_t memory[sizeof(Part)];
  return *::new (memory) Part(args...);
}

}  // namespace cardea::firmware
