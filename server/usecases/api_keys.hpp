// SPDX-License-Identifier: Apache-2.0
#pragma once
// API keys of a workspace, beyond what server/auth keeps of them.

#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

/// 403 `forbidden` for a permission that `maker` does not have itself; 409 `already_exists` by name.
Task<Outcome<NewApiKey>> create_api_key(Context& context, Principal maker, std::string name, PermissionSet permissions);
/// 409 `last_key` for the only key that may make keys.
Task<Outcome<Done>> revoke_api_key(Context& context, WorkspaceId workspace, ApiKeyId key);

}  // namespace cardea::server::usecases
