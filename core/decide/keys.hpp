// SPDX-License-Identifier: Apache-2.0
#pragma once
// The keys that a lock checks codes with (codes.md §1): K_lock at a protected lock, hour keys of a schedule and the keys of
// fixed tokens at any other. Keeps the slot keys of the current hour prepared, so that a code costs one HMAC.

#include <array>
#include <optional>

#include "core/codes/ff1.hpp"
#include "core/codes/otp.hpp"
#include "core/decide/state.hpp"

namespace cardea {

inline constexpr std::size_t schedule_hours_max = 48;
/// Key handles that a CodeKeys holds at most, for sizing a provider: the given keys, and for each place a slot key, an SMS
/// key and a fixed key; two hour keys, K_code, K_pin and two keys on the way.
inline constexpr std::size_t code_keys_handle_count_max = 1 + schedule_hours_max + 3 * slot_count_max + 6;
/// The same at a lock that holds K_lock, which has neither a schedule nor fixed keys.
inline constexpr std::size_t lock_key_handle_count_max = 1 + 2 * slot_count_max + 6;

/// Both ends included.
struct HourRange {
  Hour first;
  Hour last;
};

/// Owns every handle given to it and releases it when it is replaced or destroyed. Not durable: the lock stores the keys and
/// gives them again after a restart. With no key given it covers no hour, so every one-time code is `schedule_expired`.
class CodeKeys {
 public:
  CodeKeys(Provider& provider, const LockId& lock_id) : provider_(&provider), lock_id_(lock_id) {}
  CodeKeys(const CodeKeys&) = delete;
  CodeKeys& operator=(const CodeKeys&) = delete;
  ~CodeKeys() { clear(); }

  /// A protected lock: everything is derived from K_lock (kind kMac). Drops whatever was held before.
  void use_lock_key(KeyHandle lock_key);
  /// A lock without protected storage: `hour_keys[i]` (kind kMac) is K_hour(first.value + i); the old schedule is dropped,
  /// fixed keys stay. kOutOfRange for none or more than 48 keys, or hours past 2^32; kUnsupported at a lock that holds K_lock.
  /// After a failure nothing has changed and the handles stay the caller's.
  Status use_schedule(Hour first, std::span<const KeyHandle> hour_keys);
  /// K_slot(0, s, g) of a fixed token for a lock without protected storage; it replaces the key of the same slot.
  /// kFull when 32 others are held; kUnsupported at a lock that holds K_lock.
  Status use_fixed_key(SlotGeneration slot, KeyHandle fixed_key);
  /// Forgets the key of a fixed token, for instance of a removed slot.
  void drop_fixed_key(std::uint8_t slot);
  /// Forgets all keys.
  void clear();

  /// True at a lock that can check offline codes and PINs: it holds K_lock, and so K_code and K_pin.
  [[nodiscard]] bool has_code_key() const { return static_cast<bool>(lock_key_); }
  /// R1: true when there is a key for that hour.
  [[nodiscard]] bool covers(Hour hour) const;
  /// The schedule of a lock that has one.
  [[nodiscard]] std::optional<HourRange> schedule() const;

  [[nodiscard]] Provider& provider() { return *provider_; }

  /// Keys that were prepared for other hours than this one are released; called by judge() before it compares.
  void enter_hour(Hour now);
  /// K_slot or K_sms for codes of slot place `place` whose key hour is `hour` (0 for a fixed slot). Stays valid until the next
  /// call. A handle of 0 when this lock has no key for it: then nothing of that slot matches in that hour.
  Result<KeyHandle> slot_key(std::size_t place, const SlotState& slot, OtpPurpose purpose, Hour hour);
  /// K_code(epoch); has_code_key() (asserted).
  Result<KeyHandle> code_key(std::uint16_t epoch);
  /// K_pin; has_code_key() (asserted).
  Result<KeyHandle> pin_key();

 private:
  /// A key of another hour than the current one.
  struct PassingKey {
    KeyHandle key;
    SlotGeneration slot;
    OtpPurpose purpose = OtpPurpose::kApp;
    Hour hour;
  };
  /// Of one place: its keys of the current hour, or those of a fixed token, whose hour is 0.
  struct PreparedSlot {
    SlotGeneration slot;
    Hour hour;
    std::array<KeyHandle, otp_purpose_count> keys{};
  };
  struct PreparedHour {
    KeyHandle key;
    Hour hour;
  };
  struct FixedKey {
    KeyHandle key;
    SlotGeneration slot;
  };

  Result<KeyHandle> hour_key(Hour hour);
  [[nodiscard]] KeyHandle fixed_key(SlotGeneration slot) const;
  Result<KeyHandle> derive(SlotGeneration slot, OtpPurpose purpose, Hour hour);
  Result<KeyHandle> passing_key(SlotGeneration slot, OtpPurpose purpose, Hour hour);
  void release(PreparedSlot& prepared);
  void release(KeyHandle& key);
  void release_schedule();

  Provider* provider_;
  LockId lock_id_;
  KeyHandle lock_key_;
  Hour schedule_first_;
  std::array<KeyHandle, schedule_hours_max> schedule_keys_{};
  std::size_t schedule_count_ = 0;
  std::array<FixedKey, slot_count_max> fixed_keys_{};
  Hour now_;
  std::array<PreparedHour, 2> hours_{};  ///< of a protected lock: the current hour's, and a neighbour's
  std::array<PreparedSlot, slot_count_max> prepared_{};
  PassingKey passing_;  ///< a neighbour hour's key, for one comparison
  KeyHandle code_key_;
  std::uint16_t code_key_epoch_ = 0;
  KeyHandle pin_key_;
};

}  // namespace cardea
