// SPDX-License-Identifier: Apache-2.0
#pragma once
// The desired state of a lock as one snapshot: settings, token slots, hour keys, schedules. Bytes and limits: spec/link.md §5.

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"
#include "core/decide/state.hpp"
#include "core/grant/grant.hpp"
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

/// Whether the lock it is for keeps K_lock: decides which keys are in it.
enum class LockClass : std::uint8_t { kUnprotected = 0, kProtected = 1 };

/// Owns everything; about 5 KB: who only applies it looks at a SnapshotView. Slots ascend by number.
struct Snapshot {
  Settings settings;
  std::uint8_t slot_count = 0;
  std::array<SnapshotSlot, snapshot_slot_count_max> slots;
  std::uint32_t first_hour = 0;
  std::uint8_t hour_count = 0;
  std::array<KeyBytes, snapshot_hour_count_max> hours;
  ScheduleSet schedules;
  bool takes_keys = false;  ///< virtual keys; then the next two
  P256Point grant_key{};
  grant::Denials denials;
};

/// Format 1 when no slot has a rule and there are no schedules, so that a lock of before serves on; 4 when
/// it takes virtual keys; else 3 when a slot is a PIN; else 2. The digits of PINs are only in formats 3 and 4.
/// kFull when `out` has no room (snapshot_size_bytes_max always suffices); kOutOfRange when a limit is broken.
Status encode(const Snapshot& snapshot, LockClass lock_class, ByteWriter& out);
/// The slots of a snapshot, one after the other.
class SlotReader {
 public:
  SlotReader() = default;
  SlotReader(ByteSpan slots, std::uint8_t count, std::uint8_t format, LockClass lock_class)
      : rest_(slots), left_(count), format_(format), lock_class_(lock_class) {}

  [[nodiscard]] bool at_end() const { return left_ == 0; }
  /// Decodes the next one; not at_end() (asserted). kTooShort, kMalformed, kOutOfRange: not those of a view, which were
  /// checked.
  Status next(SnapshotSlot& slot);
  /// The bytes behind the slots that were read.
  [[nodiscard]] ByteSpan rest() const { return rest_; }

 private:
  ByteSpan rest_;
  std::uint8_t left_ = 0;
  std::uint8_t format_ = 0;
  LockClass lock_class_ = LockClass::kUnprotected;
};

/// A snapshot where it lies: checked as a whole, then read piece by piece. Good as long as its bytes are.
struct SnapshotView {
  /// kTooShort, kMalformed (bytes left over, unknown flags, slots that do not ascend, equal digests, a format without need),
  /// kOutOfRange, kUnsupported (format); then nothing in it may be used.
  Status read(ByteSpan bytes, LockClass lock_class);

  Settings settings;
  SlotReader slots;  ///< to be copied by who reads
  std::uint32_t first_hour = 0;
  std::uint8_t hour_count = 0;
  ByteSpan hours;      ///< 32 bytes each
  ByteSpan schedules;  ///< a good set
  bool takes_keys = false;
  ByteSpan grant_key;
  grant::Denials denials;
};
/// Takes all of it.
Status copy(const SnapshotView& view, Snapshot& out);
/// SnapshotView::read() and copy().
Status decode(ByteSpan bytes, LockClass lock_class, Snapshot& out);

/// Of a lock that keeps K_lock it has the digests of PINs, of any other the keys of hours and of fixed slots.
constexpr std::size_t snapshot_size_bytes_max_of(LockClass lock_class) {
  const bool has_keys = lock_class == LockClass::kUnprotected;
  const std::size_t slot_size_bytes = 4 + slot_rule_size_bytes + (has_keys ? KeyBytes::size_bytes : pin_digest_size_bytes);
  const std::size_t hours_size_bytes = has_keys ? snapshot_hour_count_max * KeyBytes::size_bytes : 0;
  return 1 + 1 + 1 + 2 + 4 + 1 + 4 + 2 + 1 + 1 + snapshot_slot_count_max * slot_size_bytes + 4 + 1 + hours_size_bytes + 2 +
         schedule_set_size_bytes_max + sizeof(P256Point) + grant::denials_body_size_bytes_max;
}
/// Of either.
inline constexpr std::size_t snapshot_size_bytes_max = snapshot_size_bytes_max_of(LockClass::kUnprotected);
static_assert(snapshot_size_bytes_max >= snapshot_size_bytes_max_of(LockClass::kProtected));

}  // namespace cardea::link
