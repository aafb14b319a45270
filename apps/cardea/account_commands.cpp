// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "apps/cardea/platform_commands.hpp"
#include "apps/cardea/terminal.hpp"
#include "apps/cardea/way_back.hpp"
#include "core/base/secret.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

/// The password again, and nothing of it afterwards.
json::value post_with_password(Platform& platform, const std::string& path, json::object body) {
  std::string password = ask_hidden("Password");
  body["password"] = password;
  wipe({reinterpret_cast<std::uint8_t*>(password.data()), password.size()});
  return platform.api.post(path, body);
}

void link(Platform& platform, std::uint16_t port) {
  WayBack way_back(port);
  const json::value offer =
      post_with_password(platform, "/v1/account/oidc-links/begin", {{"redirect_uri", way_back.redirect_uri()}});
  const json::object answer = way_back.go_and_wait(platform.console.out, offer);
  const json::value made = platform.api.post("/v1/account/oidc-links", answer);
  if (platform.console.json) return platform.console.print(made);
  platform.console.out << fmt::format("Linked with {} at {}: that account signs you in from now on.\n",
                                      printable(text(made, "email").empty() ? text(made, "subject") : text(made, "email")),
                                      printable(text(made, "issuer")));
}

void list_links(Platform& platform) {
  const json::object page = platform.api.list("/v1/account/oidc-links");
  if (platform.console.json) return platform.console.print(page);
  Table table({"ISSUER", "EMAIL", "SUBJECT", "LINKED", "LAST USED"});
  for (const json::value& one : page.at("items").as_array())
    table.add({printable(text(one, "issuer")), printable(text(one, "email")), printable(text(one, "subject")),
               platform.names.when(one, "created_at", ""), platform.names.when(one, "last_used_at", "")});
  platform.console.print(table);
}

}  // namespace

void add_account_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string issuer;
    std::uint16_t port = 0;
  };
  auto options = std::make_shared<Options>();
  CLI::App& account = add_group(app, "account", "Your own account");
  commands
      .add_for_operators(account, "link", "Let your account at the OpenID Connect provider sign you in; asks for the password",
                         [options](Platform& platform) { link(platform, options->port); })
      ->add_option("--port", options->port,
                   "of 127.0.0.1, for a provider that sends browsers back to one alone (default: any)");
  commands.add_for_operators(account, "links", "Your accounts at providers", list_links);
  commands
      .add_for_operators(account, "unlink", "Let it sign you in no more; asks for the password",
                         [options](Platform& platform) {
                           post_with_password(platform, "/v1/account/oidc-links/remove", {{"issuer", options->issuer}});
                           platform.console.out << "The link is removed.\n";
                         })
      ->add_option("ISSUER", options->issuer, "as `cardea account links` shows it")
      ->required();
}

}  // namespace cardea::client
