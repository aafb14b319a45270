// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/secure_element/testing/emulated_element.hpp"

#include "core/crypto/kdf.hpp"

namespace cardea {

using apdu::Op;

namespace {

std::vector<std::uint8_t> vector_of(ByteSpan bytes) { return {bytes.begin(), bytes.end()}; }

std::vector<std::uint8_t> joined(std::vector<std::uint8_t> first, ByteSpan second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

KeyKind kind_of(std::uint8_t number) { return static_cast<KeyKind>(number - 1); }
bool is_kind(std::uint8_t number) {
  return number >= apdu::number_of(KeyKind::kMac) && number <= apdu::number_of(KeyKind::kSign);
}
bool is_pair(KeyKind kind) { return kind == KeyKind::kAgree || kind == KeyKind::kSign; }

/// Which ops work on bytes behind their parameters.
bool takes_bytes(Op op) {
  switch (op) {
    case Op::kDerive:
    case Op::kExtract:
    case Op::kHmac:
    case Op::kSeal:
    case Op::kOpen:
    case Op::kSign:
    case Op::kLoad: return true;
    default: return false;
  }
}

}  // namespace

EmulatedElement::EmulatedElement(const KeyBytes& pairing, std::uint8_t slot_count, std::uint16_t buffer_size_bytes)
    : provider_(slot_count + 8u), buffer_size_bytes_(buffer_size_bytes), slots_(slot_count) {
  KeyBytes store;
  CARDEA_ASSERT(provider_.random(store.mutable_bytes()) == Status::kOk);
  pairing_ = provider_.import_key(KeyKind::kMac, pairing).value();
  store_ = provider_.import_key(KeyKind::kAead, store).value();
}

void EmulatedElement::lose_power() {
  for (Slot& slot : slots_) {
    provider_.release_key(slot.key);
    slot = {};
  }
  provider_.release_key(to_);
  provider_.release_key(from_);
  to_ = from_ = {};
  buffer_.clear();
  result_.clear();
}

Result<std::size_t> EmulatedElement::transmit(ByteSpan command, MutableByteSpan response) {
  heard.push_back(vector_of(command));
  answers.push_back(answer(command));
  std::optional<Buffer> arrived = on_answer ? on_answer(answers.back()) : answers.back();
  if (!arrived || arrived->size() > response.size()) return Status::kTooShort;
  std::ranges::copy(*arrived, response.begin());
  return arrived->size();
}

std::vector<std::uint8_t> EmulatedElement::answer(ByteSpan command) {
  if (command.size() < apdu::head_size_bytes + 1) return vector_of(apdu::not_secured);
  const ByteSpan data = command.subspan(apdu::head_size_bytes, command.size() - apdu::head_size_bytes - 1);
  const ByteSpan head = command.first(apdu::start_head.size());
  if (command[4] != data.size() || command.back() != 0) return vector_of(apdu::not_secured);
  if (head[0] == apdu::start_head[0] && head[1] == apdu::start_head[1]) {
    const bool fits = std::ranges::equal(head, apdu::start_head) && data.size() == apdu::start_nonce_size_bytes;
    return fits ? start(data) : vector_of(apdu::wrong_version);
  }
  Buffer out = std::ranges::equal(head, apdu::call_head) ? call(data) : Buffer{};
  if (!out.empty()) return out;
  provider_.release_key(to_);
  provider_.release_key(from_);
  to_ = from_ = {};
  return vector_of(apdu::not_secured);
}

std::vector<std::uint8_t> EmulatedElement::start(ByteSpan nonce) {
  Bytes<apdu::start_nonce_size_bytes + apdu::start_answer_size_bytes> context{};
  ByteWriter writer(context);
  writer.bytes(nonce);
  CARDEA_ASSERT(provider_.random(writer.room(apdu::start_nonce_size_bytes)) == Status::kOk);
  writer.u8(static_cast<std::uint8_t>(slots_.size()));
  writer.u16(buffer_size_bytes_);
  provider_.release_key(to_);
  provider_.release_key(from_);
  to_ = cardea::derive(provider_, pairing_, ascii("se.to"), context, KeyKind::kAead).value();
  from_ = cardea::derive(provider_, pairing_, ascii("se.from"), context, KeyKind::kAead).value();
  number_ = 0;
  buffer_.clear();
  result_.clear();
  return joined(vector_of(ByteSpan(context).subspan(apdu::start_nonce_size_bytes)), apdu::done);
}

std::vector<std::uint8_t> EmulatedElement::call(ByteSpan sealed) {
  if (!to_ || sealed.size() <= ccm_tag_size_bytes) return {};
  const CcmNonce nonce = apdu::nonce_of(number_++);
  Buffer body(sealed.size() - ccm_tag_size_bytes);
  if (provider_.ccm_open(to_, nonce, apdu::call_head, sealed, body) != Status::kOk) return {};
  ByteReader in(body);
  Buffer result{0};
  const Status status = execute(in, result);
  if (status != Status::kOk) result = {apdu::state_of(status)};
  Buffer out(result.size() + ccm_tag_size_bytes);
  CARDEA_ASSERT(provider_.ccm_seal(from_, nonce, apdu::done, result, out) == Status::kOk);
  return joined(out, apdu::done);
}

Result<EmulatedElement::Slot*> EmulatedElement::key_in(std::uint8_t number) {
  if (number == 0 || number > slots_.size() || !slots_[number - 1u].key) return Status::kNotFound;
  return &slots_[number - 1u];
}

Status EmulatedElement::put(std::uint8_t number, Result<KeyHandle> key, KeyKind kind, std::optional<KeyBytes> bytes) {
  CARDEA_TRY(key.status());
  Slot& slot = slots_[number - 1u];
  provider_.release_key(slot.key);
  slot = {*key, kind, bytes};
  return Status::kOk;
}

Status EmulatedElement::put_pair(std::uint8_t number, KeyKind kind, const KeyBytes& scalar, Buffer& out) {
  P256Point point{};
  CARDEA_TRY(put(number, provider_.p256_import(kind, scalar, point), kind, scalar));
  out = joined(out, point);
  return Status::kOk;
}

Status EmulatedElement::generate(std::uint8_t number, KeyKind kind, Buffer& out) {
  for (;;) {
    KeyBytes scalar;
    CARDEA_TRY(provider_.random(scalar.mutable_bytes()));
    const Status status = put_pair(number, kind, scalar, out);
    if (status != Status::kMalformed) return status;
  }
}

Status EmulatedElement::derive(std::uint8_t number, std::uint8_t parent, KeyKind kind) {
  CARDEA_ASSIGN(const Slot* from, key_in(parent));
  KeyBytes derived;
  CARDEA_TRY(provider_.hmac_sha256(from->key, buffer_, derived.mutable_bytes()));
  return put(number, provider_.import_key(kind, derived), kind, derived);
}

/// The first bytes of the result go with the answer, the rest waits.
void EmulatedElement::give(Buffer& out) {
  const auto size = static_cast<std::ptrdiff_t>(std::min(result_.size(), apdu::result_size_bytes_max));
  out.insert(out.end(), result_.begin(), result_.begin() + size);
  result_.erase(result_.begin(), result_.begin() + size);
}

Status EmulatedElement::crypt(Op op, std::uint8_t key, const CcmNonce& nonce, std::uint16_t aad_size, Buffer& out) {
  CARDEA_ASSIGN(const Slot* slot, key_in(key));
  if (aad_size > buffer_.size()) return Status::kOutOfRange;
  const ByteSpan aad = ByteSpan(buffer_).first(aad_size);
  const ByteSpan text = ByteSpan(buffer_).subspan(aad_size);
  const bool seals = op == Op::kSeal;
  if (!seals && text.size() < ccm_tag_size_bytes) return Status::kOutOfRange;
  Buffer done(seals ? text.size() + ccm_tag_size_bytes : text.size() - ccm_tag_size_bytes);
  CARDEA_TRY(seals ? provider_.ccm_seal(slot->key, nonce, aad, text, done)
                   : provider_.ccm_open(slot->key, nonce, aad, text, done));
  result_ = done;
  give(out);
  return Status::kOk;
}

Status EmulatedElement::wrap(std::uint8_t key, Buffer& out) {
  CARDEA_ASSIGN(const Slot* slot, key_in(key));
  if (!slot->bytes) return Status::kUnsupported;
  CcmNonce nonce{};
  CARDEA_TRY(provider_.random(nonce));
  const Buffer plain = joined({apdu::number_of(slot->kind)}, slot->bytes->bytes());
  Buffer sealed(plain.size() + ccm_tag_size_bytes);
  CARDEA_TRY(provider_.ccm_seal(store_, nonce, ascii("se.wrap"), plain, sealed));
  out = joined(joined(out, nonce), sealed);
  return Status::kOk;
}

Status EmulatedElement::unwrap(std::uint8_t number, const Bytes<apdu::blob_size_bytes>& blob) {
  ByteReader in(blob);
  const auto nonce = in.array<ccm_nonce_size_bytes>();
  Bytes<33> plain{};
  if (provider_.ccm_open(store_, nonce, ascii("se.wrap"), in.rest(), plain) != Status::kOk) return Status::kMalformed;
  const KeyKind kind = kind_of(plain[0]);
  const KeyBytes key{std::span<const std::uint8_t, 33>(plain).last<32>()};
  Buffer ignored;
  return is_pair(kind) ? put_pair(number, kind, key, ignored) : put(number, provider_.import_key(kind, key), kind, key);
}

Status EmulatedElement::execute(ByteReader& in, Buffer& out) {
  const auto op = static_cast<Op>(in.u8());
  if (op == Op::kRead) {
    if (!in.rest().empty()) return Status::kCryptoFailed;
    give(out);
    return Status::kOk;
  }
  result_.clear();
  const bool makes = op == Op::kImport || op == Op::kDerive || op == Op::kExtract || op == Op::kGenerate ||
                     op == Op::kImportPair || op == Op::kAgree || op == Op::kUnwrap;
  const std::uint8_t slot = makes ? in.u8() : 0;
  std::uint8_t key = 0;
  std::uint8_t kind_number = apdu::number_of(KeyKind::kMac);
  const bool has_key = op == Op::kDerive || op == Op::kExtract || op == Op::kRelease || op == Op::kHmac || op == Op::kBlock ||
                       op == Op::kSeal || op == Op::kOpen || op == Op::kAgree || op == Op::kSign || op == Op::kWrap;
  if (has_key) key = in.u8();
  if (op == Op::kImport || op == Op::kDerive || op == Op::kGenerate || op == Op::kImportPair || op == Op::kAgree)
    kind_number = in.u8();
  KeyBytes bytes;
  if (op == Op::kImport || op == Op::kImportPair) bytes = KeyBytes(in.array<32>());
  const auto block = op == Op::kBlock ? in.array<block_size_bytes>() : Bytes<block_size_bytes>{};
  const bool crypts = op == Op::kSeal || op == Op::kOpen;
  const auto nonce = crypts ? in.array<ccm_nonce_size_bytes>() : CcmNonce{};
  const std::uint16_t aad_size = crypts ? in.u16() : std::uint16_t{0};
  const std::uint8_t random_size = op == Op::kRandom ? in.u8() : std::uint8_t{0};
  const auto peer = op == Op::kAgree ? in.array<64>() : P256Point{};
  const auto blob = op == Op::kUnwrap ? in.array<apdu::blob_size_bytes>() : Bytes<apdu::blob_size_bytes>{};
  if (in.status() != Status::kOk || (!takes_bytes(op) && !in.rest().empty())) return Status::kCryptoFailed;
  if (!is_kind(kind_number)) return Status::kUnsupported;
  if (makes && (slot == 0 || slot > slots_.size())) return Status::kFull;
  const KeyKind kind = kind_of(kind_number);
  buffer_ = joined(buffer_, in.rest());
  if (buffer_.size() > buffer_size_bytes_) {
    buffer_.clear();
    return Status::kOutOfRange;
  }
  if (op == Op::kLoad) return Status::kOk;

  const auto run = [&]() -> Status {
    switch (op) {
      case Op::kImport: return put(slot, provider_.import_key(kind, bytes), kind, bytes);
      case Op::kDerive: return derive(slot, key, kind);
      case Op::kExtract: {
        CARDEA_ASSIGN(const Slot* input, key_in(key));
        return put(slot, provider_.hkdf_extract(buffer_, input->key), KeyKind::kMac, std::nullopt);
      }
      case Op::kRelease: {
        CARDEA_ASSIGN(Slot * forgotten, key_in(key));
        provider_.release_key(forgotten->key);
        *forgotten = {};
        return Status::kOk;
      }
      case Op::kHmac: {
        CARDEA_ASSIGN(const Slot* of, key_in(key));
        Digest mac{};
        CARDEA_TRY(provider_.hmac_sha256(of->key, buffer_, mac));
        out = joined(out, mac);
        return Status::kOk;
      }
      case Op::kBlock: {
        CARDEA_ASSIGN(const Slot* of, key_in(key));
        Bytes<block_size_bytes> done{};
        CARDEA_TRY(provider_.aes256_encrypt_block(of->key, block, done));
        out = joined(out, done);
        return Status::kOk;
      }
      case Op::kSeal:
      case Op::kOpen: return crypt(op, key, nonce, aad_size, out);
      case Op::kRandom: {
        if (random_size > apdu::result_size_bytes_max) return Status::kOutOfRange;
        out.resize(1u + random_size);
        return provider_.random(MutableByteSpan(out).subspan(1));
      }
      case Op::kGenerate: return is_pair(kind) ? generate(slot, kind, out) : Status::kUnsupported;
      case Op::kImportPair: return put_pair(slot, kind, bytes, out);
      case Op::kAgree: {
        CARDEA_ASSIGN(const Slot* own, key_in(key));
        return put(slot, provider_.p256_agree(own->key, peer, kind), kind, std::nullopt);
      }
      case Op::kSign: {
        CARDEA_ASSIGN(const Slot* of, key_in(key));
        P256Signature signature{};
        CARDEA_TRY(provider_.p256_sign(of->key, buffer_, signature));
        out = joined(out, signature);
        return Status::kOk;
      }
      case Op::kWrap: return wrap(key, out);
      case Op::kUnwrap: return unwrap(slot, blob);
      default: return Status::kCryptoFailed;
    }
  };
  const Status status = run();
  wipe(buffer_);
  buffer_.clear();
  return status;
}

}  // namespace cardea
