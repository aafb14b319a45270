// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the making and the changing of access grants share. For this folder only.

#include "server/domain/event.hpp"
#include "server/usecases/access_grants.hpp"

namespace cardea::server::usecases {

/// 400 at /to, also as `window_inverted`.
Outcome<Done> check_window(UnixSeconds from, std::optional<UnixSeconds> to, UnixSeconds now);
/// 400 at /door_ids.
Outcome<Done> check_doors(const std::vector<DoorId>& doors);
/// 404 `door_not_found`.
Task<Outcome<Done>> doors_exist(Transaction& tx, WorkspaceId workspace, std::vector<DoorId> doors);

/// An event about a grant. `detail`: a JSON object, "" for none.
Task<void> append_grant_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EventType type, GrantId grant,
                              PersonId person, std::string by, UnixSeconds now, std::string detail = {});

}  // namespace cardea::server::usecases
