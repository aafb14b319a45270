// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "server/usecases/credentials.hpp"
#include "server/usecases/internal/phone_grants.hpp"
#include "server/usecases/internal/phone_rows.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::size_t phone_ids_max = 20;

/// Issues what the phone has no slot for yet at the doors of the grant, but never anew what was ended there since the door was
/// added.
Task<std::vector<PhoneDoor>> issue_missing(Transaction& tx, Context& context, PhoneGrant wanted, std::vector<LockName>& locks) {
  const Rows doors = co_await tx.execute(
      "SELECT d.door, d.name, EXISTS (SELECT 1 FROM credentials c WHERE c.workspace = g.workspace AND c.phone = ?3 AND c.door "
      "= g.door AND c.access_grant = g.access_grant AND (c.revoked_at IS NULL OR c.revoked_at > g.added_at)) FROM "
      "access_grant_doors g JOIN doors d ON d.workspace = g.workspace AND "
      "d.door = g.door WHERE g.workspace = ?1 AND g.access_grant = ?2 ORDER BY d.door",
      wanted.workspace, wanted.grant, wanted.phone);
  std::vector<PhoneDoor> out;
  for (const Row row : doors) {
    PhoneDoor door{row.id<DoorId>(0), row.text(1), std::nullopt};
    if (!row.boolean(2)) {
      const PhoneToken token{wanted.grant, door.door, wanted.phone, wanted.by};
      const auto issued = co_await issue_to_phone(tx, context, wanted.workspace, token);
      if (issued)
        locks.push_back(lock_name(wanted.workspace, issued->lock));
      else
        door.problem = issued.error();
    }
    out.push_back(std::move(door));
  }
  co_return out;
}

}  // namespace

Task<std::vector<GrantId>> open_grants(Transaction& tx, WorkspaceId workspace, PhoneId phone) {
  const Rows rows = co_await tx.execute(
      "SELECT p.access_grant FROM phone_grants p JOIN access_grants g ON g.workspace = p.workspace AND g.access_grant = "
      "p.access_grant WHERE p.workspace = ?1 AND p.phone = ?2 AND g.closed_at IS NULL ORDER BY p.access_grant",
      workspace, phone);
  co_return rows.ids<GrantId>();
}

Task<void> issue_all_missing(Transaction& tx, Context& context, WorkspaceId workspace, PhoneId phone,
                             std::vector<LockName>& locks) {
  const std::vector<GrantId> grants = co_await open_grants(tx, workspace, phone);
  for (const GrantId grant : grants) {
    PhoneGrant wanted{workspace, phone, grant, phone.text()};
    co_await issue_missing(tx, context, std::move(wanted), locks);
  }
}

Task<std::vector<PhoneDoor>> add_grant(Transaction& tx, Context& context, PhoneGrant wanted, std::vector<LockName>& locks) {
  co_await tx.execute(
      "INSERT INTO phone_grants (workspace, phone, access_grant) VALUES (?1, ?2, ?3) ON CONFLICT (workspace, phone, "
      "access_grant) DO NOTHING",
      wanted.workspace, wanted.phone, wanted.grant);
  co_return co_await issue_missing(tx, context, std::move(wanted), locks);
}

namespace {

Problem no_phones() {
  return conflict("no_phones", "This person has no phone. Invite them, by a link that brings the keys to their phone.");
}

/// Those that are asked for, or all of the person that the viewer sees and that have not ended.
Task<Outcome<std::vector<Phone>>> phones_for(Transaction& tx, Viewer viewer, PersonId person,
                                             std::optional<std::vector<PhoneId>> wanted) {
  if (!wanted) {
    std::vector<Phone> all = co_await live_phones_within(tx, viewer, person);
    if (all.empty()) co_return no_phones();
    co_return all;
  }
  std::vector<Phone> out;
  for (std::size_t i = 0; i < wanted->size(); ++i) {
    CARDEA_CO_ASSIGN(Phone phone, co_await read_phone(tx, viewer.workspace, (*wanted)[i]));
    if (phone.person != person) co_return invalid(fmt::format("/phone_ids/{}", i), "is not a phone of the grant's person");
    if (phone.ended_at)
      co_return conflict("phone_ended", "The phone " + phone.id.text() + " was ended. Invite the person anew.");
    out.push_back(std::move(phone));
  }
  co_return out;
}

Task<Outcome<std::vector<GrantedPhone>>> grant_in(Transaction& tx, Context& context, Principal caller, GrantId grant_id,
                                                  std::optional<std::vector<PhoneId>> wanted, std::vector<LockName>& locks) {
  CARDEA_CO_ASSIGN(const AccessGrant grant, co_await read_access_grant(tx, caller.workspace, grant_id));
  if (grant.revoked_at || (grant.to && *grant.to <= context.now()))
    co_return conflict("ended", "This access grant has ended. Make a new one to let the person in again.");
  CARDEA_CO_ASSIGN(const std::vector<Phone> phones, co_await phones_for(tx, caller, grant.person, std::move(wanted)));
  std::vector<GrantedPhone> out;
  for (const Phone& phone : phones) {
    PhoneGrant one{caller.workspace, phone.id, grant.id, caller.by()};
    std::vector<PhoneDoor> doors = co_await add_grant(tx, context, std::move(one), locks);
    out.push_back({phone, std::move(doors)});
  }
  co_return out;
}

}  // namespace

Task<Outcome<std::vector<GrantedPhone>>> grant_to_phones(Context& context, Principal caller, GrantId grant,
                                                         std::optional<std::vector<PhoneId>> phones) {
  if (phones && phones->empty()) co_return invalid("/phone_ids", "must name at least one phone. Leave it out for all of them.");
  if (phones && phones->size() > phone_ids_max) co_return invalid("/phone_ids", "must name at most 20 phones");
  std::vector<LockName> locks;
  auto granted = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<std::vector<GrantedPhone>>> {
    locks.clear();
    co_return co_await grant_in(tx, context, caller, grant, phones, locks);
  });
  if (granted) tell_locks(context, locks);
  co_return granted;
}

Task<Outcome<Done>> issue_at_new_doors(Transaction& tx, Context& context, NewDoors added, std::vector<LockName>& locks) {
  const Rows phones = co_await tx.execute(
      "SELECT g.phone FROM phone_grants AS g JOIN phones AS p ON p.workspace = g.workspace AND p.phone = g.phone WHERE "
      "g.workspace = ?1 AND g.access_grant = ?2 AND p.ended_at IS NULL ORDER BY g.phone",
      added.workspace, added.grant);
  for (const Row row : phones) {
    PhoneGrant wanted{added.workspace, row.id<PhoneId>(0), added.grant, added.by};
    const std::vector<PhoneDoor> doors = co_await issue_missing(tx, context, std::move(wanted), locks);
    for (const PhoneDoor& door : doors) {
      const bool is_new = std::ranges::find(added.doors, door.door) != added.doors.end();
      if (!is_new || !door.problem) continue;
      if (door.problem->code == "slots_full" || door.problem->code == "schedules_full") co_return *door.problem;
    }
  }
  co_return Done{};
}

}  // namespace cardea::server::usecases
