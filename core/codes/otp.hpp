// SPDX-License-Identifier: Apache-2.0
#pragma once
// One-time codes: TOTP (RFC 6238) under keys that end with their hour (codes.md §1, §2).

#include "core/base/lock_id.hpp"
#include "core/base/time.hpp"
#include "core/codes/digits.hpp"
#include "core/crypto/kdf.hpp"

namespace cardea {

/// Hours since 1970-01-01T00:00:00Z; 0 also names the hour of fixed tokens.
struct Hour {
  std::uint32_t value = 0;
  auto operator<=>(const Hour&) const = default;
};

/// A TOTP counter. Steps of the two purposes count in different units and are never compared.
struct Step {
  std::uint64_t value = 0;
  auto operator<=>(const Step&) const = default;
};

/// A token slot of one lock, in one generation.
struct SlotGeneration {
  std::uint8_t slot = 0;
  std::uint16_t generation = 0;
  bool operator==(const SlotGeneration&) const = default;
};

/// What a one-time code is sent by; each has its own keys, steps and memory.
enum class OtpPurpose : std::uint8_t {
  kApp = 0,  ///< K_slot, steps of 30 s
  kSms = 1,  ///< K_sms, steps of 150 s
};
inline constexpr std::size_t otp_purpose_count = 2;
inline constexpr std::uint32_t app_step_s = 30;
inline constexpr std::uint32_t sms_step_s = 150;

constexpr std::uint32_t step_length_s(OtpPurpose purpose) { return purpose == OtpPurpose::kApp ? app_step_s : sms_step_s; }
/// The step that `time` lies in.
constexpr Step step_at(OtpPurpose purpose, UnixSeconds time) { return {time.value / step_length_s(purpose)}; }
/// The hour of `time`. Asserts that it fits into 32 bits, which it does for 490,000 years.
Hour hour_of(UnixSeconds time);
/// The hour in which `step` begins: its key is K_slot or K_sms of that hour.
Hour hour_of_step(OtpPurpose purpose, Step step);
/// The hour whose key a code of `step` is made with: that in which it begins, and hour 0 for a fixed token.
Hour key_hour(OtpPurpose purpose, Step step, bool fixed);

/// K_hour(h) of a lock, from the handle of its K_lock (kind kMac). The caller releases the result.
Result<KeyHandle> derive_hour_key(Provider& provider, KeyHandle lock_key, const LockId& lock_id, Hour hour);
/// K_slot(h, s, g) or K_sms(h, s, g) from K_hour(h) (kind kMac). The caller releases the result.
Result<KeyHandle> derive_slot_key(Provider& provider, KeyHandle hour_key, OtpPurpose purpose, SlotGeneration slot);
/// The same as bytes: hour keys for a lock without protected storage, slot keys for a phone or an authenticator app.
Result<KeyBytes> derive_hour_key_bytes(Provider& provider, KeyHandle lock_key, const LockId& lock_id, Hour hour);
Result<KeyBytes> derive_slot_key_bytes(Provider& provider, KeyHandle hour_key, OtpPurpose purpose, SlotGeneration slot);

/// HOTP(K, step) of RFC 4226 §5.3 over HMAC-SHA256, as a number below 10^digits. `digits` is 6..8 (asserted).
Result<std::uint32_t> otp_value(Provider& provider, KeyHandle slot_key, Step step, std::uint8_t digits);

/// Which code to issue. `fixed`: the code that a fixed token shows.
struct OtpRequest {
  OtpPurpose purpose = OtpPurpose::kApp;
  SlotGeneration slot;
  bool fixed = false;  ///< kApp only (asserted)
  UnixSeconds time;    ///< the moment that the code is made for
  std::uint8_t digits = otp_digits_max;
};

/// Issues one one-time code from K_lock: two derivations and an HMAC. For many codes of one hour keep the slot key and
/// call otp_value.
Result<Digits> issue_otp(Provider& provider, KeyHandle lock_key, const LockId& lock_id, const OtpRequest& request);

}  // namespace cardea
