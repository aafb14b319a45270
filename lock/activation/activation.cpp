// SPDX-License-Identifier: Apache-2.0
#include "lock/activation/activation.hpp"

#include <utility>

namespace cardea {
namespace {

using ClaimSecret = Secret<activation::claim_secret_size_bytes>;

/// asked_item.
struct AskedItem {
  KeyBytes scalar;
  activation::AskBytes ask{};
  RunSeconds at;
  bool unbroken = true;
};

struct RoomOnStack {
  AnswerRoom room() { return {plain.mutable_bytes(), gift}; }
  Secret<activation::gift_size_bytes_max> plain;
  activation::OpenedGift gift;
};

/// Wipes where an answer was opened at the end of the scope.
class WipedRoom {
 public:
  explicit WipedRoom(const AnswerRoom& room) : plain_(room.plain) {}
  WipedRoom(const WipedRoom&) = delete;
  WipedRoom& operator=(const WipedRoom&) = delete;
  ~WipedRoom() { wipe(plain_); }

 private:
  MutableByteSpan plain_;
};

Status store(Lock& lock, const AskedItem& asked) {
  Secret<waiting_item_size_bytes_max> bytes;
  ByteWriter out(bytes.mutable_bytes());
  out.bytes(asked.scalar.bytes());
  out.bytes(asked.ask);
  out.u64(asked.at.value);
  out.u8(asked.unbroken ? 1 : 0);
  return lock.store(asked_item, out.written());
}

/// Not folded into its caller, where its copy would lie beneath what computes with the curve.
[[gnu::noinline]] Status load(const Lock& lock, AskedItem& asked) {
  Secret<waiting_item_size_bytes_max> bytes;
  const Result<std::size_t> size = lock.load(asked_item, bytes.mutable_bytes());
  if (!size.ok()) return size.error() == Status::kNotFound ? Status::kNotReady : size.error();
  ByteReader in(ByteSpan(bytes.bytes()).first(*size));
  asked.scalar = KeyBytes(in.array<KeyBytes::size_bytes>());
  asked.ask = in.array<activation::ask_size_bytes>();
  asked.at = {in.u64()};
  asked.unbroken = in.u8() == 1;
  return in.finish() == Status::kOk ? Status::kOk : Status::kCorrupt;
}

}  // namespace

bool Activation::may_ask() const {
  return lock_->ready() && !lock_->claimed() && lock_->pressed_within(activation::button_window_s);
}

Result<activation::AskBytes> Activation::make_ask(const P256Point& ephemeral) {
  ClaimSecret secret;
  CARDEA_TRY(lock_->claim_secret(secret));
  activation::Ask ask;
  ask.lock = lock_->id();
  ask.ephemeral = ephemeral;
  CARDEA_TRY(lock_->identity(ask.identity));
  ask.lock_class = lock_->lock_class();
  ask.slot_count_max = slot_count_max;
  CARDEA_TRY(lock_->provider().random(ask.nonce));
  return activation::encode_ask(lock_->provider(), secret, ask);
}

Result<activation::AskBytes> Activation::ask(RunMillis now) {
  cancel();
  if (!may_ask()) return Status::kNotReady;
  P256Point point;
  CARDEA_ASSIGN(ephemeral_, lock_->provider().p256_generate(KeyKind::kAgree, point));
  CARDEA_ASSIGN(ask_, make_ask(point));
  asked_at_ = now;
  return ask_;
}

Status Activation::answer(ByteSpan answer, RunMillis now, activation::DoneBytes& done) {
  RoomOnStack room;
  return Activation::answer(answer, now, room.room(), done);
}

Status Activation::answer(ByteSpan answer, RunMillis now, AnswerRoom room, activation::DoneBytes& done) {
  if (!ephemeral_ || lock_->claimed()) return Status::kNotReady;
  ClaimSecret secret;
  CARDEA_TRY(lock_->claim_secret(secret));
  const WipedRoom wiped(room);
  const activation::OpenedGift& gift = room.gift;
  CARDEA_TRY(activation::open_answer(lock_->provider(), secret, ephemeral_, ask_, answer, room.plain, room.gift, done));
  const HeardTime time{gift.time, gift.time_uncertainty_ms, now.value - asked_at_.value};
  CARDEA_TRY(lock_->activate(gift, time, audit::Method::kPlatform, nullptr));
  cancel();
  return Status::kOk;
}

void Activation::cancel() {
  if (ephemeral_) lock_->provider().release_key(ephemeral_);
  ephemeral_ = {};
}

Result<activation::AskBytes> Activation::ask_file() {
  if (!may_ask()) return Status::kNotReady;
  AskedItem asked;
  asked.at = lock_->clock().run;
  P256Point point;
  CARDEA_ASSIGN(const KeyHandle ephemeral, make_storable_pair(lock_->provider(), asked.scalar, point));
  lock_->provider().release_key(ephemeral);
  CARDEA_ASSIGN(asked.ask, make_ask(point));
  CARDEA_TRY(store(*lock_, asked));
  return asked.ask;
}

Status Activation::answer_file(ByteSpan file) {
  RoomOnStack room;
  return answer_file(file, room.room());
}

Status Activation::answer_file(ByteSpan file, AnswerRoom room) {
  if (lock_->claimed()) return Status::kNotReady;
  AskedItem asked;
  CARDEA_TRY(load(*lock_, asked));
  ClaimSecret secret;
  CARDEA_TRY(lock_->claim_secret(secret));
  P256Point point;
  CARDEA_ASSIGN(const KeyHandle ephemeral, lock_->provider().p256_import(KeyKind::kAgree, asked.scalar, point));
  const ScopedKey scoped(lock_->provider(), ephemeral);
  const WipedRoom wiped(room);
  const activation::OpenedGift& gift = room.gift;
  activation::DoneBytes done;
  CARDEA_TRY(activation::open_answer(lock_->provider(), secret, ephemeral, asked.ask, file, room.plain, room.gift, done));
  const HeardTime time{gift.time, gift.time_uncertainty_ms, waited_ms(asked.at, lock_->clock().run, asked.unbroken)};
  return lock_->activate(gift, time, audit::Method::kFile, &done);
}

}  // namespace cardea
