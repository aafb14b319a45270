// SPDX-License-Identifier: Apache-2.0
#pragma once
// The platform, as far as it issues: makes the codes of a lock from its key with the shipped functions.

#include <string>

#include "core/codes/descriptor.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "tests/attacks/random.hpp"
#include "tests/attacks/target.hpp"

namespace cardea::attacks {

class Issuer {
 public:
  explicit Issuer(const LockSpec& spec);
  Issuer(const LockId& id, const KeyBytes& key, const Settings& settings);

  [[nodiscard]] std::string app_code(SlotGeneration slot, UnixSeconds time);
  [[nodiscard]] std::string sms_code(SlotGeneration slot, UnixSeconds time);
  [[nodiscard]] std::string offline_code(const Descriptor& descriptor);
  /// A code of `family` whose window begins at or just before `time`; `klass` as in codes.md §3.
  [[nodiscard]] std::string windowed_code(Family family, std::uint8_t klass, UnixSeconds time, std::uint32_t index = 0);
  /// A clear, clock or release code of the last full ten minutes.
  [[nodiscard]] std::string tick_code(Family family, UnixSeconds time);
  /// What a lock compares a PIN with (spec/pin.md §1).
  [[nodiscard]] PinDigest digest_of_pin(std::string_view pin);
  [[nodiscard]] KeyBytes hour_key(Hour hour);
  [[nodiscard]] PhoneMemory phone(SlotGeneration slot, UnixSeconds time, std::uint32_t hours);
  /// The key of a fixed token.
  [[nodiscard]] KeyBytes fixed_key(SlotGeneration slot);

 private:
  [[nodiscard]] std::string otp(OtpPurpose purpose, SlotGeneration slot, UnixSeconds time);
  [[nodiscard]] KeyBytes slot_key(Hour hour, SlotGeneration slot);

  OpensslProvider provider_;
  LockId id_;
  Settings settings_;
  KeyHandle key_;
};

/// What somebody computes who copied a phone's memory: the code of `time`, by the nearest key that he has.
std::string code_from_memory(const PhoneMemory& memory, UnixSeconds time, std::uint8_t digits);

/// The owner's settings of these tests: 8-digit one-time codes, 10-digit offline codes, and one token in slot 1, with SMS.
link::Snapshot usual_snapshot();
/// A protected lock with a random key and these settings.
LockSpec usual_lock(Random& random, UnixSeconds time);
/// The same with a PIN of six digits in every other slot, each beginning with a 9.
LockSpec lock_of_pins(Random& random, UnixSeconds time);
/// The same without protected storage: 48 hour keys from the hour of `time` on.
LockSpec unprotected_lock(Random& random, UnixSeconds time);
inline constexpr SlotGeneration usual_slot{1, 0};
inline constexpr UnixSeconds usual_time{1'790'000'010};  // 2026-09-21
/// A code of `digits` digits that is not `right`.
std::string wrong_code(Random& random, std::size_t digits, std::string_view right = {});
std::string random_digits(Random& random, std::size_t count);

}  // namespace cardea::attacks
