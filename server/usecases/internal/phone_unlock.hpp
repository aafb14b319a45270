// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a phone may open a door from afar. For this folder only.

#include "server/usecases/access_grants.hpp"

namespace cardea::server::usecases {

/// PH18: why not, now; "" when the lock would be asked.
Task<std::string_view> unlock_reason(Transaction& tx, Context& context, WorkspaceId workspace, AccessGrant grant, DoorId door,
                                     bool has_credential);

}  // namespace cardea::server::usecases
