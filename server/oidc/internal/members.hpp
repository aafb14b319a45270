// SPDX-License-Identifier: Apache-2.0
#pragma once
// Members of JSON that others wrote: more members than we know may be there.

#include "server/json/json.hpp"

namespace cardea::server::oidc {

/// "" when `object` is none, or has no such text.
inline std::string text_member(const json::Any& object, std::string_view name) {
  const auto* member = object.is_object() ? object.get_object().if_contains(name) : nullptr;
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}

}  // namespace cardea::server::oidc
