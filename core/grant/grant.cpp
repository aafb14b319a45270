// SPDX-License-Identifier: Apache-2.0
#include "core/grant/grant.hpp"

#include "core/schedule/schedule.hpp"

namespace cardea::grant {
namespace {

constexpr std::uint8_t version = 0x01;
constexpr auto list_label = ascii("cardea.denials.v1");

Status check(const Grant& grant) {
  if (grant.serial == 0 || grant.ends_at.value > UINT32_MAX) return Status::kOutOfRange;
  if (grant.schedule.empty()) return Status::kOk;
  if (grant.schedule.size() > grant_schedule_size_bytes_max) return Status::kOutOfRange;
  return SingleSchedule::check(grant.schedule);
}

Status check(const Denials& denials) {
  if (denials.count > denied_count_max) return Status::kOutOfRange;
  std::uint32_t before = 0;
  for (const std::uint32_t serial : denials.denied()) {
    if (serial <= before) return Status::kOutOfRange;
    before = serial;
  }
  return Status::kOk;
}

/// What is signed: the label and all of the list before the signature.
Status digest_of(Provider& provider, ByteSpan unsigned_list, Digest& out) {
  Bytes<list_label.size() + list_size_bytes_max> buffer;
  ByteWriter message(buffer);
  message.bytes(list_label);
  message.bytes(unsigned_list);
  CARDEA_TRY(message.status());
  return provider.sha256(message.written(), out);
}

}  // namespace

Status encode(const Grant& grant, ByteWriter& out) {
  CARDEA_TRY(check(grant));
  out.u8(version);
  out.bytes(grant.lock.value);
  out.u32(grant.serial);
  out.u16(grant.epoch);
  out.u16(grant.use_count_max);
  out.u32(grant.after_first_use_s);
  out.u32(static_cast<std::uint32_t>(grant.ends_at.value));
  out.bytes(grant.schedule);
  return out.status();
}

Result<Grant> decode(ByteSpan bytes) {
  ByteReader in(bytes);
  const std::uint8_t read_version = in.u8();
  Grant grant;
  grant.lock = {in.array<lock_id_size_bytes>()};
  grant.serial = in.u32();
  grant.epoch = in.u16();
  grant.use_count_max = in.u16();
  grant.after_first_use_s = in.u32();
  grant.ends_at = {in.u32()};
  CARDEA_TRY(in.status());
  if (read_version != version) return Status::kMalformed;
  grant.schedule = in.rest();
  CARDEA_TRY(check(grant));
  return grant;
}

bool Denials::denies(std::uint32_t serial) const {
  const auto all = denied();
  return std::find(all.begin(), all.end(), serial) != all.end();
}

Status encode(const Denials& denials, ByteWriter& out) {
  CARDEA_TRY(check(denials));
  out.u32(denials.number);
  out.u16(denials.epoch);
  out.u8(denials.count);
  for (const std::uint32_t serial : denials.denied()) out.u32(serial);
  return out.status();
}

Status decode(ByteReader& in, Denials& denials) {
  denials = {};
  denials.number = in.u32();
  denials.epoch = in.u16();
  denials.count = in.u8();
  CARDEA_TRY(in.status());
  if (denials.count > denied_count_max) return Status::kOutOfRange;
  for (std::size_t i = 0; i < denials.count; ++i) denials.serials[i] = in.u32();
  CARDEA_TRY(in.status());
  return check(denials);
}

Status sign(Provider& provider, KeyHandle grant_key, const LockId& lock, const Denials& denials, ByteWriter& out) {
  Bytes<list_label.size() + list_size_bytes_max> buffer;
  ByteWriter message(buffer);
  message.bytes(list_label);
  message.bytes(lock.value);
  CARDEA_TRY(encode(denials, message));
  P256Signature signature;
  CARDEA_TRY(provider.p256_sign(grant_key, message.written(), signature));
  out.bytes(message.written().subspan(list_label.size()));
  out.bytes(signature);
  return out.status();
}

Status read_list(ByteSpan list, Denials& denials) {
  ByteReader in(list);
  in.take(lock_id_size_bytes);
  CARDEA_TRY(decode(in, denials));
  in.take(sizeof(P256Signature));
  return in.finish();
}

Status verify(Provider& provider, const P256Point& grant_key, const LockId& lock, ByteSpan list, Denials& denials) {
  CARDEA_TRY(read_list(list, denials));
  if (!std::ranges::equal(list.first(lock_id_size_bytes), lock.value)) return Status::kNotFound;
  const ByteSpan unsigned_list = list.first(list.size() - sizeof(P256Signature));
  Digest digest{};
  CARDEA_TRY(digest_of(provider, unsigned_list, digest));
  ByteReader in(list.last(sizeof(P256Signature)));
  return provider.p256_verify_digest(grant_key, digest, in.array<sizeof(P256Signature)>());
}

Result<std::size_t> write_lock_credential(const LockId& lock, const P256Point& identity, MutableByteSpan out) {
  constexpr auto digits = ascii("0123456789abcdef");
  Bytes<lock_subject_size_bytes> subject{};
  for (std::size_t i = 0; i < lock.value.size(); ++i) {
    subject[2 * i] = digits[lock.value[i] >> 4];
    subject[2 * i + 1] = digits[lock.value[i] & 0x0f];
  }
  cbor::Writer writer(out);
  session::NewCredential credential;
  credential.subject = subject;
  credential.kid = ByteSpan(lock.value).first(lock_kid_size_bytes);
  credential.key = identity;
  session::write_ccs(writer, credential);
  CARDEA_TRY(writer.status());
  return writer.size();
}

}  // namespace cardea::grant
