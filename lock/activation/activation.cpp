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

Status store(Lock& lock, const AskedItem& asked) {
  Secret<waiting_item_size_bytes_max> bytes;
  ByteWriter out(bytes.mutable_bytes());
  out.bytes(asked.scalar.bytes());
  out.bytes(asked.ask);
  out.u64(asked.at.value);
  out.u8(asked.unbroken ? 1 : 0);
  return lock.store(asked_item, out.written());
}

Result<AskedItem> load(const Lock& lock) {
  Secret<waiting_item_size_bytes_max> bytes;
  const Result<std::size_t> size = lock.load(asked_item, bytes.mutable_bytes());
  if (!size.ok()) return size.error() == Status::kNotFound ? Status::kNotReady : size.error();
  ByteReader in(ByteSpan(bytes.bytes()).first(*size));
  AskedItem asked;
  asked.scalar = KeyBytes(in.array<KeyBytes::size_bytes>());
  asked.ask = in.array<activation::ask_size_bytes>();
  asked.at = {in.u64()};
  asked.unbroken = in.u8() == 1;
  if (in.finish() != Status::kOk) return Status::kCorrupt;
  return asked;
}

/// A private scalar and its pair. A random number is one with all but 2^-32 of chance.
Result<KeyHandle> make_scalar(Provider& provider, KeyBytes& scalar, P256Point& point) {
  CARDEA_TRY(provider.random(scalar.mutable_bytes()));
  return provider.p256_import(KeyKind::kAgree, scalar, point);
}

}  // namespace

bool Activation::may_ask() const {
  const std::optional<RunSeconds> pressed = lock_->pressed_at();
  return lock_->ready() && !lock_->claimed() && pressed &&
         lock_->clock().run.value - pressed->value <= activation::button_window_s;
}

Result<activation::AskBytes> Activation::make_ask(const P256Point& ephemeral) {
  ClaimSecret secret;
  CARDEA_TRY(lock_->claim_secret(secret));
  activation::Ask ask;
  ask.lock = lock_->id();
  ask.ephemeral = ephemeral;
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
  if (!ephemeral_ || lock_->claimed()) return Status::kNotReady;
  ClaimSecret secret;
  CARDEA_TRY(lock_->claim_secret(secret));
  activation::Gift gift;
  CARDEA_TRY(activation::open_answer(lock_->provider(), secret, ephemeral_, ask_, answer, gift, done));
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
  CARDEA_ASSIGN(const KeyHandle ephemeral, make_scalar(lock_->provider(), asked.scalar, point));
  lock_->provider().release_key(ephemeral);
  CARDEA_ASSIGN(asked.ask, make_ask(point));
  CARDEA_TRY(store(*lock_, asked));
  return asked.ask;
}

Status Activation::answer_file(ByteSpan file) {
  if (lock_->claimed()) return Status::kNotReady;
  CARDEA_ASSIGN(const AskedItem asked, load(*lock_));
  ClaimSecret secret;
  CARDEA_TRY(lock_->claim_secret(secret));
  P256Point point;
  CARDEA_ASSIGN(const KeyHandle ephemeral, lock_->provider().p256_import(KeyKind::kAgree, asked.scalar, point));
  const ScopedKey scoped(lock_->provider(), ephemeral);
  activation::Gift gift;
  activation::DoneBytes done;
  CARDEA_TRY(activation::open_answer(lock_->provider(), secret, ephemeral, asked.ask, file, gift, done));
  const HeardTime time{gift.time, gift.time_uncertainty_ms, waited_ms(asked.at, lock_->clock().run, asked.unbroken)};
  return lock_->activate(gift, time, audit::Method::kFile, &done);
}

}  // namespace cardea
