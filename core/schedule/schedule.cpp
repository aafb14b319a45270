// SPDX-License-Identifier: Apache-2.0
#include "core/schedule/schedule.hpp"

#include <bit>

namespace cardea {
namespace {

constexpr std::uint32_t seconds_per_minute = 60;
constexpr std::uint16_t gap_goes_on = 0xFFFF;  // 65,534 minutes pass and nothing changes
constexpr std::uint32_t gap_min_max = 0xFFFE;
constexpr std::uint8_t flag_open = 0x01;

constexpr int distance(ScheduleState a, ScheduleState b) {
  return std::popcount(static_cast<std::uint32_t>(a) ^ static_cast<std::uint32_t>(b));
}
static_assert(distance(ScheduleState::kClosed, ScheduleState::kOpen) == 32);
static_assert(distance(ScheduleState::kUnknown, ScheduleState::kOpen) >= 16);
static_assert(distance(ScheduleState::kUnknown, ScheduleState::kClosed) >= 16);

struct Head {
  std::uint32_t known_from_min = 0;
  bool open = false;
  ByteSpan gaps;  ///< 2 bytes each
};

Result<Head> read_head(ByteReader& in) {
  Head head;
  head.known_from_min = in.u32();
  const std::uint8_t flags = in.u8();
  const std::uint8_t count = in.u8();
  head.gaps = in.take(std::size_t{2} * count);
  CARDEA_TRY(in.status());
  if (flags > flag_open || count == 0) return Status::kMalformed;
  head.open = flags == flag_open;
  return head;
}

std::uint16_t gap_at(const Head& head, std::size_t i) { return load_be<std::uint16_t>(head.gaps.subspan(2 * i, 2)); }
std::size_t gap_count(const Head& head) { return head.gaps.size() / 2; }
std::uint32_t minutes_of(std::uint16_t gap) { return gap == gap_goes_on ? gap_min_max : gap; }

/// S3: no gap is empty, the last one ends, and no minute is past 2^32.
Status check_gaps(const Head& head) {
  std::uint64_t at_min = head.known_from_min;
  for (std::size_t i = 0; i < gap_count(head); ++i) {
    const std::uint16_t gap = gap_at(head, i);
    if (gap == 0) return Status::kMalformed;
    at_min += minutes_of(gap);
  }
  if (gap_at(head, gap_count(head) - 1) == gap_goes_on) return Status::kMalformed;
  return at_min <= UINT32_MAX ? Status::kOk : Status::kOutOfRange;
}

ScheduleState state_of(const Head& head, UnixSeconds now) {
  const std::uint64_t minute = now.value / seconds_per_minute;
  std::uint64_t at_min = head.known_from_min;
  if (minute < at_min) return ScheduleState::kUnknown;
  bool open = head.open;
  for (std::size_t i = 0; i < gap_count(head); ++i) {
    const std::uint16_t gap = gap_at(head, i);
    at_min += minutes_of(gap);
    if (minute < at_min) return open ? ScheduleState::kOpen : ScheduleState::kClosed;
    if (gap != gap_goes_on) open = !open;
  }
  return ScheduleState::kUnknown;
}

UnixSeconds end_of(const Head& head) {
  std::uint64_t at_min = head.known_from_min;
  for (std::size_t i = 0; i < gap_count(head); ++i) at_min += minutes_of(gap_at(head, i));
  return {at_min * seconds_per_minute};
}

/// The schedule with that number of a set that was checked.
Result<Head> find(ByteSpan set, std::uint8_t number) {
  if (set.empty() || number == 0 || number > set[0]) return Status::kNotFound;
  ByteReader in(set.subspan(1));
  for (std::uint8_t i = 1; i < number; ++i) CARDEA_TRY(read_head(in).status());
  return read_head(in);
}

/// A gap in as many steps as it takes.
Status append_gap(std::uint32_t minutes, std::size_t& count, ByteWriter& out) {
  for (; minutes > gap_min_max; minutes -= gap_min_max) {
    out.u16(gap_goes_on);
    ++count;
  }
  out.u16(static_cast<std::uint16_t>(minutes));
  return ++count <= schedule_gap_count_max ? Status::kOk : Status::kOutOfRange;
}

}  // namespace

Status encode(const ScheduleChanges& schedule, ByteWriter& out) {
  out.u32(schedule.known_from_min);
  out.u8(schedule.open ? flag_open : 0);
  const MutableByteSpan place_of_count = out.room(1);
  std::size_t count = 0;
  std::uint32_t before = schedule.known_from_min;
  for (std::size_t i = 0; i <= schedule.changes_min.size(); ++i) {
    const std::uint32_t at = i < schedule.changes_min.size() ? schedule.changes_min[i] : schedule.known_until_min;
    if (at <= before) return Status::kOutOfRange;
    CARDEA_TRY(append_gap(at - before, count, out));
    before = at;
  }
  CARDEA_TRY(out.status());
  place_of_count[0] = static_cast<std::uint8_t>(count);
  return Status::kOk;
}

Status SingleSchedule::check(ByteSpan bytes) {
  ByteReader in(bytes);
  CARDEA_ASSIGN(const Head head, read_head(in));
  CARDEA_TRY(check_gaps(head));
  return in.finish();
}

ScheduleState SingleSchedule::state_at(UnixSeconds now) const {
  ByteReader in(bytes_);
  const Result<Head> head = read_head(in);
  return head.ok() ? state_of(*head, now) : ScheduleState::kUnknown;
}

UnixSeconds SingleSchedule::known_until() const {
  ByteReader in(bytes_);
  const Result<Head> head = read_head(in);
  return head.ok() ? end_of(*head) : UnixSeconds{};
}

std::size_t first_schedule(ByteSpan set, std::size_t size_max) {
  const Result<Head> head = find(set, 1);
  CARDEA_ASSERT(head.ok() && size_max >= schedule_head_size_bytes + 2);
  std::size_t count = std::min(gap_count(*head), (size_max - schedule_head_size_bytes) / 2);
  while (count > 1 && gap_at(*head, count - 1) == gap_goes_on) --count;
  return schedule_head_size_bytes + 2 * count;
}

Status ScheduleSet::check(ByteSpan bytes) {
  if (bytes.empty()) return Status::kOk;
  if (bytes.size() > schedule_set_size_bytes_max) return Status::kOutOfRange;
  ByteReader in(bytes);
  const std::uint8_t count = in.u8();
  if (count == 0) return Status::kMalformed;
  if (count > schedule_count_max) return Status::kOutOfRange;
  for (std::uint8_t i = 0; i < count; ++i) {
    CARDEA_ASSIGN(const Head head, read_head(in));
    CARDEA_TRY(check_gaps(head));
  }
  return in.finish();
}

Status ScheduleSet::assign(ByteSpan bytes) {
  CARDEA_TRY(check(bytes));
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
  size_ = static_cast<std::uint16_t>(bytes.size());
  return Status::kOk;
}

ScheduleState ScheduleSet::state_at(std::uint8_t number, UnixSeconds now) const {
  const Result<Head> head = find(bytes(), number);
  return head.ok() ? state_of(*head, now) : ScheduleState::kUnknown;
}

UnixSeconds ScheduleSet::known_until(std::uint8_t number) const {
  const Result<Head> head = find(bytes(), number);
  return head.ok() ? end_of(*head) : UnixSeconds{};
}

}  // namespace cardea
