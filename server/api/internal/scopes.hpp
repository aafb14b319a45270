// SPDX-License-Identifier: Apache-2.0
#pragma once
// The member "scope" of operators and API keys.

#include "server/domain/scope.hpp"
#include "server/json/json.hpp"

namespace cardea::server::api {

/// A scope as requests have it; null and nothing are the whole workspace.
struct ScopeInput {
  std::optional<std::vector<SiteId>> site_ids;
  std::optional<std::vector<DoorId>> door_ids;
};
BOOST_DESCRIBE_STRUCT(ScopeInput, (), (site_ids, door_ids))

inline std::optional<Scope> scope_of(const std::optional<ScopeInput>& input) {
  if (!input) return std::nullopt;
  return Scope{input->site_ids.value_or(std::vector<SiteId>{}), input->door_ids.value_or(std::vector<DoorId>{})};
}

inline json::Any view_of_scope(const std::optional<Scope>& scope) {
  if (!scope) return nullptr;
  return {{"site_ids", json::value_of(scope->sites)}, {"door_ids", json::value_of(scope->doors)}};
}

}  // namespace cardea::server::api
