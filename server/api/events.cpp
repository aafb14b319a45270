// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/events.hpp"

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

/// The header's members in the API's words, then whom it is about.
json::Any view_of(const usecases::StoredEvent& event) {
  const auto header = json::parse(event.header);
  if (!header) throw std::runtime_error("a stored event's header does not read");
  boost::json::object view;
  for (const auto& [name, value] : header->as_object()) {
    const bool is_place = name == "workspace" || name == "site" || name == "door" || name == "lock";
    view[is_place ? std::string(name) + "_id" : std::string(name)] = value;
  }
  if (event.subject.person) view["person_id"] = event.subject.person->text();
  if (event.subject.grant) view["grant_id"] = event.subject.grant->text();
  if (event.subject.credential) view["credential_id"] = event.subject.credential->text();
  view["leaf"] = hex_of(event.leaf);
  return view;
}

Task<Outcome<Response>> list_events(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query,
                   Query::read(request, {"limit", "cursor", "after", "door_id", "lock_id", "person_id", "type", "from", "to"}));
  usecases::EventQuery asked;
  asked.page = query.page();
  asked.after = query.integer("after", 0, std::numeric_limits<std::int64_t>::max());
  asked.door = query.id<DoorId>("door_id");
  asked.lock = query.id<LockRef>("lock_id");
  asked.person = query.id<PersonId>("person_id");
  asked.from = query.instant("from");
  asked.to = query.instant("to");
  if (const auto type = query.text("type")) {
    asked.type = event_type_of(*type);
    if (!asked.type) query.complain("type", "is no type of event, such as access.granted");
  }
  CARDEA_CO_TRY(query.finish());
  if (asked.from && asked.to && *asked.to <= *asked.from) {
    Problem problem = invalid("to", "must be later than from: the window would end before it starts");
    problem.code = "window_inverted";
    co_return problem;
  }
  CARDEA_CO_ASSIGN(const auto events, co_await usecases::list_events(context, request.principal.workspace, std::move(asked)));
  co_return answer(200, view_of_page(events, [](const usecases::StoredEvent& event) { return view_of(event); }));
}

Task<Outcome<Response>> get_event(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const EventId id, request.id_of<EventId>("event_id"));
  CARDEA_CO_ASSIGN(const auto event, co_await usecases::find_event(context, request.principal.workspace, id));
  co_return answer(200, {{"event", view_of(event)},
                         {"header", event.header},
                         {"body", event.body.empty() ? json::Any(nullptr) : json::Any(hex_of(event.body))}});
}

}  // namespace

void add_events(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/events", Permission::kEventsRead, list_events);
  add(router, context, Method::kGet, "/v1/events/{event_id}", Permission::kEventsRead, get_event);
}

}  // namespace cardea::server::api
