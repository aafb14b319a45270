// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/times.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <sstream>

#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

using date::local_seconds;
using std::chrono::seconds;

constexpr std::uint64_t time_max = 0xFFFF'FFFF;  // 2106: past it, locks have no hours
constexpr std::uint64_t duration_max_s = 10ull * 366 * seconds_per_day;
constexpr std::string_view time_forms =
    "2026-05-01 14:00, 2026-05-01T14:00:00Z, today 18:00, tomorrow 11:00, now, +2h or @1777636800";

Stop bad_time(const std::string& option, std::string_view text, std::string_view why) {
  return usage(fmt::format("{}: \"{}\" {}. Write it like {}.", option, text, why, time_forms));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads a text from left to right; every step says whether it was there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool word(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  /// Exactly `count` digits.
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(rest_[i])) return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  /// One or more digits.
  std::optional<std::uint64_t> number() {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{}) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::optional<seconds> scan_clock(Scanner& in) {
  const auto hours = in.digits(2);
  if (!hours || !in.word(":")) return std::nullopt;
  const auto minutes = in.digits(2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  int second = 0;
  if (in.word(":")) {
    const auto read = in.digits(2);
    if (!read || *read > 59) return std::nullopt;
    second = *read;
  }
  return seconds(*hours * 3600 + *minutes * 60 + second);
}

std::optional<date::local_days> scan_date(Scanner& in) {
  const auto year = in.digits(4);
  if (!year || !in.word("-")) return std::nullopt;
  const auto month = in.digits(2);
  if (!month || !in.word("-")) return std::nullopt;
  const auto day = in.digits(2);
  if (!day) return std::nullopt;
  const date::year_month_day ymd{date::year(*year), date::month(static_cast<unsigned>(*month)),
                                 date::day(static_cast<unsigned>(*day))};
  if (!ymd.ok()) return std::nullopt;
  return date::local_days(ymd);
}

/// "Z", "+02:00", "-0330"; nothing when the text has another form.
std::optional<seconds> scan_offset(Scanner& in) {
  if (in.word("Z")) return seconds(0);
  const bool east = in.word("+");
  if (!east && !in.word("-")) return std::nullopt;
  const auto hours = in.digits(2);
  if (!hours || *hours > 14) return std::nullopt;
  in.word(":");
  const auto minutes = in.digits(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const seconds size(*hours * 3600 + *minutes * 60);
  return east ? size : -size;
}

std::optional<std::uint64_t> scan_duration(Scanner& in) {
  std::uint64_t total = 0;
  bool any = false;
  while (!in.at_end()) {
    const auto count = in.number();
    if (!count || *count > duration_max_s) return std::nullopt;
    std::uint64_t unit = 0;
    if (in.word("s")) unit = 1;
    if (unit == 0 && in.word("m")) unit = 60;
    if (unit == 0 && in.word("h")) unit = seconds_per_hour;
    if (unit == 0 && in.word("d")) unit = seconds_per_day;
    if (unit == 0 && in.word("w")) unit = 7 * seconds_per_day;
    if (unit == 0) return std::nullopt;
    total += *count * unit;
    if (total > duration_max_s) return std::nullopt;
    any = true;
  }
  return any ? std::optional(total) : std::nullopt;
}

const date::time_zone* find_zone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

std::string offset_text(seconds offset) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  const auto size = minutes < 0 ? -minutes : minutes;
  return fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

/// A wall clock's time in a zone, refused when it comes twice or not at all on that day.
UnixSeconds resolve(const std::string& option, std::string_view text, local_seconds local, const std::string& zone_name) {
  const date::time_zone* zone = find_zone(zone_name);
  if (zone == nullptr)
    throw usage(
        fmt::format("the time zone \"{}\" is not known on this machine. Install Debian's tzdata, or write the time in "
                    "UTC with a Z.",
                    zone_name));
  const date::local_info info = zone->get_info(local);
  if (info.result == date::local_info::nonexistent)
    throw usage(fmt::format("{}: \"{}\" does not exist in {}: clocks were put forward over it. Take a time before or after.",
                            option, text, zone_name));
  if (info.result == date::local_info::ambiguous)
    throw usage(
        fmt::format("{}: \"{}\" comes twice in {}, when clocks are put back. Add the offset: {} is the first, {} the second.",
                    option, text, zone_name, offset_text(info.first.offset), offset_text(info.second.offset)));
  const auto unix_s = (local.time_since_epoch() - info.first.offset).count();
  if (unix_s < 0 || static_cast<std::uint64_t>(unix_s) > time_max) throw bad_time(option, text, "lies outside 1970..2105");
  return {static_cast<std::uint64_t>(unix_s)};
}

/// today 18:00, tomorrow 11:00
UnixSeconds parse_day_word(const std::string& option, std::string_view text, Scanner in, int days, const TimeContext& context) {
  const auto clock = in.word(" ") ? scan_clock(in) : std::nullopt;
  if (!clock || !in.at_end()) throw bad_time(option, text, "is no time");
  const date::time_zone* zone = find_zone(context.zone);
  if (zone == nullptr)
    throw bad_time(option, text, fmt::format("needs the zone {}, which this machine does not know", context.zone));
  const date::sys_seconds now_utc{seconds(static_cast<std::int64_t>(context.now.value))};
  const auto day = date::floor<date::days>(zone->to_local(now_utc)) + date::days(days);
  return resolve(option, text, local_seconds(day) + *clock, context.zone);
}

UnixSeconds parse_relative(const std::string& option, std::string_view text, Scanner in, UnixSeconds base) {
  const bool later = in.word("+");
  if (!later && !in.word("-")) throw bad_time(option, text, "is no time");
  const auto size = scan_duration(in);
  if (!size) throw bad_time(option, text, "is no time: s, m, h, d and w are the units, as in +1h30m");
  if (!later && *size > base.value) throw bad_time(option, text, "lies outside 1970..2105");
  return {later ? base.value + *size : base.value - *size};
}

UnixSeconds parse_unix(const std::string& option, std::string_view text, Scanner in) {
  const auto value = in.number();
  if (!value || !in.at_end()) throw bad_time(option, text, "is no time");
  if (*value > time_max) throw bad_time(option, text, "lies outside 1970..2105");
  return {*value};
}

UnixSeconds parse_calendar(const std::string& option, std::string_view text, Scanner in, const std::string& zone) {
  const auto day = scan_date(in);
  if (!day) throw bad_time(option, text, "is no time");
  local_seconds local(*day);
  if (in.at_end()) return resolve(option, text, local, zone);
  if (!in.word(" ") && !in.word("T")) throw bad_time(option, text, "is no time");
  const auto clock = scan_clock(in);
  if (!clock) throw bad_time(option, text, "is no time: hours run from 00 to 23, minutes from 00 to 59");
  local += *clock;
  if (in.at_end()) return resolve(option, text, local, zone);
  const auto offset = scan_offset(in);
  if (!offset || !in.at_end())
    throw bad_time(option, text, "is no time: after the clock comes nothing, Z, or an offset like +02:00");
  return resolve(option, text, local - *offset, "UTC");
}

bool all_digits(std::string_view text) {
  for (const char c : text)
    if (!is_digit(c)) return false;
  return true;
}

}  // namespace

bool is_zone(const std::string& name) { return find_zone(name) != nullptr; }

UnixSeconds parse_time(const std::string& option, std::string_view text, const TimeContext& context) {
  Scanner in(text);
  if (in.word("now")) return in.at_end() ? context.now : parse_relative(option, text, in, context.now);
  if (in.word("today")) return parse_day_word(option, text, in, 0, context);
  if (in.word("tomorrow")) return parse_day_word(option, text, in, 1, context);
  if (text.starts_with('+') || text.starts_with('-')) return parse_relative(option, text, in, context.relative_to);
  if (in.word("@") || (text.size() >= 9 && all_digits(text))) return parse_unix(option, text, in);
  return parse_calendar(option, text, in, context.zone);
}

std::uint64_t parse_duration(const std::string& option, std::string_view text) {
  Scanner in(text);
  const auto size = scan_duration(in);
  if (!size || *size == 0)
    throw usage(
        fmt::format("{}: \"{}\" is no length of time. Write it like 90m, 2h, 3d or 1h30m (up to ten years).", option, text));
  return *size;
}

std::string format_time_exact(UnixSeconds time, const std::string& zone_name) {
  const date::sys_seconds utc{seconds(static_cast<std::int64_t>(time.value))};
  const date::time_zone* zone = find_zone(zone_name);
  if (zone == nullptr) return date::format("%F %T", utc) + "Z";
  return date::format("%F %T", zone->to_local(utc));
}

std::string format_time(UnixSeconds time, const std::string& zone_name) {
  std::string text = format_time_exact(time, zone_name);
  constexpr std::size_t minutes_end = std::string_view("2026-05-01 14:00").size();
  if (text.compare(minutes_end, 3, ":00") == 0) text.erase(minutes_end, 3);
  return text;
}

std::string format_rfc3339(UnixSeconds time) {
  return date::format("%FT%TZ", date::sys_seconds{seconds(static_cast<std::int64_t>(time.value))});
}

UnixSeconds parse_rfc3339(std::string_view text) {
  Scanner in(text);
  const auto day = scan_date(in);
  const auto clock = day && in.word("T") ? scan_clock(in) : std::nullopt;
  if (clock && in.word(".")) in.number();
  const auto offset = clock ? scan_offset(in) : std::nullopt;
  if (!offset || !in.at_end()) throw std::invalid_argument(fmt::format("\"{}\" is no RFC 3339 time", text));
  const auto unix_s = (local_seconds(*day) + *clock - *offset).time_since_epoch().count();
  if (unix_s < 0) throw std::invalid_argument(fmt::format("\"{}\" lies before 1970", text));
  return {static_cast<std::uint64_t>(unix_s)};
}

std::string format_duration(std::uint64_t total_s) {
  struct Unit {
    std::uint64_t size_s;
    std::string_view name;
  };
  constexpr std::array<Unit, 4> units{{{seconds_per_day, "d"}, {seconds_per_hour, "h"}, {60, "min"}, {1, "s"}}};
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (total_s < units[i].size_s) continue;
    std::string text = fmt::format("{} {}", total_s / units[i].size_s, units[i].name);
    const std::uint64_t rest_s = total_s % units[i].size_s;
    if (i + 1 < units.size() && rest_s >= units[i + 1].size_s)
      text += fmt::format(" {} {}", rest_s / units[i + 1].size_s, units[i + 1].name);
    return text;
  }
  return "0 s";
}

UnixSeconds now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {static_cast<std::uint64_t>(std::chrono::duration_cast<seconds>(since).count())};
}

}  // namespace cardea::client
