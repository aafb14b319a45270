// SPDX-License-Identifier: Apache-2.0
#pragma once
// The member "language" of persons, operators and the workspace.

#include "server/json/json.hpp"
#include "server/usecases/messages.hpp"

namespace cardea::server::api {

inline json::Any view_of_language(std::optional<Language> language) {
  return language ? json::Any(name_of(*language)) : json::Any(nullptr);
}

/// Nothing for nothing; 400 for one that nobody here writes.
inline Outcome<std::optional<Language>> read_language(const std::optional<std::string>& name) {
  if (!name) return std::optional<Language>{};
  const auto language = usecases::read_language(*name, "/language");
  if (!language) return language.error();
  return std::optional(*language);
}

}  // namespace cardea::server::api
