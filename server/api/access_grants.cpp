// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/access_grants.hpp"

#include "server/api/internal/credential_views.hpp"
#include "server/api/internal/grant_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/grant_rules_json.hpp"

namespace cardea::server::api {

namespace {

json::Any giver_of(const std::optional<usecases::AccessGrant::Giver>& giver) {
  if (!giver) return nullptr;
  return {{"grant_id", giver->grant.text()}, {"person_id", giver->person.text()}, {"phone_id", giver->phone.text()}};
}

}  // namespace

json::Any view_of(const usecases::AccessGrant& grant, UnixSeconds now) {
  return {{"id", grant.id.text()},
          {"person_id", grant.person.text()},
          {"door_ids", json::value_of(grant.doors)},
          {"from", text_of(grant.from)},
          {"to", json::value_of(grant.to)},
          {"external_id", json::value_of(grant.external_id)},
          {"schedule", json::value_of(grant.rules.schedule)},
          {"schedule_id", json::value_of(grant.rules.named_schedule)},
          {"max_uses", json::value_of(grant.rules.max_uses)},
          {"expires_after_first_use_s", json::value_of(grant.rules.expires_after_first_use_s)},
          {"may_share", grant.may_share},
          {"own_door_ids", json::value_of(grant.own_doors)},
          {"shared_by", giver_of(grant.shared_by)},
          {"state", grant.state_at(now)},
          {"created_at", text_of(grant.created_at)},
          {"revoked_at", json::value_of(grant.revoked_at)}};
}

namespace {

struct GrantCreate {
  PersonId person_id;
  std::vector<DoorId> door_ids;
  UnixSeconds from;
  std::optional<UnixSeconds> to;
  std::optional<std::string> external_id;
  std::optional<usecases::ScheduleText> schedule;
  std::optional<ScheduleId> schedule_id;
  std::optional<std::uint16_t> max_uses;
  std::optional<std::uint32_t> expires_after_first_use_s;
  std::optional<bool> may_share;
  std::optional<std::vector<DoorId>> own_door_ids;
};
BOOST_DESCRIBE_STRUCT(GrantCreate, (),
                      (person_id, door_ids, from, to, external_id, schedule, schedule_id, max_uses, expires_after_first_use_s,
                       may_share, own_door_ids))

enum class Kind : std::uint8_t { kToken, kSms, kOffline, kPin };
BOOST_DESCRIBE_ENUM(Kind, kToken, kSms, kOffline, kPin)
enum class GrantFamily : std::uint8_t { kTimed, kExclusive, kOnce, kPool };
BOOST_DESCRIBE_ENUM(GrantFamily, kTimed, kExclusive, kOnce, kPool)

struct CredentialCreate {
  Kind kind = Kind::kToken;
  DoorId door_id;
  std::optional<bool> fixed;
  std::optional<std::string> pin;
  std::optional<bool> duress;
  std::optional<GrantFamily> family;
  std::optional<UnixSeconds> from;
  std::optional<UnixSeconds> to;
  std::optional<std::string> external_id;
};
BOOST_DESCRIBE_STRUCT(CredentialCreate, (), (kind, door_id, fixed, pin, duress, family, from, to, external_id))

Family family_of(GrantFamily family) {
  switch (family) {
    case GrantFamily::kTimed: return Family::kTimed;
    case GrantFamily::kExclusive: return Family::kExclusive;
    case GrantFamily::kOnce: return Family::kOnce;
    case GrantFamily::kPool: return Family::kPool;
  }
  return Family::kTimed;
}

Task<Outcome<Response>> list_access_grants(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor", "person_id", "door_id", "site_id", "external_id",
                                                      "schedule_id", "state"}));
  const auto page = query.page();
  usecases::GrantFilter filter{query.id<PersonId>("person_id"),     query.id<DoorId>("door_id"),
                               query.id<SiteId>("site_id"),         query.text("external_id"),
                               query.id<ScheduleId>("schedule_id"), query.text("state")};
  const std::string state = filter.state.value_or("active");
  if (state != "upcoming" && state != "active" && state != "ended" && state != "revoked")
    query.complain("state", "is none of: upcoming, active, ended, revoked");
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto grants,
                   co_await usecases::list_access_grants(context, request.principal, std::move(filter), page));
  const UnixSeconds now = context.now();
  co_return answer(200, view_of_page(grants, [now](const usecases::AccessGrant& grant) { return view_of(grant, now); }));
}

Task<Outcome<Response>> create_access_grant(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const GrantCreate input, read_body<GrantCreate>(request));
  if (input.schedule && input.schedule_id)
    co_return invalid("/schedule_id", "and schedule exclude each other: give the times here, or those of a schedule");
  usecases::AccessGrantCreate create{
      input.person_id, input.door_ids,    input.from,
      input.to,        input.external_id, {input.schedule, input.schedule_id, input.max_uses, input.expires_after_first_use_s}};
  create.may_share = input.may_share.value_or(false);
  if (input.own_door_ids) create.own_doors = *input.own_door_ids;
  CARDEA_CO_ASSIGN(const auto grant, co_await usecases::create_access_grant(context, request.principal, std::move(create)));
  co_return answer(201, view_of(grant, context.now()));
}

Task<Outcome<Response>> get_access_grant(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const GrantId id, request.id_of<GrantId>("grant_id"));
  CARDEA_CO_ASSIGN(const auto grant, co_await usecases::find_access_grant(context, request.principal, id));
  co_return answer(200, view_of(grant, context.now()));
}

Task<Outcome<Response>> revoke_access_grant(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const GrantId id, request.id_of<GrantId>("grant_id"));
  CARDEA_CO_ASSIGN(const auto grant, co_await usecases::revoke_access_grant(context, request.principal, id));
  co_return answer(200, view_of(grant, context.now()));
}

Task<Outcome<Response>> list_credentials(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const GrantId id, request.id_of<GrantId>("grant_id"));
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto credentials, co_await usecases::list_credentials(context, request.principal, id, page));
  const UnixSeconds now = context.now();
  co_return answer(200, view_of_page(credentials, [&](const usecases::Credential& credential) {
                     return api::view_of(credential, request.principal, now);
                   }));
}

CredentialType type_of(const CredentialCreate& input) {
  switch (input.kind) {
    case Kind::kToken: return input.fixed.value_or(false) ? CredentialType::kFixedToken : CredentialType::kToken;
    case Kind::kSms: return CredentialType::kSms;
    case Kind::kOffline: return CredentialType::kOffline;
    case Kind::kPin: return CredentialType::kPin;
  }
  return CredentialType::kToken;
}

/// Members belong to kinds: one that belongs to another kind is refused as an unknown one would be.
Outcome<Done> check_members(const CredentialCreate& input) {
  if (input.kind != Kind::kToken && input.fixed) return invalid("/fixed", "is for tokens only");
  if (input.kind != Kind::kPin && input.pin) return invalid("/pin", "is for PINs only");
  if (input.kind != Kind::kPin && input.duress) return invalid("/duress", "is for PINs only");
  if (input.kind == Kind::kOffline && !input.family) return invalid("/family", "is missing: timed, exclusive, once or pool");
  if (input.kind == Kind::kOffline) return Done{};
  if (input.family) return invalid("/family", "is for offline codes only");
  if (input.from) return invalid("/from", "is for offline codes only: a token or a PIN follows its grant");
  if (input.to) return invalid("/to", "is for offline codes only: a token or a PIN follows its grant");
  return Done{};
}

Task<Outcome<Response>> create_credential(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const GrantId id, request.id_of<GrantId>("grant_id"));
  CARDEA_CO_ASSIGN(const CredentialCreate input, read_body<CredentialCreate>(request));
  CARDEA_CO_TRY(check_members(input));
  usecases::CredentialCreate create;
  create.type = type_of(input);
  create.door = input.door_id;
  if (input.family) create.family = family_of(*input.family);
  CARDEA_CO_ASSIGN(create.pin, read_pin(input.pin));
  create.duress = input.duress.value_or(false);
  create.from = input.from;
  create.to = input.to;
  create.external_id = input.external_id;
  CARDEA_CO_ASSIGN(const auto issued, co_await usecases::create_credential(context, request.principal, id, std::move(create)));
  co_return answer(201, api::view_of(issued, request.principal, context.now()));
}

}  // namespace

void add_access_grants(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/access-grants", Permission::kGrantsRead, Reach::kPlaces, list_access_grants);
  add(router, context, Method::kPost, "/v1/access-grants", Permission::kGrantsWrite, Reach::kPlaces, create_access_grant);
  add(router, context, Method::kGet, "/v1/access-grants/{grant_id}", Permission::kGrantsRead, Reach::kPlaces, get_access_grant);
  add(router, context, Method::kPost, "/v1/access-grants/{grant_id}/revoke", Permission::kGrantsWrite, Reach::kPlaces,
      revoke_access_grant);
  add(router, context, Method::kGet, "/v1/access-grants/{grant_id}/credentials", Permission::kCredentialsRead, Reach::kPlaces,
      list_credentials);
  add(router, context, Method::kPost, "/v1/access-grants/{grant_id}/credentials", Permission::kCredentialsIssue, Reach::kPlaces,
      create_credential);
}

}  // namespace cardea::server::api
