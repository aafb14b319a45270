// SPDX-License-Identifier: Apache-2.0
#pragma once
// Schedules of grants as people write and read them; the platform checks dates and times. In the local time of the door.
//
//   mon-fri 08:00-18:00                     days that follow each other, also sat-mon
//   mon+wed 08:00-12:00 13:00-18:00         single days, and more than one time
//   daily 22:00-06:00; sun 00:00-24:00      every day, into the next one; entries are parted by semicolons or commas
//   2026-12-24 08:00-12:00                  an exception: the times of one date instead of any others
//   2026-12-31 closed                       a date without times

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace cardea::client {

/// The API's Schedule of what --schedule and --holiday say. Throws Stop(kUsage), which names the entry and shows the forms.
boost::json::object parse_schedule(std::string_view text, const std::vector<std::string>& holidays);
/// The reverse, for a line of a sheet: "mon-fri 08:00-18:00; 2026-12-25 holiday".
std::string format_schedule(const boost::json::value& schedule);

}  // namespace cardea::client
