// SPDX-License-Identifier: Apache-2.0
#include "core/session/records.hpp"

#include "core/crypto/kdf.hpp"

namespace cardea::session {
namespace {

constexpr std::uint32_t number_mask = 0x00ff'ffff;

/// u8 0xC0 + epoch | u24 number
Bytes<record_head_size_bytes> head_of(std::uint8_t epoch, std::uint32_t number) {
  Bytes<record_head_size_bytes> head;
  store_be(static_cast<std::uint32_t>(record_type | epoch) << 24 | number, head);
  return head;
}

CcmNonce nonce_of(ByteSpan head) {
  CcmNonce nonce{};
  std::copy(head.begin(), head.end(), nonce.end() - record_head_size_bytes);
  return nonce;
}

Result<KeyHandle> key_of(Provider& provider, const KeyBytes& secret, std::uint8_t epoch) {
  CARDEA_ASSIGN(const KeyHandle parent, provider.import_key(KeyKind::kMac, secret));
  const ScopedKey scoped(provider, parent);
  return derive(provider, parent, ascii("session.key"), Bytes<1>{epoch}, KeyKind::kAead);
}

/// S(e + 1) of S(e).
Result<KeyBytes> next_secret(Provider& provider, const KeyBytes& secret, std::uint8_t epoch) {
  CARDEA_ASSIGN(const KeyHandle parent, provider.import_key(KeyKind::kMac, secret));
  const ScopedKey scoped(provider, parent);
  return derive_bytes(provider, parent, ascii("session.rekey"), Bytes<1>{epoch});
}

bool was_taken(const RecordState& state, std::uint32_t number) {
  if (number >= state.in_end) return false;
  const std::uint32_t age = state.in_end - 1 - number;
  return age >= replay_window || (state.in_taken >> age & 1) != 0;
}

void mark_taken(RecordState& state, std::uint32_t number) {
  if (number < state.in_end) {
    state.in_taken |= 1u << (state.in_end - 1 - number);
    return;
  }
  const std::uint32_t shift = number + 1 - state.in_end;
  state.in_taken = (shift >= replay_window ? 0 : state.in_taken << shift) | 1u;
  state.in_end = number + 1;
}

/// The newest number has its bit, and no bit stands for a number below 0.
bool is_window(const RecordState& state) {
  if (state.in_end == 0) return state.in_taken == 0;
  if ((state.in_taken & 1) == 0) return false;
  return state.in_end >= replay_window || state.in_taken >> state.in_end == 0;
}

}  // namespace

void encode(const RecordState& state, std::span<std::uint8_t, record_state_size_bytes> out) {
  ByteWriter writer(out);
  writer.bytes(state.out_secret.bytes());
  writer.bytes(state.in_secret.bytes());
  writer.u8(state.out_epoch);
  writer.u8(state.in_epoch);
  writer.u32(state.out_reserved);
  writer.u32(state.in_end);
  writer.u32(state.in_taken);
}

Result<RecordState> decode_record_state(ByteSpan in) {
  ByteReader reader(in);
  const ByteSpan out_secret = reader.take(KeyBytes::size_bytes);
  const ByteSpan in_secret = reader.take(KeyBytes::size_bytes);
  RecordState state;
  state.out_epoch = reader.u8();
  state.in_epoch = reader.u8();
  state.out_reserved = reader.u32();
  state.in_end = reader.u32();
  state.in_taken = reader.u32();
  CARDEA_TRY(reader.finish());
  if (state.out_epoch > epoch_max || state.in_epoch > epoch_max || state.out_reserved > record_number_count ||
      state.in_end > record_number_count || !is_window(state))
    return Status::kMalformed;
  state.out_secret = KeyBytes(out_secret.first<KeyBytes::size_bytes>());
  state.in_secret = KeyBytes(in_secret.first<KeyBytes::size_bytes>());
  return state;
}

Result<Records> Records::open(Provider& provider, const RecordState& state) {
  CARDEA_ASSIGN(const KeyHandle out, key_of(provider, state.out_secret, state.out_epoch));
  ScopedKey scoped(provider, out);
  CARDEA_ASSIGN(const KeyHandle in, key_of(provider, state.in_secret, state.in_epoch));
  return Records(provider, state, scoped.detach(), in);
}

Status Records::reserve(std::uint32_t count) {
  const std::uint32_t left = record_number_count - state_.out_reserved;
  if (left == 0) return Status::kFull;
  state_.out_reserved += std::min(count, left);
  return Status::kOk;
}

Status Records::rekey() {
  if (state_.out_epoch == epoch_max) return Status::kFull;
  CARDEA_ASSIGN(const KeyBytes& secret, next_secret(*provider_, state_.out_secret, state_.out_epoch));
  const auto epoch = static_cast<std::uint8_t>(state_.out_epoch + 1);
  CARDEA_ASSIGN(const KeyHandle key, key_of(*provider_, secret, epoch));
  out_ = ScopedKey(*provider_, key);
  state_.out_secret = secret;
  state_.out_epoch = epoch;
  state_.out_reserved = 0;
  out_next_ = 0;
  return Status::kOk;
}

Result<std::size_t> Records::seal(ByteSpan plain, MutableByteSpan record) {
  const std::size_t size = plain.size() + record_overhead_bytes;
  if (plain.size() > record_plain_size_bytes_max || record.size() < size) return Status::kOutOfRange;
  if (out_next_ == record_number_count) return Status::kFull;
  if (out_next_ == state_.out_reserved) return Status::kNotReady;
  const Bytes<record_head_size_bytes> head = head_of(state_.out_epoch, out_next_);
  ++out_next_;  // also if sealing fails: a number never serves twice
  const MutableByteSpan sealed = record.subspan(record_head_size_bytes, plain.size() + ccm_tag_size_bytes);
  CARDEA_TRY(provider_->ccm_seal(out_.handle(), nonce_of(head), head, plain, sealed));
  std::copy(head.begin(), head.end(), record.begin());
  return size;
}

Result<std::size_t> Records::open_with(KeyHandle key, ByteSpan record, MutableByteSpan plain) {
  const std::size_t size = record.size() - record_overhead_bytes;
  const ByteSpan head = record.first(record_head_size_bytes);
  const Status opened = provider_->ccm_open(key, nonce_of(head), head, record.subspan(head.size()), plain.first(size));
  if (opened == Status::kForged) ++forged_count_;
  CARDEA_TRY(opened);
  return size;
}

Result<std::size_t> Records::take(ByteSpan record, MutableByteSpan plain) {
  if (forged_count_ >= forged_count_max) return Status::kNotReady;
  if (record.size() < record_overhead_bytes) return Status::kTooShort;
  if (record.size() > record_size_bytes_max || (record[0] & 0xf0) != record_type) return Status::kMalformed;
  if (plain.size() < record.size() - record_overhead_bytes) return Status::kOutOfRange;
  const std::uint8_t epoch = record[0] & 0x0f;
  const std::uint32_t number = load_be<std::uint32_t>(record) & number_mask;
  if (number >= record_number_count) return Status::kMalformed;
  if (epoch == state_.in_epoch + 1) return take_of_next_epoch(record, number, plain);
  if (epoch != state_.in_epoch || was_taken(state_, number)) return Status::kStale;
  CARDEA_ASSIGN(const std::size_t size, open_with(in_.handle(), record, plain));
  mark_taken(state_, number);
  return size;
}

Result<std::size_t> Records::take_of_next_epoch(ByteSpan record, std::uint32_t number, MutableByteSpan plain) {
  const auto epoch = static_cast<std::uint8_t>(state_.in_epoch + 1);
  CARDEA_ASSIGN(const KeyBytes& secret, next_secret(*provider_, state_.in_secret, state_.in_epoch));
  CARDEA_ASSIGN(const KeyHandle key, key_of(*provider_, secret, epoch));
  ScopedKey scoped(*provider_, key);
  CARDEA_ASSIGN(const std::size_t size, open_with(key, record, plain));
  in_ = std::move(scoped);
  state_.in_secret = secret;
  state_.in_epoch = epoch;
  state_.in_end = 0;
  state_.in_taken = 0;
  mark_taken(state_, number);
  return size;
}

}  // namespace cardea::session
