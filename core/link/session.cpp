// SPDX-License-Identifier: Apache-2.0
#include "core/link/session.hpp"

#include "core/crypto/kdf.hpp"

namespace cardea::link {
namespace {

constexpr std::uint8_t version = 0x01;
constexpr std::uint8_t m1_type = 0x01;
constexpr std::uint8_t m2_type = 0x02;
constexpr std::uint8_t m3_type = 0x03;
constexpr std::uint8_t frame_type = 0x10;
constexpr std::uint8_t m2_mac_tag = 0x82;
constexpr std::uint8_t m3_mac_tag = 0x83;

/// tag | version | first nonce | second nonce | lock_id under K_auth: the sender's nonce comes first in M2 and second in M3,
/// and the tag names the direction, so that no MAC serves twice.
Result<Mac> handshake_mac(Provider& provider, KeyHandle k_session, std::uint8_t tag, const Nonce& first, const Nonce& second,
                          const LockId& lock) {
  CARDEA_ASSIGN(const KeyHandle k_auth, derive_auth_key(provider, k_session, lock));
  const ScopedKey scoped(provider, k_auth);
  Bytes<2 + 2 * nonce_size_bytes + lock_id_size_bytes> input{};
  ByteWriter writer(input);
  writer.u8(tag);
  writer.u8(version);
  writer.bytes(first);
  writer.bytes(second);
  writer.bytes(lock.value);
  Digest digest;
  CARDEA_TRY(provider.hmac_sha256(k_auth, input, digest));
  Mac mac{};
  std::copy_n(digest.begin(), mac.size(), mac.begin());
  return mac;
}

Result<Session> make_session(Provider& provider, KeyHandle k_session, const LockId& lock, const Nonce& of_lock,
                             const Nonce& of_platform, Side side) {
  Bytes<lock_id_size_bytes + 2 * nonce_size_bytes> context{};
  ByteWriter writer(context);
  writer.bytes(lock.value);
  writer.bytes(of_lock);
  writer.bytes(of_platform);
  CARDEA_ASSIGN(const KeyHandle up, derive(provider, k_session, ascii("link.up"), context, KeyKind::kAead));
  ScopedKey scoped(provider, up);
  CARDEA_ASSIGN(const KeyHandle down, derive(provider, k_session, ascii("link.down"), context, KeyKind::kAead));
  return Session(provider, scoped.detach(), down, side);
}

CcmNonce nonce_of(std::uint32_t counter) {
  CcmNonce nonce{};
  store_be(counter, MutableByteSpan(nonce).last(4));
  return nonce;
}

Status fresh(Provider& provider, std::optional<Nonce>& nonce) {
  CARDEA_TRY(provider.random(nonce.emplace()));
  return Status::kOk;
}

}  // namespace

Result<KeyHandle> derive_session_key(Provider& provider, KeyHandle k_lock, const LockId& lock) {
  Bytes<lock_id_size_bytes + 2> context{};  // the last two bytes are the epoch, 0
  std::copy(lock.value.begin(), lock.value.end(), context.begin());
  return derive(provider, k_lock, ascii("session"), context, KeyKind::kMac);
}

Result<KeyHandle> derive_auth_key(Provider& provider, KeyHandle k_session, const LockId& lock) {
  return derive(provider, k_session, ascii("link.auth"), lock.value, KeyKind::kMac);
}

Session::Session(Provider& provider, KeyHandle up, KeyHandle down, Side side)
    : provider_(&provider), out_(provider, side == Side::kLock ? up : down), in_(provider, side == Side::kLock ? down : up) {}

Result<std::size_t> Session::seal(ByteSpan message, MutableByteSpan frame) {
  if (over_) return Status::kNotReady;
  const std::size_t size = message.size() + frame_overhead_bytes;
  if (message.size() > message_size_bytes_max || frame.size() < size) return Status::kOutOfRange;
  if (out_count_ == UINT32_MAX) return Status::kFull;
  frame[0] = frame_type;
  store_be(out_count_, frame.subspan(1, 4));
  const MutableByteSpan sealed = frame.subspan(frame_head_bytes, message.size() + ccm_tag_size_bytes);
  const Status status =
      provider_->ccm_seal(out_.handle(), nonce_of(out_count_), frame.first(frame_head_bytes), message, sealed);
  over_ = status != Status::kOk;
  if (over_) return status;
  ++out_count_;
  return size;
}

Result<std::size_t> Session::open(ByteSpan frame, MutableByteSpan message) {
  if (over_) return Status::kNotReady;
  over_ = true;  // until the frame has proved itself
  if (frame.size() < frame_overhead_bytes) return Status::kTooShort;
  if (frame.size() > frame_size_bytes_max || frame[0] != frame_type) return Status::kMalformed;
  const std::size_t size = frame.size() - frame_overhead_bytes;
  if (message.size() < size) return Status::kOutOfRange;
  if (load_be<std::uint32_t>(frame.subspan(1, 4)) != in_count_ || in_count_ == UINT32_MAX) return Status::kStale;
  CARDEA_TRY(provider_->ccm_open(in_.handle(), nonce_of(in_count_), frame.first(frame_head_bytes),
                                 frame.subspan(frame_head_bytes), message.first(size)));
  ++in_count_;
  over_ = false;
  return size;
}

Result<Bytes<m1_size_bytes>> LockHandshake::start() {
  CARDEA_TRY(fresh(*provider_, own_));
  Bytes<m1_size_bytes> m1{};
  ByteWriter writer(m1);
  writer.u8(m1_type);
  writer.u8(version);
  writer.bytes(lock_.value);
  writer.bytes(*own_);
  return m1;
}

Result<Session> LockHandshake::finish(ByteSpan m2, Bytes<m3_size_bytes>& m3) {
  if (!own_) return Status::kNotReady;
  const Nonce own = *own_;
  own_.reset();  // one start, one finish
  ByteReader reader(m2);
  const std::uint8_t type = reader.u8();
  const Nonce other = reader.array<nonce_size_bytes>();
  const Mac mac = reader.array<mac_size_bytes>();
  CARDEA_TRY(reader.finish());
  if (type != m2_type) return Status::kMalformed;
  CARDEA_ASSIGN(const Mac expected, handshake_mac(*provider_, k_session_, m2_mac_tag, other, own, lock_));
  if (!equal_constant_time(mac, expected)) return Status::kForged;
  CARDEA_ASSIGN(const Mac reply, handshake_mac(*provider_, k_session_, m3_mac_tag, own, other, lock_));
  m3[0] = m3_type;
  std::copy(reply.begin(), reply.end(), m3.begin() + 1);
  return make_session(*provider_, k_session_, lock_, own, other, Side::kLock);
}

Result<Hello> decode_hello(ByteSpan m1) {
  ByteReader reader(m1);
  const std::uint8_t type = reader.u8();
  const std::uint8_t spoken = reader.u8();
  const Hello hello{.lock = {reader.array<lock_id_size_bytes>()}, .nonce = reader.array<nonce_size_bytes>()};
  CARDEA_TRY(reader.finish());
  if (type != m1_type) return Status::kMalformed;
  if (spoken != version) return Status::kUnsupported;
  return hello;
}

Result<Bytes<m2_size_bytes>> PlatformHandshake::answer() {
  CARDEA_TRY(fresh(*provider_, own_));
  CARDEA_ASSIGN(const Mac mac, handshake_mac(*provider_, k_session_, m2_mac_tag, *own_, hello_.nonce, hello_.lock));
  Bytes<m2_size_bytes> m2{};
  ByteWriter writer(m2);
  writer.u8(m2_type);
  writer.bytes(*own_);
  writer.bytes(mac);
  return m2;
}

Result<Session> PlatformHandshake::finish(ByteSpan m3) {
  if (!own_) return Status::kNotReady;
  const Nonce own = *own_;
  own_.reset();
  ByteReader reader(m3);
  const std::uint8_t type = reader.u8();
  const Mac mac = reader.array<mac_size_bytes>();
  CARDEA_TRY(reader.finish());
  if (type != m3_type) return Status::kMalformed;
  CARDEA_ASSIGN(const Mac expected, handshake_mac(*provider_, k_session_, m3_mac_tag, hello_.nonce, own, hello_.lock));
  if (!equal_constant_time(mac, expected)) return Status::kForged;
  return make_session(*provider_, k_session_, hello_.lock, hello_.nonce, own, Side::kPlatform);
}

Result<Bytes<m2_size_bytes>> answer_to_a_stranger(Provider& provider) {
  Bytes<m2_size_bytes> m2{};
  CARDEA_TRY(provider.random(MutableByteSpan(m2).subspan(1)));
  m2[0] = m2_type;
  return m2;
}

}  // namespace cardea::link
