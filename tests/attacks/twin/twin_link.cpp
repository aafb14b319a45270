// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/twin/twin_link.hpp"

#include "core/crypto/kdf.hpp"

namespace cardea::attacks {

namespace {

Result<KeyHandle> first_key(Provider& provider, const KeyBytes& secret) {
  CARDEA_ASSIGN(const KeyHandle parent, provider.import_key(KeyKind::kMac, secret));
  const ScopedKey scoped(provider, parent);
  return derive(provider, parent, ascii("session.key"), Bytes<1>{0}, KeyKind::kAead);
}

}  // namespace

TwinLink::TwinLink(const LockSpec& spec, Flaw flaw)
    : provider_(spec.seed),
      spec_(spec),
      k_session_(provider_.import_key(KeyKind::kMac, spec.session_key).value()),
      flaw_(flaw) {}

void TwinLink::connect(std::optional<link::PlatformEnd>& platform) {
  const session::Ratchet at{0, spec_.session_chain};
  const auto key = [&] { return link::share_key(provider_, k_session_, spec_.id, {}, spec_.key_id).value(); };
  const session::SharedKey own = key();
  const ScopedKey k_auth(provider_, own.k_auth);
  session::Initiator lock_half(provider_, own, at);
  platform.emplace(provider_, key(), at);
  const session::M2 m2 = platform->answer(lock_half.start().value()).value();
  session::M3 m3{};
  session::Agreement agreement;
  CARDEA_ASSERT(lock_half.finish(m2, m3, agreement) == Status::kOk && platform->take_proof(m3) == Status::kOk);
  out_.emplace(session::Stream::start(provider_, agreement).value());
  down_keys_.push_back(first_key(provider_, agreement.in).value());
  next_ = 0;
  old_.reset();
  pending_.reset();
}

bool TwinLink::accepts(std::uint32_t number) {
  if (flaw_ == Flaw::kRepeatsFrames) return true;
  const bool follows_an_old_one = old_ && number == *old_ + 1;
  if (number == next_ || (flaw_ == Flaw::kRollsBack && follows_an_old_one)) {
    next_ = number + 1;
    return true;
  }
  old_ = number;
  return false;
}

std::vector<Frame> TwinLink::deliver(ByteSpan frame) {
  if (frame.size() < session::record_overhead_bytes) return {};
  const auto head = load_be<std::uint32_t>(frame);
  CcmNonce nonce{};
  store_be(head, MutableByteSpan(nonce).last(4));
  std::vector<std::uint8_t> message(frame.size() - session::record_overhead_bytes);
  if (provider_.ccm_open(down_keys_.back(), nonce, frame.first(4), frame.subspan(4), message) != Status::kOk) return {};
  if (!accepts(head & 0x00ff'ffff)) return {};
  if (const Result<link::Command> command = link::decode_command(message); command.ok()) return challenge(*command);
  if (const Result<link::Run> obeyed = link::decode_run(message); obeyed.ok()) run(*obeyed);
  return {};
}

std::vector<Frame> TwinLink::challenge(const link::Command& command) {
  pending_ = Pending{command.command, {}, now_s_};
  CARDEA_ASSERT(provider_.random(pending_->nonce) == Status::kOk);
  const Frame message = link::encoded(link::Challenge{command.command, pending_->nonce});
  Frame record(message.size() + session::record_overhead_bytes);
  CARDEA_ASSERT(out_->seal(message, record).ok());
  return {record};
}

void TwinLink::run(const link::Run& run) {
  const std::optional<Pending> pending = std::exchange(pending_, std::nullopt);
  const bool answers = pending && pending->command == run.command && pending->nonce == run.nonce;
  const bool in_time = pending && now_s_ - pending->at_s <= link::run_valid_s_max;
  if (has_rolling_codes() || (answers && in_time)) ++pulses_;
}

}  // namespace cardea::attacks
