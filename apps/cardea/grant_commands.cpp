// SPDX-License-Identifier: Apache-2.0
// Persons, and what they may pass.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cardea/grant_options.hpp"
#include "apps/cardea/schedules.hpp"

namespace cardea::client {

namespace json = boost::json;

namespace {

void show_person(Platform& platform, const json::value& person) {
  if (platform.console.json) return platform.console.print(person);
  Sheet sheet;
  sheet.add("person", text(person, "name"));
  sheet.add("id", text(person, "id"));
  for (const char* member : {"phone", "email", "external_id"})
    if (const std::string value = text(person, member); !value.empty()) sheet.add(member, value);
  if (!text(person, "revoked_at").empty()) sheet.add("revoked", platform.names.when(person, "revoked_at", ""));
  platform.console.print(sheet);
}

void list_persons(Platform& platform) {
  const json::object page = platform.api.list("/v1/persons");
  if (platform.console.json) return platform.console.print(page);
  Table table({"NAME", "PHONE", "E-MAIL", "REVOKED", "ID"});
  for (const json::value& person : page.at("items").as_array())
    table.add({text(person, "name"), text(person, "phone"), text(person, "email"),
               platform.names.when(person, "revoked_at", ""), text(person, "id")});
  platform.console.print(table);
}

void add_person_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string person, name;
    std::optional<std::string> new_name, phone, email, external_id, language;
    [[nodiscard]] std::string path(Platform& platform) const { return "/v1/persons/" + platform.names.person_id(person); }
  };
  auto options = std::make_shared<Options>();
  CLI::App& person = add_group(app, "person", "Persons who may come in");
  commands.add(person, "list", "All persons", list_persons);
  commands
      .add(person, "show", "One person",
           [options](Platform& platform) { show_person(platform, platform.api.get(options->path(platform))); })
      ->add_option("PERSON", options->person, "name or id")
      ->required();
  CLI::App* add = commands.add(person, "add", "Add a person", [options](Platform& platform) {
    json::object body{{"name", options->name}};
    put(body, "phone", options->phone);
    put(body, "email", options->email);
    put(body, "language", options->language);
    put(body, "external_id", options->external_id);
    show_person(platform, platform.api.post("/v1/persons", body));
  });
  add->add_option("NAME", options->name, "the person's name")->required();
  add->add_option("--external-id", options->external_id, "your own id for the person, one of its kind")->type_name("TEXT");
  CLI::App* change =
      commands.add(person, "change", "Change a person's name, phone, e-mail or language", [options](Platform& platform) {
        json::object body;
        put(body, "name", options->new_name);
        put(body, "phone", options->phone);
        put(body, "email", options->email);
        put(body, "language", options->language);
        if (body.empty()) throw usage("nothing to change. Give --name, --phone, --email or --language.");
        show_person(platform, platform.api.patch(options->path(platform), body));
      });
  change->add_option("PERSON", options->person, "name or id")->required();
  change->add_option("--name", options->new_name, "the new name")->type_name("NAME");
  for (CLI::App* command : {add, change}) {
    command->add_option("--phone", options->phone, "for SMS codes: +41791234567")->type_name("NUMBER");
    command->add_option("--email", options->email, "e-mail address")->type_name("ADDRESS");
    command->add_option("--language", options->language, "what they are written to in: en, zh or de")->type_name("LANGUAGE");
  }
  commands
      .add(person, "revoke", "End every access of a person, and let no new one begin",
           [options](Platform& platform) { show_person(platform, platform.api.post(options->path(platform) + "/revoke")); })
      ->add_option("PERSON", options->person, "name or id")
      ->required();
}

/// A grant's times are shown as its first door has them.
std::string first_door(const json::value& grant) { return std::string(grant.at("door_ids").as_array().at(0).as_string()); }

std::string doors_of(Platform& platform, const json::value& grant) {
  std::string names;
  for (const json::value& door : grant.at("door_ids").as_array())
    names += (names.empty() ? "" : ", ") + platform.names.door_name(std::string(door.as_string()));
  return names;
}

std::string end_of(Platform& platform, const json::value& grant) {
  const std::string end = platform.names.when(grant, "to", first_door(grant));
  return end.empty() ? "no end" : end;
}

void show_grant(Platform& platform, const json::value& grant) {
  if (platform.console.json) return platform.console.print(grant);
  Sheet sheet;
  sheet.add("grant", text(grant, "id"));
  sheet.add("person", platform.names.person_name(text(grant, "person_id")));
  sheet.add("doors", doors_of(platform, grant));
  sheet.add("from", platform.names.when(grant, "from", first_door(grant)));
  sheet.add("to", end_of(platform, grant));
  if (const std::string schedule = format_schedule(grant.at("schedule")); !schedule.empty()) sheet.add("times", schedule);
  if (const std::string named = text(grant, "schedule_id"); !named.empty())
    sheet.add("follows", platform.names.schedule_name(named));
  if (const std::string uses = text(grant, "max_uses"); !uses.empty()) sheet.add("uses", uses + " at each door");
  if (const json::value& lives = grant.at("expires_after_first_use_s"); lives.is_number())
    sheet.add("ends", format_duration(lives.to_number<std::uint64_t>()) + " after the first use of a door");
  sheet.add("state", text(grant, "state"));
  platform.console.print(sheet);
}

void list_grants(Platform& platform, const std::string& person, const std::string& door) {
  std::string query;
  if (!person.empty()) query += "&person_id=" + platform.names.person_id(person);
  if (!door.empty()) query += "&door_id=" + platform.names.door_id(door);
  if (!query.empty()) query[0] = '?';
  const json::object page = platform.api.list("/v1/access-grants" + query);
  if (platform.console.json) return platform.console.print(page);
  Table table({"PERSON", "DOORS", "FROM", "TO", "STATE", "ID"});
  for (const json::value& grant : page.at("items").as_array())
    table.add({platform.names.person_name(text(grant, "person_id")), doors_of(platform, grant),
               platform.names.when(grant, "from", first_door(grant)), end_of(platform, grant), text(grant, "state"),
               text(grant, "id")});
  platform.console.print(table);
}

}  // namespace

void RuleOptions::add_to(CLI::App& command) {
  command
      .add_option("--schedule", schedule,
                  "\"mon-fri 08:00-18:00; 2026-12-24 08:00-12:00; 2026-12-31 closed\": weekly times and single dates")
      ->type_name("TIMES");
  command.add_option("--holiday", holidays, "a date without the weekly times; may be given again")
      ->type_name("DATE")
      ->expected(1)
      ->take_all();
  command.add_option("--follow", follow, "a schedule of the workspace, by name or id, in place of --schedule")
      ->type_name("SCHEDULE");
  command.add_option("--uses", uses, "openings at each door (any number unless given)")->type_name("N");
  command.add_option("--after-first-use", after_first_use, "how long it lives after the first opening of a door: 90m, 2h, 3d")
      ->type_name("T");
}

void RuleOptions::add_to(Platform& platform, json::object& body) const {
  if (!schedule.empty() && !follow.empty()) throw usage("--schedule and --follow exclude each other.");
  if (!follow.empty()) body["schedule_id"] = platform.names.schedule_id(follow);
  if (!schedule.empty()) body["schedule"] = parse_schedule(schedule, holidays);
  if (schedule.empty() && !holidays.empty()) throw usage("--holiday needs a --schedule that it makes an exception of.");
  put(body, "max_uses", uses);
  if (!after_first_use.empty()) body["expires_after_first_use_s"] = parse_duration("--after-first-use", after_first_use);
}

void WindowOptions::add_to(CLI::App& command) {
  command.add_option("--person", person, "name or id")->type_name("PERSON")->required();
  command.add_option("--door", doors, "name, site/name or id; may be given again")
      ->type_name("DOOR")
      ->required()
      ->expected(1)
      ->take_all();
  command.add_option("--from", from, "now, 2026-05-01 14:00, tomorrow 15:00, +2h; in the door's zone (now unless given)")
      ->type_name("T");
  command.add_option("--to", to, "the same; +2h counts from --from")->type_name("T");
  command.add_flag("--no-end", no_end, "instead of --to");
  command.add_flag("--may-share", may_share, "its person may share it for a time, from their phone");
  command
      .add_option("--own-door", own_doors,
                  "one of its doors behind which its person lives: they see who came in; may be given again")
      ->type_name("DOOR")
      ->expected(1)
      ->take_all();
  rules.add_to(command);
}

json::value create_grant(Platform& platform, const WindowOptions& options, const std::string& person_id) {
  if (options.to.empty() == !options.no_end) throw usage("give either --to or --no-end: when does it end?");
  json::array doors;
  for (const std::string& door : options.doors) doors.emplace_back(platform.names.door_id(door));
  TimeContext context = platform.names.time_at_door(std::string(doors.at(0).as_string()));
  const UnixSeconds from = parse_time("--from", options.from, context);
  json::object body{{"person_id", person_id}, {"door_ids", doors}, {"from", format_rfc3339(from)}};
  if (!options.no_end) {
    context.relative_to = from;
    const UnixSeconds to = parse_time("--to", options.to, context);
    if (to <= from)
      throw usage(fmt::format("--to ({}) is not later than --from ({}). Nobody could come in.", options.to, options.from));
    body["to"] = format_rfc3339(to);
  }
  options.rules.add_to(platform, body);
  if (options.may_share) body["may_share"] = true;
  json::array own_doors;
  for (const std::string& door : options.own_doors) own_doors.emplace_back(platform.names.door_id(door));
  if (!own_doors.empty()) body["own_door_ids"] = std::move(own_doors);
  return platform.api.post("/v1/access-grants", body);
}

namespace {

// --- grant change ---------------------------------------------------------------------------------------------------------

struct ChangeOptions {
  std::vector<std::string> doors, add_doors, remove_doors;
  std::string from, to;
  bool no_end = false, any_time = false, any_number = false, no_after_first_use = false;
  RuleOptions rules;

  void add_to(CLI::App& command) {
    const auto many = [&](const char* name, std::vector<std::string>& values, const char* help) {
      command.add_option(name, values, help)->type_name("DOOR")->expected(1)->take_all();
    };
    command.add_option("--from", from, "as in let-in; +2h counts from the beginning that it has. Only before it begins")
        ->type_name("T");
    command.add_option("--to", to, "the same; +1d counts from the end that it has: a day longer")->type_name("T");
    command.add_flag("--no-end", no_end, "instead of --to");
    many("--door", doors, "its doors from now on: name, site/name or id; may be given again");
    many("--add-door", add_doors, "one more; issue a credential there, unless it is for a phone that has this grant");
    many("--remove-door", remove_doors, "one less: what was issued there is ended");
    rules.add_to(command);
    command.add_flag("--any-time", any_time, "no schedule any more");
    command.add_flag("--any-number", any_number, "no number of uses any more");
    command.add_flag("--no-after-first-use", no_after_first_use, "no end after the first use any more");
  }
};

/// The doors that the grant is to have; null when that is what it has.
json::value doors_after(Platform& platform, const ChangeOptions& options, const json::value& grant) {
  if (!options.doors.empty() && !(options.add_doors.empty() && options.remove_doors.empty()))
    throw usage("--door says all of its doors; it excludes --add-door and --remove-door.");
  if (options.doors.empty() && options.add_doors.empty() && options.remove_doors.empty()) return nullptr;
  json::array doors = options.doors.empty() ? grant.at("door_ids").as_array() : json::array{};
  const auto find = [&](const std::string& id) { return std::find(doors.begin(), doors.end(), json::value(id)); };
  for (const std::string& name : options.remove_doors) {
    const auto found = find(platform.names.door_id(name));
    if (found == doors.end()) throw usage(fmt::format("\"{}\" is not one of the doors of this grant.", printable(name)));
    doors.erase(found);
  }
  for (const auto* names : {&options.doors, &options.add_doors})
    for (const std::string& name : *names)
      if (const std::string id = platform.names.door_id(name); find(id) == doors.end()) doors.emplace_back(id);
  if (doors.empty()) throw usage("no door would be left. To end the grant: cardea grant revoke.");
  return doors;
}

void add_window(Platform& platform, const ChangeOptions& options, const json::value& grant, json::object& body) {
  if (!options.to.empty() && options.no_end) throw usage("--to and --no-end exclude each other.");
  TimeContext context = platform.names.time_at_door(first_door(grant));
  const auto read = [&](const char* option, const std::string& written, const char* member) {
    if (written.empty()) return;
    const std::string held = text(grant, member);
    context.relative_to = held.empty() ? context.now : parse_rfc3339(held);
    body[member] = format_rfc3339(parse_time(option, written, context));
  };
  read("--from", options.from, "from");
  read("--to", options.to, "to");
  if (options.no_end) body["to"] = nullptr;
}

void add_rules(Platform& platform, const ChangeOptions& options, json::object& body) {
  const auto take_away = [&](bool asked, const char* option, bool given, const char* member) {
    if (asked && given) throw usage(fmt::format("{} excludes what it takes away. Give one of them.", option));
    if (asked) body[member] = nullptr;
  };
  options.rules.add_to(platform, body);
  const RuleOptions& rules = options.rules;
  take_away(options.any_time, "--any-time", !rules.schedule.empty() || !rules.follow.empty(), "schedule");
  take_away(options.any_number, "--any-number", rules.uses.has_value(), "max_uses");
  take_away(options.no_after_first_use, "--no-after-first-use", !rules.after_first_use.empty(), "expires_after_first_use_s");
}

void change_grant(Platform& platform, const std::string& id, const ChangeOptions& options) {
  const std::string path = "/v1/access-grants/" + id;
  std::string state;
  const json::value grant = platform.api.get(path, state);
  json::object body;
  add_window(platform, options, grant, body);
  add_rules(platform, options, body);
  if (json::value doors = doors_after(platform, options, grant); !doors.is_null()) body["door_ids"] = std::move(doors);
  if (body.empty()) throw usage("nothing to change. Give --to, --from, --add-door or another option; see --help.");
  // What it is to be was worked out from what it was: nobody may have changed it meanwhile.
  const json::value changed = platform.api.patch(path, body, state);
  if (platform.console.json) return platform.console.print(changed);
  show_grant(platform, changed.at("grant"));
  for (const json::value& code : changed.at("codes_left").as_array())
    platform.console.out << fmt::format("The offline code {} keeps its window, to {}: issue another one for the rest.\n",
                                        text(code, "credential_id"),
                                        platform.names.when(code.at("window"), "to", text(code, "door_id")));
  for (const json::value& door : changed.at("doors_without_credentials").as_array())
    platform.console.out << fmt::format("Nothing opens {} yet: cardea credential issue {} --door {}\n",
                                        platform.names.door_name(std::string(door.as_string())), id,
                                        std::string(door.as_string()));
}

void add_grants(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string grant, person, door;
    WindowOptions window;
    ChangeOptions change;
  };
  auto options = std::make_shared<Options>();
  CLI::App& grant = add_group(app, "grant", "Access grants: who may pass which doors, and when");
  CLI::App* list = commands.add(grant, "list", "All grants, newest first",
                                [options](Platform& platform) { list_grants(platform, options->person, options->door); });
  list->add_option("--person", options->person, "only of this person")->type_name("PERSON");
  list->add_option("--door", options->door, "only for this door")->type_name("DOOR");
  commands
      .add(grant, "show", "One grant",
           [options](Platform& platform) { show_grant(platform, platform.api.get("/v1/access-grants/" + options->grant)); })
      ->add_option("GRANT", options->grant, "its id")
      ->required();
  options->window.add_to(*commands.add(
      grant, "add", "Let a person through doors for a time; it opens nothing before it has credentials",
      [options](Platform& platform) {
        show_grant(platform, create_grant(platform, options->window, platform.names.person_id(options->window.person)));
      }));
  CLI::App* change = commands.add(grant, "change", "Another window, other doors, times or uses; what was issued follows",
                                  [options](Platform& platform) { change_grant(platform, options->grant, options->change); });
  change->add_option("GRANT", options->grant, "its id")->required();
  options->change.add_to(*change);
  commands
      .add(grant, "revoke", "End a grant and its credentials",
           [options](Platform& platform) {
             show_grant(platform, platform.api.post("/v1/access-grants/" + options->grant + "/revoke"));
           })
      ->add_option("GRANT", options->grant, "its id")
      ->required();
}

}  // namespace

void add_grant_commands(CLI::App& app, PlatformCommands& commands) {
  add_person_commands(app, commands);
  add_grants(app, commands);
}

}  // namespace cardea::client
