// SPDX-License-Identifier: Apache-2.0
#pragma once
// When a grant's credential may open its door, as dated changes between open and closed (spec/schedule.md §1, §2).
// The platform compiles them from a zone and weekly times; a lock only walks along the list. Neither zones nor calendars here.
// Vectors: spec/vectors/schedule_v1.json. Allocates nothing.

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"

namespace cardea {

inline constexpr std::size_t schedule_count_max = 8;  ///< that one lock holds; slots share them
inline constexpr std::size_t schedule_gap_count_max = 255;
inline constexpr std::size_t schedule_head_size_bytes = 4 + 1 + 1;
/// Of all schedules of a lock together: three weeks of eight schedules with a window a day, most of a year of one.
inline constexpr std::size_t schedule_set_size_bytes_max = 768;
static_assert(1 + schedule_head_size_bytes + 2 * schedule_gap_count_max <= schedule_set_size_bytes_max,
              "the longest schedule fits");

/// Any two differ in 16 of their 32 bits. Only kOpen opens: callers test == kOpen and nothing else.
enum class ScheduleState : std::uint32_t {
  kClosed = 0x6996C35A,
  kOpen = 0x96693CA5,
  kUnknown = 0x69963CA5,  ///< before the first moment that is known, or from the last one on: as good as closed (S2)
};

/// One schedule before it is encoded. Minutes since 1970, ascending without equals: known_from < changes… < known_until.
struct ScheduleChanges {
  std::uint32_t known_from_min = 0;
  bool open = false;  ///< from known_from on, until the first change
  std::span<const std::uint32_t> changes_min;
  std::uint32_t known_until_min = 0;
};
/// Appends one schedule. kOutOfRange when the minutes do not ascend or make more than 255 gaps; kFull when `out` is.
Status encode(const ScheduleChanges& schedule, ByteWriter& out);

/// One schedule that stands alone, as encode() writes it.
class SingleSchedule {
 public:
  /// What is wrong with the bytes: kTooShort, kMalformed, kOutOfRange.
  static Status check(ByteSpan bytes);
  /// The bytes are the caller's, and were checked.
  explicit SingleSchedule(ByteSpan bytes) : bytes_(bytes) {}

  [[nodiscard]] ScheduleState state_at(UnixSeconds now) const;
  /// From here on nothing is known.
  [[nodiscard]] UnixSeconds known_until() const;

 private:
  ByteSpan bytes_;
};

/// How many bytes the first schedule of a good set of one has when it is cut to `size_max` (at least 8): whole gaps, the last
/// of which ends. Its count of gaps is then for the caller to write.
std::size_t first_schedule(ByteSpan set, std::size_t size_max);

/// All schedules of a lock, in their encoded form. Empty at first. 770 bytes, without pointers.
class ScheduleSet {
 public:
  /// What is wrong with the bytes of a set (none at all are good, and an empty set): kTooShort, kMalformed, kOutOfRange.
  static Status check(ByteSpan bytes);
  /// Takes them over. Fails as check(), and then nothing has changed.
  Status assign(ByteSpan bytes);

  [[nodiscard]] ByteSpan bytes() const { return ByteSpan(bytes_).first(size_); }
  [[nodiscard]] std::uint8_t count() const { return size_ == 0 ? 0 : bytes_[0]; }
  /// The schedule with that number, from 1 on. kUnknown when there is none.
  [[nodiscard]] ScheduleState state_at(std::uint8_t number, UnixSeconds now) const;
  /// From here on nothing is known; 0 when there is no such schedule.
  [[nodiscard]] UnixSeconds known_until(std::uint8_t number) const;

 private:
  Bytes<schedule_set_size_bytes_max> bytes_{};
  std::uint16_t size_ = 0;
};

}  // namespace cardea
