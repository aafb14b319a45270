// SPDX-License-Identifier: Apache-2.0
#pragma once
// IANA zones, by name: those that the system's tzdata has.

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "core/base/time.hpp"

namespace cardea::server {

/// "2026-05-01 14:00 (Europe/Zurich)", for people; in UTC when this system does not know the zone.
std::string local_text(UnixSeconds time, std::string_view zone);

/// The minute of the day there, 0 to 1,439; in UTC likewise.
std::uint32_t local_minute(UnixSeconds time, std::string_view zone);

class Zones {
 public:
  /// Reads tzdata.zi, the text form that Debian's tzdata installs. Empty when it cannot be read: then no zone is known.
  static Zones load(const std::filesystem::path& file = "/usr/share/zoneinfo/tzdata.zi");

  [[nodiscard]] bool has(std::string_view name) const { return names_.find(name) != names_.end(); }
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  std::set<std::string, std::less<>> names_;
};

}  // namespace cardea::server
