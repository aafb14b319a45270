// SPDX-License-Identifier: Apache-2.0
#include "lock/link/link.hpp"

#include <algorithm>

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

void Link::connected(RunMillis now) {
  closed();
  if (!lock_->claimed()) {
    const Result<activation::AskBytes> ask = activation_->ask(now);
    if (!ask.ok()) return end();
    phase_ = Phase::kAsked;
    return sink_->send(*ask);
  }
  handshake_.emplace(lock_->provider(), lock_->session_key(), lock_->id());
  const Result<Bytes<link::m1_size_bytes>> m1 = handshake_->start();
  if (!m1.ok()) return end();
  phase_ = Phase::kGreeted;
  sink_->send(*m1);
}

void Link::closed() {
  phase_ = Phase::kClosed;
  handshake_.reset();
  session_.reset();
  pending_.reset();  // L7: never after a reconnect
  time_asked_.reset();
  activation_->cancel();
}

void Link::end() {
  closed();
  sink_->close();
}

void Link::received(ByteSpan message, RunMillis now) {
  switch (phase_) {
    case Phase::kClosed: return;
    case Phase::kAsked: return take_answer(message, now);
    case Phase::kGreeted: return take_m2(message, now);
    case Phase::kOpen: return take_frame(message, now);
  }
}

void Link::take_answer(ByteSpan message, RunMillis now) {
  activation::DoneBytes done;
  if (activation_->answer(message, now, done) == Status::kOk) sink_->send(done);
  end();  // and anew, with M1
}

void Link::take_m2(ByteSpan message, RunMillis now) {
  Bytes<link::m3_size_bytes> m3;
  Result<link::Session> session = handshake_->finish(message, m3);
  handshake_.reset();
  if (!session.ok()) return end();
  session_.emplace(*std::move(session));
  phase_ = Phase::kOpen;
  sink_->send(m3);
  const LogState log = lock_->log().state();
  received_seq_ = log.receipt_seq;
  sent_seq_ = received_seq_;
  time_due_ = now;
  send_status(now);
  poll(now);
}

void Link::take_frame(ByteSpan frame, RunMillis now) {
  if (frame.size() > in_.size()) return end();
  const Result<std::size_t> size = session_->open(frame, in_);
  if (!size.ok() || dispatch(ByteSpan(in_).first(*size), now) != Status::kOk) end();
  // update.md U5. Should the write fail, the next frame tries again.
  if (open() && updater_ != nullptr) static_cast<void>(updater_->confirm() == Status::kOk);
  wipe(in_);
  if (open()) poll(now);
}

/// Not kOk: the message breaks the protocol. What the lock cannot do is no such thing.
Status Link::dispatch(ByteSpan message, RunMillis now) {
  CARDEA_ASSIGN(const link::MessageType type, link::type_of(message));
  switch (type) {
    case link::MessageType::kReceipt: return take_receipt(message);
    case link::MessageType::kFetch: return take_fetch(message);
    case link::MessageType::kDesired: return take_desired(message);
    case link::MessageType::kCommand: return take_command(message, now);
    case link::MessageType::kRun: return take_run(message, now);
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

/// E8: one that does not verify changes nothing.
Status Link::take_receipt(ByteSpan message) {
  CARDEA_ASSIGN(const link::Receipt receipt, link::decode_receipt(message));
  if (lock_->take_receipt(receipt) == Status::kOk) received_seq_ = std::max(received_seq_, receipt.seq);
  return Status::kOk;
}

Status Link::take_fetch(ByteSpan message) {
  CARDEA_ASSIGN(const link::Fetch fetch, link::decode_fetch(message));
  if (fetch.from == 0) return Status::kOutOfRange;
  received_seq_ = fetch.from - 1;
  sent_seq_ = received_seq_;
  return Status::kOk;
}

Status Link::take_desired(ByteSpan message) {
  CARDEA_ASSIGN(const link::Desired desired, link::decode_desired(message));
  if (desired.version <= lock_->applied_version()) return Status::kOk;  // L6
  auto& snapshot = work_.emplace<link::Snapshot>();
  Status status = link::decode(desired.snapshot, lock_->lock_class(), snapshot);
  if (status == Status::kOk) status = lock_->apply(desired.version, snapshot);
  snapshot = {};
  work_.emplace<0>();
  send(link::Applied{desired.version, status});
  return Status::kOk;
}

Status Link::take_command(ByteSpan message, RunMillis now) {
  CARDEA_ASSIGN(const link::Command command, link::decode_command(message));
  pending_.reset();
  Pending pending{.command = command, .at = now};
  CARDEA_TRY(lock_->provider().random(pending.nonce));
  pending_ = pending;
  send(link::Challenge{command.command, pending.nonce});
  return Status::kOk;
}

Status Link::take_run(ByteSpan message, RunMillis now) {
  CARDEA_ASSIGN(const link::Run run, link::decode_run(message));
  const std::optional<Pending> pending = std::exchange(pending_, std::nullopt);  // each challenge serves once
  const audit::ReasonCode reason = judge_run(run, pending, now);
  if (reason != audit::reason_none) {
    lock_->refuse_command(run.command, reason);
    send(link::CommandResult{run.command, false, reason});
    return Status::kOk;
  }
  const OpenResult result = obey(pending->command);
  send(link::CommandResult{run.command, result.opened, result.reason});
  return Status::kOk;
}

audit::ReasonCode Link::judge_run(const link::Run& run, const std::optional<Pending>& pending, RunMillis now) const {
  if (!pending || pending->command.command != run.command || !equal_constant_time(pending->nonce, run.nonce))
    return audit::reason_command_unknown;
  const std::uint64_t valid_ms = 1'000ull * std::min(run.valid_s, link::run_valid_s_max);
  return passed_ms(pending->at, now) <= valid_ms ? audit::reason_none : audit::reason_command_stale;
}

OpenResult Link::obey(const link::Command& command) {
  switch (command.action) {
    case link::Action::kUnlock: return lock_->unlock(command.command);
    case link::Action::kReleaseKeypad: break;
  }
  const bool released = lock_->release_keypad(command.command) == Status::kOk;
  return {released, released ? audit::reason_none : static_cast<audit::ReasonCode>(Reason::kFault)};
}

Status Link::take_time(ByteSpan message, RunMillis now) {
  CARDEA_ASSIGN(const link::Time time, link::decode_time(message));
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
Status Link::take_offer(ByteSpan message) {
  CARDEA_ASSIGN(const update::Offer offer, update::decode_offer(message));
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
Status Link::take_piece(ByteSpan message) {
  CARDEA_ASSIGN(const update::Piece piece, update::decode_piece(message));
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

void Link::ask_piece() {
  if (!open() || updater_ == nullptr) return;
  if (const std::optional<update::Want> want = updater_->want()) send(*want);
}

template <class Message>
void Link::send(const Message& message) {
  // Sealed in place: the message stands where its ciphertext will.
  Bytes<link_out_size_bytes>* out = std::get_if<0>(&work_);
  CARDEA_ASSERT(out != nullptr);
  ByteWriter writer(MutableByteSpan(*out).subspan(link::frame_head_bytes, out->size() - link::frame_overhead_bytes));
  encode(message, writer);
  CARDEA_ASSERT(writer.status() == Status::kOk);
  const Result<std::size_t> size = session_->seal(writer.written(), *out);
  if (!size.ok()) return end();
  sink_->send(ByteSpan(*out).first(*size));
}

void Link::send_status(RunMillis now) {
  told_ = lock_->status();
  told_at_ = now;
  send(told_);
}

bool Link::status_due(RunMillis now) const {
  return passed_ms(told_at_, now) >= 1'000 * link::status_interval_s || !same_news(told_, lock_->status());
}

void Link::poll(RunMillis now) {
  if (phase_ == Phase::kAsked && !activation_->may_ask()) return end();  // nobody stands at the button any more
  if (!open()) return;
  if (status_due(now)) send_status(now);
  if (open() && now >= time_due_) ask_time(now);
  if (open()) send_records();
}

void Link::ask_time(RunMillis now) {
  TimeAsked asked{.at = now};
  if (lock_->provider().random(asked.nonce) != Status::kOk) return;
  time_asked_ = asked;
  time_due_ = {now.value + 1'000ull * link::time_interval_s};
  send(link::TimeAsk{asked.nonce});
}

/// L4: from the first that the platform may not have, at most 256 on their way.
void Link::send_records() {
  const LogState log = lock_->log().state();
  if (log.first_seq == 0) return;
  received_seq_ = std::max(received_seq_, log.first_seq - 1);
  sent_seq_ = std::max(sent_seq_, received_seq_);
  while (open() && sent_seq_ < log.last_seq && sent_seq_ - received_seq_ < link::records_in_flight_max) {
    const std::uint32_t room = static_cast<std::uint32_t>(link::records_in_flight_max) - (sent_seq_ - received_seq_);
    const ByteSpan records = read_records(lock_->log(), sent_seq_ + 1, room, in_);
    if (records.empty()) return;
    sent_seq_ += static_cast<std::uint32_t>(records.size() / audit::record_size_bytes);
    send(link::Records{records});
  }
}

}  // namespace cardea
