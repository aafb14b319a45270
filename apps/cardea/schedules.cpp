// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/schedules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>

#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;
constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
using Days = std::array<bool, 7>;

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Stop unclear(std::string_view entry) {
  return usage(
      fmt::format("--schedule: \"{}\" is no entry of a schedule. Write \"mon-fri 08:00-18:00\", \"mon+wed 08:00-12:00 "
                  "13:00-18:00\", \"daily 22:00-06:00\", \"2026-12-24 08:00-12:00\" or \"2026-12-31 closed\", parted by "
                  "semicolons.",
                  entry));
}

std::optional<std::size_t> day_of(std::string_view name) {
  const auto found = std::find(day_names.begin(), day_names.end(), name);
  if (found == day_names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - day_names.begin());
}

/// "mon", "mon-fri", "sat-mon", "daily", and some of them with + in between.
std::optional<Days> parse_days(std::string_view text) {
  Days days{};
  for (const std::string_view part : split(text, "+")) {
    const auto ends = part == "daily" ? std::vector<std::string_view>{"mon", "sun"} : split(part, "-");
    if (ends.empty() || ends.size() > 2) return std::nullopt;
    const auto first = day_of(ends.front());
    const auto last = day_of(ends.back());
    if (!first || !last) return std::nullopt;
    for (std::size_t day = *first;; day = (day + 1) % days.size()) {
      days[day] = true;
      if (day == *last) break;
    }
  }
  return days;
}

std::optional<json::object> parse_times(std::string_view text) {
  const auto ends = split(text, "-");
  if (ends.size() != 2) return std::nullopt;
  return json::object{{"from", ends[0]}, {"to", ends[1]}};
}

bool looks_like_a_date(std::string_view text) { return !text.empty() && text[0] >= '0' && text[0] <= '9'; }

json::array parse_all_times(std::string_view entry, const std::vector<std::string_view>& words) {
  json::array times;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto one = parse_times(words[i]);
    if (!one) throw unclear(entry);
    times.push_back(*one);
  }
  if (times.empty()) throw unclear(entry);
  return times;
}

json::object parse_exception(std::string_view entry, const std::vector<std::string_view>& words) {
  const bool closed = words.size() == 2 && words[1] == "closed";
  return {{"date", words[0]}, {"times", closed ? json::array{} : parse_all_times(entry, words)}};
}

void add_weekly(std::string_view entry, const std::vector<std::string_view>& words, json::array& weekly) {
  const auto days = parse_days(words.at(0));
  if (!days) throw unclear(entry);
  json::array names;
  for (std::size_t day = 0; day < days->size(); ++day)
    if ((*days)[day]) names.emplace_back(day_names[day]);
  for (const json::value& times : parse_all_times(entry, words))
    weekly.push_back(json::object{{"days", names}, {"from", times.at("from")}, {"to", times.at("to")}});
}

std::string text_of_times(const json::value& times) {
  return fmt::format("{}-{}", std::string_view(times.at("from").as_string()), std::string_view(times.at("to").as_string()));
}

/// Days that follow each other as one: mon-wed+sat.
std::string text_of_days(const json::array& names) {
  Days days{};
  for (const json::value& name : names)
    if (const auto day = day_of(name.as_string())) days[*day] = true;
  if (std::all_of(days.begin(), days.end(), [](bool set) { return set; })) return "daily";
  std::string out;
  for (std::size_t day = 0; day < days.size(); ++day) {
    if (!days[day]) continue;
    std::size_t last = day;
    while (last + 1 < days.size() && days[last + 1]) ++last;
    out += (out.empty() ? "" : "+") + std::string(day_names[day]);
    if (last > day) out += "-" + std::string(day_names[last]);
    day = last;
  }
  return out;
}

const json::array& list_of(const json::object& schedule, std::string_view name) {
  static const json::array none;
  const json::value* found = schedule.if_contains(name);
  return found == nullptr || !found->is_array() ? none : found->as_array();
}

}  // namespace

json::object parse_schedule(std::string_view text, const std::vector<std::string>& holidays) {
  json::array weekly;
  json::array exceptions;
  for (const std::string_view entry : split(text, ";,")) {
    const auto words = split(entry, " ");
    if (words.empty()) continue;
    if (looks_like_a_date(words[0]))
      exceptions.push_back(parse_exception(entry, words));
    else
      add_weekly(entry, words, weekly);
  }
  if (weekly.empty() && exceptions.empty()) throw unclear(text);
  json::object schedule;
  if (!weekly.empty()) schedule["weekly"] = std::move(weekly);
  if (!holidays.empty()) schedule["holidays"] = json::array(holidays.begin(), holidays.end());
  if (!exceptions.empty()) schedule["exceptions"] = std::move(exceptions);
  return schedule;
}

std::string format_schedule(const json::value& value) {
  if (!value.is_object()) return "";
  const json::object& schedule = value.as_object();
  std::vector<std::string> entries;
  for (const json::value& weekly : list_of(schedule, "weekly"))
    entries.push_back(text_of_days(weekly.at("days").as_array()) + " " + text_of_times(weekly));
  for (const json::value& exception : list_of(schedule, "exceptions")) {
    std::string entry(exception.at("date").as_string());
    for (const json::value& times : exception.at("times").as_array()) entry += " " + text_of_times(times);
    entries.push_back(exception.at("times").as_array().empty() ? entry + " closed" : entry);
  }
  for (const json::value& date : list_of(schedule, "holidays")) entries.push_back(std::string(date.as_string()) + " holiday");
  return fmt::format("{}", fmt::join(entries, "; "));
}

}  // namespace cardea::client
