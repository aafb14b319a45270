// SPDX-License-Identifier: Apache-2.0
#include "core/phone/phone.hpp"

namespace cardea::phone {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t about_confirmation = 1;
constexpr std::uint8_t about_request = 2;
constexpr std::uint8_t about_schedule = 3;
constexpr std::uint8_t about_order = 6;  // 4 and 5: leases
constexpr std::size_t key_size_bytes = 32;

constexpr std::size_t context_size_bytes = 16 + 16 + 64 + 64;
using Context = Bytes<context_size_bytes>;

Context context_of(const Claim& claim) {
  Context out{};
  ByteWriter writer(out);
  writer.bytes(claim.invitation);
  writer.bytes(claim.phone);
  writer.bytes(claim.phone_key);
  writer.bytes(claim.platform_key);
  return out;
}

/// HMAC-SHA256 under bytes that are no key of the provider's.
Status mac_under(Provider& provider, const KeyBytes& key, ByteSpan message, std::span<std::uint8_t, 32> out) {
  CARDEA_ASSIGN(const KeyHandle handle, provider.import_key(KeyKind::kMac, key));
  const ScopedKey scoped(provider, handle);
  return provider.hmac_sha256(handle, message, out);
}

/// HKDF-Expand of one block: HMAC(PRK, info | 0x01), RFC 5869 §2.3.
Result<KeyBytes> expand(Provider& provider, const KeyBytes& prk, ByteSpan label, const Claim& claim) {
  Bytes<32 + context_size_bytes + 1> info{};
  ByteWriter writer(info);
  writer.bytes(label);
  writer.bytes(context_of(claim));
  writer.u8(1);
  CARDEA_TRY(writer.status());
  KeyBytes out;
  CARDEA_TRY(mac_under(provider, prk, writer.written(), out.mutable_bytes()));
  return out;
}

}  // namespace

Result<PhoneKeys> derive_keys(Provider& provider, const LinkToken& token, const KeyBytes& shared, const Claim& claim) {
  KeyBytes prk;
  CARDEA_TRY(mac_under(provider, token, shared.bytes(), prk.mutable_bytes()));
  CARDEA_ASSIGN(const KeyBytes& auth, expand(provider, prk, ascii("cardea.phone.v1.auth"), claim));
  CARDEA_ASSIGN(const KeyBytes& seal, expand(provider, prk, ascii("cardea.phone.v1.seal"), claim));
  return PhoneKeys{auth, seal};
}

Result<Digest> confirmation_of(Provider& provider, const KeyBytes& auth, const Claim& claim) {
  Bytes<1 + context_size_bytes> message{};
  ByteWriter writer(message);
  writer.u8(about_confirmation);
  writer.bytes(context_of(claim));
  Digest out{};
  CARDEA_TRY(mac_under(provider, auth, message, out));
  return out;
}

Result<Digest> request_mac(Provider& provider, const KeyBytes& auth, const PhoneId& phone, UnixSeconds at) {
  Bytes<schedule_aad_size_bytes> message = schedule_aad(phone, at);
  message[0] = about_request;
  Digest out{};
  CARDEA_TRY(mac_under(provider, auth, message, out));
  return out;
}

Result<Digest> order_mac(Provider& provider, const KeyBytes& auth, ByteSpan path, ByteSpan body) {
  CARDEA_ASSERT(!path.empty() && path.size() <= order_path_size_bytes_max);
  Digest of_body{};
  CARDEA_TRY(provider.sha256(body, of_body));
  Bytes<1 + 1 + order_path_size_bytes_max + sizeof(Digest)> message{};
  ByteWriter writer(message);
  writer.u8(about_order);
  writer.u8(static_cast<std::uint8_t>(path.size()));
  writer.bytes(path);
  writer.bytes(of_body);
  Digest out{};
  CARDEA_TRY(mac_under(provider, auth, writer.written(), out));
  return out;
}

Bytes<schedule_aad_size_bytes> schedule_aad(const PhoneId& phone, UnixSeconds at) {
  Bytes<schedule_aad_size_bytes> out{};
  ByteWriter writer(out);
  writer.u8(about_schedule);
  writer.bytes(phone);
  writer.u64(at.value);
  return out;
}

void write_head(ByteWriter& out, const ScheduleHead& head) {
  CARDEA_ASSERT(head.entry_count <= entry_count_max);
  out.u8(version);
  out.u64(head.time.value);
  out.u64(head.renew_at.value);
  out.u16(head.entry_count);
}

void write_entry(ByteWriter& out, const ScheduleEntry& entry) {
  CARDEA_ASSERT(!entry.door.empty() && entry.door.size() <= door_name_size_bytes_max);
  CARDEA_ASSERT(entry.keys.size() % key_size_bytes == 0 && entry.keys.size() <= key_size_bytes * hour_count_max);
  out.bytes(entry.credential);
  out.bytes(entry.lock.value);
  out.u8(entry.digits);
  out.u64(entry.from.value);
  out.u64(entry.to.value);
  out.u8(static_cast<std::uint8_t>(entry.door.size()));
  out.bytes(entry.door);
  out.u32(entry.first_hour.value);
  out.u8(static_cast<std::uint8_t>(entry.keys.size() / key_size_bytes));
  out.bytes(entry.keys);
}

Result<ScheduleHead> ScheduleReader::open() {
  const std::uint8_t found = in_.u8();
  ScheduleHead head;
  head.time = {in_.u64()};
  head.renew_at = {in_.u64()};
  head.entry_count = in_.u16();
  CARDEA_TRY(in_.status());
  if (found != version || head.entry_count > entry_count_max) return Status::kMalformed;
  return head;
}

Result<ScheduleEntry> ScheduleReader::next() {
  ScheduleEntry entry;
  entry.credential = in_.array<16>();
  entry.lock = {in_.array<16>()};
  entry.digits = in_.u8();
  entry.from = {in_.u64()};
  entry.to = {in_.u64()};
  const std::size_t door_size = in_.u8();
  entry.door = in_.take(door_size);
  entry.first_hour = {in_.u32()};
  const std::size_t hour_count = in_.u8();
  CARDEA_TRY(in_.status());
  if (entry.digits < otp_digits_min || entry.digits > otp_digits_max || door_size == 0 ||
      door_size > door_name_size_bytes_max || hour_count > hour_count_max)
    return Status::kMalformed;
  entry.keys = in_.take(key_size_bytes * hour_count);
  CARDEA_TRY(in_.status());
  return entry;
}

Result<Digits> code_at(Provider& provider, const ScheduleEntry& entry, UnixSeconds now) {
  if (now < entry.from || (entry.to.value != 0 && now >= entry.to)) return Status::kNotReady;
  const Step step = step_at(OtpPurpose::kApp, now);
  const Hour hour = hour_of_step(OtpPurpose::kApp, step);
  if (hour < entry.first_hour) return Status::kNotReady;
  const std::size_t index = hour.value - entry.first_hour.value;
  if (index >= entry.keys.size() / key_size_bytes) return Status::kNotReady;
  const KeyBytes key(std::span<const std::uint8_t, 32>(entry.keys.subspan(index * key_size_bytes, key_size_bytes)));
  CARDEA_ASSIGN(const KeyHandle handle, provider.import_key(KeyKind::kMac, key));
  const ScopedKey scoped(provider, handle);
  CARDEA_ASSIGN(const std::uint32_t value, otp_value(provider, handle, step, entry.digits));
  return Digits::of(value, entry.digits);
}

}  // namespace cardea::phone
