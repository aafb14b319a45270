// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

struct WebhookOptions {
  std::string id, url;
  std::vector<std::string> types;
  std::optional<std::string> new_url;
  std::optional<std::int64_t> after;
};

std::string types_of(const json::value& webhook) {
  std::string names;
  for (const json::value& type : webhook.at("types").as_array())
    names += (names.empty() ? "" : " ") + std::string(type.as_string());
  return names.empty() ? "all" : names;
}

void list_webhooks(Platform& platform) {
  const json::object page = platform.api.list("/v1/webhooks");
  if (platform.console.json) return platform.console.print(page);
  Table table({"URL", "STATE", "BEHIND", "FAILING SINCE", "TYPES", "ID"});
  for (const json::value& webhook : page.at("items").as_array())
    table.add({text(webhook, "url"), text(webhook, "state"), text(webhook, "behind"),
               platform.names.when(webhook, "failing_since", ""), types_of(webhook), text(webhook, "id")});
  platform.console.print(table);
}

void show(Platform& platform, const json::value& webhook) {
  if (platform.console.json) return platform.console.print(webhook);
  Sheet sheet;
  sheet.add("url", text(webhook, "url"));
  sheet.add("state", text(webhook, "state"));
  sheet.add("types", types_of(webhook));
  sheet.add("position", fmt::format("{}, {} behind", text(webhook, "position"), text(webhook, "behind")));
  sheet.add("failing since", platform.names.when(webhook, "failing_since", ""));
  sheet.add("last failure", text(webhook, "last_failure"));
  sheet.add("next attempt", platform.names.when(webhook, "next_attempt_at", ""));
  sheet.add("id", text(webhook, "id"));
  platform.console.print(sheet);
}

/// The secret alone, for a script to keep.
void show_secret(Platform& platform, const json::value& made) {
  if (platform.console.json) return platform.console.print(made);
  platform.console.out << text(made, "secret") << '\n';
}

void create(Platform& platform, const WebhookOptions& options) {
  json::object body{{"url", options.url}};
  if (!options.types.empty()) body["types"] = json::value_from(options.types);
  put(body, "after", options.after);
  show_secret(platform, platform.api.post("/v1/webhooks", body));
}

void change(Platform& platform, const WebhookOptions& options) {
  json::object body;
  put(body, "url", options.new_url);
  if (!options.types.empty()) body["types"] = json::value_from(options.types);
  put(body, "after", options.after);
  show(platform, platform.api.patch("/v1/webhooks/" + options.id, body));
}

void add_types(CLI::App& command, WebhookOptions& options) {
  command.add_option("--type", options.types, "only events of this type: access.granted; may be given again")
      ->type_name("TYPE")
      ->expected(1)
      ->take_all();
}

void add_after(CLI::App& command, WebhookOptions& options) {
  command.add_option("--after", options.after, "begin after this event's position; 0: with the oldest")->type_name("POSITION");
}

}  // namespace

void add_webhook_commands(CLI::App& app, PlatformCommands& commands) {
  auto options = std::make_shared<WebhookOptions>();
  CLI::App& group = add_group(app, "webhook", "Endpoints that events are sent to as they happen (spec/webhook.md)");
  const auto add_for_one = [&](const std::string& word, const std::string& help, std::function<void(Platform&)> run) {
    CLI::App* command = commands.add(group, word, help, std::move(run));
    command->add_option("WEBHOOK", options->id, "its id")->required();
    return command;
  };
  const auto set_state = [options](const char* state) {
    return [options, state](Platform& platform) {
      show(platform, platform.api.patch("/v1/webhooks/" + options->id, {{"state", state}}));
    };
  };
  commands.add(group, "list", "All of them, and how far behind each is", list_webhooks);
  CLI::App* add = commands.add(group, "add", "Send events to an address; prints the signing secret, once",
                               [options](Platform& platform) { create(platform, *options); });
  add->add_option("URL", options->url, "https, on a public address")->required();
  add_types(*add, *options);
  add_after(*add, *options);
  add_for_one("show", "One of them, and why it fails",
              [options](Platform& platform) { show(platform, platform.api.get("/v1/webhooks/" + options->id)); });
  CLI::App* set = add_for_one("set", "Another address, other types, or events once more from a position",
                              [options](Platform& platform) { change(platform, *options); });
  set->add_option("--url", options->new_url, "https, on a public address")->type_name("URL");
  add_types(*set, *options);
  add_after(*set, *options);
  add_for_one("disable", "Send nothing for now; its position stays", set_state("disabled"));
  add_for_one("enable", "Go on where it was", set_state("active"));
  add_for_one("rotate", "A new secret, printed once; the old one signs too for 24 hours", [options](Platform& platform) {
    show_secret(platform, platform.api.post("/v1/webhooks/" + options->id + "/rotate-secret"));
  });
  add_for_one("remove", "Send nothing to it any more", [options](Platform& platform) {
    platform.api.remove("/v1/webhooks/" + options->id);
    platform.console.out << "Nothing is sent to it any more.\n";
  });
}

}  // namespace cardea::client
