// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "apps/cardea/platform_commands.hpp"
#include "apps/cardea/schedules.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

std::string how_far(const json::value& schedule) {
  const json::value& locks = schedule.at("locks");
  const std::string waiting = text(locks, "on_its_way");
  return text(locks, "total") + (waiting == "0" ? "" : ", on its way to " + waiting);
}

std::string calendars_of(Platform& platform, const json::value& schedule) {
  std::string names;
  for (const json::value& id : schedule.at("calendar_ids").as_array())
    names += (names.empty() ? "" : ", ") + platform.names.calendar_name(std::string(id.as_string()));
  return names;
}

void show_schedule(Platform& platform, const json::value& schedule) {
  if (platform.console.json) return platform.console.print(schedule);
  Sheet sheet;
  sheet.add("schedule", text(schedule, "name"));
  sheet.add("id", text(schedule, "id"));
  sheet.add("times", format_schedule(schedule.at("schedule")));
  if (const std::string calendars = calendars_of(platform, schedule); !calendars.empty()) sheet.add("calendars", calendars);
  sheet.add("grants", text(schedule, "grants"));
  sheet.add("locks", how_far(schedule));
  platform.console.print(sheet);
}

void list_schedules(Platform& platform) {
  const json::object page = platform.api.list("/v1/schedules");
  if (platform.console.json) return platform.console.print(page);
  Table table({"NAME", "TIMES", "CALENDARS", "GRANTS", "LOCKS", "ID"});
  for (const json::value& schedule : page.at("items").as_array())
    table.add({text(schedule, "name"), format_schedule(schedule.at("schedule")), calendars_of(platform, schedule),
               text(schedule, "grants"), how_far(schedule), text(schedule, "id")});
  platform.console.print(table);
}

void list_schedule_locks(Platform& platform, const std::string& path) {
  const json::object page = platform.api.list(path + "/locks");
  if (platform.console.json) return platform.console.print(page);
  Table table({"DOOR", "DELIVERY", "LAST SEEN"});
  for (const json::value& at : page.at("items").as_array()) {
    const std::string door = text(at, "door_id");
    table.add({platform.names.door_name(door), text(at, "delivery"), platform.names.when(at, "last_seen_at", door)});
  }
  platform.console.print(table);
}

void show_calendar(Platform& platform, const json::value& calendar) {
  if (platform.console.json) return platform.console.print(calendar);
  Sheet sheet;
  sheet.add("calendar", text(calendar, "name"));
  sheet.add("id", text(calendar, "id"));
  for (const json::value& date : calendar.at("dates").as_array()) sheet.add("closed", std::string(date.as_string()));
  platform.console.print(sheet);
}

void list_calendars(Platform& platform) {
  const json::object page = platform.api.list("/v1/calendars");
  if (platform.console.json) return platform.console.print(page);
  Table table({"NAME", "DATES", "ID"});
  for (const json::value& calendar : page.at("items").as_array())
    table.add({text(calendar, "name"), std::to_string(calendar.at("dates").as_array().size()), text(calendar, "id")});
  platform.console.print(table);
}

struct ScheduleOptions {
  std::string schedule, name, times;
  std::optional<std::string> new_name;
  std::vector<std::string> holidays, calendars;
  bool no_calendar = false;

  [[nodiscard]] std::string path(Platform& platform) const { return "/v1/schedules/" + platform.names.schedule_id(schedule); }
  void add_to(json::object& body, Platform& platform) const {
    if (!times.empty()) body["schedule"] = parse_schedule(times, holidays);
    if (times.empty() && !holidays.empty()) throw usage("--holiday needs --times that it makes an exception of.");
    if (calendars.empty() && !no_calendar) return;
    json::array ids;
    for (const std::string& calendar : calendars) ids.emplace_back(platform.names.calendar_id(calendar));
    body["calendar_ids"] = ids;
  }
};

void add_schedule_group(CLI::App& app, PlatformCommands& commands) {
  auto options = std::make_shared<ScheduleOptions>();
  CLI::App& group = add_group(app, "schedule", "Times with a name, that many grants follow");
  const auto of_one = [&](const char* verb, const char* help, std::function<void(Platform&)> run) {
    CLI::App* command = commands.add(group, verb, help, std::move(run));
    command->add_option("SCHEDULE", options->schedule, "name or id")->required();
    return command;
  };
  commands.add(group, "list", "All schedules", list_schedules);
  of_one("show", "One schedule",
         [options](Platform& platform) { show_schedule(platform, platform.api.get(options->path(platform))); });
  of_one("locks", "Where it has arrived",
         [options](Platform& platform) { list_schedule_locks(platform, options->path(platform)); });
  CLI::App* add = commands.add(group, "add", "Make a schedule", [options](Platform& platform) {
    json::object body{{"name", options->name}};
    options->add_to(body, platform);
    show_schedule(platform, platform.api.post("/v1/schedules", body));
  });
  add->add_option("NAME", options->name, "for instance \"Cleaners, weekdays 8-12\"")->required();
  CLI::App* change =
      of_one("change", "Change a schedule: every grant that follows it, at every lock", [options](Platform& platform) {
        json::object body;
        put(body, "name", options->new_name);
        options->add_to(body, platform);
        if (body.empty()) throw usage("nothing to change. Give --name, --times, --calendar or --no-calendar.");
        show_schedule(platform, platform.api.patch(options->path(platform), body));
      });
  change->add_option("--name", options->new_name, "the new name")->type_name("NAME");
  change->add_flag("--no-calendar", options->no_calendar, "follow no calendar any more");
  for (CLI::App* command : {add, change}) {
    CLI::Option* times = command->add_option("--times", options->times, "\"mon-fri 08:00-12:00; 2026-12-24 08:00-10:00\"");
    times->type_name("TIMES");
    if (command == add) times->required();
    command->add_option("--holiday", options->holidays, "a date without the weekly times; may be given again")
        ->type_name("DATE")
        ->expected(1)
        ->take_all();
    command->add_option("--calendar", options->calendars, "a calendar of holidays, by name or id; may be given again")
        ->type_name("CALENDAR")
        ->expected(1)
        ->take_all();
  }
  of_one("delete", "Delete a schedule that no grant follows", [options](Platform& platform) {
    platform.api.remove(options->path(platform));
    if (!platform.console.json) platform.console.out << "It is gone.\n";
  });
}

struct CalendarOptions {
  std::string calendar, name;
  std::optional<std::string> new_name;
  std::vector<std::string> dates;
  [[nodiscard]] std::string path(Platform& platform) const { return "/v1/calendars/" + platform.names.calendar_id(calendar); }
};

void add_calendar_group(CLI::App& app, PlatformCommands& commands) {
  auto options = std::make_shared<CalendarOptions>();
  CLI::App& group = add_group(app, "calendar", "Holidays, that many schedules follow");
  const auto of_one = [&](const char* verb, const char* help, std::function<void(Platform&)> run) {
    CLI::App* command = commands.add(group, verb, help, std::move(run));
    command->add_option("CALENDAR", options->calendar, "name or id")->required();
    return command;
  };
  commands.add(group, "list", "All calendars", list_calendars);
  of_one("show", "One calendar",
         [options](Platform& platform) { show_calendar(platform, platform.api.get(options->path(platform))); });
  CLI::App* add = commands.add(group, "add", "Make a calendar", [options](Platform& platform) {
    const json::object body{{"name", options->name}, {"dates", json::value_from(options->dates)}};
    show_calendar(platform, platform.api.post("/v1/calendars", body));
  });
  add->add_option("NAME", options->name, "for instance \"Zurich\"")->required();
  CLI::App* change = of_one("change", "Change a calendar: every schedule that follows it", [options](Platform& platform) {
    json::object body;
    put(body, "name", options->new_name);
    if (!options->dates.empty()) body["dates"] = json::value_from(options->dates);
    if (body.empty()) throw usage("nothing to change. Give --name or --date.");
    show_calendar(platform, platform.api.patch(options->path(platform), body));
  });
  change->add_option("--name", options->new_name, "the new name")->type_name("NAME");
  for (CLI::App* command : {add, change}) {
    CLI::Option* dates = command->add_option("--date", options->dates, "all its dates: --date again for each");
    dates->type_name("DATE")->expected(1)->take_all();
    if (command == add) dates->required();
  }
  of_one("delete", "Delete a calendar that no schedule follows", [options](Platform& platform) {
    platform.api.remove(options->path(platform));
    if (!platform.console.json) platform.console.out << "It is gone.\n";
  });
}

}  // namespace

void add_schedule_commands(CLI::App& app, PlatformCommands& commands) {
  add_schedule_group(app, commands);
  add_calendar_group(app, commands);
}

}  // namespace cardea::client
