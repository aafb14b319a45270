// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/phone_orders.hpp"

#include <algorithm>

#include "server/usecases/internal/phone_orders.hpp"
#include "server/usecases/internal/phone_unlock.hpp"
#include "server/usecases/lock_row.hpp"
#include "server/usecases/shares.hpp"

namespace cardea::server::usecases {

Outcome<Done> check_order(KeyStore& keys, const PhoneRow& row, const PhoneOrder& order, UnixSeconds now) {
  if (keys.check_phone_order(row.keyed(), order.path, order.body, order.mac) != Status::kOk) return phone_refused();
  return check_moment(row, order.at, now);
}

namespace {

/// A grant that is over is not shown: its credentials are gone.
Task<Outcome<std::vector<PhoneKey>>> keys_of(Transaction& tx, Context& context, PhoneRow row) {
  const Rows rows = co_await tx.execute(
      "SELECT p.access_grant, d.door, doors.name, doors.zone, d.own, (SELECT c.credential FROM credentials c WHERE c.workspace "
      "= "
      "p.workspace AND c.phone = p.phone AND c.door = d.door AND c.access_grant = p.access_grant AND c.revoked_at IS NULL AND "
      "c.ended_at IS NULL LIMIT 1) FROM phone_grants p JOIN access_grants g ON g.workspace = p.workspace AND g.access_grant = "
      "p.access_grant JOIN access_grant_doors d ON d.workspace = p.workspace AND d.access_grant = p.access_grant JOIN doors ON "
      "doors.workspace = d.workspace AND doors.door = d.door WHERE p.workspace = ?1 AND p.phone = ?2 AND g.closed_at IS NULL "
      "ORDER BY doors.name, d.door, p.access_grant LIMIT ?3",
      row.workspace, row.phone.id, phone::entry_count_max);
  std::vector<PhoneKey> out;
  for (const Row found : rows) {
    CARDEA_CO_ASSIGN(AccessGrant grant, co_await read_access_grant(tx, row.workspace, found.id<GrantId>(0)));
    PhoneKey key{found.id<DoorId>(1),
                 found.text(2),
                 found.text(3),
                 std::move(grant),
                 found.maybe(5, &Row::id<CredentialId>),
                 found.boolean(4),
                 {}};
    key.unlock_reason = co_await unlock_reason(tx, context, row.workspace, key.grant, key.door, key.credential.has_value());
    out.push_back(std::move(key));
  }
  co_return out;
}

Task<Outcome<PhoneKeys>> keys_in(Transaction& tx, Context& context, PhoneRow row) {
  PhoneKeys out;
  out.phone = row.phone;
  CARDEA_CO_ASSIGN(const Person person, co_await read_person(tx, row.workspace, row.phone.person));
  out.person = person.name;
  const Rows workspace = co_await tx.execute("SELECT name FROM workspaces WHERE workspace = ?1", row.workspace);
  out.workspace = workspace.front().text(0);
  CARDEA_CO_ASSIGN(out.keys, co_await keys_of(tx, context, row));
  const WorkspaceSettings settings = co_await find_workspace_settings(tx, row.workspace);
  const std::uint32_t shared = co_await count_shares(tx, row.workspace, row.phone.person);
  out.shares_left = settings.shares_max - std::min<std::uint32_t>(settings.shares_max, shared);
  out.share_s_max = settings.share_s_max;
  out.phones = co_await live_phones(tx, row.workspace, row.phone.person);
  co_return out;
}

constexpr std::uint64_t phone_link_s = 900;

Task<Outcome<NewGrantInvitation>> link_in(Transaction& tx, Context& context, PhoneRow row) {
  const Rows grants = co_await tx.execute(
      "SELECT p.access_grant FROM phone_grants p JOIN access_grants g ON g.workspace = p.workspace AND g.access_grant = "
      "p.access_grant WHERE p.workspace = ?1 AND p.phone = ?2 AND g.closed_at IS NULL AND (g.to_at IS NULL OR g.to_at > ?3) "
      "ORDER "
      "BY p.access_grant LIMIT 1",
      row.workspace, row.phone.id, context.now());
  if (grants.empty()) co_return conflict("ended", "This phone has no key any more that another one could get.");
  GrantInvitationCreate invite;
  invite.by_email = false;
  invite.phones_max = 1;
  invite.expires_at = UnixSeconds{context.now().value + phone_link_s};
  co_return co_await invite_to_grant(tx, context, row.workspace, row.phone.id.text(), grants.front().id<GrantId>(0), invite);
}

Task<Outcome<Phone>> end_own_in(Transaction& tx, Context& context, PhoneRow row, PhoneId id, PhoneEnd why,
                                std::vector<LockName>& locks) {
  CARDEA_CO_ASSIGN(const Phone phone, co_await read_phone(tx, row.workspace, id));
  if (phone.person != row.phone.person) co_return not_found("phone");
  if (why == PhoneEnd::kLost) co_await end_invitations_of_person(tx, row.workspace, phone.person, context.now());
  co_return co_await end_phone_in(tx, context, row.workspace, phone, std::string(name_of(why)), row.phone.id.text(), locks);
}

}  // namespace

Task<Outcome<NewGrantInvitation>> link_phone(Context& context, PhoneOrder order) {
  const auto answer = [&](Transaction& tx, PhoneRow row) { return link_in(tx, context, std::move(row)); };
  co_return co_await answer_order<NewGrantInvitation>(context, std::move(order), answer);
}

Task<Outcome<Phone>> end_own_phone(Context& context, PhoneOrder order, PhoneId phone, PhoneEnd why) {
  std::vector<LockName> locks;
  const auto answer = [&](Transaction& tx, PhoneRow row) { return end_own_in(tx, context, std::move(row), phone, why, locks); };
  auto ended = co_await answer_order<Phone>(context, std::move(order), answer);
  if (ended) tell_locks(context, locks);
  co_return ended;
}

Task<Outcome<PhoneKeys>> phone_keys(Context& context, PhoneOrder order) {
  const auto answer = [&](Transaction& tx, PhoneRow row) { return keys_in(tx, context, std::move(row)); };
  co_return co_await answer_order<PhoneKeys>(context, std::move(order), answer);
}

}  // namespace cardea::server::usecases
