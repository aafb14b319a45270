// SPDX-License-Identifier: Apache-2.0
#pragma once
// What of a workspace somebody is limited to. No scope at all (std::optional) is the whole workspace.

#include <vector>

#include "server/domain/id.hpp"

namespace cardea::server {

/// Sites with all their doors, also those that come later; and single doors. Never empty, or it would be read as everything by
/// somebody some day.
struct Scope {
  std::vector<SiteId> sites;
  std::vector<DoorId> doors;
  bool operator==(const Scope&) const = default;
};
inline constexpr std::size_t scope_place_count_max = 200;

}  // namespace cardea::server
