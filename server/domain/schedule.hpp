// SPDX-License-Identifier: Apache-2.0
#pragma once
// Schedules as a manager says them, in the local time of a door, and what a lock is to hold of them (spec/schedule.md).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/schedule/schedule.hpp"

namespace cardea::server {

/// Between two times of a day, both in minutes after midnight. `to_min` not above `from_min`: it ends on the next day.
struct DayTimes {
  std::uint16_t from_min = 0;  ///< 0..1,439
  std::uint16_t to_min = 0;    ///< 0..1,440; never equal to from_min
  bool operator==(const DayTimes&) const = default;
};
struct WeeklyTimes {
  std::uint8_t days = 0;  ///< bit 0: on Mondays … bit 6: on Sundays
  DayTimes times;
  bool operator==(const WeeklyTimes&) const = default;
};
using Date = std::chrono::sys_days;
/// Instead of whatever a day would have.
struct ScheduleException {
  Date date;
  std::vector<DayTimes> times;  ///< none: closed
  bool operator==(const ScheduleException&) const = default;
};
struct Schedule {
  std::vector<WeeklyTimes> weekly;
  std::vector<Date> holidays;  ///< no times, unless there is an exception
  std::vector<ScheduleException> exceptions;
  bool operator==(const Schedule&) const = default;
};

/// "08:00"; "24:00" is 1,440. Nothing for anything else.
std::optional<std::uint16_t> parse_time_of_day(std::string_view text);
std::string text_of_time_of_day(std::uint16_t minutes);
/// "2026-12-24", in 2000..2099.
std::optional<Date> parse_date(std::string_view text);
std::string text_of(Date date);

/// A schedule for a while, in minutes since 1970: what core/schedule encodes.
struct CompiledSchedule {
  std::uint32_t known_from_min = 0;
  bool open = false;
  std::vector<std::uint32_t> changes_min;
  std::uint32_t known_until_min = 0;
  bool operator==(const CompiledSchedule&) const = default;
};

/// Nothing is compiled past this moment: the system's zones reach as far.
inline constexpr UnixSeconds zones_known_until{2'145'916'800};  // 2038-01-01T00:00Z

/// The dated changes from `from` to `until`, both cut down to whole minutes, `until` also to zones_known_until (S4 to S6).
/// kNotFound: this system has no such zone. kOutOfRange: nothing lies between them, or they begin before 2000.
Result<CompiledSchedule> compile(const Schedule& schedule, std::string_view zone, UnixSeconds from, UnixSeconds until);

/// Schedules of one lock as it takes them, each cut to an equal share of the room (S7). kFull for more than eight.
Result<std::vector<std::uint8_t>> encode_set(std::vector<CompiledSchedule> schedules);

}  // namespace cardea::server
