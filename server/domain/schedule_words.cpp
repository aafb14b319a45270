// SPDX-License-Identifier: Apache-2.0
#include "server/domain/schedule_words.hpp"

#include <array>

namespace cardea::server {

namespace {

constexpr unsigned day_count = 7;

struct Words {
  std::array<std::string_view, day_count> days;
  std::string_view any_time;
  std::string_view dates_differ;
  std::string_view dates_only;
};

const Words& words_in(Language language) {
  static constexpr Words english{
      {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, "at any time", "some dates differ", "on certain dates only"};
  static constexpr Words chinese{
      {"周一", "周二", "周三", "周四", "周五", "周六", "周日"}, "任何时间", "个别日期另有安排", "仅限个别日期"};
  static constexpr Words german{
      {"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"}, "jederzeit", "an einzelnen Tagen anders", "nur an einzelnen Tagen"};
  switch (language) {
    case Language::kEnglish: return english;
    case Language::kChinese: return chinese;
    case Language::kGerman: return german;
  }
  return english;
}

bool has(std::uint8_t days, unsigned day) { return day < day_count && ((days >> day) & 1) != 0; }

/// "Mon-Wed, Fri": three days or more in a row are named by their ends.
std::string days_in_words(std::uint8_t days, const Words& words) {
  std::string out;
  for (unsigned first = 0; first < day_count; ++first) {
    if (!has(days, first)) continue;
    unsigned last = first;
    while (has(days, last + 1)) ++last;
    if (last - first < 2) last = first;
    out += out.empty() ? "" : ", ";
    out += words.days[first];
    if (last == first) continue;
    out += "-";
    out += words.days[last];
    first = last;
  }
  return out;
}

}  // namespace

std::string words_of(const Schedule& schedule, Language language) {
  const Words& words = words_in(language);
  std::string out;
  for (const WeeklyTimes& weekly : schedule.weekly) {
    if (!out.empty()) out += "; ";
    out += days_in_words(weekly.days, words) + " " + text_of_time_of_day(weekly.times.from_min) + "-" +
           text_of_time_of_day(weekly.times.to_min);
  }
  if (out.empty()) return std::string(words.dates_only);
  if (schedule.holidays.empty() && schedule.exceptions.empty()) return out;
  out += "; ";
  out += words.dates_differ;
  return out;
}

std::string_view words_for_any_time(Language language) { return words_in(language).any_time; }

}  // namespace cardea::server
