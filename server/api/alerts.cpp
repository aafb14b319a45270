// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/alerts.hpp"

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

struct NoteInput {
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(NoteInput, (), (note))

json::Any text_or_null(const std::string& text) { return text.empty() ? json::Any(nullptr) : json::Any(text); }

json::Any view_of(const usecases::StoredAlert& stored) {
  const alerts::Alert& alert = stored.alert;
  return {{"id", alert.id.text()},
          {"rule_id", alert.rule.text()},
          {"type", alerts::name_of(alert.type)},
          {"severity", alerts::name_of(alert.severity)},
          {"summary", alerts::words_of(alert.type, Language::kEnglish).what},
          {"state", alerts::name_of(alert.state)},
          {"count", alert.count},
          {"site_id", json::value_of(stored.site)},
          {"door_id", json::value_of(stored.door)},
          {"lock_id", json::value_of(stored.lock)},
          {"event_id", stored.event.text()},
          {"opened_at", text_of(alert.opened_at)},
          {"last_at", text_of(alert.last_at)},
          {"over_at", json::value_of(alert.over_at)},
          {"steps_done", alert.steps_done},
          {"next_step_at", json::value_of(alert.next_step_at)},
          {"acknowledged_at", json::value_of(alert.acknowledged_at)},
          {"acknowledged_by", text_or_null(alert.acknowledged_by)},
          {"note", text_or_null(alert.note)},
          {"closed_at", json::value_of(alert.closed_at)},
          {"closed_by", text_or_null(alert.closed_by)}};
}

Task<Outcome<Response>> list_alerts(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor", "state", "lock_id"}));
  usecases::AlertQuery wanted;
  wanted.page = query.page();
  wanted.lock = query.id<LockRef>("lock_id");
  if (const auto state = query.text("state")) {
    wanted.state = alerts::state_of(*state);
    if (!wanted.state) query.complain("state", "is none of: open, acknowledged, closed");
  }
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto page, co_await usecases::list_alerts(context, request.principal, std::move(wanted)));
  co_return answer(200, view_of_page(page, [](const usecases::StoredAlert& alert) { return view_of(alert); }));
}

Task<Outcome<Response>> get_alert(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const AlertId id, request.id_of<AlertId>("alert_id"));
  CARDEA_CO_ASSIGN(const auto alert, co_await usecases::find_alert(context, request.principal.workspace, id));
  co_return answer(200, view_of(alert));
}

Task<Outcome<Response>> acknowledge(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const AlertId id, request.id_of<AlertId>("alert_id"));
  CARDEA_CO_ASSIGN(const NoteInput input, read_body<NoteInput>(request));
  std::string note = input.note.value_or("");
  CARDEA_CO_ASSIGN(const auto alert, co_await usecases::acknowledge_alert(context, request.principal, id, std::move(note)));
  co_return answer(200, view_of(alert));
}

Task<Outcome<Response>> close(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const AlertId id, request.id_of<AlertId>("alert_id"));
  CARDEA_CO_ASSIGN(const NoteInput input, read_body<NoteInput>(request));
  std::string note = input.note.value_or("");
  CARDEA_CO_ASSIGN(const auto alert, co_await usecases::close_alert(context, request.principal, id, std::move(note)));
  co_return answer(200, view_of(alert));
}

}  // namespace

void add_alerts(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/alerts", Permission::kAlertsRead, Reach::kPlaces, list_alerts);
  add(router, context, Method::kGet, "/v1/alerts/{alert_id}", Permission::kAlertsRead, Reach::kPlaces, get_alert);
  add(router, context, Method::kPost, "/v1/alerts/{alert_id}/acknowledge", Permission::kAlertsWrite, Reach::kPlaces,
      acknowledge);
  add(router, context, Method::kPost, "/v1/alerts/{alert_id}/close", Permission::kAlertsWrite, Reach::kPlaces, close);
}

}  // namespace cardea::server::api
