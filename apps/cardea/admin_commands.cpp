// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

std::string permissions_of(const json::value& key) {
  std::string names;
  for (const json::value& permission : key.at("permissions").as_array())
    names += (names.empty() ? "" : " ") + std::string(permission.as_string());
  return names;
}

void list_keys(Platform& platform) {
  const json::object page = platform.api.list("/v1/api-keys");
  if (platform.console.json) return platform.console.print(page);
  Table table({"NAME", "REVOKED", "ID", "PERMISSIONS"});
  for (const json::value& key : page.at("items").as_array())
    table.add({text(key, "name"), platform.names.when(key, "revoked_at", ""), text(key, "id"), permissions_of(key)});
  platform.console.print(table);
}

void add_key_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string id, name;
    std::vector<std::string> permissions;
  };
  auto options = std::make_shared<Options>();
  CLI::App& key = add_group(app, "key", "API keys, for programs that use the platform");
  commands.add(key, "list", "All keys, without their text", list_keys);
  CLI::App* add = commands.add(key, "add", "Make a key; its text is shown once", [options](Platform& platform) {
    const json::value issued =
        platform.api.post("/v1/api-keys", {{"name", options->name}, {"permissions", json::value_from(options->permissions)}});
    if (platform.console.json) return platform.console.print(issued);
    platform.console.out << text(issued, "key") << '\n';
  });
  add->add_option("NAME", options->name, "who uses it")->required();
  add->add_option("--permission", options->permissions, "what it may do: events:read; may be given again")
      ->type_name("NAME")
      ->required()
      ->expected(1)
      ->take_all();
  commands
      .add(key, "revoke", "End a key at once",
           [options](Platform& platform) {
             const json::value revoked = platform.api.post("/v1/api-keys/" + options->id + "/revoke");
             if (platform.console.json) return platform.console.print(revoked);
             platform.console.out << fmt::format("\"{}\" opens nothing any more.\n", printable(text(revoked, "name")));
           })
      ->add_option("KEY", options->id, "its id")
      ->required();
}

void add_outbox_commands(CLI::App& app, PlatformCommands& commands) {
  auto id = std::make_shared<std::string>();
  CLI::App& outbox = add_group(app, "outbox", "Messages to persons");
  commands.add(outbox, "list", "All messages, newest first, without their text", [](Platform& platform) {
    const json::object page = platform.api.list("/v1/outbox");
    if (platform.console.json) return platform.console.print(page);
    Table table({"TO", "CHANNEL", "MADE", "ENDS", "ID"});
    for (const json::value& message : page.at("items").as_array())
      table.add({text(message, "to"), text(message, "channel"), platform.names.when(message, "created_at", ""),
                 platform.names.when(message, "expires_at", ""), text(message, "id")});
    platform.console.print(table);
  });
  commands
      .add(outbox, "show", "One message with its text, until it ends",
           [id](Platform& platform) {
             const json::value message = platform.api.get("/v1/outbox/" + *id);
             if (platform.console.json) return platform.console.print(message);
             const std::string words = text(message, "text");
             platform.console.out << (words.empty() ? "Erased: it was delivered, or its code has ended." : printable(words))
                                  << '\n';
           })
      ->add_option("MESSAGE", *id, "its id")
      ->required();
}

}  // namespace

void add_admin_commands(CLI::App& app, PlatformCommands& commands) {
  add_key_commands(app, commands);
  add_outbox_commands(app, commands);
}

}  // namespace cardea::client
