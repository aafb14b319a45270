// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <ostream>

#include "apps/cardea/platform_commands.hpp"
#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

void show_alert(Platform& platform, const json::value& alert) {
  if (platform.console.json) return platform.console.print(alert);
  const std::string door = text(alert, "door_id");
  const auto line = [&](const char* name, const std::string& value) {
    if (!value.empty()) platform.console.out << fmt::format("{:<14} {}\n", name, printable(value));
  };
  line("alert", text(alert, "summary"));
  line("state", text(alert, "state"));
  line("severity", text(alert, "severity"));
  line("door", door.empty() ? "" : platform.names.door_name(door));
  line("opened", platform.names.when(alert, "opened_at", door));
  line("times", json::serialize(alert.at("count")));
  line("over", platform.names.when(alert, "over_at", door));
  line("escalates", platform.names.when(alert, "next_step_at", door));
  line("acknowledged", platform.names.when(alert, "acknowledged_at", door));
  line("by", text(alert, "acknowledged_by"));
  line("note", text(alert, "note"));
  line("closed", platform.names.when(alert, "closed_at", door));
  line("closed by", text(alert, "closed_by"));
}

void list_alerts(Platform& platform, const std::string& state) {
  const json::object page = platform.api.list("/v1/alerts" + (state.empty() ? "" : "?state=" + state));
  if (platform.console.json) return platform.console.print(page);
  Table table({"ALERT", "DOOR", "STATE", "TIMES", "SINCE", "ID"});
  for (const json::value& alert : page.at("items").as_array()) {
    if (state.empty() && text(alert, "state") == "closed") continue;
    const std::string door = text(alert, "door_id");
    table.add({text(alert, "summary"), door.empty() ? "" : platform.names.door_name(door), text(alert, "state"),
               json::serialize(alert.at("count")), platform.names.when(alert, "opened_at", door), text(alert, "id")});
  }
  platform.console.print(table);
}

/// "manager; after 15 min owner".
std::string steps_of(const json::value& rule) {
  std::string out;
  for (const json::value& step : rule.at("steps").as_array()) {
    std::string tell;
    for (const json::value& who : step.at("tell").as_array()) tell += (tell.empty() ? "" : ", ") + std::string(who.as_string());
    const auto after = step.at("after_min").to_number<std::int64_t>();
    out +=
        (out.empty() ? "" : "; ") + (after == 0 ? "" : fmt::format("after {} min ", after)) + (tell.empty() ? "nobody" : tell);
  }
  return out;
}

void show_rule(Platform& platform, const json::value& rule) {
  if (platform.console.json) return platform.console.print(rule);
  platform.console.out << fmt::format("{} ({}): {}; tells {}.\n", printable(text(rule, "name")), text(rule, "type"),
                                      rule.at("enabled").as_bool() ? "on" : "off", printable(steps_of(rule)));
}

void list_rules(Platform& platform) {
  const json::object page = platform.api.list("/v1/alert-rules");
  if (platform.console.json) return platform.console.print(page);
  Table table({"TYPE", "NAME", "ON", "FROM", "TELLS", "ID"});
  for (const json::value& rule : page.at("items").as_array()) {
    const std::string unit = text(rule, "unit");
    table.add({text(rule, "type"), text(rule, "name"), rule.at("enabled").as_bool() ? "yes" : "no",
               unit.empty() ? "" : json::serialize(rule.at("threshold")) + " " + unit, steps_of(rule), text(rule, "id")});
  }
  platform.console.print(table);
}

/// "manager,night@example.org" and "15:owner" -> the API's steps.
json::array read_steps(const std::vector<std::string>& words) {
  json::array steps;
  for (const std::string& word : words) {
    const std::size_t colon = word.find(':');
    std::int64_t after = 0;
    if (colon != std::string::npos) {
      const char* end = word.data() + colon;
      if (std::from_chars(word.data(), end, after).ptr != end || colon == 0)
        throw Stop(ExitStatus::kUsage, "--tell is WHO,WHO at once, or MINUTES:WHO,WHO later: \"15:owner\"");
    }
    json::array tell;
    std::string rest = colon == std::string::npos ? word : word.substr(colon + 1);
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      tell.emplace_back(rest.substr(0, comma));
      rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
    }
    steps.push_back(json::object{{"after_min", after}, {"tell", std::move(tell)}});
  }
  return steps;
}

struct RuleOptions {
  std::string id, type;
  std::optional<std::string> name, severity;
  std::optional<std::int64_t> threshold;
  std::vector<std::string> sites, doors, tell;
  bool on = false, off = false, everywhere = false;
};

json::object body_of(Platform& platform, const RuleOptions& options) {
  json::object body;
  put(body, "name", options.name);
  put(body, "severity", options.severity);
  put(body, "threshold", options.threshold);
  if (options.on || options.off) body["enabled"] = options.on;
  json::array sites, doors;
  for (const std::string& site : options.sites) sites.emplace_back(platform.names.site_id(site));
  for (const std::string& door : options.doors) doors.emplace_back(platform.names.door_id(door));
  if (options.everywhere || !sites.empty() || !doors.empty()) {
    body["site_ids"] = std::move(sites);
    body["door_ids"] = std::move(doors);
  }
  if (!options.tell.empty()) body["steps"] = read_steps(options.tell);
  return body;
}

void add_rule_options(CLI::App& command, RuleOptions& options) {
  command.add_option("--name", options.name, "what it is called");
  command.add_option("--severity", options.severity, "info, warning or critical")->type_name("WORD");
  command.add_option("--from", options.threshold, "its threshold: seconds, percent or failures, as `rule list` says")
      ->type_name("N");
  command.add_option("--site", options.sites, "only there; may be given again")->type_name("SITE")->expected(1)->take_all();
  command.add_option("--door", options.doors, "only there; may be given again")->type_name("DOOR")->expected(1)->take_all();
  command
      .add_option(
          "--tell", options.tell,
          "whom: roles, operators' ids or addresses with commas between; MINUTES:WHO for those who hear of it when nobody "
          "has acknowledged it by then; may be given again")
      ->type_name("WHO")
      ->expected(1)
      ->take_all();
}

void add_rule_commands(CLI::App& alert, PlatformCommands& commands) {
  auto options = std::make_shared<RuleOptions>();
  CLI::App& rule = add_group(alert, "rule", "What becomes an alert, and who is told");
  commands.add(rule, "list", "All rules", list_rules);
  CLI::App* add =
      commands.add(rule, "add", "One more rule of a type, for some places or other people", [options](Platform& platform) {
        json::object body = body_of(platform, *options);
        body["type"] = options->type;
        show_rule(platform, platform.api.post("/v1/alert-rules", body));
      });
  add->add_option("TYPE", options->type, "door_forced, lock_offline …: `rule list` shows them all")->required();
  add_rule_options(*add, *options);
  CLI::App* set = commands.add(rule, "set", "Change a rule; the owners are told of it", [options](Platform& platform) {
    show_rule(platform, platform.api.patch("/v1/alert-rules/" + options->id, body_of(platform, *options)));
  });
  set->add_option("RULE", options->id, "its id")->required();
  add_rule_options(*set, *options);
  set->add_flag("--everywhere", options->everywhere, "at every door again");
  CLI::Option* on = set->add_flag("--on", options->on, "switch it on");
  set->add_flag("--off", options->off, "switch it off")->excludes(on);
  commands
      .add(rule, "delete", "No alert of it any more; the owners are told of it",
           [options](Platform& platform) {
             platform.api.remove("/v1/alert-rules/" + options->id);
             platform.console.out << "It is gone; its alerts stay.\n";
           })
      ->add_option("RULE", options->id, "its id")
      ->required();
}

}  // namespace

void add_alert_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string id, state;
    std::optional<std::string> note;
  };
  auto options = std::make_shared<Options>();
  CLI::App& alert = add_group(app, "alert", "What somebody must hear of now");
  commands
      .add(alert, "list", "Those that are not closed, newest first",
           [options](Platform& platform) { list_alerts(platform, options->state); })
      ->add_option("--state", options->state, "open, acknowledged or closed")
      ->type_name("STATE");
  commands
      .add(alert, "show", "One alert",
           [options](Platform& platform) { show_alert(platform, platform.api.get("/v1/alerts/" + options->id)); })
      ->add_option("ALERT", options->id, "its id")
      ->required();
  const auto add_end = [&](const std::string& word, const std::string& help, const std::string& path) {
    CLI::App* command = commands.add(alert, word, help, [options, path](Platform& platform) {
      json::object body;
      put(body, "note", options->note);
      show_alert(platform, platform.api.post("/v1/alerts/" + options->id + path, body));
    });
    command->add_option("ALERT", options->id, "its id")->required();
    command->add_option("--note", options->note, "what there is to say about it")->type_name("TEXT");
  };
  add_end("ack", "Say that you see to it: nobody else is told any more", "/acknowledge");
  add_end("close", "Close it, whatever its lock says", "/close");
  add_rule_commands(alert, commands);
}

}  // namespace cardea::client
