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

/// 400 at /own_door_ids for a door that is none of the grant's, and at /may_share for a grant that counts openings.
Outcome<Done> check_sharing(const AccessGrant& grant);
/// Stores a grant with its doors, and leaves `grant.created`.
Task<void> insert_grant(Transaction& tx, KeyStore& keys, WorkspaceId workspace, AccessGrant grant, std::string by);
/// What goes into the detail of every event of a share: whose it is. "" for another grant.
std::string share_detail(const AccessGrant& grant);
/// Grants that were shared from this one and go on.
Task<std::vector<GrantId>> live_shares(Transaction& tx, WorkspaceId workspace, GrantId grant);
/// Marks of the grant's doors which are its person's own.
Task<void> store_own_doors(Transaction& tx, WorkspaceId workspace, GrantId grant, std::vector<DoorId> own_doors);

/// An event about a grant. `detail`: a JSON object, "" for none.
Task<void> append_grant_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EventType type, GrantId grant,
                              PersonId person, std::string by, UnixSeconds now, std::string detail = {});

}  // namespace cardea::server::usecases
