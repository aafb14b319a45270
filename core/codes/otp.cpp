// SPDX-License-Identifier: Apache-2.0
#include "core/codes/otp.hpp"

namespace cardea {
namespace {

constexpr auto hour_label = ascii("otp.hour");
constexpr auto app_label = ascii("otp.slot");
constexpr auto sms_label = ascii("otp.sms");

constexpr std::uint32_t moduli[] = {1'000'000, 10'000'000, 100'000'000};
static_assert(std::size(moduli) == otp_digits_max - otp_digits_min + 1 && moduli[0] == power_of_ten(otp_digits_min));

ByteSpan label_of(OtpPurpose purpose) { return purpose == OtpPurpose::kApp ? ByteSpan(app_label) : ByteSpan(sms_label); }

/// lock_id | u32 h
Bytes<20> hour_context(const LockId& lock_id, Hour hour) {
  Bytes<20> context;
  ByteWriter writer(context);
  writer.bytes(lock_id.value);
  writer.u32(hour.value);
  return context;
}

/// u8 s | u16 g
Bytes<3> slot_context(SlotGeneration slot) {
  Bytes<3> context;
  ByteWriter writer(context);
  writer.u8(slot.slot);
  writer.u16(slot.generation);
  return context;
}

/// The four bytes at `offset` (0..15) of a MAC. Reads every place, so that no address depends on a secret (R17).
std::uint32_t load_at_secret(std::span<const std::uint8_t, digest_size_bytes> mac, std::uint32_t offset) {
  std::uint32_t value = 0;
  std::uint32_t window = 0;
  for (std::uint32_t last = 0; last < 16 + 3; ++last) {
    window = window << 8 | mac[last];
    const std::uint32_t is_it = ((last ^ (offset + 3)) - 1) >> 31;  // 1 where they are equal, else 0
    value |= window & (0 - is_it);
  }
  return value;
}

}  // namespace

Hour hour_of(UnixSeconds time) {
  const std::uint64_t hour = time.value / seconds_per_hour;
  CARDEA_ASSERT(hour <= UINT32_MAX);
  return {static_cast<std::uint32_t>(hour)};
}

Hour hour_of_step(OtpPurpose purpose, Step step) { return hour_of({step.value * step_length_s(purpose)}); }

Hour key_hour(OtpPurpose purpose, Step step, bool fixed) {
  CARDEA_ASSERT(!fixed || purpose == OtpPurpose::kApp);
  return fixed ? Hour{0} : hour_of_step(purpose, step);
}

Result<KeyHandle> derive_hour_key(Provider& provider, KeyHandle lock_key, const LockId& lock_id, Hour hour) {
  return derive(provider, lock_key, hour_label, hour_context(lock_id, hour), KeyKind::kMac);
}

Result<KeyHandle> derive_slot_key(Provider& provider, KeyHandle hour_key, OtpPurpose purpose, SlotGeneration slot) {
  return derive(provider, hour_key, label_of(purpose), slot_context(slot), KeyKind::kMac);
}

Result<KeyBytes> derive_hour_key_bytes(Provider& provider, KeyHandle lock_key, const LockId& lock_id, Hour hour) {
  return derive_bytes(provider, lock_key, hour_label, hour_context(lock_id, hour));
}

Result<KeyBytes> derive_slot_key_bytes(Provider& provider, KeyHandle hour_key, OtpPurpose purpose, SlotGeneration slot) {
  return derive_bytes(provider, hour_key, label_of(purpose), slot_context(slot));
}

Result<std::uint32_t> otp_value(Provider& provider, KeyHandle slot_key, Step step, std::uint8_t digits) {
  CARDEA_ASSERT(digits >= otp_digits_min && digits <= otp_digits_max);
  Bytes<8> message;  // in halves: this runs 192 times for a typed code, and 64-bit shifts are slow on 32 bits
  store_be(static_cast<std::uint32_t>(step.value >> 32), message);
  store_be(static_cast<std::uint32_t>(step.value), MutableByteSpan(message).subspan(4));
  Secret<digest_size_bytes> mac;
  CARDEA_TRY(provider.hmac_sha256(slot_key, message, mac.mutable_bytes()));
  // RFC 4226 §5.3: "Let Offset be the low-order 4 bits of" the last byte; then the 31 low bits of the four bytes there.
  const std::uint32_t offset = mac.bytes().back() & 0x0Fu;
  const std::uint32_t truncated = load_at_secret(mac.bytes(), offset) & 0x7FFF'FFFFu;
  return truncated % moduli[digits - otp_digits_min];
}

Result<Digits> issue_otp(Provider& provider, KeyHandle lock_key, const LockId& lock_id, const OtpRequest& request) {
  const Step step = step_at(request.purpose, request.time);
  const Hour hour = key_hour(request.purpose, step, request.fixed);
  CARDEA_ASSIGN(const KeyHandle hour_handle, derive_hour_key(provider, lock_key, lock_id, hour));
  const ScopedKey hour_key(provider, hour_handle);
  CARDEA_ASSIGN(const KeyHandle slot_handle, derive_slot_key(provider, hour_key.handle(), request.purpose, request.slot));
  const ScopedKey slot_key(provider, slot_handle);
  CARDEA_ASSIGN(const std::uint32_t value, otp_value(provider, slot_key.handle(), step, request.digits));
  return Digits::of(value, request.digits);
}

}  // namespace cardea
