// SPDX-License-Identifier: Apache-2.0
// Compiles schedules for zones_test.py: what it is to do on standard input, the changes on standard output.
//
//   clear                      forgets all schedules
//   schedule                   begins one more
//   weekly DAYS FROM TO        DAYS: bit 0 Monday; times in minutes after midnight
//   holiday DATE
//   exception DATE [FROM TO]…
//   compile ZONE FROM UNTIL    unix seconds -> one line a schedule: 1 (open at first) or 0, and the minutes of the changes
#include <iostream>
#include <sstream>

#include "server/domain/schedule.hpp"

namespace {

using namespace cardea::server;

DayTimes read_times(std::istream& in) {
  DayTimes times;
  in >> times.from_min >> times.to_min;
  return times;
}

Date read_date(std::istream& in) {
  std::string text;
  in >> text;
  return parse_date(text).value();
}

void compile_all(const std::vector<Schedule>& schedules, std::istream& in) {
  std::string zone;
  cardea::UnixSeconds from;
  cardea::UnixSeconds until;
  in >> zone >> from.value >> until.value;
  for (const Schedule& schedule : schedules) {
    const CompiledSchedule compiled = compile(schedule, zone, from, until).value();
    std::cout << (compiled.open ? 1 : 0);
    for (const std::uint32_t minute : compiled.changes_min) std::cout << ' ' << minute;
    std::cout << '\n';
  }
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::vector<Schedule> schedules;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in(line);
    std::string word;
    in >> word;
    if (word == "clear") {
      schedules.clear();
    } else if (word == "schedule") {
      schedules.emplace_back();
    } else if (word == "weekly") {
      unsigned days = 0;
      in >> days;
      schedules.back().weekly.push_back({static_cast<std::uint8_t>(days), read_times(in)});
    } else if (word == "holiday") {
      schedules.back().holidays.push_back(read_date(in));
    } else if (word == "exception") {
      ScheduleException exception{read_date(in), {}};
      while (in >> std::ws && !in.eof()) exception.times.push_back(read_times(in));
      schedules.back().exceptions.push_back(std::move(exception));
    } else if (word == "compile") {
      compile_all(schedules, in);
    } else {
      std::cerr << "unknown word: " << word << '\n';
      return 1;
    }
  }
  return 0;
}
