// SPDX-License-Identifier: Apache-2.0
#pragma once
// Access grants: person × doors × time, the manager's intention; and how it ends.

#include "server/usecases/context.hpp"
#include "server/usecases/grant_rules.hpp"
#include "server/usecases/page.hpp"
#include "server/usecases/persons.hpp"

namespace cardea::server::usecases {

struct AccessGrant {
  GrantId id;
  PersonId person;
  std::vector<DoorId> doors;
  UnixSeconds from;
  std::optional<UnixSeconds> to;  ///< half-open; nothing: no end
  std::optional<std::string> external_id;
  UnixSeconds created_at;
  std::optional<UnixSeconds> revoked_at;
  GrantRules rules{};
  bool may_share = false;           ///< its person may share it from their phone (spec/phone.md PH21)
  std::vector<DoorId> own_doors{};  ///< of its doors those behind which its person lives: they see who came in (PH20)
  struct Giver {
    GrantId grant;
    PersonId person;
    PhoneId phone;
  };
  std::optional<Giver> shared_by{};  ///< whose key this is a part of

  /// "upcoming", "active", "ended", "revoked".
  [[nodiscard]] std::string_view state_at(UnixSeconds now) const;
};
struct AccessGrantCreate {
  PersonId person;
  std::vector<DoorId> doors;
  UnixSeconds from;
  std::optional<UnixSeconds> to;
  std::optional<std::string> external_id;
  GrantRules rules{};
  bool may_share = false;
  std::vector<DoorId> own_doors{};
};
/// What a list shows; what is not said is not asked.
struct GrantFilter {
  std::optional<PersonId> person;
  std::optional<DoorId> door;
  std::optional<SiteId> site;  ///< with a door there
  std::optional<std::string> external_id;
  std::optional<ScheduleId> schedule;  ///< that it follows
  std::optional<std::string> state;    ///< as state_at() says now
};
/// The newest first, with the doors that the viewer sees alone.
Task<Outcome<Page<AccessGrant>>> list_access_grants(Context& context, Viewer viewer, GrantFilter filter, PageRequest page);
/// With the doors that the viewer sees alone.
Task<Outcome<AccessGrant>> find_access_grant(Context& context, Viewer viewer, GrantId grant);
/// The same inside a transaction, with every door.
Task<Outcome<AccessGrant>> read_access_grant(Transaction& tx, WorkspaceId workspace, GrantId grant);
/// 400 `window_inverted` and as check_rules(), 404 `person_not_found`, `door_not_found` or `schedule_not_found`, 409
/// `already_exists` or `person_revoked`.
Task<Outcome<AccessGrant>> create_access_grant(Context& context, Principal caller, AccessGrantCreate input);
/// Ends a grant and its credentials. May be repeated.
Task<Outcome<AccessGrant>> revoke_access_grant(Context& context, Principal caller, GrantId grant);

/// The same inside a transaction, with the shares of it (PH22); returns the locks that are to hear of it.
Task<std::vector<LockName>> revoke_grant_in(Transaction& tx, Context& context, WorkspaceId workspace, AccessGrant grant,
                                            std::string by);
/// Ends what was shared on a phone (PH23), inside a transaction.
Task<std::vector<LockName>> end_shares_of_phone(Transaction& tx, Context& context, WorkspaceId workspace, PhoneId phone,
                                                std::string by);

/// Ends every grant of a person, and lets no new one begin. May be repeated.
Task<Outcome<Person>> revoke_person(Context& context, Principal caller, PersonId person);

/// Closes the grants whose time is over, in every workspace; returns the locks that are to hear of it.
Task<std::vector<LockName>> close_ended_grants(Transaction& tx, KeyStore& keys, UnixSeconds now);

}  // namespace cardea::server::usecases
