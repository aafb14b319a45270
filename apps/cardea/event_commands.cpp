// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "apps/cardea/options.hpp"
#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

struct EventOptions {
  std::string site, door, person, type, from, to;
  std::uint32_t limit = 20;
  bool follow = false;
};

std::string why(const json::value& event) {
  std::string reason = text(event, "reason");
  if (const json::value* detail = event.as_object().if_contains("detail"); detail != nullptr)
    if (const std::string alert = text(*detail, "alert"); !alert.empty() && alert != "0")
      reason += fmt::format("{}{} failures in 30 days", reason.empty() ? "" : "; ", alert);
  return reason;
}

std::vector<std::string> row_of(Platform& platform, const json::value& event) {
  const std::string door = text(event, "door_id");
  const std::string at = platform.names.when(event, text(event, "at").empty() ? "recorded_at" : "at", door);
  return {text(event, "position"),
          at,
          text(event, "type"),
          platform.names.door_name(door),
          platform.names.person_name(text(event, "person_id")),
          text(event, "method"),
          why(event)};
}

void print_events(Platform& platform, const json::array& events) {
  Table table({"NO", "WHEN", "WHAT", "DOOR", "WHO", "HOW", "WHY"});
  for (const json::value& event : events) table.add(row_of(platform, event));
  platform.console.print(table);
}

std::string filter_of(Platform& platform, const EventOptions& options) {
  std::string query;
  const std::string door = options.door.empty() ? "" : platform.names.door_id(options.door);
  if (!options.site.empty()) query += "&site_id=" + platform.names.site_id(options.site);
  if (!door.empty()) query += "&door_id=" + door;
  if (!options.person.empty()) query += "&person_id=" + platform.names.person_id(options.person);
  if (!options.type.empty()) query += "&type=" + percent_encoded(options.type);
  const TimeContext context = platform.names.time_at_door(door);
  if (!options.from.empty()) query += "&from=" + format_rfc3339(parse_time("--from", options.from, context));
  if (!options.to.empty()) query += "&to=" + format_rfc3339(parse_time("--to", options.to, context));
  return query;
}

/// One line an event, as they come, until the user ends it.
void follow(Platform& platform, const std::string& filter, std::int64_t after) {
  platform.api.follow(filter, after, [&](const json::value& event) {
    if (platform.console.json) {
      platform.console.print(event);
    } else {
      std::string line;
      for (const std::string& cell : row_of(platform, event))
        if (!cell.empty()) line += (line.empty() ? "" : "  ") + printable(cell);
      platform.console.out << line << '\n';
    }
    platform.console.out.flush();
    return platform.console.out.good();
  });
}

/// The newest events, the newest last, as a log is read.
void list_events(Platform& platform, const EventOptions& options) {
  const std::string filter = filter_of(platform, options);
  const json::value page = platform.api.get(fmt::format("/v1/events?limit={}{}", options.limit, filter));
  json::array events = page.at("items").as_array();
  if (options.follow) {
    // From what is there now on; the newest position of all, not of those that the filter lets through.
    const json::value newest = platform.api.get("/v1/events?limit=1");
    const json::array& items = newest.at("items").as_array();
    return follow(platform, filter, items.empty() ? 0 : items[0].at("position").to_number<std::int64_t>());
  }
  if (platform.console.json) return platform.console.print(page);
  std::reverse(events.begin(), events.end());
  print_events(platform, events);
}

void show_event(Platform& platform, const std::string& id) {
  const json::value proof = platform.api.get("/v1/events/" + id);
  if (platform.console.json) return platform.console.print(proof);
  Sheet sheet;
  for (const auto& member : proof.at("event").as_object()) {
    const std::string name(member.key());
    sheet.add(name, text(proof.at("event"), name));
  }
  platform.console.print(sheet);
}

void add_list(CLI::App& parent, PlatformCommands& commands, const char* name) {
  auto options = std::make_shared<EventOptions>();
  CLI::App* list = commands.add(parent, name, "What happened, the newest last",
                                [options](Platform& platform) { list_events(platform, *options); });
  list->add_option("--site", options->site, "only at the doors of this site")->type_name("SITE");
  list->add_option("--door", options->door, "only at this door")->type_name("DOOR");
  list->add_option("--person", options->person, "only of this person")->type_name("PERSON");
  list->add_option("--type", options->type, "only of this type: access.granted")->type_name("TYPE");
  list->add_option("--from", options->from, "recorded at this time or later")->type_name("T");
  list->add_option("--to", options->to, "recorded before this time")->type_name("T");
  add_number(*list, "--limit", options->limit, 1, 200, "the newest so many, 1 to 200 (20 unless given)");
  list->add_flag("--follow", options->follow, "go on with what happens from now on");
}

}  // namespace

void add_event_commands(CLI::App& app, PlatformCommands& commands) {
  add_list(app, commands, "events");
  CLI::App& event = add_group(app, "event", "Events, one by one");
  auto id = std::make_shared<std::string>();
  add_list(event, commands, "list");
  commands
      .add(event, "show", "One event, with what its leaf is made of (--json)",
           [id](Platform& platform) { show_event(platform, *id); })
      ->add_option("EVENT", *id, "its id")
      ->required();
}

}  // namespace cardea::client
