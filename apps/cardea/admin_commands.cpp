// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "apps/cardea/key_option.hpp"
#include "apps/cardea/platform_commands.hpp"
#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

std::string permissions_of(const json::value& key) {
  std::string names;
  for (const json::value& permission : key.at("permissions").as_array())
    names += (names.empty() ? "" : " ") + std::string(permission.as_string());
  return names;
}

/// What `--site` and `--door` limit somebody to.
struct ScopeOptions {
  std::vector<std::string> sites, doors;

  void add_to(CLI::App& command) {
    command.add_option("--site", sites, "only there, with all its doors; may be given again")
        ->type_name("SITE")
        ->expected(1)
        ->take_all();
    command.add_option("--door", doors, "only there; may be given again")->type_name("DOOR")->expected(1)->take_all();
  }
  [[nodiscard]] bool is_everywhere() const { return sites.empty() && doors.empty(); }
  /// Null when neither was given.
  json::value read(Platform& platform) const {
    if (is_everywhere()) return nullptr;
    json::array site_ids, door_ids;
    for (const std::string& site : sites) site_ids.emplace_back(platform.names.site_id(site));
    for (const std::string& door : doors) door_ids.emplace_back(platform.names.door_id(door));
    return json::object{{"site_ids", std::move(site_ids)}, {"door_ids", std::move(door_ids)}};
  }
};

/// "Harbour House, Front"; "everywhere" for whom nothing limits.
std::string places_of(Platform& platform, const json::value& who) {
  const json::value& scope = who.at("scope");
  if (scope.is_null()) return "everywhere";
  std::string out;
  for (const json::value& site : scope.at("site_ids").as_array())
    out += (out.empty() ? "" : ", ") + platform.names.site_name(std::string(site.as_string()));
  for (const json::value& door : scope.at("door_ids").as_array())
    out += (out.empty() ? "" : ", ") + platform.names.door_name(std::string(door.as_string()));
  return out;
}

void list_keys(Platform& platform) {
  const json::object page = platform.api.list("/v1/api-keys");
  if (platform.console.json) return platform.console.print(page);
  Table table({"NAME", "WHERE", "LAST USED", "EXPIRES", "ID", "PERMISSIONS"});
  for (const json::value& key : page.at("items").as_array())
    table.add({text(key, "name"), places_of(platform, key), platform.names.when(key, "last_used_at", ""),
               platform.names.when(key, "expires_at", ""), text(key, "id"), permissions_of(key)});
  platform.console.print(table);
}

void add_key_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string id, name;
    std::vector<std::string> permissions;
    std::optional<std::string> role, expires_at;
    ScopeOptions scope;
  };
  auto options = std::make_shared<Options>();
  CLI::App& key = add_group(app, "key", "API keys, for programs that use the platform");
  commands.add(key, "list", "All keys, without their text", list_keys);
  CLI::App* add = commands.add(key, "add", "Make a key; its text is shown once", [options](Platform& platform) {
    json::object body{{"name", options->name}};
    if (!options->permissions.empty()) body["permissions"] = json::value_from(options->permissions);
    put(body, "role", options->role);
    put(body, "expires_at", options->expires_at);
    body["scope"] = options->scope.read(platform);
    const json::value issued = platform.api.post("/v1/api-keys", body);
    if (platform.console.json) return platform.console.print(issued);
    platform.console.out << text(issued, "key") << '\n';
  });
  add->add_option("NAME", options->name, "who uses it")->required();
  add->add_option("--permission", options->permissions, "what it may do: events:read; may be given again")
      ->type_name("NAME")
      ->expected(1)
      ->take_all();
  add->add_option("--role", options->role, "instead of permissions: owner, manager, installer, auditor, support")
      ->type_name("ROLE");
  options->scope.add_to(*add);
  add->add_option("--expires", options->expires_at, "when it ends by itself: 2027-01-01T00:00:00Z")->type_name("INSTANT");
  commands
      .add(key, "revoke", "End a key at once",
           [options](Platform& platform) {
             platform.api.remove("/v1/api-keys/" + options->id);
             platform.console.out << "It opens nothing any more.\n";
           })
      ->add_option("KEY", options->id, "its id")
      ->required();
}

void show_invitation(Platform& platform, const json::value& invited) {
  if (platform.console.json) return platform.console.print(invited);
  platform.console.out << text(invited, "invitation") << '\n'
                       << fmt::format("Mailed to {}; good once, until {}. They accept with: cardea operator accept\n",
                                      printable(text(invited.at("operator"), "email")),
                                      platform.names.when(invited, "expires_at", ""));
}

void show_operator(Platform& platform, const json::value& who) {
  if (platform.console.json) return platform.console.print(who);
  platform.console.out << fmt::format("{} is {} ({}).\n", printable(text(who, "name")), text(who, "role"), text(who, "state"));
}

void list_operators(Platform& platform) {
  const json::object page = platform.api.list("/v1/operators");
  if (platform.console.json) return platform.console.print(page);
  Table table({"NAME", "E-MAIL", "ROLE", "WHERE", "STATE", "SECOND FACTOR", "ID"});
  for (const json::value& who : page.at("items").as_array())
    table.add({text(who, "name"), text(who, "email"), text(who, "role"), places_of(platform, who), text(who, "state"),
               who.at("second_factor").as_bool() ? "yes" : "no", text(who, "id")});
  platform.console.print(table);
}

/// An operator by id, e-mail address or name.
std::string operator_id(Platform& platform, const std::string& name) {
  if (is_id("operator", name)) return name;
  std::vector<std::string> found;
  const json::object page = platform.api.list("/v1/operators");
  for (const json::value& who : page.at("items").as_array())
    if (text(who, "state") != "ended" && (text(who, "email") == name || text(who, "name") == name))
      found.push_back(text(who, "id"));
  if (found.size() == 1) return found.front();
  throw Stop(ExitStatus::kRefused,
             fmt::format("{} operators are called \"{}\". `cardea operator list` shows them with their ids.",
                         found.empty() ? "no" : "several", printable(name)));
}

void add_operator_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string who, name, email, role, invitation_file, password_file;
    ScopeOptions scope, new_scope;
    bool everywhere = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App& group = add_group(app, "operator", "People who use the console");
  const auto add_for_one = [&](const std::string& word, const std::string& help, const std::string& path,
                               void (*show)(Platform&, const json::value&)) {
    commands
        .add(group, word, help,
             [options, path, show](Platform& platform) {
               show(platform, platform.api.post("/v1/operators/" + operator_id(platform, options->who) + path));
             })
        ->add_option("OPERATOR", options->who, "id, e-mail address or name")
        ->required();
  };
  commands.add(group, "list", "All operators, also those who have ended", list_operators);
  CLI::App* invite =
      commands.add(group, "invite", "Invite somebody; the invitation is mailed, and shown once", [options](Platform& platform) {
        show_invitation(platform, platform.api.post("/v1/operators", {{"name", options->name},
                                                                      {"email", options->email},
                                                                      {"role", options->role},
                                                                      {"scope", options->scope.read(platform)}}));
      });
  invite->add_option("NAME", options->name, "the person's name")->required();
  invite->add_option("--email", options->email, "where the invitation goes, and what they sign in with")->required();
  invite->add_option("--role", options->role, "owner, manager, installer, auditor or support")->required();
  options->scope.add_to(*invite);
  CLI::App* limit =
      commands.add(group, "limit", "Limit somebody to some sites and doors; it works at once", [options](Platform& platform) {
        if (options->new_scope.is_everywhere() != options->everywhere)
          throw Stop(ExitStatus::kUsage, "name the places (--site, --door), or --everywhere to lift the limit.");
        show_operator(platform, platform.api.patch("/v1/operators/" + operator_id(platform, options->who),
                                                   {{"scope", options->new_scope.read(platform)}}));
      });
  limit->add_option("OPERATOR", options->who, "id, e-mail address or name")->required();
  options->new_scope.add_to(*limit);
  limit->add_flag("--everywhere", options->everywhere, "nothing limits them any more");
  add_for_one("reinvite", "A new invitation in place of the old one", "/invitation", show_invitation);
  CLI::App* role = commands.add(group, "role", "Give another role; it works at once", [options](Platform& platform) {
    show_operator(platform,
                  platform.api.patch("/v1/operators/" + operator_id(platform, options->who), {{"role", options->role}}));
  });
  role->add_option("OPERATOR", options->who, "id, e-mail address or name")->required();
  role->add_option("ROLE", options->role, "owner, manager, installer, auditor or support")->required();
  add_for_one("sign-out", "End all sessions of an operator", "/end-sessions", show_operator);
  add_for_one("end", "Take the console away from somebody, at once", "/end", show_operator);
  CLI::App* accept =
      commands.add(group, "accept", "Accept an invitation by choosing a password", [options](Platform& platform) {
        show_operator(platform, platform.api.post_without_key(
                                    "/v1/invitations/accept",
                                    {{"invitation", read_secret_file(options->invitation_file, "--invitation-file")},
                                     {"password", read_secret_file(options->password_file, "--password-file")}}));
      });
  accept->add_option("--invitation-file", options->invitation_file, "file whose first line is the invitation")
      ->type_name("FILE")
      ->required();
  accept->add_option("--password-file", options->password_file, "file whose first line is the password, 12 characters or more")
      ->type_name("FILE")
      ->required();
}

void add_outbox_commands(CLI::App& app, PlatformCommands& commands) {
  auto id = std::make_shared<std::string>();
  auto state = std::make_shared<std::string>();
  CLI::App& outbox = add_group(app, "outbox", "Messages to persons");
  commands
      .add(outbox, "list", "All messages, newest first, without their text",
           [state](Platform& platform) {
             const json::object page =
                 platform.api.list("/v1/outbox" + (state->empty() ? "" : "?state=" + percent_encoded(*state)));
             if (platform.console.json) return platform.console.print(page);
             Table table({"TO", "WHAT", "CHANNEL", "STATE", "MADE", "ENDS", "WHY NOT", "ID"});
             for (const json::value& message : page.at("items").as_array())
               table.add({text(message, "to"), text(message, "letter"), text(message, "channel"), text(message, "state"),
                          platform.names.when(message, "created_at", ""), platform.names.when(message, "expires_at", ""),
                          text(message, "failure"), text(message, "id")});
             platform.console.print(table);
           })
      ->add_option("--state", *state, "queued, sent or failed")
      ->type_name("STATE");
  commands
      .add(outbox, "retry", "Send a message now, also one that had failed",
           [id](Platform& platform) {
             const json::value message = platform.api.post("/v1/outbox/" + *id + "/retry");
             if (platform.console.json) return platform.console.print(message);
             platform.console.out << "It is queued. `cardea outbox list` shows what comes of it.\n";
           })
      ->add_option("MESSAGE", *id, "its id")
      ->required();
  commands
      .add(outbox, "show", "One message with its text, until it ends",
           [id](Platform& platform) {
             const json::value message = platform.api.get("/v1/outbox/" + *id);
             if (platform.console.json) return platform.console.print(message);
             const std::string words = text(message, "text");
             platform.console.out << (words.empty() ? "Not shown: it was sent or has ended, or is for its recipient alone."
                                                    : printable(words))
                                  << '\n';
           })
      ->add_option("MESSAGE", *id, "its id")
      ->required();
}

}  // namespace

void add_admin_commands(CLI::App& app, PlatformCommands& commands) {
  add_key_commands(app, commands);
  add_operator_commands(app, commands);
  add_outbox_commands(app, commands);
}

}  // namespace cardea::client
