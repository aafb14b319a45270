// SPDX-License-Identifier: Apache-2.0
#include "lock/near/near.hpp"

namespace cardea {
namespace {

constexpr std::uint8_t message_1_type = 0x03;  // METHOD, its first item
constexpr std::uint8_t record_type_mask = 0xf0;

constexpr std::uint64_t passed_ms(RunMillis since, RunMillis now) { return now < since ? 0 : now.value - since.value; }

}  // namespace

/// The lock's key is good until it boots again; a responder that has it stays.
Status BasicNear::take_up_identity() {
  CARDEA_ASSIGN(const KeyHandle key, lock_->identity_key());
  if (edhoc_ && key == identity_) return Status::kOk;
  P256Point point{};
  CARDEA_TRY(lock_->identity(point));
  CARDEA_ASSIGN(const std::size_t size, grant::write_lock_credential(lock_->id(), point, credential_));
  identity_ = key;
  edhoc_.emplace(lock_->provider(),
                 session::OwnCredential{key, ByteSpan(credential_).first(size), session::CredentialForm::kKid}, trust_,
                 room_.first<session::edhoc_room_size_bytes>());
  return Status::kOk;
}

void BasicNear::abandon() {
  if (edhoc_) edhoc_->abandon();
  waiting_ = false;
}

void BasicNear::connected() {
  reassembler_.reset();
  abandon();
  end_session();
  answer_size_ = 0;
}

/// SE4, G10.
void BasicNear::expire(RunMillis now) {
  if (records_ && passed_ms(heard_at_, now) >= near_session_ms) end_session();
  if (waiting_ && passed_ms(waiting_since_, now) >= near_handshake_ms) abandon();
}

/// G9.
void BasicNear::refill(RunMillis now) {
  const std::uint64_t more = passed_ms(allowance_since_, now) / near_allowance_again_ms;
  if (allowance_ + more >= near_allowance_max) {
    allowance_ = near_allowance_max;
    allowance_since_ = now;
    return;
  }
  allowance_ = static_cast<std::uint8_t>(allowance_ + more);
  allowance_since_.value += more * near_allowance_again_ms;
}

void BasicNear::poll(RunMillis now) {
  expire(now);
  if (waiting_ || records_ || !lock_->takes_keys() || take_up_identity() != Status::kOk) return;
  static_cast<void>(edhoc_->prepare() == Status::kOk);
}

void BasicNear::received(ByteSpan packet, RunMillis now) {
  expire(now);
  const Result<std::optional<ByteSpan>> whole = reassembler_.take(packet);
  if (whole.ok() && *whole) take(**whole, now);
}

void BasicNear::take(ByteSpan message, RunMillis now) {
  if ((message[0] & record_type_mask) == session::record_type) return take_record(message, now);
  if (message[0] == message_1_type) return take_message_1(message, now);
  take_message_3(message, now);
}

/// G2: whose signature counts, and at what time. False: no virtual key is taken now.
bool BasicNear::believe() {
  const Result<P256Point> key = lock_->grant_key();
  const ClockReading clock = lock_->clock();
  if (!key.ok() || use_of(clock) != ClockUse::kGood) return false;
  trust_.workspace = *key;
  trust_.now = clock.now;
  return true;
}

void BasicNear::take_message_1(ByteSpan message, RunMillis now) {
  refill(now);
  if (allowance_ == 0 || !believe() || take_up_identity() != Status::kOk) return;
  const Result<std::size_t> size = edhoc_->answer(message, answer_);
  if (size.ok()) {
    --allowance_;
    waiting_ = true;
    waiting_since_ = now;
    answer_size_ = *size;
    ++answer_number_;
    return send_answer();
  }
  if (size.error() == Status::kStale) return send_answer();
  if (size.error() != Status::kUnsupported) {
    --allowance_;
    waiting_ = false;
    return;
  }
  std::copy(session::edhoc_wrong_suite.begin(), session::edhoc_wrong_suite.end(), answer_.begin());
  answer_size_ = session::edhoc_wrong_suite.size();
  ++answer_number_;
  send_answer();
}

void BasicNear::take_message_3(ByteSpan message, RunMillis now) {
  if (!waiting_) return records_ ? send_answer() : void();  // said again: its answer is *ready*
  waiting_ = false;
  if (!believe() || edhoc_->verify(message) != Status::kOk) return abandon();
  if (begin_session(now) != Status::kOk) end_session();
}

/// G2, G9: only a virtual key of this lock has a session. Not folded into its caller, where it would lie beneath a handshake.
[[gnu::noinline]] Status BasicNear::begin_session(RunMillis now) {
  session::EdhocAgreement agreement;
  CARDEA_TRY(edhoc_->agree(agreement));
  CARDEA_ASSIGN(const grant::Grant& key, grant::decode(agreement.grant()));
  if (key.lock != lock_->id() || !agreement.peer_until) return Status::kNotFound;
  session::RecordState state;
  state.out_secret = agreement.out;
  state.in_secret = agreement.in;
  Result<session::Records> records = session::Records::open(lock_->provider(), state);
  CARDEA_TRY(records.status());
  records_.emplace(std::move(*records));
  CARDEA_TRY(records_->reserve(session::record_number_count));
  heard_at_ = now;
  signer_ = trust_.workspace.value_or(P256Point{});
  write_twice(proved_, Verdict::kGranted);
  object(proved_, agreement.doubts);
  until_ = *agreement.peer_until;
  grant_ = agreement.peer_grant;
  grant_size_ = agreement.peer_grant_size_bytes;
  if (allowance_ < near_allowance_max) ++allowance_;
  return say_ready();
}

Status BasicNear::say_ready() {
  grant::Denials held;
  CARDEA_TRY(lock_->denials(held));
  return say(grant::Ready{held.number, held.epoch});
}

void BasicNear::take_record(ByteSpan message, RunMillis now) {
  if (!records_) return;
  const MutableByteSpan plain = room_.first(grant::phone_message_size_bytes_max);
  const Result<std::size_t> size = records_->take(message, plain);
  const auto doubt = anew(static_cast<std::uint32_t>(size.status()));
  if (!size.ok()) return size.error() == Status::kStale ? send_answer() : void();
  if (!same_owner()) return end_session();
  heard_at_ = now;
  Verdict proved = proved_;
  object(proved, doubt);
  object(proved, anew(this)->same_owner() ? 0 : 1);
  if (obey(plain.first(*size), proved) != Status::kOk) end_session();
}

/// G10.
bool BasicNear::same_owner() const {
  const Result<P256Point> key = lock_->grant_key();
  return key.ok() && *key == signer_;
}

Status BasicNear::obey(ByteSpan message, Verdict proved) {
  if (message.empty()) return Status::kTooShort;
  switch (static_cast<grant::MessageType>(message[0])) {
    case grant::MessageType::kList: return take_list(message.subspan(1));
    case grant::MessageType::kOpen: return message.size() == 1 ? open_door(proved) : Status::kMalformed;
    default: return Status::kMalformed;
  }
}

/// G6: durable before it is said.
Status BasicNear::take_list(ByteSpan list) {
  const Status status = lock_->take_denials(list);
  grant::Denials held;
  CARDEA_TRY(lock_->denials(held));
  return say(grant::Listed{held.number, status});
}

Status BasicNear::open_door(Verdict proved) {
  const KeypadResult result = lock_->open_by_key(ByteSpan(grant_).first(grant_size_), until_, proved);
  const bool opened = result.verdict == Verdict::kGranted;
  return say(grant::Answer{opened, opened ? audit::reason_none : result.reason});
}

template <class Message>
Status BasicNear::say(const Message& message) {
  Bytes<grant::lock_message_size_bytes_max> plain{};
  ByteWriter out(plain);
  grant::encode(message, out);
  CARDEA_TRY(out.status());
  CARDEA_ASSIGN(answer_size_, records_->seal(out.written(), answer_));
  ++answer_number_;
  send_answer();
  return Status::kOk;
}

/// The newest answer, also again: under the same number (SE12).
void BasicNear::send_answer() {
  if (answer_size_ == 0) return;
  Bytes<near_answer_size_bytes_max + session::fragment_head_size_bytes> packet{};
  const std::size_t packet_size = std::min(packet_size_bytes_, packet.size());
  session::Fragmenter pieces(ByteSpan(answer_).first(answer_size_), answer_number_ % session::fragment_number_count,
                             packet_size);
  while (!pieces.done()) {
    const std::size_t size = pieces.next(MutableByteSpan(packet).first(packet_size));
    sink_->send(ByteSpan(packet).first(size));
  }
}

}  // namespace cardea
