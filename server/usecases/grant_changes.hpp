// SPDX-License-Identifier: Apache-2.0
#pragma once
// An access grant that is changed in place: a day longer, another door, other times. What takes a slot follows: its lock gets
// the new rule with the next version of its desired state and goes by the old one until then, which `last_possible_use` allows
// for. An offline code has its window in its digits and cannot follow. What was shared from the grant follows it too, and
// never goes beyond it (spec/phone.md PH22).

#include "server/usecases/credentials.hpp"

namespace cardea::server::usecases {

/// What is not there stays as it is; an inner nothing takes the thing away.
struct AccessGrantChange {
  std::optional<UnixSeconds> from;  ///< of a grant that has not begun
  std::optional<std::optional<UnixSeconds>> to;
  std::optional<std::vector<DoorId>> doors;                 ///< all of them, from now on
  std::optional<std::optional<ScheduleText>> schedule;      ///< its own; it follows none then
  std::optional<std::optional<ScheduleId>> named_schedule;  ///< to follow; taken away, it keeps the times that it has
  std::optional<std::optional<std::uint16_t>> max_uses;
  std::optional<std::optional<std::uint32_t>> expires_after_first_use_s;
  std::optional<bool> may_share = {};
  std::optional<std::vector<DoorId>> own_doors = {};  ///< all of them, from now on
};
struct ChangedAccessGrant {
  AccessGrant grant;
  std::vector<Credential> codes_left;  ///< offline codes that open within their own window still, and no longer than that
  std::vector<DoorId> doors_without_credentials;  ///< of those that were added
};
/// Leaves `grant.changed`, and `credential.changed` for each slot that its lock must hear of; writes to whoever was invited by
/// mail. A change to what it is already does nothing. 400 as create_access_grant(); 404 `grant_not_found`, `door_not_found`,
/// `schedule_not_found`; 409 `ended`, `already_begun`, `code_keeps_window`, `kind_cannot_keep_rule`, `credential_exists`,
/// `not_counted_before`, `exceeds_share`, `schedules_full`, and `slots_full` where a phone of the grant finds no room.
Task<Outcome<ChangedAccessGrant>> change_access_grant(Context& context, Principal caller, GrantId grant,
                                                      AccessGrantChange change);

}  // namespace cardea::server::usecases
