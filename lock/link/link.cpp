// SPDX-License-Identifier: Apache-2.0
#include "lock/link/link.hpp"

#include <algorithm>

#include "core/base/hardened.hpp"
#include "lock/link/internal/records.hpp"

namespace cardea {
namespace {

std::uint64_t passed_ms(RunMillis since, RunMillis now) { return now.value - since.value; }

/// What L9 calls a change: numbers of records go with the records, and time passes by itself.
bool same_news(const link::LockStatus& a, const link::LockStatus& b) {
  return a.quality == b.quality && a.applied_version == b.applied_version && a.failures == b.failures &&
         (a.wait_s == 0) == (b.wait_s == 0) && a.last_hour == b.last_hour && a.windowed_codes == b.windowed_codes &&
         a.once_codes == b.once_codes && a.pool_next == b.pool_next && a.battery_percent == b.battery_percent &&
         a.door == b.door;
}

}  // namespace

void BasicLink::connected(RunMillis now) {
  closed();
  if (!lock_->claimed()) {
    const Result<activation::AskBytes> ask = activation_->ask(now);
    if (!ask.ok()) return end();
    phase_ = Phase::kAsked;
    return sink_->send(*ask);
  }
  if (greet(now) != Status::kOk) end();
}

/// session.md §2 with the key that the lock was given, from where its chain is.
Status BasicLink::greet(RunMillis now) {
  Secret<4 + session::ratchet_size_bytes> item;
  CARDEA_TRY(lock_->load(session_item, item.mutable_bytes()).status());
  key_id_ = load_be<std::uint32_t>(item.bytes());
  CARDEA_ASSIGN(const session::Ratchet& ratchet, session::decode_ratchet(ByteSpan(item.bytes()).subspan(4)));
  Bytes<owner_item_size_bytes> owner;
  CARDEA_TRY(lock_->load(owner_item, owner).status());
  const auto workspace = ByteReader(owner).array<session::id_size_bytes>();
  CARDEA_ASSIGN(const session::SharedKey& key,
                link::share_key(lock_->provider(), lock_->session_key(), lock_->id(), workspace, key_id_));
  auto& greeting = work_.emplace<Greeting>(lock_->provider(), key, ratchet);
  CARDEA_ASSIGN(const session::M1& m1, greeting.initiator.start());
  phase_ = Phase::kGreeted;
  since_ = now;
  sink_->send(m1);
  return Status::kOk;
}

void BasicLink::closed() {
  phase_ = Phase::kClosed;
  if (!std::holds_alternative<Bytes<link_out_size_bytes>>(work_)) work_.emplace<0>();
  session_.reset();
  once_heard_.reset();
  pending_.reset();  // L7: never after a reconnect
  time_asked_.reset();
  activation_->cancel();
}

void BasicLink::end() {
  closed();
  sink_->close();
}

void BasicLink::received(ByteSpan message, RunMillis now) {
  switch (phase_) {
    case Phase::kClosed: return;
    case Phase::kAsked: return take_answer(message, now);
    case Phase::kGreeted: return take_m2(message, now);
    case Phase::kOpen: return take_record(message, now);
  }
}

[[gnu::noinline]] void BasicLink::take_answer(ByteSpan message, RunMillis now) {
  activation::DoneBytes done;
  const AnswerRoom room{in_, work_.emplace<activation::OpenedGift>()};
  const Status status = activation_->answer(message, now, room, done);
  work_.emplace<0>();
  if (status == Status::kOk) sink_->send(done);
  end();  // and anew, with M1
}

/// SE6: the next place on the chain is durable before M3 goes, or waits until the platform was heard. Not folded into
/// received(), where its keys would lie beneath whatever a record does.
[[gnu::noinline]] Status BasicLink::agree(ByteSpan m2, session::M3& m3) {
  auto* greeting = std::get_if<Greeting>(&work_);
  CARDEA_ASSERT(greeting != nullptr);
  session::Agreement agreement;
  CARDEA_TRY(greeting->initiator.finish(m2, m3, agreement));
  if (agreement.ratchet.generation != greeting->ratchet.generation) CARDEA_TRY(keep(agreement.ratchet));
  if (agreement.ratchet.generation != agreement.once_heard.generation) once_heard_ = agreement.once_heard;
  CARDEA_ASSIGN(session_, session::Stream::start(lock_->provider(), agreement));
  return Status::kOk;
}

Status BasicLink::keep(const session::Ratchet& ratchet) {
  Secret<4 + session::ratchet_size_bytes> item;
  store_be(key_id_, item.mutable_bytes());
  session::encode(ratchet, item.mutable_bytes().subspan<4>());
  return lock_->store(session_item, item.bytes());
}

[[gnu::noinline]] void BasicLink::take_m2(ByteSpan message, RunMillis now) {
  session::M3 m3;
  if (agree(message, m3) != Status::kOk) return end();
  work_.emplace<0>();
  phase_ = Phase::kOpen;
  since_ = now;
  sink_->send(m3);
  const LogState log = lock_->log().state();
  received_seq_ = log.receipt_seq;
  sent_seq_ = received_seq_;
  time_due_ = now;
  send_status(now);
  poll(now);
}

Status BasicLink::open_record(ByteSpan record, ByteSpan& message) {
  if (record.size() > in_.size() + session::record_overhead_bytes) return Status::kOutOfRange;
  CARDEA_ASSIGN(const std::size_t size, session_->take(record, in_));
  message = ByteSpan(in_).first(size);
  const std::optional<session::Ratchet> heard = std::exchange(once_heard_, std::nullopt);
  return heard ? keep(*heard) : Status::kOk;
}

void BasicLink::take_record(ByteSpan record, RunMillis now) {
  ByteSpan message;
  if (open_record(record, message) != Status::kOk || dispatch(message, now) != Status::kOk) end();
  // update.md U5. Should the write fail, the next record tries again.
  if (open() && updater_ != nullptr) static_cast<void>(updater_->confirm() == Status::kOk);
  wipe(in_);
  if (open()) poll(now);
}

/// Not kOk: the message breaks the protocol. What the lock cannot do is no such thing.
Status BasicLink::dispatch(ByteSpan message, RunMillis now) {
  CARDEA_ASSIGN(const link::MessageType type, link::type_of(message));
  switch (type) {
    case link::MessageType::kReceipt: return take_receipt(message);
    case link::MessageType::kFetch: return take_fetch(message);
    case link::MessageType::kDesired: return take_desired(message);
    case link::MessageType::kCommand: return take_command(message, now);
    case link::MessageType::kRun: return take_run(message, now);
    case link::MessageType::kGiveUp: return take_give_up(message, now);
    case link::MessageType::kTime: return take_time(message, now);
    case link::MessageType::kImageOffer: return take_offer(message);
    case link::MessageType::kImagePiece: return take_piece(message);
    case link::MessageType::kStatus:
    case link::MessageType::kRecords:
    case link::MessageType::kApplied:
    case link::MessageType::kChallenge:
    case link::MessageType::kResult:
    case link::MessageType::kTimeAsk:
    case link::MessageType::kImageWant:
    case link::MessageType::kImageReport: return Status::kMalformed;  // the lock's own
  }
  return Status::kMalformed;
}

// The messages are taken apart from each other: what one needs does not lie on the stack beneath what another one does.

/// E8: one that does not verify changes nothing.
[[gnu::noinline]] Status BasicLink::take_receipt(ByteSpan message) {
  const Result<link::Receipt> receipt = link::decode_receipt(message);
  CARDEA_TRY(receipt.status());
  if (lock_->take_receipt(*receipt) == Status::kOk) received_seq_ = std::max(received_seq_, receipt->seq);
  return Status::kOk;
}

Status BasicLink::take_fetch(ByteSpan message) {
  CARDEA_ASSIGN(const link::Fetch fetch, link::decode_fetch(message));
  if (fetch.from == 0) return Status::kOutOfRange;
  received_seq_ = fetch.from - 1;
  sent_seq_ = received_seq_;
  return Status::kOk;
}

Status BasicLink::take_desired(ByteSpan message) {
  CARDEA_ASSIGN(const link::Desired& desired, link::decode_desired(message));
  if (desired.version <= lock_->applied_version()) return Status::kOk;  // L6
  link::SnapshotView snapshot;
  Status status = snapshot.read(desired.snapshot, lock_->lock_class());
  if (status == Status::kOk) status = lock_->apply(desired.version, snapshot);
  send(link::Applied{desired.version, status});
  return Status::kOk;
}

[[gnu::noinline]] Status BasicLink::take_command(ByteSpan message, RunMillis now) {
  CARDEA_ASSIGN(const link::Command& command, link::decode_command(message));
  pending_.reset();
  Pending pending{.command = command, .at = now};
  CARDEA_TRY(lock_->provider().random(pending.nonce));
  pending_ = pending;
  send(link::Challenge{command.command, pending.nonce});
  return Status::kOk;
}

[[gnu::noinline]] Status BasicLink::take_run(ByteSpan message, RunMillis now) {
  CARDEA_ASSIGN(const link::Run& run, link::decode_run(message));
  const std::optional<Pending> pending = std::exchange(pending_, std::nullopt);  // each challenge serves once
  const audit::ReasonCode reason = judge_run(run, pending, false, now);
  if (reason != audit::reason_none) {
    refuse(run.command, reason);
    return Status::kOk;
  }
  Verdict verdict = Verdict::kGranted;
  object(verdict, reason);
  object(verdict, judge_run(*anew(&run), *anew(&pending), false, now));
  const OpenResult result = obey(pending->command, verdict);
  send(link::CommandResult{run.command, result.opened, result.reason});
  return Status::kOk;
}

/// activation.md A12 to A14. What was the owner's ends with the connection.
Status BasicLink::take_give_up(ByteSpan message, RunMillis now) {
  CARDEA_ASSIGN(const link::GiveUp& order, link::decode_give_up(message));
  audit::RecordBytes last{};
  audit::ReasonCode reason = judge_run(order.run, std::exchange(pending_, std::nullopt), true, now);  // it serves once
  if (reason == audit::reason_none) reason = lock_->give_up(order.run.command, order.claim_secret, last);
  if (reason != audit::reason_none) {
    if (!lock_->ready()) return Status::kFlashFailed;  // nobody knows whose it is: nothing is said
    refuse(order.run.command, reason);
    return Status::kOk;
  }
  send(link::Records{last});
  if (open()) send(link::CommandResult{order.run.command, true, audit::reason_none});
  end();
  return Status::kOk;
}

void BasicLink::refuse(std::uint64_t command, audit::ReasonCode reason) {
  lock_->refuse_command(command, reason);
  send(link::CommandResult{command, false, reason});
}

audit::ReasonCode BasicLink::judge_run(const link::Run& run, const std::optional<Pending>& pending, bool gives_up,
                                       RunMillis now) {
  if (!pending || pending->command.command != run.command || !equal_constant_time(pending->nonce, run.nonce) ||
      (pending->command.action == link::Action::kGiveUp) != gives_up)
    return audit::reason_command_unknown;
  const std::uint64_t valid_ms = 1'000ull * std::min(run.valid_s, link::run_valid_s_max);
  return passed_ms(pending->at, now) <= valid_ms ? audit::reason_none : audit::reason_command_stale;
}

bool BasicLink::challenge_waits(RunMillis now) const {
  return pending_ && passed_ms(pending_->at, now) <= 1'000ull * link::run_valid_s_max;
}

OpenResult BasicLink::obey(const link::Command& command, Verdict verdict) {
  switch (command.action) {
    case link::Action::kUnlock: return lock_->unlock(command.command, verdict);
    case link::Action::kReleaseKeypad: break;
    case link::Action::kGiveUp: return {false, audit::reason_command_unknown};  // goes by take_give_up()
  }
  const bool released = lock_->release_keypad(command.command) == Status::kOk;
  return {released, released ? audit::reason_none : static_cast<audit::ReasonCode>(Reason::kFault)};
}

[[gnu::noinline]] Status BasicLink::take_time(ByteSpan message, RunMillis now) {
  CARDEA_ASSIGN(const link::Time& time, link::decode_time(message));
  const std::optional<TimeAsked> asked = time_asked_;
  if (!asked || !equal_constant_time(asked->nonce, time.nonce)) return Status::kOk;  // L8: ignored
  time_asked_.reset();
  const std::uint64_t round_trip_ms = passed_ms(asked->at, now);
  if (round_trip_ms > 1'000 * link::time_round_trip_s_max) return Status::kOk;
  const HeardTime heard{time.time, time.uncertainty_ms, round_trip_ms};
  static_cast<void>(lock_->take_time(heard, audit::Method::kPlatform) == Status::kOk);
  return Status::kOk;
}

/// update.md I1, I2.
Status BasicLink::take_offer(ByteSpan message) {
  CARDEA_ASSIGN(const update::Offer& offer, update::decode_offer(message));
  const Status status = updater_ == nullptr ? Status::kUnsupported : updater_->take(offer);
  if (status != Status::kOk) {
    send(update::Report{offer.digest, update::ImageState::kRefused, 0, status});
    return Status::kOk;
  }
  send(updater_->report());
  ask_piece();
  return Status::kOk;
}

/// update.md I4 to I6.
Status BasicLink::take_piece(ByteSpan message) {
  CARDEA_ASSIGN(const update::Piece& piece, update::decode_piece(message));
  if (updater_ == nullptr) return Status::kOk;
  const std::optional<update::Want> wanted = updater_->want();
  if (!wanted) return Status::kOk;
  // After a failure of the flash it wants nothing until it is booted anew; the platform offers again at the next connection.
  static_cast<void>(updater_->take(piece) == Status::kOk);
  const std::optional<update::Want> next = updater_->want();
  if (!next) send(updater_->report());
  if (next && next->offset != wanted->offset) ask_piece();  // nothing for a piece left aside: that would ask twice
  return Status::kOk;
}

void BasicLink::ask_piece() {
  if (!open() || updater_ == nullptr) return;
  if (const std::optional<update::Want> want = updater_->want()) send(*want);
}

template <class Message>
void BasicLink::send(const Message& message) {
  ByteWriter writer = message_room();
  encode(message, writer);
  send_written(writer);
}

/// Sealed in place: the message stands where its ciphertext will.
ByteWriter BasicLink::message_room() {
  Bytes<link_out_size_bytes>* out = std::get_if<0>(&work_);
  CARDEA_ASSERT(out != nullptr);
  return ByteWriter(
      MutableByteSpan(*out).subspan(session::record_head_size_bytes, out->size() - session::record_overhead_bytes));
}

void BasicLink::send_written(const ByteWriter& writer) {
  CARDEA_ASSERT(writer.status() == Status::kOk);
  Bytes<link_out_size_bytes>& out = *std::get_if<0>(&work_);
  const Result<std::size_t> size = session_->seal(writer.written(), out);
  if (!size.ok()) return end();
  sink_->send(ByteSpan(out).first(*size));
}

void BasicLink::send_status(RunMillis now) {
  told_ = lock_->status();
  told_at_ = now;
  send(told_);
}

bool BasicLink::status_due(RunMillis now) const {
  return passed_ms(told_at_, now) >= 1'000 * link::status_interval_s || !same_news(told_, lock_->status());
}

void BasicLink::poll(RunMillis now) {
  if (phase_ == Phase::kAsked && !activation_->may_ask()) return end();  // nobody stands at the button any more
  if (phase_ == Phase::kGreeted && passed_ms(since_, now) >= 1'000ull * session::handshake_s_max) return end();  // SE3
  if (!open()) return;
  if (passed_ms(since_, now) >= 1'000ull * session::epoch_s_max) {  // SE9
    if (session_->rekey() != Status::kOk) return end();
    since_ = now;
  }
  if (status_due(now)) send_status(now);
  if (open() && now >= time_due_) ask_time(now);
  if (open()) send_records();
}

void BasicLink::ask_time(RunMillis now) {
  TimeAsked asked{.at = now};
  if (lock_->provider().random(asked.nonce) != Status::kOk) return;
  time_asked_ = asked;
  time_due_ = {now.value + 1'000ull * link::time_interval_s};
  send(link::TimeAsk{asked.nonce});
}

/// L4: from the first that the platform may not have, at most 256 on their way.
void BasicLink::send_records() {
  const LogState log = lock_->log().state();
  if (log.first_seq == 0) return;
  received_seq_ = std::max(received_seq_, log.first_seq - 1);
  sent_seq_ = std::max(sent_seq_, received_seq_);
  while (open() && sent_seq_ < log.last_seq && sent_seq_ - received_seq_ < link::records_in_flight_max) {
    const std::uint32_t room = static_cast<std::uint32_t>(link::records_in_flight_max) - (sent_seq_ - received_seq_);
    const std::size_t count = std::min<std::size_t>(room, link_records_count);
    const ByteSpan records = read_records(lock_->log(), sent_seq_ + 1, count, in_);
    if (records.empty()) return;
    sent_seq_ += static_cast<std::uint32_t>(records.size() / audit::record_size_bytes);
    send(link::Records{records});
  }
}

}  // namespace cardea
