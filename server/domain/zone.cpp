// SPDX-License-Identifier: Apache-2.0
#include "server/domain/zone.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace cardea::server {

std::string local_text(UnixSeconds time, std::string_view zone) {
  const date::sys_seconds at{std::chrono::seconds(time.value)};
  try {
    return fmt::format("{} ({})", date::format("%F %H:%M", date::locate_zone(std::string(zone))->to_local(at)), zone);
  } catch (const std::runtime_error&) {
    return date::format("%F %H:%M (UTC)", at);
  }
}

std::uint32_t local_minute(UnixSeconds time, std::string_view zone) {
  std::uint64_t seconds = time.value;
  try {
    const date::sys_seconds at{std::chrono::seconds(time.value)};
    seconds = static_cast<std::uint64_t>(date::locate_zone(std::string(zone))->to_local(at).time_since_epoch().count());
  } catch (const std::runtime_error&) {
  }
  return static_cast<std::uint32_t>(seconds / 60 % 1'440);
}

Zones Zones::load(const std::filesystem::path& file) {
  Zones zones;
  std::ifstream in(file);
  // "Z NAME …" defines a zone, "L TARGET NAME" another name for one (zic(8), abbreviated keywords).
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string keyword;
    std::string first;
    std::string second;
    words >> keyword >> first >> second;
    if (keyword == "Z" && !first.empty()) zones.names_.insert(first);
    if (keyword == "L" && !second.empty()) zones.names_.insert(second);
  }
  return zones;
}

}  // namespace cardea::server
