// SPDX-License-Identifier: Apache-2.0
// cardea: the platform's command line. It parses; what it does is in the other files of this folder.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "apps/cardea/code_commands.hpp"
#include "apps/cardea/console.hpp"
#include "apps/cardea/platform_commands.hpp"
#include "apps/cardea/siblings.hpp"

namespace {

using namespace cardea::client;

constexpr const char* about =
    "Cardea: let people in, see who came. Commands that need the platform find it by --server and --api-key-file, by "
    "CARDEA_SERVER\n"
    "and CARDEA_API_KEY_FILE, or by build/run/api-key in this folder or one above, as ./dev run leaves it.";

constexpr std::string_view lock_word = "lock";

std::string siblings_help() {
  std::string text;
  for (const std::string& word : sibling_words())
    text += fmt::format("\n  cardea {:<20} runs cardea-{}", word == "server" ? "serve" : word, word);
  return text.empty() ? "" : "Programs beside this one:" + text;
}

void add_commands(CLI::App& app, Console& console) {
  app.require_subcommand(1);
  app.footer(siblings_help);
  PlatformCommands commands(console);
  add_access_commands(app, commands);
  add_schedule_commands(app, commands);
  add_phone_commands(app, commands);
  add_event_commands(app, commands);
  add_explain_commands(app, commands);
  add_place_commands(app, commands);
  add_lock_commands(app, commands);
  add_alert_commands(app, commands);
  add_admin_commands(app, commands);
  add_sign_in_commands(app, commands);
  add_account_commands(app, commands);
  add_webhook_commands(app, commands);
  add_firmware_commands(app, commands);
  add_import_commands(app, commands);
  CLI::App* code =
      app.add_subcommand("code", "The code of a token; and codes from explicit keys, for who checks an implementation");
  code->require_subcommand(1);
  add_show_command(*code, commands);
  add_otp_command(*code, console);
  add_offline_commands(*code, console);
  add_bound_command(*code, console);
}

/// The innermost command that was named, for pointing at its help.
std::string named_command(const CLI::App& app) {
  std::string name = app.get_name();
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    name += " " + at->get_name();
  }
  return name;
}

/// A word that may stand in an error: names of commands and options, and nothing that could be a key or a code.
bool can_be_shown(const std::string& word) {
  if (word.size() > 24) return false;
  return std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '_'; });
}

std::string unexpected_words(const CLI::App& app) {
  std::string text;
  for (const std::string& word : app.remaining(true)) {
    const std::string name = word.substr(0, word.find('='));
    if (!text.empty()) text += ", ";
    text += can_be_shown(name) ? fmt::format("\"{}\"", name) : "an argument (not repeated here: it may be secret)";
  }
  return text;
}

int report(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help
  const std::string unexpected = unexpected_words(app);
  std::string what = error.what();
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && what.starts_with("A subcommand"))
    what = "a command is missing";
  if (const std::string twice = ": At Most 1 required but received"; what.find(twice) != std::string::npos)
    what = what.substr(0, what.find(twice)) + " is given more than once";
  if (!unexpected.empty()) what = "not understood: " + unexpected;
  const std::string command = named_command(app);
  std::cerr << fmt::format("{}: {}.\nSee {} --help.\n", command, what, command);
  return static_cast<int>(ExitStatus::kUsage);
}

bool has_command(const CLI::App& app, const std::string& word) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  return std::any_of(commands.begin(), commands.end(), [&](const CLI::App* command) { return command->check_name(word); });
}

/// A first word that is no command of this program may be a sibling's; and so may a second word be after `lock`, which names
/// both what the platform knows of locks and a lock as a process.
void run_sibling(const CLI::App& app, int argc, char** argv) {
  if (argc < 2) return;
  const bool known = has_command(app, argv[1]);
  if (known && (argc < 3 || argv[2][0] == '-' || argv[1] != lock_word || has_command(*app.get_subcommand(argv[1]), argv[2])))
    return;
  if (const auto path = find_sibling(argv[1])) become(*path, {argv + 2, argv + argc});
}

int run(int argc, char** argv) {
  const char* no_color = std::getenv("NO_COLOR");
  Console console{std::cout, isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0')};
  CLI::App app(about, "cardea");
  add_commands(app, console);
  run_sibling(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report(app, error);
  }
  std::cout.flush();
  if (!std::cout) throw Stop(ExitStatus::kUsage, "standard output cannot be written to.");
  return static_cast<int>(console.status);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Stop& stop) {
    std::cout.flush();
    std::cerr << "cardea: " << stop.what() << '\n';
    return static_cast<int>(stop.status());
  }
}
