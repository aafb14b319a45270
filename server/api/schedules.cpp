// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/schedules.hpp"

#include "server/api/internal/route.hpp"
#include "server/usecases/grant_rules_json.hpp"

namespace cardea::server::api {

namespace {

struct ScheduleCreate {
  std::string name;
  usecases::ScheduleText schedule;
  std::optional<std::vector<CalendarId>> calendar_ids;
};
BOOST_DESCRIBE_STRUCT(ScheduleCreate, (), (name, schedule, calendar_ids))

struct ScheduleUpdate {
  std::optional<std::string> name;
  std::optional<usecases::ScheduleText> schedule;
  std::optional<std::vector<CalendarId>> calendar_ids;
};
BOOST_DESCRIBE_STRUCT(ScheduleUpdate, (), (name, schedule, calendar_ids))

struct CalendarCreate {
  std::string name;
  std::vector<std::string> dates;
};
BOOST_DESCRIBE_STRUCT(CalendarCreate, (), (name, dates))

struct CalendarUpdate {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> dates;
};
BOOST_DESCRIBE_STRUCT(CalendarUpdate, (), (name, dates))

json::Any view_of(const usecases::NamedSchedule& schedule) {
  return {{"id", schedule.id.text()},
          {"name", schedule.name},
          {"schedule", json::value_of(schedule.times)},
          {"calendar_ids", json::value_of(schedule.calendars)},
          {"grants", schedule.grants},
          {"locks", {{"total", schedule.locks}, {"on_its_way", schedule.locks_waiting}}},
          {"created_at", text_of(schedule.created_at)},
          {"changed_at", text_of(schedule.changed_at)}};
}

json::Any view_of(const usecases::Calendar& calendar) {
  return {{"id", calendar.id.text()},
          {"name", calendar.name},
          {"dates", json::value_of(calendar.dates)},
          {"created_at", text_of(calendar.created_at)},
          {"changed_at", text_of(calendar.changed_at)}};
}

json::Any view_of(const usecases::ScheduleAtLock& at) {
  return {{"lock_id", at.lock.text()},
          {"door_id", at.door.text()},
          {"delivery", at.on_lock ? "on_lock" : "on_its_way"},
          {"last_seen_at", json::value_of(at.seen_at)}};
}

// --- Schedules ---

Task<Outcome<Response>> list_schedules(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto schedules, co_await usecases::list_schedules(context, request.principal, page));
  co_return answer(200, view_of_page(schedules, [](const usecases::NamedSchedule& schedule) { return view_of(schedule); }));
}

Task<Outcome<Response>> create_schedule(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const ScheduleCreate input, read_body<ScheduleCreate>(request));
  usecases::ScheduleCreate create{input.name, input.schedule, input.calendar_ids.value_or(std::vector<CalendarId>{})};
  CARDEA_CO_ASSIGN(const auto schedule, co_await usecases::create_schedule(context, request.principal, std::move(create)));
  co_return answer(201, view_of(schedule));
}

Task<Outcome<Response>> get_schedule(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const ScheduleId id, request.id_of<ScheduleId>("schedule_id"));
  CARDEA_CO_ASSIGN(const auto schedule, co_await usecases::find_schedule(context, request.principal, id));
  co_return answer(200, view_of(schedule));
}

Task<Outcome<Response>> update_schedule(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const ScheduleId id, request.id_of<ScheduleId>("schedule_id"));
  CARDEA_CO_ASSIGN(const ScheduleUpdate input, read_change<ScheduleUpdate>(request));
  usecases::ScheduleChange change{input.name, input.schedule, input.calendar_ids};
  CARDEA_CO_ASSIGN(const auto schedule, co_await usecases::change_schedule(context, request.principal, id, std::move(change)));
  co_return answer(200, view_of(schedule));
}

Task<Outcome<Response>> delete_schedule(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const ScheduleId id, request.id_of<ScheduleId>("schedule_id"));
  CARDEA_CO_TRY(co_await usecases::delete_schedule(context, request.principal, id));
  co_return http::no_content();
}

Task<Outcome<Response>> list_schedule_locks(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const ScheduleId id, request.id_of<ScheduleId>("schedule_id"));
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto locks, co_await usecases::list_schedule_locks(context, request.principal, id, page));
  co_return answer(200, view_of_page(locks, [](const usecases::ScheduleAtLock& at) { return view_of(at); }));
}

// --- Calendars ---

Task<Outcome<Response>> list_calendars(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto calendars, co_await usecases::list_calendars(context, request.principal.workspace, page));
  co_return answer(200, view_of_page(calendars, [](const usecases::Calendar& calendar) { return view_of(calendar); }));
}

Task<Outcome<Response>> create_calendar(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const CalendarCreate input, read_body<CalendarCreate>(request));
  CARDEA_CO_ASSIGN(const auto calendar,
                   co_await usecases::create_calendar(context, request.principal, input.name, input.dates));
  co_return answer(201, view_of(calendar));
}

Task<Outcome<Response>> get_calendar(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const CalendarId id, request.id_of<CalendarId>("calendar_id"));
  CARDEA_CO_ASSIGN(const auto calendar, co_await usecases::find_calendar(context, request.principal.workspace, id));
  co_return answer(200, view_of(calendar));
}

Task<Outcome<Response>> update_calendar(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const CalendarId id, request.id_of<CalendarId>("calendar_id"));
  CARDEA_CO_ASSIGN(const CalendarUpdate input, read_change<CalendarUpdate>(request));
  usecases::CalendarChange change{input.name, input.dates};
  CARDEA_CO_ASSIGN(const auto calendar, co_await usecases::change_calendar(context, request.principal, id, std::move(change)));
  co_return answer(200, view_of(calendar));
}

Task<Outcome<Response>> delete_calendar(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const CalendarId id, request.id_of<CalendarId>("calendar_id"));
  CARDEA_CO_TRY(co_await usecases::delete_calendar(context, request.principal, id));
  co_return http::no_content();
}

}  // namespace

void add_schedules(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/schedules", Permission::kGrantsRead, Reach::kEverybody, list_schedules);
  add(router, context, Method::kPost, "/v1/schedules", Permission::kGrantsWrite, Reach::kWorkspace, create_schedule);
  add(router, context, Method::kGet, "/v1/schedules/{schedule_id}", Permission::kGrantsRead, Reach::kEverybody, get_schedule,
      {.reported = {"/grants", "/locks"}});
  add(router, context, Method::kPatch, "/v1/schedules/{schedule_id}", Permission::kGrantsWrite, Reach::kWorkspace,
      update_schedule);
  add(router, context, Method::kDelete, "/v1/schedules/{schedule_id}", Permission::kGrantsWrite, Reach::kWorkspace,
      delete_schedule);
  add(router, context, Method::kGet, "/v1/schedules/{schedule_id}/locks", Permission::kGrantsRead, Reach::kEverybody,
      list_schedule_locks);
  add(router, context, Method::kGet, "/v1/calendars", Permission::kGrantsRead, Reach::kEverybody, list_calendars);
  add(router, context, Method::kPost, "/v1/calendars", Permission::kGrantsWrite, Reach::kWorkspace, create_calendar);
  add(router, context, Method::kGet, "/v1/calendars/{calendar_id}", Permission::kGrantsRead, Reach::kEverybody, get_calendar);
  add(router, context, Method::kPatch, "/v1/calendars/{calendar_id}", Permission::kGrantsWrite, Reach::kWorkspace,
      update_calendar);
  add(router, context, Method::kDelete, "/v1/calendars/{calendar_id}", Permission::kGrantsWrite, Reach::kWorkspace,
      delete_calendar);
}

}  // namespace cardea::server::api
