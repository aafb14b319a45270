// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/secure_element/secure_element_provider.hpp"

#include <limits>

#include "core/crypto/kdf.hpp"

namespace cardea {

using apdu::Op;

namespace {

constexpr std::size_t text_size_bytes_max = 65'535;

void copy(ByteSpan from, MutableByteSpan to) { std::copy(from.begin(), from.end(), to.begin()); }

}  // namespace

/// A body while it is written.
struct SecureElementProvider::Call {
  explicit Call(Op op) : writer(buffer) { writer.u8(static_cast<std::uint8_t>(op)); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() { wipe(buffer); }
  [[nodiscard]] std::size_t room() const { return buffer.size() - writer.written().size(); }

  Bytes<apdu::body_size_bytes_max> buffer{};
  ByteWriter writer;
};

// --- The line
// -----------------------------------------------------------------------------------------------------------------

Status SecureElementProvider::connect() {
  if (to_ && number_ < std::numeric_limits<std::uint32_t>::max()) return Status::kOk;
  disconnect();
  Bytes<apdu::start_nonce_size_bytes + apdu::start_answer_size_bytes> context{};
  const MutableByteSpan own = MutableByteSpan(context).first(apdu::start_nonce_size_bytes);
  const MutableByteSpan answer = MutableByteSpan(context).subspan(own.size());
  CARDEA_TRY(software_->random(own));
  ByteWriter command(command_);
  command.bytes(apdu::start_head);
  command.u8(apdu::start_nonce_size_bytes);
  command.bytes(own);
  command.u8(0);
  const Result<std::size_t> size = channel_->transmit(command.written(), response_);
  if (!size.ok() || *size != answer.size() + apdu::done.size()) return Status::kCryptoFailed;
  const ByteSpan response = ByteSpan(response_).first(*size);
  if (!std::ranges::equal(response.last(apdu::done.size()), apdu::done)) return Status::kCryptoFailed;
  copy(response.first(answer.size()), answer);
  slot_count_ = answer[apdu::start_nonce_size_bytes];
  buffer_size_bytes_ = load_be<std::uint16_t>(ByteSpan(answer).subspan(apdu::start_nonce_size_bytes + 1));
  CARDEA_ASSIGN(from_, derive(*software_, pairing_, ascii("se.from"), context, KeyKind::kAead));
  CARDEA_ASSIGN(to_, derive(*software_, pairing_, ascii("se.to"), context, KeyKind::kAead));
  number_ = 0;
  return Status::kOk;
}

void SecureElementProvider::disconnect() {
  if (to_) software_->release_key(to_);
  if (from_) software_->release_key(from_);
  to_ = from_ = {};
}

Status SecureElementProvider::exchange(ByteSpan body, MutableByteSpan result) {
  CARDEA_TRY(connect());
  const CcmNonce nonce = apdu::nonce_of(number_++);
  ByteWriter command(command_);
  command.bytes(apdu::call_head);
  command.u8(static_cast<std::uint8_t>(body.size() + ccm_tag_size_bytes));
  CARDEA_TRY(software_->ccm_seal(to_, nonce, apdu::call_head, body, command.room(body.size() + ccm_tag_size_bytes)));
  command.u8(0);

  Status state = Status::kCryptoFailed;
  const auto received = [&]() -> Status {
    CARDEA_ASSIGN(const std::size_t size, channel_->transmit(command.written(), response_));
    if (size < 1 + ccm_tag_size_bytes + apdu::done.size() || size > response_.size()) return Status::kCryptoFailed;
    const ByteSpan response = ByteSpan(response_).first(size);
    if (!std::ranges::equal(response.last(apdu::done.size()), apdu::done)) return Status::kCryptoFailed;
    const ByteSpan sealed = response.first(size - apdu::done.size());
    const MutableByteSpan plain = MutableByteSpan(command_).first(sealed.size() - ccm_tag_size_bytes);
    CARDEA_TRY(software_->ccm_open(from_, nonce, apdu::done, sealed, plain));
    state = apdu::status_of(plain[0]);
    if (plain.size() != 1 + (state == Status::kOk ? result.size() : 0)) return Status::kMalformed;
    copy(plain.subspan(1), result.first(plain.size() - 1));
    return Status::kOk;
  };
  const Status line = received();
  wipe(command_);
  if (line == Status::kOk) return state;
  disconnect();
  return Status::kCryptoFailed;
}

Status SecureElementProvider::run(Call& call, std::initializer_list<ByteSpan> parts, MutableByteSpan result) {
  std::size_t left = 0;
  for (const ByteSpan part : parts) left += part.size();
  CARDEA_TRY(connect());
  if (left > buffer_size_bytes_) return Status::kOutOfRange;
  Call load(Op::kLoad);
  for (ByteSpan part : parts) {
    while (!part.empty()) {
      const bool is_last = left <= call.room();
      ByteWriter& writer = is_last ? call.writer : load.writer;
      const std::size_t size = std::min(part.size(), is_last ? call.room() : load.room());
      writer.bytes(part.first(size));
      part = part.subspan(size);
      left -= size;
      if (is_last || load.room() > 0) continue;
      CARDEA_TRY(exchange(load.writer.written(), {}));
      load.writer = ByteWriter(load.buffer);
      load.writer.u8(static_cast<std::uint8_t>(Op::kLoad));
    }
  }
  if (load.writer.written().size() > 1) CARDEA_TRY(exchange(load.writer.written(), {}));
  return exchange(call.writer.written(), result);
}

Status SecureElementProvider::run_long(Call& call, std::initializer_list<ByteSpan> parts, MutableByteSpan result) {
  const std::size_t first = std::min(result.size(), apdu::result_size_bytes_max);
  CARDEA_TRY(run(call, parts, result.first(first)));
  for (MutableByteSpan rest = result.subspan(first); !rest.empty();) {
    const std::size_t size = std::min(rest.size(), apdu::result_size_bytes_max);
    CARDEA_TRY(exchange(Bytes<1>{static_cast<std::uint8_t>(Op::kRead)}, rest.first(size)));
    rest = rest.subspan(size);
  }
  return Status::kOk;
}

// --- Slots
// --------------------------------------------------------------------------------------------------------------------

Result<std::uint8_t> SecureElementProvider::find(KeyHandle key) const {
  if (!key || key.value >= used_.size() || !used_[key.value]) return Status::kNotFound;
  return static_cast<std::uint8_t>(key.value);
}

Result<std::uint8_t> SecureElementProvider::free_slot() {
  CARDEA_TRY(connect());
  for (std::size_t slot = 1; slot <= slot_count_; ++slot)
    if (!used_[slot]) return static_cast<std::uint8_t>(slot);
  return Status::kFull;
}

Result<KeyHandle> SecureElementProvider::make(std::uint8_t slot, Call& call, std::initializer_list<ByteSpan> parts,
                                              MutableByteSpan result) {
  CARDEA_TRY(run(call, parts, result));
  used_[slot] = true;
  return KeyHandle{slot};
}

void SecureElementProvider::release_key(KeyHandle key) {
  const Result<std::uint8_t> slot = find(key);
  if (!slot.ok()) return;
  used_[*slot] = false;
  Call call(Op::kRelease);
  call.writer.u8(*slot);
  (void)exchange(call.writer.written(), {});  // where it is lost, the key goes with the next one in this slot
}

// --- Calls
// --------------------------------------------------------------------------------------------------------------------

Result<KeyHandle> SecureElementProvider::import_key(KeyKind kind, const KeyBytes& key) {
  CARDEA_ASSIGN(const std::uint8_t slot, free_slot());
  Call call(Op::kImport);
  call.writer.u8(slot);
  call.writer.u8(apdu::number_of(kind));
  call.writer.bytes(key.bytes());
  return make(slot, call, {}, {});
}

Result<KeyHandle> SecureElementProvider::derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) {
  CARDEA_ASSIGN(const std::uint8_t from, find(parent));
  CARDEA_ASSIGN(const std::uint8_t slot, free_slot());
  Call call(Op::kDerive);
  call.writer.u8(slot);
  call.writer.u8(from);
  call.writer.u8(apdu::number_of(kind));
  return make(slot, call, {input}, {});
}

Result<KeyHandle> SecureElementProvider::hkdf_extract(ByteSpan salt, KeyHandle input) {
  CARDEA_ASSIGN(const std::uint8_t from, find(input));
  CARDEA_ASSIGN(const std::uint8_t slot, free_slot());
  Call call(Op::kExtract);
  call.writer.u8(slot);
  call.writer.u8(from);
  return make(slot, call, {salt}, {});
}

Status SecureElementProvider::hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  CARDEA_ASSIGN(const std::uint8_t slot, find(key));
  Call call(Op::kHmac);
  call.writer.u8(slot);
  return run(call, {message}, out);
}

Status SecureElementProvider::aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                                                   std::span<std::uint8_t, block_size_bytes> out) {
  CARDEA_ASSIGN(const std::uint8_t slot, find(key));
  Call call(Op::kBlock);
  call.writer.u8(slot);
  call.writer.bytes(in);
  return run(call, {}, out);
}

Status SecureElementProvider::ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain,
                                       MutableByteSpan sealed) {
  CARDEA_ASSIGN(const std::uint8_t slot, find(key));
  if (plain.size() > text_size_bytes_max || sealed.size() != plain.size() + ccm_tag_size_bytes) return Status::kOutOfRange;
  if (aad.size() > std::numeric_limits<std::uint16_t>::max()) return Status::kOutOfRange;
  Call call(Op::kSeal);
  call.writer.u8(slot);
  call.writer.bytes(nonce);
  call.writer.u16(static_cast<std::uint16_t>(aad.size()));
  return run_long(call, {aad, plain}, sealed);
}

Status SecureElementProvider::ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed,
                                       MutableByteSpan plain) {
  CARDEA_ASSIGN(const std::uint8_t slot, find(key));
  if (sealed.size() < ccm_tag_size_bytes) return Status::kTooShort;
  if (sealed.size() - ccm_tag_size_bytes > text_size_bytes_max || plain.size() != sealed.size() - ccm_tag_size_bytes)
    return Status::kOutOfRange;
  if (aad.size() > std::numeric_limits<std::uint16_t>::max()) return Status::kOutOfRange;
  Call call(Op::kOpen);
  call.writer.u8(slot);
  call.writer.bytes(nonce);
  call.writer.u16(static_cast<std::uint16_t>(aad.size()));
  const Status status = run_long(call, {aad, sealed}, plain);
  if (status != Status::kOk) wipe(plain);
  return status;
}

Status SecureElementProvider::random(MutableByteSpan out) {
  while (!out.empty()) {
    const std::size_t size = std::min(out.size(), apdu::result_size_bytes_max);
    Call call(Op::kRandom);
    call.writer.u8(static_cast<std::uint8_t>(size));
    CARDEA_TRY(run(call, {}, out.first(size)));
    out = out.subspan(size);
  }
  return Status::kOk;
}

Result<KeyHandle> SecureElementProvider::p256_generate(KeyKind kind, P256Point& public_key) {
  CARDEA_ASSIGN(const std::uint8_t slot, free_slot());
  Call call(Op::kGenerate);
  call.writer.u8(slot);
  call.writer.u8(apdu::number_of(kind));
  return make(slot, call, {}, public_key);
}

Result<KeyHandle> SecureElementProvider::p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) {
  CARDEA_ASSIGN(const std::uint8_t slot, free_slot());
  Call call(Op::kImportPair);
  call.writer.u8(slot);
  call.writer.u8(apdu::number_of(kind));
  call.writer.bytes(private_key.bytes());
  return make(slot, call, {}, public_key);
}

Result<KeyHandle> SecureElementProvider::p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) {
  CARDEA_ASSIGN(const std::uint8_t from, find(own));
  CARDEA_ASSIGN(const std::uint8_t slot, free_slot());
  Call call(Op::kAgree);
  call.writer.u8(slot);
  call.writer.u8(from);
  call.writer.u8(apdu::number_of(kind));
  call.writer.bytes(peer);
  return make(slot, call, {}, {});
}

Status SecureElementProvider::p256_sign(KeyHandle key, ByteSpan message, P256Signature& out) {
  CARDEA_ASSIGN(const std::uint8_t slot, find(key));
  Call call(Op::kSign);
  call.writer.u8(slot);
  return run(call, {message}, out);
}

Status SecureElementProvider::wrap_key(KeyHandle key, Blob& out) {
  CARDEA_ASSIGN(const std::uint8_t slot, find(key));
  Call call(Op::kWrap);
  call.writer.u8(slot);
  return run(call, {}, out);
}

Result<KeyHandle> SecureElementProvider::unwrap_key(const Blob& blob) {
  CARDEA_ASSIGN(const std::uint8_t slot, free_slot());
  Call call(Op::kUnwrap);
  call.writer.u8(slot);
  call.writer.bytes(blob);
  return make(slot, call, {}, {});
}

// --- What needs no key
// --------------------------------------------------------------------------------------------------------

Status SecureElementProvider::sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  return software_->sha256(message, out);
}
Status SecureElementProvider::sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) {
  return software_->sha256_of(source, out);
}
Result<P256Point> SecureElementProvider::p256_decompress(const P256X& x) { return software_->p256_decompress(x); }
Status SecureElementProvider::p256_verify_digest(const P256Point& public_key, const Digest& digest,
                                                 const P256Signature& signature) {
  return software_->p256_verify_digest(public_key, digest, signature);
}

}  // namespace cardea
