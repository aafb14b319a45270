// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/shares.hpp"

#include <algorithm>

#include "server/usecases/checks.hpp"
#include "server/usecases/internal/credential_rows.hpp"
#include "server/usecases/internal/grant_rows.hpp"
#include "server/usecases/internal/phone_orders.hpp"
#include "server/usecases/lock_row.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint64_t ended_shares_shown_s = 30 * 86'400;
constexpr std::uint32_t shares_shown_max = 100;

// --- What a share looks like ---

/// The one of a door's credentials that is furthest behind is what the giver has to know.
int rank_of(Delivery delivery) {
  switch (delivery) {
    case Delivery::kEnded: return 0;
    case Delivery::kOnLock: return 1;
    case Delivery::kOnItsWay: return 2;
    case Delivery::kEnding: return 3;
  }
  return 0;
}

Task<ShareDoor> door_of(Transaction& tx, WorkspaceId workspace, GrantId grant, DoorId door, UnixSeconds now) {
  static const std::string sql = credential_select() + "AND c.access_grant = ?2 AND c.door = ?3 ORDER BY c.credential";
  const Rows names = co_await tx.execute("SELECT name FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
  const Rows rows = co_await tx.execute(sql, workspace, grant, door);
  ShareDoor out{door, names.empty() ? std::string{} : names.front().text(0), {}, std::nullopt};
  int behind = -1;
  for (const Row row : rows) {
    const Credential credential = read_credential(row);
    const Delivery delivery = delivery_of(credential.facts, credential.lock_facts, now);
    if (rank_of(delivery) <= behind) continue;
    behind = rank_of(delivery);
    out.delivery = name_of(delivery);
    out.last_possible_use =
        delivery == Delivery::kEnding ? last_possible_use(credential.facts, credential.lock_facts) : std::nullopt;
  }
  co_return out;
}

Task<Outcome<Share>> view_share(Transaction& tx, WorkspaceId workspace, GrantId id, UnixSeconds now) {
  Share out;
  CARDEA_CO_ASSIGN(out.grant, co_await read_access_grant(tx, workspace, id));
  CARDEA_CO_ASSIGN(const Person guest, co_await read_person(tx, workspace, out.grant.person));
  out.name = guest.name;
  out.email = guest.email;
  out.phone = guest.phone;
  const std::string_view state = out.grant.state_at(now);
  const auto invitation = co_await newest_invitation(tx, workspace, id);
  const bool goes_on = state == "active" || state == "upcoming";
  out.state = goes_on && invitation ? invitation->state_at(now) : "ended";
  for (const DoorId& door : out.grant.doors) out.doors.push_back(co_await door_of(tx, workspace, id, door, now));
  co_return out;
}

// --- Sharing ---

Outcome<Done> check(const ShareCreate& input, UnixSeconds now) {
  if (auto checked = check_doors(input.doors); !checked) return checked;
  if (auto checked = check_name(input.name, "/name"); !checked) return checked;
  if (input.email)
    if (auto checked = check_email(*input.email, "/email"); !checked) return checked;
  if (input.phone)
    if (auto checked = check_phone(*input.phone, "/phone"); !checked) return checked;
  if (input.from && *input.from < now) return invalid("/from", "has passed already. Leave it out to begin now.");
  if (input.until <= input.from.value_or(now)) return invalid("/until", "must be later than /from, and in the future");
  return Done{};
}

bool is_long_enough(const AccessGrant& grant, UnixSeconds until) { return !grant.to || until <= *grant.to; }

bool has_doors(const AccessGrant& grant, const std::vector<DoorId>& doors) {
  return std::ranges::all_of(doors, [&](DoorId door) { return std::ranges::find(grant.doors, door) != grant.doors.end(); });
}

/// The grant that all of it lies within.
Task<Outcome<AccessGrant>> find_giving(Transaction& tx, PhoneRow row, ShareCreate input, UnixSeconds now) {
  const Rows rows = co_await tx.execute(
      "SELECT p.access_grant FROM phone_grants p JOIN access_grants g ON g.workspace = p.workspace AND g.access_grant = "
      "p.access_grant WHERE p.workspace = ?1 AND p.phone = ?2 AND g.closed_at IS NULL AND (g.to_at IS NULL OR g.to_at > ?3) "
      "ORDER "
      "BY p.access_grant",
      row.workspace, row.phone.id, now);
  std::vector<DoorId> known;
  bool is_too_long = false;
  const UnixSeconds from = input.from.value_or(now);
  for (const Row found : rows) {
    CARDEA_CO_ASSIGN(AccessGrant grant, co_await read_access_grant(tx, row.workspace, found.id<GrantId>(0)));
    known.insert(known.end(), grant.doors.begin(), grant.doors.end());
    if (!grant.may_share || !has_doors(grant, input.doors) || from < grant.from) continue;
    if (is_long_enough(grant, input.until)) co_return grant;
    is_too_long = true;
  }
  for (const DoorId& door : input.doors)
    if (std::ranges::find(known, door) == known.end())
      co_return not_found("door", "None of this phone's keys is for that door.");
  if (is_too_long) co_return invalid("/until", "is later than the end of your own key");
  co_return forbidden("not_shareable",
                      "None of your keys may be shared for these doors at that time. Ask whoever gave it to you.");
}

Task<Outcome<Done>> check_limits(Transaction& tx, PhoneRow row, ShareCreate input, UnixSeconds now) {
  const WorkspaceSettings settings = co_await find_workspace_settings(tx, row.workspace);
  if (input.until.value - input.from.value_or(now).value > settings.share_s_max)
    co_return invalid("/until",
                      "is longer than a key may be shared here: " + std::to_string(settings.share_s_max) + " seconds");
  if (co_await count_shares(tx, row.workspace, row.phone.person) < settings.shares_max) co_return Done{};
  co_return conflict("shares_spent", "You share as many keys as you may at one time. Stop one of them first.");
}

Task<Person> add_guest(Transaction& tx, Context& context, PhoneRow row, ShareCreate input) {
  const Person guest{PersonId::make(), input.name,    input.phone,  input.email,
                     std::nullopt,     context.now(), std::nullopt, input.language};
  const Blob key = must(context.keys.make_person_key(row.workspace.bytes, guest.id.bytes));
  co_await insert_person(tx, row.workspace, guest, key, row.phone.id.text());
  co_return guest;
}

Task<Outcome<NewShare>> share_in(Transaction& tx, Context& context, PhoneRow row, ShareCreate input) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(const AccessGrant giving, co_await find_giving(tx, row, input, now));
  CARDEA_CO_TRY(co_await check_limits(tx, row, input, now));
  const Person guest = co_await add_guest(tx, context, row, input);
  AccessGrant share;
  share.id = GrantId::make();
  share.person = guest.id;
  share.doors = input.doors;
  share.from = input.from.value_or(now);
  share.to = input.until;
  share.created_at = now;
  share.rules = giving.rules;
  share.shared_by = AccessGrant::Giver{giving.id, giving.person, row.phone.id};
  const std::string by = row.phone.id.text();
  co_await insert_grant(tx, context.keys, row.workspace, share, by);
  GrantInvitationCreate invite;
  invite.by_email = input.email.has_value();
  invite.expires_at = std::min(input.until, UnixSeconds{now.value + grant_invitation_s_max});
  NewShare out;
  CARDEA_CO_ASSIGN(NewGrantInvitation invited, co_await invite_to_grant(tx, context, row.workspace, by, share.id, invite));
  out.link = std::move(invited.link);
  CARDEA_CO_ASSIGN(out.share, co_await view_share(tx, row.workspace, share.id, now));
  co_return out;
}

Task<Outcome<std::vector<Share>>> list_in(Transaction& tx, PhoneRow row, UnixSeconds now) {
  const Rows rows = co_await tx.execute(
      "SELECT s.access_grant FROM access_grants s JOIN access_grants g ON g.workspace = s.workspace AND g.access_grant = "
      "s.shared_by WHERE s.workspace = ?1 AND g.person = ?2 AND (s.closed_at IS NULL OR s.closed_at > ?3) ORDER BY "
      "s.access_grant "
      "DESC LIMIT ?4",
      row.workspace, row.phone.person, UnixSeconds{now.value - ended_shares_shown_s}, shares_shown_max);
  std::vector<Share> out;
  for (const Row found : rows) {
    CARDEA_CO_ASSIGN(Share share, co_await view_share(tx, row.workspace, found.id<GrantId>(0), now));
    out.push_back(std::move(share));
  }
  co_return out;
}

Task<Outcome<Share>> end_in(Transaction& tx, Context& context, PhoneRow row, GrantId id, std::vector<LockName>& locks) {
  const auto share = co_await read_access_grant(tx, row.workspace, id);
  if (!share || !share->shared_by || share->shared_by->person != row.phone.person) co_return not_found("share");
  if (!share->revoked_at) locks = co_await revoke_grant_in(tx, context, row.workspace, *share, row.phone.id.text());
  co_return co_await view_share(tx, row.workspace, id, context.now());
}

}  // namespace

Task<std::uint32_t> count_shares(Transaction& tx, WorkspaceId workspace, PersonId person) {
  const Rows live = co_await tx.execute(
      "SELECT COUNT(*) FROM access_grants s JOIN access_grants g ON g.workspace = s.workspace AND g.access_grant = s.shared_by "
      "WHERE s.workspace = ?1 AND g.person = ?2 AND s.closed_at IS NULL",
      workspace, person);
  co_return static_cast<std::uint32_t>(live.front().integer(0));
}

Task<Outcome<NewShare>> share_key(Context& context, PhoneOrder order, ShareCreate input) {
  CARDEA_CO_TRY(check(input, context.now()));
  const auto answer = [&](Transaction& tx, PhoneRow row) { return share_in(tx, context, std::move(row), input); };
  co_return co_await answer_order<NewShare>(context, std::move(order), answer);
}

Task<Outcome<std::vector<Share>>> list_shares(Context& context, PhoneOrder order) {
  const auto answer = [&](Transaction& tx, PhoneRow row) { return list_in(tx, std::move(row), context.now()); };
  co_return co_await answer_order<std::vector<Share>>(context, std::move(order), answer);
}

Task<Outcome<Share>> end_share(Context& context, PhoneOrder order, GrantId share) {
  std::vector<LockName> locks;
  const auto answer = [&](Transaction& tx, PhoneRow row) { return end_in(tx, context, std::move(row), share, locks); };
  auto ended = co_await answer_order<Share>(context, std::move(order), answer);
  if (ended) tell_locks(context, locks);
  co_return ended;
}

}  // namespace cardea::server::usecases
