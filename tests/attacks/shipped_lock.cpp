// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/shipped_lock.hpp"
#include "lock/testing/hand_over.hpp"

namespace cardea::attacks {
namespace {

testing::World world_of(const LockSpec& spec) {
  testing::SimFlashOptions options;
  options.size_bytes = testing::sim_lock_size_bytes;
  options.model = spec.seed % 2 == 0 ? testing::FlashModel::kPlain : testing::FlashModel::kEcc;
  options.seed = spec.seed;
  return {testing::SimFlash(options), {}, {}, {}, testing::Random(spec.seed)};
}

}  // namespace

ShippedLock::ShippedLock(const LockSpec& spec)
    : world_(world_of(spec)), flash_(&world_.flash), provider_(spec.seed), spec_(spec), random_(spec.seed) {
  start();
  CARDEA_ASSERT(lock_->make({spec.id, spec.lock_class, spec.claim_secret}) == Status::kOk);
  if (spec.claimed) belong_to(spec);
}

void ShippedLock::belong_to(const LockSpec& spec) {
  spec_ = spec;
  const bool is_protected = spec.lock_class == link::LockClass::kProtected;
  const KeyHandle key = provider_.import_key(KeyKind::kMac, is_protected ? spec.key : spec.session_key).value();
  owner_ = {.k_session = is_protected ? link::derive_session_key(provider_, key, spec.id).value() : key,
            .key_id = spec.key_id,
            .at = {0, spec.session_chain}};
  activation::Gift gift;
  gift.platform_identity = spec.platform_identity;
  if (spec.platform_identity == P256Point{})
    identity_key_ = provider_.p256_generate(KeyKind::kSign, gift.platform_identity).value();
  gift.key = is_protected ? spec.key : spec.session_key;
  gift.audit_seed = spec.audit_seed;
  gift.key_id = spec.key_id;
  gift.session_chain = spec.session_chain;
  gift.time = spec.time.value;
  gift.desired_version = 1;
  gift.snapshot = spec.snapshot;
  const HeardTime time{spec.time.value, 0, 0};
  CARDEA_ASSERT(testing::activate(*lock_, gift, time, audit::Method::kPlatform) == Status::kOk);
}

void ShippedLock::start() {
  link_.reset();
  activation_.reset();
  lock_ = std::make_unique<Lock>(testing::port_of(world_, provider_));
  activation_ = std::make_unique<Activation>(*lock_);
  link_ = std::make_unique<Link>(*lock_, *activation_, *this);
}

Typed ShippedLock::type(std::string_view entry, Visitor) {
  if (power_is_off()) return {Verdict::kRefused, Reason::kFault, 0, 0, false};
  const std::uint64_t computed_before = provider_.code_count() + provider_.block_count();
  const KeypadResult result = lock_->enter(Digits::parse(entry));
  const bool compared = provider_.code_count() + provider_.block_count() > computed_before;
  return {result.verdict, static_cast<Reason>(result.reason), result.wait_s, result.alert, compared};
}

std::size_t ShippedLock::arrive(std::string_view entry) {
  arrived_.emplace_back(entry);
  return arrived_.size() - 1;
}

void ShippedLock::advance(std::uint64_t seconds) {
  world_.counter.advance(seconds);
  lock_->poll();
}

void ShippedLock::cut_power_at(std::uint32_t number) {
  if (number != never) world_.flash.cut_at(number + std::uint64_t{1}, testing::torn_patterns[random_.below(4)]);
}

void ShippedLock::restart(ClockLoss clock) {
  world_.flash.restore_power();
  if (clock == ClockLoss::kLost) world_.counter.lose();
  platform_.reset();
  arrived_.clear();
  start();
  CARDEA_ASSERT(lock_->boot() == Status::kOk);
  world_.counter.keep();
}

// --- the link -------------------------------------------------------------------------------------------------------------

void ShippedLock::connect(std::optional<link::PlatformEnd>& platform) {
  sent_.clear();
  link_->connected(run_ms());
  platform.emplace(provider_, link::share_key(provider_, owner_.k_session, spec_.id, {}, owner_.key_id).value(), owner_.at);
  const auto m2 = platform->answer(sent_.at(0)).value();
  sent_.clear();
  link_->received(m2, run_ms());
  CARDEA_ASSERT(platform->take_proof(sent_.at(0)) == Status::kOk);
  owner_.at = platform->ratchet;
  sent_.erase(sent_.begin());
}

/// What the lock says after the handshake stays in `sent_`.
void ShippedLock::connect() { connect(platform_); }

std::vector<Frame> ShippedLock::open_wire() {
  sent_.clear();
  link_->connected(run_ms());
  return std::exchange(sent_, {});
}

void ShippedLock::put_back(const testing::SimFlash& flash) {
  world_.flash = flash;
  restart(ClockLoss::kKept);
}

std::vector<Frame> ShippedLock::deliver(ByteSpan frame) {
  link_->received(frame, run_ms());
  return std::exchange(sent_, {});
}

std::vector<Frame> ShippedLock::read_sent() {
  std::vector<Frame> messages;
  for (const Frame& frame : std::exchange(sent_, {})) {
    messages.push_back(platform_->open(frame).value());
  }
  return messages;
}

template <class Message>
std::vector<Frame> ShippedLock::say(const Message& message) {
  link_->received(platform_->seal(message), run_ms());
  return read_sent();
}

bool ShippedLock::order(link::Action action) {
  if (power_is_off()) return false;
  connect();
  static_cast<void>(read_sent());
  for (const Frame& answer : say(link::Command{++command_, action})) {
    const Result<link::Challenge> challenge = link::decode_challenge(answer);
    if (!challenge.ok()) continue;
    for (const Frame& outcome : say(link::Run{command_, challenge->nonce, link::run_valid_s_max}))
      if (const Result<link::CommandResult> result = link::decode_result(outcome); result.ok()) return result->done;
  }
  return false;
}

// --- another owner --------------------------------------------------------------------------------------------------------

void ShippedLock::receipt_all() {
  const LogState log = lock_->log().state();
  link::Receipt receipt{.seq = log.last_seq, .signature = {}};
  const auto input = link::receipt_input(spec_.id, log.last_seq, log.last_tag);
  CARDEA_ASSERT(provider_.p256_sign(identity_key_, input, receipt.signature) == Status::kOk);
  static_cast<void>(say(receipt));
}

bool ShippedLock::give_up(const Secret<activation::claim_secret_size_bytes>& secret) {
  connect();
  static_cast<void>(read_sent());
  receipt_all();
  for (const Frame& answer : say(link::Command{++command_, link::Action::kGiveUp})) {
    const Result<link::Challenge> challenge = link::decode_challenge(answer);
    if (!challenge.ok()) continue;
    for (const Frame& outcome : say(link::GiveUp{{command_, challenge->nonce, link::run_valid_s_max}, secret}))
      if (const Result<link::CommandResult> result = link::decode_result(outcome); result.ok()) return result->done;
  }
  return false;
}

bool ShippedLock::hand_on(const LockSpec& next, bool at_the_button) {
  if (at_the_button) static_cast<void>(press_inside());
  if (!give_up(next.claim_secret)) return false;
  last_owner_ = owner_;
  platform_.reset();
  belong_to(next);
  return true;
}

/// Answers the lock's handshake with the keys that he has, and goes on whatever the lock makes of it.
bool ShippedLock::unlock_as_last_owner() {
  const std::uint32_t before = motor_pulses();
  sent_.clear();
  link_->connected(run_ms());
  const auto last = std::make_unique<link::PlatformEnd>(
      provider_, link::share_key(provider_, last_owner_.k_session, spec_.id, {}, last_owner_.key_id).value(), last_owner_.at);
  const auto m2 = last->answer(sent_.at(0));
  if (!m2.ok()) return false;
  sent_.clear();
  link_->received(*m2, run_ms());
  if (sent_.empty() || last->take_proof(sent_.front()) != Status::kOk) return motor_pulses() != before;
  link_->received(last->seal(link::Command{++command_, link::Action::kUnlock}), run_ms());
  return true;  // the lock keeps a session with him
}

Status ShippedLock::apply(std::uint32_t version, ByteSpan snapshot) {
  connect();
  static_cast<void>(read_sent());
  for (const Frame& answer : say(link::Desired{version, snapshot}))
    if (const Result<link::Applied> applied = link::decode_applied(answer); applied.ok()) return applied->status;
  return Status::kMalformed;
}

void ShippedLock::hear_time(UnixSeconds time) {
  connect();
  for (const Frame& message : read_sent()) {
    const Result<link::TimeAsk> asked = link::decode_time_ask(message);
    if (asked.ok()) return static_cast<void>(say(link::Time{asked->nonce, time.value, 0}));
  }
  CARDEA_ASSERT(false);  // L8: the lock asks after each handshake
}

void ShippedLock::hear_stranger(ByteSpan bytes) {
  if (!platform_) connect();
  static_cast<void>(deliver(bytes));
}

Status ShippedLock::hear_receipt(const link::Receipt& receipt) {
  const std::uint32_t before = receipt_seq();
  connect();
  static_cast<void>(read_sent());
  static_cast<void>(say(receipt));
  return receipt_seq() == before ? Status::kForged : Status::kOk;
}

std::vector<audit::RecordBytes> ShippedLock::records() const {
  std::vector<audit::RecordBytes> held;
  const LogState state = lock_->log().state();
  for (std::uint32_t seq = std::max(state.first_seq, 1U); seq <= state.last_seq; ++seq) {
    audit::RecordBytes& record = held.emplace_back();
    CARDEA_ASSERT(lock_->log().read(seq, record) == Status::kOk);
  }
  return held;
}

}  // namespace cardea::attacks
