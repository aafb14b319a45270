// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/homes.hpp"

#include <algorithm>

#include "server/store/inner_store.hpp"
#include "server/usecases/access_grants.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/grant_invitations.hpp"
#include "server/usecases/locks.hpp"
#include "server/usecases/operators.hpp"
#include "server/usecases/persons.hpp"
#include "server/usecases/places.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::size_t ended_in_a_round = 100;

constexpr std::string_view tables[] = {
    "access_grant_doors",
    "alert_rules",
    "alert_waits",
    "alerts",
    "api_keys",
    "credentials",
    "events",
    "firmware_campaign_locks",
    "firmware_chunks",
    "firmware_makers",
    "firmware_rings",
    "homes",
    "idempotency_keys",
    "invitations",
    "lock_identities",
    "oidc_links",
    "operator_invitations",
    "outbox",
    "passkeys",
    "phone_grants",
    "phone_unlocks",
    "pin_choices",
    "recoveries",
    "recovery_codes",
    "replaced_pins",
    "sandbox_items",
    "schedule_calendars",
    "schedule_locks",
    "scope_doors",
    "scope_sites",
    "sessions",
    "slots",
    "virtual_keys",
    "webhook_deliveries",
    "webhooks",
    "access_grants",
    "calendars",
    "firmware_campaigns",
    "lock_batches",
    "locks",
    "operators",
    "phones",
    "schedules",
    "workspaces",
    "doors",
    "firmware_images",
    "persons",
    "sites",
};

/// What the workspace and its site are called: nothing that a stranger wrote stands in a mail as the name of the sender.
std::string_view home_word(Language language) {
  switch (language) {  // no default: a new language does not compile until it has the word
    case Language::kEnglish: return "Home";
    case Language::kChinese: return "家";
    case Language::kGerman: return "Zuhause";
  }
  return "Home";
}

Outcome<Done> check(const HomeCreate& input) {
  if (!is_token("", input.attempt))
    return invalid("/attempt", "must be 64 lower-case hexadecimal digits, drawn anew for each home");
  if (auto checked = check_name(input.door, "/door_name"); !checked) return checked;
  if (auto checked = check_name(input.person, "/person_name"); !checked) return checked;
  if (input.email)
    if (auto checked = check_email(*input.email, "/email"); !checked) return checked;
  return Done{};
}

/// What is counted, and given back when nothing was stored.
class Charge {
 public:
  static Outcome<Charge> take(Limits& limits, std::string network) {
    if (auto charged = limits.charge(Limited::kHome, network); !charged) return charged.error();
    auto charged = limits.charge(Limited::kHomes, "");
    if (charged) return Charge(limits, std::move(network));
    limits.refund(Limited::kHome, network);
    return charged.error();
  }
  void give_back() {
    limits_->refund(Limited::kHome, network_);
    limits_->refund(Limited::kHomes, "");
  }

 private:
  Charge(Limits& limits, std::string network) : limits_(&limits), network_(std::move(network)) {}
  Limits* limits_;
  std::string network_;
};

struct Made {
  WorkspaceId workspace;
  Home home;
  bool is_new = true;
};

std::string word_of(const NewGrantInvitation& made) {
  const std::string& link = made.link.value();
  return link.substr(link.find('#') + 1);
}

/// The same phone asks again: it gets another link, and the one that it may not have heard is worth nothing.
Task<Outcome<std::optional<Made>>> find_made(Transaction& tx, Context& context, Bytes<32> attempt, LockRef lock) {
  const Rows rows =
      co_await tx.execute("SELECT workspace, lock, person, invitation, created_at FROM homes WHERE attempt = ?1", attempt);
  if (rows.empty()) co_return std::optional<Made>{};
  const Row row = rows.front();
  if (row.id<LockRef>(1) != lock) co_return invalid("/attempt", "was made for another lock: draw a new one for each home");
  Made out;
  out.workspace = row.id<WorkspaceId>(0);
  out.is_new = false;
  out.home.lock = lock;
  out.home.claim_ends_at = {row.time(4).value + home_waits_s};
  InnerStore inner(tx);
  Context inside = context.with(inner);
  const Principal caller{out.workspace, row.id<PersonId>(2), {}};
  CARDEA_CO_ASSIGN(const auto renewed, co_await resend_grant_invitation(inside, caller, row.id<InvitationId>(3)));
  out.home.invitation = word_of(renewed);
  co_return std::optional(std::move(out));
}

Task<void> insert_workspace(Transaction& tx, WorkspaceId workspace, Language language, UnixSeconds now) {
  co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at, language) VALUES (?1, ?2, '{}', ?3, ?4)",
                      workspace, home_word(language), now, name_of(language));
}

/// An owner for the console, who is told by mail how to become one.
Task<Outcome<Done>> invite_owner(Context& inside, Principal caller, HomeCreate input) {
  if (!input.email) co_return Done{};
  OperatorCreate owner{input.person, *input.email, Role::kOwner, input.language};
  CARDEA_CO_TRY(co_await create_operator(inside, caller, std::move(owner)));
  co_return Done{};
}

Task<Outcome<GrantId>> grant_without_end(Context& inside, Principal caller, PersonId person, DoorId door) {
  AccessGrantCreate grant;
  grant.person = person;
  grant.doors = {door};
  grant.from = inside.now();
  grant.may_share = true;
  grant.own_doors = {door};
  CARDEA_CO_ASSIGN(const AccessGrant made, co_await create_access_grant(inside, caller, std::move(grant)));
  co_return made.id;
}

Task<Outcome<Made>> make_in(Transaction& tx, Context& context, HomeCreate input, Bytes<32> attempt,
                            const activation::Label& label) {
  const LockRef lock = lock_ref(label.lock);
  CARDEA_CO_ASSIGN(auto known, co_await find_made(tx, context, attempt, lock));
  if (known) co_return *std::move(known);
  const UnixSeconds now = context.now();
  co_await delete_ended_claims(tx, now);
  Made out;
  out.workspace = WorkspaceId::make();
  co_await insert_workspace(tx, out.workspace, input.language, now);
  InnerStore inner(tx);
  Context inside = context.with(inner);
  // Nobody has given this away: whoever makes a workspace is its owner.
  Principal caller{out.workspace, PersonId{}, permissions_of(Role::kOwner)};
  PersonCreate somebody;
  somebody.name = input.person;
  somebody.language = input.language;
  CARDEA_CO_ASSIGN(const Person person, co_await create_person(inside, caller, std::move(somebody)));
  caller.actor = person.id;
  CARDEA_CO_ASSIGN(const Site site, co_await create_site(inside, out.workspace, std::string(home_word(input.language))));
  DoorCreate way_in{site.id, input.door, input.zone};
  CARDEA_CO_ASSIGN(const Door door, co_await create_door(inside, out.workspace, std::move(way_in)));
  LockClaim claim{door.id, input.label, std::nullopt};
  CARDEA_CO_TRY(co_await claim_in(tx, inside, out.workspace, std::move(claim), label));
  CARDEA_CO_ASSIGN(const GrantId grant, co_await grant_without_end(inside, caller, person.id, door.id));
  CARDEA_CO_TRY(co_await invite_owner(inside, caller, input));
  GrantInvitationCreate invite;
  invite.by_email = false;
  invite.expires_at = UnixSeconds{now.value + home_waits_s};
  CARDEA_CO_ASSIGN(const auto invited, co_await invite_to_grant(tx, inside, out.workspace, caller.by(), grant, invite));
  co_await tx.execute(
      "INSERT INTO homes (workspace, lock, person, invitation, attempt, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      out.workspace, lock, person.id, invited.invitation.id, attempt, now);
  out.home = {lock, word_of(invited), {now.value + home_waits_s}};
  co_return out;
}

Task<void> delete_workspace(Transaction& tx, WorkspaceId workspace) {
  static const auto statements = [] {
    std::vector<std::string> out;
    for (const std::string_view table : tables) out.push_back("DELETE FROM " + std::string(table) + " WHERE workspace = ?1");
    return out;
  }();
  for (const std::string& statement : statements) co_await tx.execute(statement, workspace);
}

}  // namespace

std::span<const std::string_view> tables_of_a_workspace() { return tables; }

Task<Outcome<Home>> make_home(Context& context, HomeCreate input, std::string address) {
  if (!context.homes)
    co_return forbidden("homes_off",
                        "Nobody adds a lock of their own to this platform. Whoever runs it switches that on with --homes.");
  const std::string network = network_of(address);
  Limits& limits = context.auth.limits;
  CARDEA_CO_TRY(limits.charge(Limited::kAddress, network));
  CARDEA_CO_ASSIGN(const activation::Label label, read_lock_label(context.keys, input.label));
  CARDEA_CO_TRY(check(input));
  const Bytes<32> attempt = hash_of_token(input.attempt);
  CARDEA_CO_ASSIGN(Charge charge, Charge::take(limits, network));
  auto made = co_await context.store.write([&](Transaction& tx) { return make_in(tx, context, input, attempt, label); });
  if (!made) {
    charge.give_back();
    co_return made.error();
  }
  limits.refund(Limited::kAddress, network);
  if (made->is_new) context.links.claim_made(lock_name(made->workspace, made->home.lock));
  co_return std::move(made->home);
}

Task<void> delete_unproven_homes(Transaction& tx, UnixSeconds now) {
  const UnixSeconds over{now.value - std::min<std::uint64_t>(now.value, home_waits_s)};
  const Rows homes = co_await tx.execute(
      "SELECT workspace, EXISTS (SELECT 1 FROM locks WHERE locks.workspace = homes.workspace) OR EXISTS (SELECT 1 FROM "
      "operators WHERE operators.workspace = homes.workspace AND operators.accepted_at IS NOT NULL) FROM homes WHERE "
      "created_at <= ?1 ORDER BY created_at LIMIT ?2",
      over, ended_in_a_round);
  for (const Row row : homes) {
    const auto workspace = row.id<WorkspaceId>(0);
    if (row.boolean(1))
      co_await tx.execute("DELETE FROM homes WHERE workspace = ?1", workspace);
    else
      co_await delete_workspace(tx, workspace);
  }
}

}  // namespace cardea::server::usecases
