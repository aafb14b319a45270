// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `grant add`, `grant change` and `let-in` share.

#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {

/// What a grant says beside its window.
struct RuleOptions {
  std::string schedule, follow;
  std::vector<std::string> holidays;
  std::optional<std::uint16_t> uses;
  std::string after_first_use;

  void add_to(CLI::App& command);
  void add_to(Platform& platform, boost::json::object& body) const;
};

/// What --person, --door, --from and --to of `grant add` and `let-in` say.
struct WindowOptions {
  std::string person;
  std::vector<std::string> doors;
  std::string from = "now";
  std::string to;
  bool no_end = false;
  bool may_share = false;
  std::vector<std::string> own_doors;
  RuleOptions rules;

  void add_to(CLI::App& command);
};

boost::json::value create_grant(Platform& platform, const WindowOptions& options, const std::string& person_id);

void add_grant_commands(CLI::App& app, PlatformCommands& commands);  ///< person, grant

}  // namespace cardea::client
