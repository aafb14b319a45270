// SPDX-License-Identifier: Apache-2.0
// Whoever stands before a lock with a radio: packets of any kind, messages of any kind, and holders of a good lease who send
// anything in their session. Held against it: nothing opens but for *open* of somebody who has proved a grant of this lock, and
// a phone with a good lease gets in afterwards.
#include "core/base/testing/fuzz.hpp"
#include "lock/near/testing/sim_near.hpp"

namespace {

using namespace cardea;
using namespace cardea::testing;

class Bench {
 public:
  Bench() {
    door_.lease(phone_, door_.grant(7));
    made_ = door_.door.world.flash;
  }

  void begin() {
    door_.door.world.flash = made_;
    door_.restart();
    leave();
    door_.wait(60'000 * 10);
    since_lease_ms_ += 600'000;
    lease_again();
  }
  void step(ByteReader& in) {
    const unsigned opened = door_.door.world.motor.open_count;
    bool may_open = false;
    const std::uint8_t op = in.u8();
    switch (op % 8) {
      case 0: door_.near->received(take_part(in), door_.now); break;
      case 1: static_cast<void>(door_.exchange(message(in))); break;
      case 2: leave(); break;
      case 3:
        door_.wait(std::uint64_t{1} << op / 8 % 20);
        since_lease_ms_ += std::uint64_t{1} << op / 8 % 20;
        break;
      case 4: greet(in); break;
      default: may_open = say(op, in); break;
    }
    require(door_.door.world.motor.open_count == opened || (may_open && door_.door.world.motor.open_count == opened + 1));
    door_.heard.clear();
    door_.said.clear();
  }
  void end() {
    leave();
    door_.wait(near_allowance_again_ms);  // it has one handshake at least
    if (door_.door.lock->clock().quality == ClockQuality::kLost) return;
    SimPhone honest{door_.door.provider};
    grant::Grant grant = door_.grant(0xffff'ffff);
    grant::Denials held;
    require(door_.door.lock->denials(held) == Status::kOk);
    grant.epoch = held.epoch;
    door_.lease(honest, grant);
    require(door_.visit(honest).has_value());
    door_.door.provider.release_key(honest.key);
    leave();
  }

 private:
  static NearBuffer message(ByteReader& in) {
    const ByteSpan bytes = take_part(in);
    NearBuffer out(bytes.begin(), bytes.end());
    if (out.empty()) out.push_back(0x03);
    return out;
  }
  void leave() {
    records_.reset();
    edhoc_.reset();
    door_.connect();
  }
  void lease_again() {
    if (since_lease_ms_ < 1'800'000) return;
    door_.lease(phone_, door_.grant(7));
    since_lease_ms_ = 0;
  }
  /// A handshake with a lease that is good, or of a grant with some bytes of the input's own, which its workspace has signed.
  void greet(ByteReader& in) {
    leave();
    const std::uint8_t choice = in.u8();
    std::vector<std::uint8_t> own = phone_.credential;
    if ((choice & 1) != 0) own = signed_over(take_part(in));
    own_ = own;
    Bytes<grant::lock_credential_size_bytes> known{};
    const Result<std::size_t> size = grant::write_lock_credential(door_.door.lock->id(), door_.identity, known);
    require(size.ok());
    known_bytes_ = known;
    known_ = {ByteSpan(known_bytes_).first(*size)};
    trust_.known = known_;
    edhoc_.emplace(door_.door.provider, session::OwnCredential{phone_.key, own_, session::CredentialForm::kCwt}, trust_);
    NearBuffer out(session::handshake_size_bytes_max);
    const Result<std::size_t> first = edhoc_->start(out);
    if (!first.ok()) return leave();
    const NearBuffer second = door_.exchange(ByteSpan(out).first(*first));
    session::EdhocAgreement agreement;
    const Result<std::size_t> third = edhoc_->finish(second, out, agreement);
    if (!third.ok()) return leave();
    if ((choice & 6) == 6) out[in.u8() % *third] ^= 1;
    if (door_.exchange(ByteSpan(out).first(*third)).empty()) return leave();
    session::RecordState state;
    state.out_secret = agreement.out;
    state.in_secret = agreement.in;
    Result<session::Records> records = session::Records::open(door_.door.provider, state);
    require(records.ok() && door_.near->open());
    records_.emplace(std::move(*records));
    require(records_->reserve(session::record_number_count) == Status::kOk);
  }
  std::vector<std::uint8_t> signed_over(ByteSpan bytes) {
    // The lock, then whatever: what is not for this lock ends early.
    Bytes<grant::grant_size_bytes_max> claim{};
    ByteWriter out(claim);
    require(encode(door_.grant(7), out) == Status::kOk);
    const std::size_t kept = std::min<std::size_t>(out.size(), bytes.empty() ? 0 : bytes[0] % 40);
    ByteWriter edited(MutableByteSpan(claim).subspan(kept));
    edited.bytes(bytes.first(std::min(bytes.size(), claim.size() - kept)));
    std::vector<std::uint8_t> credential(session::credential_size_bytes_max);
    cbor::Writer writer(credential);
    const UnixSeconds now = door_.door.now();
    const auto subject = ascii("phone");
    const Bytes<1> kid{1};
    const ByteSpan said = ByteSpan(claim).first(kept + edited.size());
    const session::NewCredential what{subject, now, {now.value + 3'600}, false, kid, phone_.point, said};
    if (session::write_cwt(door_.door.provider, door_.grant_key, {}, what, writer) != Status::kOk) return phone_.credential;
    credential.resize(writer.size());
    return credential;
  }
  /// In the session: anything, *open*, or a list that its workspace has signed. True when it may open.
  bool say(std::uint8_t op, ByteReader& in) {
    if (!records_) return false;
    NearBuffer plain = message(in);
    if (op / 8 % 4 == 1) plain = {static_cast<std::uint8_t>(grant::MessageType::kOpen)};
    if (op / 8 % 4 == 2) plain = signed_list(in);
    NearBuffer out(plain.size() + session::record_overhead_bytes);
    const Result<std::size_t> size = records_->seal(plain, out);
    if (!size.ok()) return false;
    if (op >= 224) out[in.u8() % *size] ^= 1;
    static_cast<void>(door_.exchange(ByteSpan(out).first(*size)));
    if (!door_.near->open()) records_.reset();
    return op < 224 && plain.size() == 1 && plain[0] == static_cast<std::uint8_t>(grant::MessageType::kOpen);
  }
  NearBuffer signed_list(ByteReader& in) {
    grant::Denials denials{.number = in.u8(), .epoch = in.u8()};
    denials.count = in.u8() % 4;
    for (std::size_t i = 0; i < denials.count; ++i) denials.serials[i] = 7 * static_cast<std::uint32_t>(i + 1);
    NearBuffer list = door_.list(denials);
    list.insert(list.begin(), static_cast<std::uint8_t>(grant::MessageType::kList));
    for (int edits = in.u8() % 3; edits > 0; --edits) list[in.u16() % list.size()] = in.u8();
    return list;
  }

  SimNearDoor door_;
  SimPhone phone_{door_.door.provider};
  SimFlash made_ = door_.door.world.flash;
  std::uint64_t since_lease_ms_ = 0;
  std::vector<std::uint8_t> own_;
  Bytes<grant::lock_credential_size_bytes> known_bytes_{};
  std::array<ByteSpan, 1> known_;
  session::Trust trust_;
  std::optional<session::EdhocInitiator> edhoc_;
  std::optional<session::Records> records_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Bench bench;
  bench.begin();
  ByteReader in(ByteSpan(data, size));
  for_each_step(in, [](ByteReader& rest) { bench.step(rest); });
  bench.end();
  return 0;
}
