// SPDX-License-Identifier: Apache-2.0
#pragma once
// API keys of a workspace, beyond what server/auth keeps of them.

#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

struct ApiKeyCreate {
  std::string name;
  PermissionSet permissions;
  std::optional<UnixSeconds> expires_at;  ///< nothing: never
  std::optional<Scope> scope = {};        ///< nothing: the whole workspace
};

/// 403 `forbidden` for a permission that `maker` does not have itself; 409 `already_exists` by name; 400 for an end that has
/// passed.
Task<Outcome<NewApiKey>> create_api_key(Context& context, Principal maker, ApiKeyCreate input);
/// 404 `key_not_found`; 409 `last_key` for the only key that may make keys and does not expire, unless an owner can sign in.
/// After this no request with it is let in.
Task<Outcome<Done>> revoke_api_key(Context& context, Principal caller, ApiKeyId key);

}  // namespace cardea::server::usecases
