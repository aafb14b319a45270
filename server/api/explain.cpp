// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/explain.hpp"

#include "server/api/internal/credential_views.hpp"
#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

json::Any view_of(const std::vector<Check>& trace) {
  boost::json::array checks;
  for (const Check& check : trace)
    checks.push_back({{"check", check.name}, {"rule", check.rule}, {"result", server::name_of(check.result)}});
  return checks;
}

json::Any text_or_null(std::string_view text) { return text.empty() ? json::Any(nullptr) : json::Any(text); }

json::Any view_of(const usecases::Explanation& item, const Principal& caller, UnixSeconds now) {
  return {{"person_id", item.person.text()},
          {"person_name", item.person_name},
          {"grant_id", item.grant.text()},
          {"credential", item.credential ? api::view_of(*item.credential, caller, now) : json::Any(nullptr)},
          {"opens", item.opens},
          {"reason", text_or_null(item.reason)},
          {"advice", text_or_null(item.advice)},
          {"trace", view_of(item.trace)}};
}

json::Any view_of(const usecases::ShadowAge& age) {
  json::Any clock = nullptr;
  json::Any keypad = nullptr;
  if (age.status) {
    clock = {{"quality", server::name_of(age.status->quality)}, {"error_bound_s", age.status->error_bound_s}};
    keypad = {{"wait_s", age.status->wait_s}, {"failures", age.status->failures}};
  }
  return {{"online", age.online},
          {"seen_at", age.seen_at ? json::Any(text_of(*age.seen_at)) : json::Any(nullptr)},
          {"applied_version", age.applied_version},
          {"desired_version", age.desired_version},
          {"clock", std::move(clock)},
          {"keypad", std::move(keypad)}};
}

Task<Outcome<Response>> explain_door(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const DoorId id, request.id_of<DoorId>("door_id"));
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"at", "person_id"}));
  usecases::ExplainQuery asked{id, query.instant("at"), query.id<PersonId>("person_id")};
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto said, co_await usecases::explain_door(context, request.principal.workspace, asked));
  boost::json::array items;
  const UnixSeconds now = context.now();
  for (const usecases::Explanation& item : said.items) items.push_back(view_of(item, request.principal, now));
  co_return answer(200, {{"at", text_of(said.at)},
                         {"door_id", id.text()},
                         {"lock_id", said.lock.text()},
                         {"lock", view_of(said.age)},
                         {"items", std::move(items)}});
}

Task<Outcome<Response>> explain_event(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const EventId id, request.id_of<EventId>("event_id"));
  CARDEA_CO_ASSIGN(const auto said, co_await usecases::explain_event(context, request.principal.workspace, id));
  co_return answer(200,
                   {{"event_id", id.text()}, {"reason", said.reason}, {"advice", said.advice}, {"trace", view_of(said.trace)}});
}

}  // namespace

void add_explain(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/doors/{door_id}/explain", Permission::kCredentialsRead, Reach::kPlaces, explain_door,
      {.has_etag = false});
  add(router, context, Method::kGet, "/v1/events/{event_id}/explain", Permission::kEventsRead, Reach::kPlaces, explain_event,
      {.has_etag = false});
}

}  // namespace cardea::server::api
