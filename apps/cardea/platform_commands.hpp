// SPDX-License-Identifier: Apache-2.0
#pragma once
// Commands that speak to the platform: every use case of its API, one family a file.

#include <CLI/CLI.hpp>
#include <functional>

#include "apps/cardea/console.hpp"
#include "apps/cardea/directory.hpp"

namespace cardea::client {

/// What a command of the platform works with, once it runs.
struct Platform {
  Console& console;
  Api& api;
  Directory& names;
};

/// Adds commands whose work begins with a connection to the platform.
class PlatformCommands {
 public:
  explicit PlatformCommands(Console& console) : console_(&console) {}
  /// A command with --server, --api-key-file and --json beside its own options.
  CLI::App* add(CLI::App& parent, const std::string& name, const std::string& help, std::function<void(Platform&)> run);
  /// One for operators: it shows the session of whoever signed in, and has no --api-key-file.
  CLI::App* add_for_operators(CLI::App& parent, const std::string& name, const std::string& help,
                              std::function<void(Platform&)> run);

 private:
  CLI::App* add(CLI::App& parent, const std::string& name, const std::string& help, std::function<void(Platform&)> run,
                bool for_operators);

  Console* console_;
  std::shared_ptr<ApiOptions> options_ = std::make_shared<ApiOptions>();
};

void add_place_commands(CLI::App& app, PlatformCommands& commands);     ///< health, workspace, site, door
void add_lock_commands(CLI::App& app, PlatformCommands& commands);      ///< lock
void add_access_commands(CLI::App& app, PlatformCommands& commands);    ///< let-in, person, grant, credential
void add_schedule_commands(CLI::App& app, PlatformCommands& commands);  ///< schedule, calendar
void add_event_commands(CLI::App& app, PlatformCommands& commands);     ///< event, events
void add_explain_commands(CLI::App& app, PlatformCommands& commands);   ///< explain
void add_admin_commands(CLI::App& app, PlatformCommands& commands);     ///< key, operator, outbox
void add_alert_commands(CLI::App& app, PlatformCommands& commands);     ///< alert
void add_sign_in_commands(CLI::App& app, PlatformCommands& commands);   ///< sign-in, sign-out, session
void add_account_commands(CLI::App& app, PlatformCommands& commands);   ///< account
void add_webhook_commands(CLI::App& app, PlatformCommands& commands);   ///< webhook
void add_firmware_commands(CLI::App& app, PlatformCommands& commands);  ///< firmware, lock-batch, campaign
void add_import_commands(CLI::App& app, PlatformCommands& commands);    ///< import
void add_phone_commands(CLI::App& app, PlatformCommands& commands);     ///< phone; grant invite and its like, after access
/// `cardea code show`: the code of a credential, beside the offline tools.
void add_show_command(CLI::App& code, PlatformCommands& commands);

/// A group of commands that needs one of them: `cardea door …`.
CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& help);
/// Adds `member` to a body when the option was given.
template <class T>
void put(boost::json::object& body, const char* member, const std::optional<T>& value) {
  if (value) body[member] = boost::json::value_from(*value);
}

}  // namespace cardea::client
