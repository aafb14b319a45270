// SPDX-License-Identifier: Apache-2.0
#include "server/domain/schedule.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>

namespace cardea::server {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;
using Instant = std::chrono::sys_time<seconds>;
constexpr Instant compiled_from_min{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};
constexpr std::uint16_t minutes_per_day = 1'440;

struct Span {
  Instant begins;
  Instant ends;
};

std::optional<int> number(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

Instant whole_minute(UnixSeconds time) {
  return std::chrono::floor<minutes>(Instant{seconds{static_cast<std::int64_t>(time.value)}});
}
std::uint32_t minutes_of(Instant time) {
  return static_cast<std::uint32_t>(std::chrono::floor<minutes>(time).time_since_epoch().count());
}

/// S5: the times that begin on a day.
std::vector<DayTimes> times_of(const Schedule& schedule, Date day) {
  for (const ScheduleException& exception : schedule.exceptions)
    if (exception.date == day) return exception.times;
  if (std::find(schedule.holidays.begin(), schedule.holidays.end(), day) != schedule.holidays.end()) return {};
  const unsigned weekday = std::chrono::weekday{day}.iso_encoding() - 1;
  std::vector<DayTimes> times;
  for (const WeeklyTimes& weekly : schedule.weekly)
    if ((weekly.days >> weekday & 1) != 0) times.push_back(weekly.times);
  return times;
}

/// S4, within a stretch of time in which the zone has one offset: there local times are instants but for that offset.
void add_stretch(const Schedule& schedule, Span stretch, seconds offset, std::vector<Span>& open) {
  const Span local{stretch.begins + offset, stretch.ends + offset};
  const Date last = std::chrono::floor<days>(local.ends - seconds{1});
  for (Date day = std::chrono::floor<days>(local.begins) - days{1}; day <= last; day += days{1}) {
    for (const DayTimes& times : times_of(schedule, day)) {
      const int to_min = times.to_min > times.from_min ? times.to_min : times.to_min + minutes_per_day;
      const Span wanted{day + minutes{times.from_min}, day + minutes{to_min}};
      const Span part{std::max(wanted.begins, local.begins), std::min(wanted.ends, local.ends)};
      if (part.begins < part.ends) open.push_back({part.begins - offset, part.ends - offset});
    }
  }
}

std::vector<Span> merged(std::vector<Span> open) {
  std::sort(open.begin(), open.end(), [](const Span& a, const Span& b) { return a.begins < b.begins; });
  std::vector<Span> out;
  for (const Span& span : open) {
    if (out.empty() || span.begins > out.back().ends)
      out.push_back(span);
    else
      out.back().ends = std::max(out.back().ends, span.ends);
  }
  return out;
}

CompiledSchedule changes_of(const std::vector<Span>& open, Span whole) {
  CompiledSchedule out;
  out.known_from_min = minutes_of(whole.begins);
  out.known_until_min = minutes_of(whole.ends);
  out.open = !open.empty() && open.front().begins == whole.begins;
  for (const Span& span : open) {
    if (span.begins > whole.begins) out.changes_min.push_back(minutes_of(span.begins));
    if (span.ends < whole.ends) out.changes_min.push_back(minutes_of(span.ends));
  }
  return out;
}

const date::time_zone* find_zone(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::runtime_error&) {  // how this library says that there is none
    return nullptr;
  }
}

/// Leaves at most `count` gaps: what lies further ahead comes with a later version.
void cut(CompiledSchedule& schedule, std::size_t count) {
  constexpr std::uint32_t gap_min_max = 65'534;
  std::vector<std::uint32_t> ends = schedule.changes_min;
  ends.push_back(schedule.known_until_min);
  std::size_t used = 0;
  std::size_t kept = 0;
  std::uint32_t before = schedule.known_from_min;
  for (; kept < ends.size(); before = ends[kept++]) {
    used += (ends[kept] - before + gap_min_max - 1) / gap_min_max;
    if (used > count) break;
  }
  if (kept == ends.size()) return;
  schedule.known_until_min = kept > 0 ? ends[kept - 1] : schedule.known_from_min + gap_min_max;
  schedule.changes_min.resize(kept > 0 ? kept - 1 : 0);
}

}  // namespace

std::optional<std::uint16_t> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = number(text.substr(0, 2));
  const auto minute = number(text.substr(3, 2));
  if (!hour || !minute || *minute > 59) return std::nullopt;
  const int total = *hour * 60 + *minute;
  return total <= minutes_per_day ? std::optional(static_cast<std::uint16_t>(total)) : std::nullopt;
}

std::string text_of_time_of_day(std::uint16_t minutes) { return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60); }

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day || *year < 2000 || *year > 2099) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional(Date{date}) : std::nullopt;
}

std::string text_of(Date date) {
  const std::chrono::year_month_day parts{date};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
                     static_cast<unsigned>(parts.day()));
}

Result<CompiledSchedule> compile(const Schedule& schedule, std::string_view zone, UnixSeconds from, UnixSeconds until) {
  const Span whole{whole_minute(from), whole_minute(std::min(until, zones_known_until))};
  if (whole.begins < compiled_from_min || whole.begins >= whole.ends) return Status::kOutOfRange;
  const date::time_zone* rules = find_zone(zone);
  if (rules == nullptr) return Status::kNotFound;
  std::vector<Span> open;
  for (Instant at = whole.begins; at < whole.ends;) {
    const date::sys_info info = rules->get_info(at);
    const Instant end = std::min(info.end, whole.ends);
    add_stretch(schedule, {at, end}, info.offset, open);
    at = end;
  }
  return changes_of(merged(std::move(open)), whole);
}

Result<std::vector<std::uint8_t>> encode_set(std::vector<CompiledSchedule> schedules) {
  if (schedules.empty()) return std::vector<std::uint8_t>{};
  if (schedules.size() > schedule_count_max) return Status::kFull;
  const std::size_t share = (schedule_set_size_bytes_max - 1) / schedules.size();
  const std::size_t gaps = std::min(schedule_gap_count_max, (share - schedule_head_size_bytes) / 2);
  std::vector<std::uint8_t> bytes(schedule_set_size_bytes_max);
  ByteWriter out(bytes);
  out.u8(static_cast<std::uint8_t>(schedules.size()));
  for (CompiledSchedule& schedule : schedules) {
    cut(schedule, gaps);
    CARDEA_TRY(encode({schedule.known_from_min, schedule.open, schedule.changes_min, schedule.known_until_min}, out));
  }
  bytes.resize(out.size());
  return bytes;
}

}  // namespace cardea::server
