// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/grant_changes.hpp"

#include "server/api/internal/credential_views.hpp"
#include "server/api/internal/grant_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/grant_rules_json.hpp"

namespace cardea::server::api {

namespace {

struct GrantUpdate {
  std::optional<UnixSeconds> from;
  std::optional<UnixSeconds> to;
  std::optional<std::vector<DoorId>> door_ids;
  std::optional<usecases::ScheduleText> schedule;
  std::optional<ScheduleId> schedule_id;
  std::optional<std::uint16_t> max_uses;
  std::optional<std::uint32_t> expires_after_first_use_s;
  std::optional<bool> may_share;
  std::optional<std::vector<DoorId>> own_door_ids;
};
BOOST_DESCRIBE_STRUCT(GrantUpdate, (),
                      (from, to, door_ids, schedule, schedule_id, max_uses, expires_after_first_use_s, may_share, own_door_ids))

json::Any view_of_code(const usecases::Credential& code) {
  return {{"credential_id", code.id.text()}, {"door_id", code.door.text()}, {"window", api::view_of(code.window)}};
}

json::Any view_of(const usecases::ChangedAccessGrant& changed, UnixSeconds now) {
  boost::json::array codes;
  for (const usecases::Credential& code : changed.codes_left) codes.push_back(view_of_code(code));
  return {{"grant", api::view_of(changed.grant, now)},
          {"codes_left", std::move(codes)},
          {"doors_without_credentials", json::value_of(changed.doors_without_credentials)}};
}

Outcome<usecases::AccessGrantChange> read_grant_change(const Request& request) {
  auto input = read_body<GrantUpdate>(request);
  if (!input) return input.error();
  const auto document = json::parse(request.body);
  if (!document) return document.error();
  const boost::json::object& members = document->as_object();
  if (members.empty()) return invalid("", "names nothing to change");
  if (members.contains("from") && !input->from) return invalid("/from", "must be an instant: every grant begins");
  if (members.contains("door_ids") && !input->door_ids) return invalid("/door_ids", "must name at least one door");
  if (members.contains("schedule") && members.contains("schedule_id"))
    return invalid("/schedule_id", "and schedule exclude each other: give the times here, or those of a schedule");
  usecases::AccessGrantChange change;
  change.from = input->from;
  change.doors = std::move(input->door_ids);
  if (members.contains("to")) change.to = input->to;
  if (members.contains("schedule")) change.schedule = std::move(input->schedule);
  if (members.contains("schedule_id")) change.named_schedule = input->schedule_id;
  if (members.contains("max_uses")) change.max_uses = input->max_uses;
  if (members.contains("expires_after_first_use_s")) change.expires_after_first_use_s = input->expires_after_first_use_s;
  if (members.contains("may_share") && !input->may_share) return invalid("/may_share", "must be true or false");
  if (members.contains("own_door_ids") && !input->own_door_ids) return invalid("/own_door_ids", "must be a list of doors");
  change.may_share = input->may_share;
  change.own_doors = std::move(input->own_door_ids);
  return change;
}

Task<Outcome<Response>> update_access_grant(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const GrantId id, request.id_of<GrantId>("grant_id"));
  CARDEA_CO_ASSIGN(usecases::AccessGrantChange change, read_grant_change(request));
  CARDEA_CO_ASSIGN(const auto changed,
                   co_await usecases::change_access_grant(context, request.principal, id, std::move(change)));
  co_return answer(200, view_of(changed, context.now()));
}

}  // namespace

void add_grant_changes(http::Router& router, Context& context) {
  add(router, context, Method::kPatch, "/v1/access-grants/{grant_id}", Permission::kGrantsWrite, Reach::kPlaces,
      update_access_grant);
}

}  // namespace cardea::server::api
