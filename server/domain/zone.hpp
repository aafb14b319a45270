// SPDX-License-Identifier: Apache-2.0
#pragma once
// IANA zones, by name: those that the system's tzdata has.

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace cardea::server {

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
