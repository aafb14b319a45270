// SPDX-License-Identifier: Apache-2.0
// A lock's link with a platform that says anything: bytes on the wire, and messages in records that are truly sealed. Held
// against it: nothing opens but for the run of its newest challenge, what was applied and recorded never goes back, everything
// that the lock says opens at the other end, and it comes up again from its flash.
#include <memory>

#include "core/base/testing/fuzz.hpp"
#include "lock/testing/platform/sim_lock.hpp"
#include "lock/update/testing/sim_slots.hpp"

namespace {

using namespace cardea;
using namespace cardea::testing;

/// A lock that belongs to a platform, with a slot for a new firmware image. Made once; each input begins with it as it was
/// made.
class Bench {
 public:
  Bench() {
    door_.world.motor.fails = false;
    door_.activate();
    update::place(slots_, 0, maker_.made(1, 1));
    made_ = door_.world.flash;
    made_slots_ = slots_;
    record_ = door_.platform.record();
  }

  void begin() {
    peer_.reset();
    updater_.reset();
    door_.world.flash = made_;
    slots_ = made_slots_;
    door_.platform.record() = record_;
    door_.world.sensors.pressed = false;
    applied_ = 0;
    last_seq_ = 0;
    challenge_.reset();
    start();
  }
  void step(ByteReader& in) {
    const unsigned opened = door_.world.motor.open_count;
    bool may_open = false;
    const std::uint8_t op = in.u8();
    switch (op % 12) {
      case 0: peer_->link().received(take_part(in), peer_->now); break;
      case 1:
      case 2: say(take_part(in), may_open); break;
      case 3:
        challenge_.reset();
        static_cast<void>(peer_->greet());
        break;
      case 4:
        peer_->link().closed();
        challenge_.reset();
        break;
      case 5: peer_->advance(std::uint64_t{1} << op / 12 % 22); break;
      case 6: run(op, in, may_open); break;
      case 7: desire(in, may_open); break;
      case 8: offer(op, in, may_open); break;
      case 9: static_cast<void>(door_.type_wrong()); break;
      case 10: restart(op); break;
      default:
        static_cast<void>(door_.lock->press());
        may_open = true;
        break;
    }
    require(door_.world.motor.open_count == opened || (may_open && door_.world.motor.open_count == opened + 1));
    look();
  }

 private:
  void start() {
    door_.restart();
    updater_ = std::make_unique<update::Updater>(port_, update::SlotIndex{0});
    require(updater_->boot() == Status::kOk);
    peer_ = std::make_unique<SimPeer>(door_, updater_.get());
  }
  void restart(std::uint8_t op) {
    challenge_.reset();
    peer_.reset();
    door_.world.flash.restore_power();
    start();
    if (op / 12 % 2 != 0) door_.world.flash.cut_at(1 + op / 24, TornPattern::kRandom);
  }
  /// A message as the platform seals it; the only one that opens is the run of the newest challenge.
  void say(ByteSpan message, bool& may_open) {
    if (!peer_->link().open()) return;
    if (const auto run = link::decode_run(message); run.ok()) {
      may_open = challenge_ && run->command == challenge_->command && run->nonce == challenge_->nonce;
      challenge_.reset();
    }
    peer_->say_bytes(message);
  }
  template <class Message>
  void say_message(const Message& message, bool& may_open) {
    say(link::encoded(message), may_open);
  }
  void run(std::uint8_t op, ByteReader& in, bool& may_open) {
    const std::uint64_t command = in.u8();
    if (op / 12 % 3 == 0) return say_message(link::Command{command, static_cast<link::Action>(in.u8() % 5)}, may_open);
    link::Run run{challenge_ ? challenge_->command : command, challenge_ ? challenge_->nonce : link::Nonce{}, in.u8()};
    if (op / 12 % 7 == 6) return say_message(link::GiveUp{run, {}}, may_open);
    say_message(run, may_open);
  }
  /// A newer desired state, with a few bytes that are somebody's own.
  void desire(ByteReader& in, bool& may_open) {
    Bytes<link::snapshot_size_bytes_max> bytes{};
    ByteWriter out(bytes);
    require(encode(record_.snapshot, door_.lock->lock_class(), out) == Status::kOk);
    const std::size_t size = std::min<std::size_t>(out.size() + in.u8() % 8, bytes.size());
    for (int edits = in.u8() % 8; edits > 0; --edits) bytes[in.u16() % size] = in.u8();
    say_message(link::Desired{door_.lock->applied_version() + in.u8() % 3, ByteSpan(bytes).first(size)}, may_open);
  }
  void offer(std::uint8_t op, ByteReader& in, bool& may_open) {
    if (op / 12 % 2 == 0) {
      update::Offer offer = update::offer_of(next_);
      if (op / 24 % 2 != 0) offer.size_bytes = in.u32();
      if (op / 48 % 2 != 0) offer.security_counter = in.u32();
      return say_message(offer, may_open);
    }
    const std::optional<update::Want> want = updater_->want();
    if (!want || want->offset + want->count > next_.size()) return;
    update::Piece piece = update::piece_of(next_, *want);
    Bytes<update::piece_size_bytes_max> own{};
    std::ranges::copy(piece.bytes, own.begin());
    if (op / 24 % 2 != 0) own[in.u16() % own.size()] = in.u8();
    if (op / 48 % 2 != 0) piece.offset = in.u32();
    piece.bytes = ByteSpan(own).first(piece.bytes.size());
    say_message(piece, may_open);
  }
  /// Takes what the lock has said, and looks at it as a whole.
  void look() {
    if (peer_->link().open()) {
      for (const std::vector<std::uint8_t>& message : peer_->take_all())
        if (const auto challenge = link::decode_challenge(message); challenge.ok()) challenge_ = *challenge;
    }
    peer_->raw.clear();
    if (!door_.lock->ready()) return;
    if (!door_.lock->claimed()) {  // it gave itself up
      applied_ = 0;
      last_seq_ = 0;
      return;
    }
    require(door_.lock->applied_version() >= applied_);
    require(door_.lock->log().state().last_seq >= last_seq_);
    applied_ = door_.lock->applied_version();
    last_seq_ = door_.lock->log().state().last_seq;
  }

  SimDoor door_{link::LockClass::kProtected};
  update::Maker maker_;
  SimFlash slots_{{.size_bytes = update::sim_slots_flash_size_bytes}};
  update::UpdatePort port_ = maker_.port(slots_);
  update::ImageFile next_ = maker_.made(2, 2);
  SimFlash made_ = slots_;
  SimFlash made_slots_ = slots_;
  PlatformRecord record_;
  std::unique_ptr<update::Updater> updater_;
  std::unique_ptr<SimPeer> peer_;
  std::optional<link::Challenge> challenge_;
  std::uint32_t applied_ = 0;
  std::uint32_t last_seq_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Bench bench;
  bench.begin();
  ByteReader in(ByteSpan(data, size));
  for_each_step(in, [](ByteReader& rest) { bench.step(rest); });
  return 0;
}
