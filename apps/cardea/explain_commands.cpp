// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "apps/cardea/options.hpp"
#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

struct ExplainOptions {
  std::string event, door, person, at;
  bool trace = false;
};

std::string kind_of(const json::value& credential) {
  if (!credential.is_object()) return "none";
  const std::string family = text(credential, "family");
  return text(credential, "kind") + (family.empty() ? "" : " " + family);
}

void print_trace(Platform& platform, const json::array& trace) {
  Table table({"CHECK", "RESULT", "RULE"});
  for (const json::value& check : trace) table.add({text(check, "check"), text(check, "result"), text(check, "rule")});
  platform.console.print(table);
}

/// What the answer rests on: nobody should take yesterday's word for today's.
std::string age_of(Platform& platform, const json::value& said, const std::string& door) {
  const json::value& lock = said.at("lock");
  std::string line = lock.at("online").as_bool() ? "The lock is connected" : "The lock is not connected";
  line += lock.at("seen_at").is_null()
              ? " and has never said how it is."
              : fmt::format("; it was last heard of at {}.", platform.names.when(lock, "seen_at", door));
  if (lock.at("applied_version").to_number<std::int64_t>() < lock.at("desired_version").to_number<std::int64_t>())
    line += " It has not acknowledged its newest settings yet.";
  if (lock.at("keypad").is_object() && lock.at("keypad").at("wait_s").to_number<std::int64_t>() > 0)
    line += fmt::format(" Its keypad then waited for {} s more.", text(lock.at("keypad"), "wait_s"));
  return line;
}

void print_door(Platform& platform, const ExplainOptions& options, const json::value& said, const std::string& door) {
  Table table({"WHO", "WITH", "OPENS", "WHY NOT", "WHAT HELPS"});
  for (const json::value& item : said.at("items").as_array())
    table.add({text(item, "person_name"), kind_of(item.at("credential")), item.at("opens").as_bool() ? "yes" : "no",
               text(item, "reason"), text(item, "advice")});
  platform.console.print(table);
  if (options.trace)
    for (const json::value& item : said.at("items").as_array()) {
      platform.console.out << '\n' << printable(text(item, "person_name")) << ", " << kind_of(item.at("credential")) << ":\n";
      print_trace(platform, item.at("trace").as_array());
    }
  platform.console.out << age_of(platform, said, door) << '\n';
}

void explain(Platform& platform, const ExplainOptions& options) {
  if (!options.event.empty()) {
    const json::value said = platform.api.get("/v1/events/" + options.event + "/explain");
    if (platform.console.json) return platform.console.print(said);
    print_trace(platform, said.at("trace").as_array());
    platform.console.out << text(said, "reason") << ": " << text(said, "advice") << '\n';
    return;
  }
  if (options.door.empty()) throw usage("Say what to explain: --door DOOR, or the id of a refusal's event.");
  const std::string door = platform.names.door_id(options.door);
  std::string path = "/v1/doors/" + door + "/explain";
  char mark = '?';
  if (!options.at.empty()) {
    path += mark + ("at=" + format_rfc3339(parse_time("--at", options.at, platform.names.time_at_door(door))));
    mark = '&';
  }
  if (!options.person.empty()) path += mark + ("person_id=" + platform.names.person_id(options.person));
  const json::value said = platform.api.get(path);
  if (platform.console.json) return platform.console.print(said);
  print_door(platform, options, said, door);
}

}  // namespace

void add_explain_commands(CLI::App& app, PlatformCommands& commands) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      commands.add(app, "explain", "Who can open a door at a moment, and why not the others; or why a lock refused",
                   [options](Platform& platform) { explain(platform, *options); });
  command->add_option("EVENT", options->event, "the id of an access.refused event");
  command->add_option("--door", options->door, "the door")->type_name("DOOR");
  command->add_option("--person", options->person, "only this person, with what has ended too")->type_name("PERSON");
  command->add_option("--at", options->at, "the moment (now unless given)")->type_name("T");
  command->add_flag("--trace", options->trace, "every check, one by one");
}

}  // namespace cardea::client
