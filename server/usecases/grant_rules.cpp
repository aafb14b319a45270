// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/grant_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "server/usecases/grant_rules_json.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint32_t after_first_use_min_s = 60;
constexpr std::uint32_t after_first_use_max_s = 366 * seconds_per_day;
constexpr std::uint64_t compiled_before_s = seconds_per_hour;     // S6: a lock's clock may be behind
constexpr std::uint64_t compiled_ahead_s = 90 * seconds_per_day;  // S6

/// Gathers what is wrong with a schedule. Places lie below /schedule.
class Checker {
 public:
  void check(const ScheduleText& schedule) {
    const auto weekly = schedule.weekly.value_or(std::vector<WeeklyText>{});
    const auto holidays = schedule.holidays.value_or(std::vector<std::string>{});
    const auto exceptions = schedule.exceptions.value_or(std::vector<ExceptionText>{});
    if (weekly.empty() && exceptions.empty()) complain("", "has no times: nobody could come in. Give weekly or exceptions.");
    if (weekly.size() > weekly_times_count_max) complain("/weekly", "has more than 28 times");
    if (holidays.size() > schedule_date_count_max) complain("/holidays", "has more than 200 dates");
    if (exceptions.size() > schedule_date_count_max) complain("/exceptions", "has more than 200 dates");
    for (std::size_t i = 0; i < weekly.size(); ++i) check_weekly(fmt::format("/weekly/{}", i), weekly[i]);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < holidays.size(); ++i) check_date(fmt::format("/holidays/{}", i), holidays[i], seen);
    seen.clear();
    for (std::size_t i = 0; i < exceptions.size(); ++i) check_exception(fmt::format("/exceptions/{}", i), exceptions[i], seen);
  }
  Outcome<Done> finish() && {
    if (complaints_.empty()) return Done{};
    return std::move(complaints_).problem();
  }

 private:
  void complain(const std::string& place, std::string detail) { complaints_.add("/schedule" + place, std::move(detail)); }

  void check_times(const std::string& place, const std::string& from, const std::string& to) {
    const auto begins = parse_time_of_day(from);
    const auto ends = parse_time_of_day(to);
    if (!begins || *begins == 1'440) complain(place + "/from", "is not a time of the day between 00:00 and 23:59");
    if (!ends) complain(place + "/to", "is not a time of the day between 00:00 and 24:00");
    if (begins && begins == ends) complain(place + "/to", "is the same as from. For a whole day give 00:00 to 24:00.");
  }
  void check_weekly(const std::string& place, const WeeklyText& weekly) {
    if (weekly.days.empty()) complain(place + "/days", "must name at least one day");
    if (std::set(weekly.days.begin(), weekly.days.end()).size() != weekly.days.size())
      complain(place + "/days", "names a day twice");
    check_times(place, weekly.from, weekly.to);
  }
  void check_date(const std::string& place, const std::string& date, std::set<std::string>& seen) {
    if (!parse_date(date)) complain(place, "is not a date between 2000-01-01 and 2099-12-31");
    if (!seen.insert(date).second) complain(place, "is there twice");
  }
  void check_exception(const std::string& place, const ExceptionText& exception, std::set<std::string>& seen) {
    check_date(place + "/date", exception.date, seen);
    if (exception.times.size() > exception_times_count_max) complain(place + "/times", "has more than 4 times");
    for (std::size_t i = 0; i < exception.times.size(); ++i)
      check_times(fmt::format("{}/times/{}", place, i), exception.times[i].from, exception.times[i].to);
  }

  json::Complaints complaints_;
};

DayTimes times_of(const std::string& from, const std::string& to) {
  return {parse_time_of_day(from).value(), parse_time_of_day(to).value()};
}

std::uint8_t mask_of(const std::vector<Day>& days) {
  unsigned mask = 0;
  for (const Day day : days) mask |= 1u << static_cast<unsigned>(day);
  return static_cast<std::uint8_t>(mask);
}

CompiledSchedule compiled(const std::string& stored, const std::string& zone, UnixSeconds now) {
  const UnixSeconds from{now.value - compiled_before_s};
  const UnixSeconds until{now.value + compiled_ahead_s};
  const auto made = compile(schedule_of(schedule_of_stored(stored)), zone, from, until);
  if (made) return *made;
  return {static_cast<std::uint32_t>(from.value / 60), false, {}, static_cast<std::uint32_t>(until.value / 60)};
}

}  // namespace

Outcome<Done> check_rules(const GrantRules& rules) {
  if (rules.max_uses && *rules.max_uses == 0) return invalid("/max_uses", "must be 1 to 65,535. Leave it out for any number.");
  const auto lives = rules.expires_after_first_use_s;
  if (lives && (*lives < after_first_use_min_s || *lives > after_first_use_max_s))
    return invalid("/expires_after_first_use_s", "must be 60 (a minute) to 31,622,400 (366 days)");
  Checker checker;
  if (rules.schedule) checker.check(*rules.schedule);
  return std::move(checker).finish();
}

Schedule schedule_of(const ScheduleText& text) {
  Schedule out;
  for (const WeeklyText& weekly : text.weekly.value_or(std::vector<WeeklyText>{}))
    out.weekly.push_back({mask_of(weekly.days), times_of(weekly.from, weekly.to)});
  for (const std::string& date : text.holidays.value_or(std::vector<std::string>{}))
    out.holidays.push_back(parse_date(date).value());
  for (const ExceptionText& exception : text.exceptions.value_or(std::vector<ExceptionText>{})) {
    ScheduleException& made = out.exceptions.emplace_back(parse_date(exception.date).value(), std::vector<DayTimes>{});
    for (const TimesText& times : exception.times) made.times.push_back(times_of(times.from, times.to));
  }
  return out;
}

std::string stored_text(const ScheduleText& schedule) {
  ScheduleText sorted = schedule;
  if (!sorted.weekly) sorted.weekly.emplace();
  if (!sorted.holidays) sorted.holidays.emplace();
  if (!sorted.exceptions) sorted.exceptions.emplace();
  for (WeeklyText& weekly : *sorted.weekly) std::sort(weekly.days.begin(), weekly.days.end());
  std::sort(sorted.weekly->begin(), sorted.weekly->end(), [](const WeeklyText& a, const WeeklyText& b) {
    return std::tie(a.days, a.from, a.to) < std::tie(b.days, b.from, b.to);
  });
  std::sort(sorted.holidays->begin(), sorted.holidays->end());
  std::sort(sorted.exceptions->begin(), sorted.exceptions->end(),
            [](const ExceptionText& a, const ExceptionText& b) { return a.date < b.date; });
  return json::write(sorted);
}

ScheduleText schedule_of_stored(std::string_view text) { return json::read<ScheduleText>(text).value(); }

std::optional<std::uint32_t> rule_end_of(UnixSeconds end) {
  if (end.value > UINT32_MAX) return std::nullopt;
  return static_cast<std::uint32_t>(end.value);
}

Task<std::uint32_t> count_schedules(Transaction& tx, WorkspaceId workspace, LockRef lock, std::optional<std::string> but) {
  const Rows rows = co_await tx.execute(
      "SELECT COUNT(DISTINCT g.schedule) FROM slots AS s JOIN credentials AS c ON c.workspace = s.workspace AND c.credential = "
      "s.credential JOIN access_grants AS g ON g.workspace = c.workspace AND g.access_grant = c.access_grant WHERE s.workspace "
      "= ?1 AND s.lock = ?2 AND s.state = 'used' AND g.schedule IS NOT NULL AND (?3 IS NULL OR g.schedule <> ?3)",
      workspace, lock, but);
  co_return static_cast<std::uint32_t>(rows.front().integer(0));
}

Problem schedules_full() {
  return conflict("schedules_full",
                  "This lock holds 8 different schedules, which is all it can. Give the grant the same schedule as another one "
                  "at this door, or end the grants of one.");
}

Task<bool> schedules_are_full(Transaction& tx, WorkspaceId workspace, LockRef lock, std::string schedule) {
  co_return co_await count_schedules(tx, workspace, lock, std::move(schedule)) >= schedule_count_max;
}

std::uint8_t ScheduleGathering::number_of(const std::string& stored) {
  auto found = std::find(stored_.begin(), stored_.end(), stored);
  if (found == stored_.end()) found = stored_.insert(found, stored);
  return static_cast<std::uint8_t>(found - stored_.begin() + 1);
}

std::optional<UnixSeconds> ScheduleGathering::compile_into(ScheduleSet& out, const std::string& zone, UnixSeconds now) const {
  std::vector<CompiledSchedule> schedules;
  for (const std::string& stored : stored_) schedules.push_back(compiled(stored, zone, now));
  const auto bytes = encode_set(std::move(schedules));
  if (!bytes || out.assign(*bytes) != Status::kOk) throw std::runtime_error("the schedules of a lock do not fit it");
  if (out.count() == 0) return std::nullopt;
  std::uint64_t until = UINT64_MAX;
  for (std::uint8_t number = 1; number <= out.count(); ++number) until = std::min(until, out.known_until(number).value);
  return UnixSeconds{now.value + (std::max(until, now.value) - now.value) / 2};
}

SlotRule slot_rule_of(Row row, std::size_t column, ScheduleGathering& schedules) {
  SlotRule rule;
  if (!row.is_null(column)) rule.schedule = schedules.number_of(row.text(column));
  if (!row.is_null(column + 1)) rule.use_count_max = static_cast<std::uint16_t>(row.integer(column + 1));
  if (!row.is_null(column + 2)) rule.after_first_use_s = static_cast<std::uint32_t>(row.integer(column + 2));
  if (!row.is_null(column + 3) && row.boolean(column + 3)) rule.ends_at_s = rule_end_of(row.time(column + 4)).value();
  return rule;
}

Task<std::optional<UnixSeconds>> compile_for_door(Transaction& tx, WorkspaceId workspace, DoorId door,
                                                  ScheduleGathering schedules, UnixSeconds now, ScheduleSet& out) {
  const Rows doors = co_await tx.execute("SELECT zone FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
  co_return schedules.compile_into(out, doors.front().text(0), now);
}

}  // namespace cardea::server::usecases
