// SPDX-License-Identifier: Apache-2.0
#pragma once
// Times as people write and read them. Strict: what could mean two moments is refused and both are named.
//
//   2026-05-01 14:00         in the zone given (a door's); seconds may follow, T may stand for the space
//   2026-05-01 14:00+02:00   or Z: that offset, whatever the zone
//   2026-05-01               midnight in the zone
//   today 18:00, tomorrow 11:00
//   now, now+90m, +2h, -30m  s, m, h, d (24 hours) and w, together too: 1h30m
//   @1777636800              seconds since 1970 in UTC; nine or more digits alone are read the same

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/time.hpp"

namespace cardea::client {

/// What a written time refers to.
struct TimeContext {
  UnixSeconds now;
  /// What +2h counts from: now, or the beginning of the window when its end is read.
  UnixSeconds relative_to;
  std::string zone = "UTC";  ///< an IANA name
};

/// True for a zone that this machine's tz database has.
bool is_zone(const std::string& name);

/// Throws Stop(kUsage), which names `option` and shows the forms. Times before 1970 and after 2105 are refused.
UnixSeconds parse_time(const std::string& option, std::string_view text, const TimeContext& context);
/// 90m, 2h, 3d, 1h30m: seconds, more than 0. Throws as parse_time.
std::uint64_t parse_duration(const std::string& option, std::string_view text);

/// "2026-05-01 14:00" in the zone, with seconds when they are not 0. An unknown zone: UTC with a Z.
std::string format_time(UnixSeconds time, const std::string& zone);
/// The same with seconds always: "2026-05-01 14:00:00".
std::string format_time_exact(UnixSeconds time, const std::string& zone);
/// "2026-05-01T12:00:00Z", as the API has it.
std::string format_rfc3339(UnixSeconds time);
/// The reverse, for what the API sends. Throws std::invalid_argument.
UnixSeconds parse_rfc3339(std::string_view text);
/// "3 h", "45 s", "2 d 4 h": the two largest units.
std::string format_duration(std::uint64_t seconds);

/// The clock of this machine.
UnixSeconds now();

}  // namespace cardea::client
