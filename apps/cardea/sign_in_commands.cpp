// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <ostream>

#include "apps/cardea/key_option.hpp"
#include "apps/cardea/platform_commands.hpp"
#include "apps/cardea/stop.hpp"
#include "apps/cardea/stored_session.hpp"
#include "apps/cardea/terminal.hpp"
#include "apps/cardea/way_back.hpp"
#include "core/base/secret.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

void wipe_text(std::string& text) { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

/// Asks for a code only when the account has a second factor, which nobody hears who has not shown the first. `member`: where
/// it goes.
json::value try_to_sign_in(Platform& platform, const std::string& path, json::object& body, const char* member) {
  try {
    return platform.api.post_without_key(path, body);
  } catch (const Stop& stop) {
    if (stop.code() != "second_factor_required") throw;
  }
  std::string code = ask_hidden("Code of your authenticator app, or a recovery code");
  body[member] = code;
  wipe_text(code);
  return platform.api.post_without_key(path, body);
}

void keep(Platform& platform, const json::value& session) {
  const json::value& who = session.at("operator");
  store_session(platform.api.server(), {text(session, "session_id"), text(session, "token"), text(who, "email")});
  platform.console.out << fmt::format("Signed in as {} ({}), until {} at the latest.\n", printable(text(who, "name")),
                                      text(who, "role"), text(session, "expires_at"));
  for (const char* variable : {"CARDEA_API_KEY_FILE", "CARDEA_API_KEY"})
    if (std::getenv(variable) != nullptr)
      std::cerr << fmt::format("cardea: {} is set, and goes before your session: unset it to act as yourself.\n", variable);
}

/// By way of a browser on this machine. `invitation_file`: to accept one so; "" for none.
void sign_in_with_oidc(Platform& platform, std::uint16_t port, const std::string& workspace,
                       const std::string& invitation_file) {
  WayBack way_back(port);
  json::object begin{{"redirect_uri", way_back.redirect_uri()}};
  if (!workspace.empty()) begin["workspace_id"] = workspace;
  if (!invitation_file.empty()) begin["invitation"] = read_secret_file(invitation_file, "--invitation-file");
  const json::value offer = platform.api.post_without_key("/v1/oidc-sign-ins", begin);
  json::object body = way_back.go_and_wait(platform.console.out, offer);
  keep(platform, try_to_sign_in(platform, "/v1/sessions/oidc", body, "second_factor"));
}

void sign_in(Platform& platform, std::string email, const std::string& workspace) {
  if (email.empty()) email = ask("E-mail address");
  std::string password = ask_hidden("Password");
  json::object body{{"email", email}, {"password", password}};
  wipe_text(password);
  if (!workspace.empty()) body["workspace_id"] = workspace;
  keep(platform, try_to_sign_in(platform, "/v1/sessions", body, "code"));
}

/// The file goes in any case: a session that has ended already is no reason to keep it.
void sign_out(Platform& platform, bool everywhere) {
  const auto session = load_session(platform.api.server());
  if (!session) throw refused("nobody has signed in here.");
  try {
    platform.api.remove(everywhere ? "/v1/sessions" : "/v1/sessions/" + session->id);
  } catch (const Stop& stop) {
    if (stop.code() != "unauthorized") throw;
  }
  forget_session(platform.api.server());
  platform.console.out << (everywhere ? "Signed out everywhere.\n" : "Signed out.\n");
}

void list_sessions(Platform& platform) {
  const json::object page = platform.api.list("/v1/sessions");
  if (platform.console.json) return platform.console.print(page);
  Table table({"BEGAN", "LAST SEEN", "FROM", "WITH", "HERE", "ID"});
  for (const json::value& one : page.at("items").as_array())
    table.add({platform.names.when(one, "created_at", ""), platform.names.when(one, "seen_at", ""), text(one, "address"),
               text(one, "agent"), one.at("current").as_bool() ? "yes" : "", text(one, "id")});
  platform.console.print(table);
}

}  // namespace

void add_sign_in_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string email, workspace, invitation_file, id;
    bool everywhere = false;
    bool oidc = false;
    std::uint16_t port = 0;
  };
  auto options = std::make_shared<Options>();
  CLI::App* in = commands.add_for_operators(
      app, "sign-in", "Sign in as an operator; asks for the password at the terminal", [options](Platform& platform) {
        if (options->oidc)
          sign_in_with_oidc(platform, options->port, options->workspace, options->invitation_file);
        else
          sign_in(platform, options->email, options->workspace);
      });
  CLI::Option* const email = in->add_option("--email", options->email, "your address; asked for when it is not given");
  CLI::Option* const oidc =
      in->add_flag("--oidc", options->oidc, "at the platform's OpenID Connect provider, with a browser on this machine")
          ->excludes(email);
  in->add_option("--port", options->port, "of 127.0.0.1, for a provider that sends browsers back to one alone (default: any)")
      ->needs(oidc);
  in->add_option("--invitation-file", options->invitation_file,
                 "file whose first line is an invitation, to accept it at the provider and without a password")
      ->type_name("FILE")
      ->needs(oidc);
  in->add_option("--workspace", options->workspace, "for an address that is known in several workspaces")->type_name("ID");
  commands
      .add_for_operators(app, "sign-out", "End the session of this machine",
                         [options](Platform& platform) { sign_out(platform, options->everywhere); })
      ->add_flag("--everywhere", options->everywhere, "end all your sessions");
  CLI::App& session = add_group(app, "session", "Where you are signed in");
  commands.add_for_operators(session, "list", "Your sessions, newest first", list_sessions);
  commands
      .add_for_operators(session, "end", "End one of them at once",
                         [options](Platform& platform) {
                           platform.api.remove("/v1/sessions/" + options->id);
                           platform.console.out << "It has ended.\n";
                         })
      ->add_option("SESSION", options->id, "its id")
      ->required();
}

}  // namespace cardea::client
