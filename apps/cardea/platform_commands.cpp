// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {

CLI::App* PlatformCommands::add(CLI::App& parent, const std::string& name, const std::string& help,
                                std::function<void(Platform&)> run) {
  return add(parent, name, help, std::move(run), false);
}

CLI::App* PlatformCommands::add_for_operators(CLI::App& parent, const std::string& name, const std::string& help,
                                              std::function<void(Platform&)> run) {
  return add(parent, name, help, std::move(run), true);
}

CLI::App* PlatformCommands::add(CLI::App& parent, const std::string& name, const std::string& help,
                                std::function<void(Platform&)> run, bool for_operators) {
  CLI::App* command = parent.add_subcommand(name, help);
  command->add_option("--server", options_->server, "the platform (CARDEA_SERVER, else http://127.0.0.1:8480)")
      ->type_name("URL")
      ->group("Platform");
  command->add_option("--ca", options_->ca_file, "PEM file of the authorities to believe (CARDEA_CA, else the system's)")
      ->type_name("FILE")
      ->group("Platform");
  if (!for_operators)
    command
        ->add_option("--api-key-file", options_->api_key_file,
                     "file with the API key (CARDEA_API_KEY_FILE, CARDEA_API_KEY, else your session, else build/run/api-key)")
        ->type_name("FILE")
        ->group("Platform");
  command->add_flag("--json", console_->json, "the answer of the API, for scripts")->group("Platform");
  command->callback([run = std::move(run), console = console_, options = options_, for_operators] {
    ApiOptions chosen = *options;
    chosen.session_only = for_operators;
    Api api(chosen);
    Directory names(api);
    Platform platform{*console, api, names};
    run(platform);
  });
  return command;
}

CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& help) {
  CLI::App* group = parent.add_subcommand(name, help);
  group->require_subcommand(1);
  return *group;
}

}  // namespace cardea::client
