// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything a lock remembers to judge codes: settings, token slots, the memory of offline codes, and the throttle.
// 6.5 KB without pointers; the caller owns it. Its durable form is items.hpp. The server keeps one as a shadow of each
// lock.

#include <array>
#include <bitset>

#include "core/codes/descriptor.hpp"
#include "core/codes/digits.hpp"
#include "core/codes/otp.hpp"
#include "core/codes/pin.hpp"
#include "core/schedule/schedule.hpp"
#include "core/throttle/throttle.hpp"

namespace cardea {

inline constexpr std::size_t slot_count_max = 32;        ///< active slots that a lock holds; their numbers are 0..255
inline constexpr std::size_t remembered_count_max = 64;  ///< timed and exclusive codes in use
inline constexpr std::size_t used_once_count_max = 64;   ///< once codes that were used
inline constexpr std::uint16_t pool_window = 256;        ///< R11
inline constexpr std::int16_t drift_max_s = 120;
inline constexpr std::uint32_t activation_window_default_s = 72 * seconds_per_hour;
inline constexpr std::uint32_t activation_window_max_s = 366 * seconds_per_day;

/// What the owner sets. `check_settings` says what is legal.
struct Settings {
  std::uint8_t otp_digits = 8;    ///< 6..8
  std::uint8_t code_digits = 10;  ///< 9..12: n
  std::uint8_t pin_digits = 0;    ///< 6..10 and none of the others (pin.md P1); 0: the lock takes no PINs
  std::uint16_t code_epoch = 0;
  std::uint32_t activation_window_s = activation_window_default_s;  ///< 1 s..366 days; longer: easier to guess
  bool only_keypad = false;                                         ///< no other way in: never off, waits a day instead
  bool operator==(const Settings&) const = default;
};
/// kOutOfRange unless every field is legal.
Status check_settings(const Settings& settings);

/// What the grant behind a slot adds (spec/schedule.md §4). Zero means: says nothing.
struct SlotRule {
  std::uint8_t schedule = 0;            ///< number of one of the lock's schedules, from 1
  std::uint16_t use_count_max = 0;      ///< openings, of this slot at this lock
  std::uint32_t after_first_use_s = 0;  ///< the first opening ends it after so many seconds
  std::uint32_t ends_at_s = 0;          ///< unix seconds: from here on it opens nothing
  [[nodiscard]] bool says_anything() const { return *this != SlotRule{}; }
  [[nodiscard]] bool names_a_time() const { return schedule != 0 || after_first_use_s != 0 || ends_at_s != 0; }
  bool operator==(const SlotRule&) const = default;
};
inline constexpr std::size_t slot_rule_size_bytes = 1 + 2 + 4 + 4;
void encode(const SlotRule& rule, ByteWriter& out);
/// kTooShort; kMalformed when it says nothing; kOutOfRange for a schedule above schedule_count_max.
Status decode(ByteReader& in, SlotRule& out);

/// A step as a slot remembers it: 32 bits reach to the year 6053. Steps after that are no candidates.
struct RememberedStep {
  std::uint32_t value = 0;
  constexpr operator Step() const { return {value}; }  // NOLINT(google-explicit-constructor): it is one
  auto operator<=>(const RememberedStep&) const = default;
};
inline constexpr Step remembered_step_max{UINT32_MAX};
/// The last one there is for any later one.
constexpr RememberedStep remembered(Step step) {
  return {static_cast<std::uint32_t>(step < remembered_step_max ? step.value : remembered_step_max.value)};
}

/// A time of the clock as a slot remembers it: 32 bits reach to the year 2106.
struct RememberedTime {
  std::uint32_t value = 0;
  constexpr operator UnixSeconds() const { return {value}; }  // NOLINT(google-explicit-constructor): it is one
};
/// The last one there is for any later one.
constexpr RememberedTime remembered(UnixSeconds time) {
  return {static_cast<std::uint32_t>(time.value < UINT32_MAX ? time.value : UINT32_MAX)};
}

/// One token slot. A removed slot keeps its place while there is room, because its newest steps are remembered.
struct SlotState {
  bool present : 1 = false;  ///< this place holds a slot, active or removed
  bool active : 1 = false;
  bool fixed : 1 = false;  ///< accepts K_slot(0, s, g) only, and no SMS codes
  bool sms : 1 = false;    ///< accepts SMS codes too
  bool pin : 1 = false;    ///< accepts its PIN and nothing else
  SlotGeneration id;
  std::int16_t drift_s = 0;  ///< of the token's clock against the lock's: -120..120 in steps of 30
  std::array<RememberedStep, otp_purpose_count> newest_step{};  ///< newest accepted, by purpose; 0: none
  SlotRule rule{};
  std::uint16_t use_count = 0;   ///< openings of this generation; counted while the slot has a rule
  RememberedTime first_used_at;  ///< the same; 0: not yet
  /// Zero without a PIN. Not in the item: the lock stores digests as they came and puts them here after a restart.
  PinDigest pin_digest{};
};
static_assert(sizeof(SlotState) == 52);

/// A timed, exclusive or once code that was used, in 4 bytes; at first a place without one.
class RememberedCode {
 public:
  constexpr RememberedCode() = default;
  /// `code` is such a code (asserted).
  explicit RememberedCode(const Descriptor& code);

  [[nodiscard]] bool present() const { return packed_ != 0; }
  [[nodiscard]] Descriptor descriptor() const;
  bool operator==(const RememberedCode&) const = default;

 private:
  std::uint32_t packed_ = 0;  ///< from the top: 1 · family 2 bits · class 7 · start 20 · index 2
};

/// Single values of the code memory. Times are 0 when there was none.
struct CodeMarks {
  UnixSeconds exclusive_start;        ///< the latest start of an exclusive code that was used (R9)
  UnixSeconds cleared_before;         ///< t of the last clear code of everything (R13)
  UnixSeconds released_at;            ///< t of the last release code (R19)
  std::int16_t pool_cleared_to = -1;  ///< pool indexes up to this one are cleared
};

/// Everything that belongs to one code epoch.
struct CodeMemory {
  std::array<RememberedCode, remembered_count_max> remembered{};
  std::array<RememberedCode, used_once_count_max> used_once{};
  std::bitset<pool_count> pool_used;
  std::bitset<pool_count> pool_cleared;
  CodeMarks marks;
};

struct LockState {
  Settings settings;
  std::array<SlotState, slot_count_max> slots{};
  /// Newest steps of slots that had to make room: a slot that is new to the lock starts with these.
  std::array<RememberedStep, otp_purpose_count> evicted_step{};
  CodeMemory codes;
  Throttle throttle;
  /// Not an item: the lock stores the set as it came (spec/schedule.md §1) and puts it here after a restart.
  ScheduleSet schedules;
};

/// Forgets everything, place by place: to assign a fresh one takes as much stack as it is large.
void clear(LockState& state);

/// The highest pool index used, or -1.
std::int16_t newest_pool_used(const CodeMemory& codes);

/// What the lock knows of time when somebody types. The caller fills it at one moment.
struct ClockReading {
  UnixSeconds now;  ///< means nothing when the clock is lost
  ClockQuality quality = ClockQuality::kLost;
  std::uint32_t error_bound_s = 0;  ///< of a kept clock
  RunSeconds run;
  UnixSeconds newest_seen;  ///< the newest time that is durable; at least that of the last charged entry
};

/// How the rules see the clock: a kept clock with an error bound above 120 s is coarse (R7).
enum class ClockUse : std::uint8_t { kGood, kCoarse, kLost };
ClockUse use_of(const ClockReading& clock);
inline constexpr std::uint32_t kept_error_max_s = 120;

}  // namespace cardea
