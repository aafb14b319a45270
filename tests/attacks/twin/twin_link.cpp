// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/twin/twin_link.hpp"

#include "core/crypto/kdf.hpp"

namespace cardea::attacks {

TwinLink::TwinLink(const LockSpec& spec, Flaw flaw)
    : provider_(spec.seed),
      id_(spec.id),
      k_session_(provider_.import_key(KeyKind::kMac, spec.session_key).value()),
      flaw_(flaw) {}

void TwinLink::connect(std::optional<link::Session>& platform) {
  link::LockHandshake lock_half(provider_, k_session_, id_);
  const auto m1 = lock_half.start().value();
  const link::Hello hello = link::decode_hello(m1).value();
  link::PlatformHandshake platform_half(provider_, k_session_, hello);
  const auto m2 = platform_half.answer().value();
  Bytes<link::m3_size_bytes> m3;
  out_.emplace(std::move(lock_half.finish(m2, m3)).value());
  platform.emplace(std::move(platform_half.finish(m3)).value());
  Bytes<lock_id_size_bytes + 2 * link::nonce_size_bytes> context;
  ByteWriter writer(context);
  writer.bytes(id_.value);
  writer.bytes(hello.nonce);
  writer.bytes(ByteSpan(m2).subspan(1, link::nonce_size_bytes));
  down_keys_.push_back(derive(provider_, k_session_, ascii("link.down"), context, KeyKind::kAead).value());
  next_ = 0;
  old_.reset();
  pending_.reset();
}

bool TwinLink::accepts(std::uint32_t counter) {
  if (flaw_ == Flaw::kRepeatsFrames) return true;
  const bool follows_an_old_one = old_ && counter == *old_ + 1;
  if (counter == next_ || (flaw_ == Flaw::kRollsBack && follows_an_old_one)) {
    next_ = counter + 1;
    return true;
  }
  old_ = counter;
  return false;
}

std::vector<Frame> TwinLink::deliver(ByteSpan frame) {
  if (frame.size() < link::frame_overhead_bytes) return {};
  const auto counter = load_be<std::uint32_t>(frame.subspan(1, 4));
  CcmNonce nonce{};
  store_be(counter, MutableByteSpan(nonce).last(4));
  std::vector<std::uint8_t> message(frame.size() - link::frame_overhead_bytes);
  if (provider_.ccm_open(down_keys_.back(), nonce, frame.first(5), frame.subspan(5), message) != Status::kOk) return {};
  if (!accepts(counter)) return {};
  if (const Result<link::Command> command = link::decode_command(message); command.ok()) return challenge(*command);
  if (const Result<link::Run> obeyed = link::decode_run(message); obeyed.ok()) run(*obeyed);
  return {};
}

std::vector<Frame> TwinLink::challenge(const link::Command& command) {
  pending_ = Pending{command.command, {}, now_s_};
  CARDEA_ASSERT(provider_.random(pending_->nonce) == Status::kOk);
  Bytes<64> message;
  ByteWriter writer(message);
  link::encode(link::Challenge{command.command, pending_->nonce}, writer);
  Frame frame(writer.size() + link::frame_overhead_bytes);
  CARDEA_ASSERT(out_->seal(writer.written(), frame).ok());
  return {frame};
}

void TwinLink::run(const link::Run& run) {
  const std::optional<Pending> pending = std::exchange(pending_, std::nullopt);
  const bool answers = pending && pending->command == run.command && pending->nonce == run.nonce;
  const bool in_time = pending && now_s_ - pending->at_s <= link::run_valid_s_max;
  if (has_rolling_codes() || (answers && in_time)) ++pulses_;
}

}  // namespace cardea::attacks
