// SPDX-License-Identifier: Apache-2.0
#include "server/domain/instant.hpp"

#include <fmt/compile.h>

#include <chrono>

namespace cardea::server {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

/// Reads exactly `count` digits; -1 when they are not there.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

/// The offset in seconds: Z, or +hh:mm.
std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return 0;
  const bool east = take(text, '+');
  if (!east && !take(text, '-')) return std::nullopt;
  const int hours = take_digits(text, 2);
  if (hours < 0 || hours > 23 || !take(text, ':')) return std::nullopt;
  const int minutes = take_digits(text, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  return (east ? 1 : -1) * (hours * 3'600 + minutes * 60);
}

bool skip_fraction(std::string_view& text) {
  if (!take(text, '.')) return true;
  if (take_digits(text, 1) < 0) return false;
  while (take_digits(text, 1) >= 0) {
  }
  return true;
}

}  // namespace

UnixSeconds now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count())};
}

std::string text_of(UnixSeconds time) {
  const auto day = days(time.value / seconds_per_day);
  const std::uint64_t second = time.value % seconds_per_day;
  const std::chrono::year_month_day date{sys_days(day)};
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z"), static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3'600, second / 60 % 60,
                     second % 60);
}

std::optional<UnixSeconds> parse_instant(std::string_view text) {
  const int year = take_digits(text, 4);
  if (year < 1970 || !take(text, '-')) return std::nullopt;
  const int month = take_digits(text, 2);
  if (month < 1 || !take(text, '-')) return std::nullopt;
  const int day = take_digits(text, 2);
  if (day < 1 || !(take(text, 'T') || take(text, 't'))) return std::nullopt;
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ':')) return std::nullopt;
  const int second = take_digits(text, 2);
  if (second < 0 || second > 59 || !skip_fraction(text)) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t day_count = sys_days(date).time_since_epoch().count();
  const std::int64_t unix_time = day_count * seconds_per_day + hour * 3'600 + minute * 60 + second - *offset;
  if (unix_time < 0) return std::nullopt;
  return UnixSeconds{static_cast<std::uint64_t>(unix_time)};
}

}  // namespace cardea::server
