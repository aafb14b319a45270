// SPDX-License-Identifier: Apache-2.0
#pragma once
// The desired state of a lock as one snapshot: settings, token slots, hour keys, schedules. Bytes and limits: spec/link.md §5.

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"
#include "core/decide/state.hpp"
#include "core/schedule/schedule.hpp"

namespace cardea::link {

inline constexpr std::size_t snapshot_slot_count_max = slot_count_max;
inline constexpr std::size_t snapshot_hour_count_max = 48;

/// What the owner sets: the rules of codes, and what the lock does around them.
struct Settings {
  cardea::Settings codes;
  bool refuse_when_log_full = false;       ///< event.md E7; off: keep the newest
  std::uint32_t time_step_max_s = 86'400;  ///< 60..31,622,400; clock.md
  std::uint16_t open_ms = 3'000;           ///< 100..10,000
  bool operator==(const Settings&) const = default;
};

struct SnapshotSlot {
  std::uint8_t number = 0;
  std::uint16_t generation = 0;
  bool fixed = false;
  bool sms = false;
  bool pin = false;        ///< neither fixed nor sms
  SlotRule rule{};         ///< `schedule` is one of the snapshot's
  KeyBytes fixed_key;      ///< K_slot(0, s, g): only for a fixed slot of an unprotected lock, else zero and not sent
  PinDigest pin_digest{};  ///< of a PIN
};

/// Owns everything; about 4 KB. Slots ascend by number.
struct Snapshot {
  Settings settings;
  std::uint8_t slot_count = 0;
  std::array<SnapshotSlot, snapshot_slot_count_max> slots;
  std::uint32_t first_hour = 0;
  std::uint8_t hour_count = 0;
  std::array<KeyBytes, snapshot_hour_count_max> hours;
  ScheduleSet schedules;
};

/// Whether the lock it is for keeps K_lock: decides which keys are in it.
enum class LockClass : std::uint8_t { kUnprotected = 0, kProtected = 1 };

/// Format 1 when no slot has a rule and there are no schedules, so that a lock of before serves on; 3 when a slot is a PIN;
/// else 2. The digits of PINs are only in format 3.
/// kFull when `out` has no room (snapshot_size_bytes_max always suffices); kOutOfRange when a limit is broken.
Status encode(const Snapshot& snapshot, LockClass lock_class, ByteWriter& out);
/// kTooShort, kMalformed (bytes left over, unknown flags, slots that do not ascend, equal digests, a format without need),
/// kOutOfRange, kUnsupported (format).
Status decode(ByteSpan bytes, LockClass lock_class, Snapshot& out);

inline constexpr std::size_t snapshot_size_bytes_max =
    1 + 1 + 1 + 2 + 4 + 1 + 4 + 2 + 1 + 1 + snapshot_slot_count_max * (4 + slot_rule_size_bytes + 32 + pin_digest_size_bytes) +
    4 + 1 + snapshot_hour_count_max * 32 + 2 + schedule_set_size_bytes_max;

}  // namespace cardea::link
