// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "apps/cardea/options.hpp"
#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

void show_site(Platform& platform, const json::value& site) {
  if (platform.console.json) return platform.console.print(site);
  Sheet sheet;
  sheet.add("site", text(site, "name"));
  sheet.add("id", text(site, "id"));
  sheet.add("added", platform.names.when(site, "created_at", ""));
  platform.console.print(sheet);
}

void list_sites(Platform& platform) {
  const json::object page = platform.api.list("/v1/sites");
  if (platform.console.json) return platform.console.print(page);
  Table table({"NAME", "ID"});
  for (const json::value& site : page.at("items").as_array()) table.add({text(site, "name"), text(site, "id")});
  platform.console.print(table);
}

void add_site_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string site, name;
  };
  auto options = std::make_shared<Options>();
  CLI::App& site = add_group(app, "site", "Sites: a building or an estate");
  commands.add(site, "list", "All sites", list_sites);
  commands
      .add(site, "show", "One site",
           [options](Platform& platform) {
             show_site(platform, platform.api.get("/v1/sites/" + platform.names.site_id(options->site)));
           })
      ->add_option("SITE", options->site, "name or id")
      ->required();
  commands
      .add(site, "add", "Add a site",
           [options](Platform& platform) { show_site(platform, platform.api.post("/v1/sites", {{"name", options->name}})); })
      ->add_option("NAME", options->name, "its name")
      ->required();
  CLI::App* rename = commands.add(site, "rename", "Rename a site", [options](Platform& platform) {
    show_site(platform, platform.api.patch("/v1/sites/" + platform.names.site_id(options->site), {{"name", options->name}}));
  });
  rename->add_option("SITE", options->site, "name or id")->required();
  rename->add_option("NAME", options->name, "its new name")->required();
}

void show_door(Platform& platform, const json::value& door) {
  if (platform.console.json) return platform.console.print(door);
  Sheet sheet;
  sheet.add("door", text(door, "name"));
  sheet.add("id", text(door, "id"));
  sheet.add("site", platform.names.site_name(text(door, "site_id")));
  sheet.add("zone", text(door, "zone"));
  const std::string lock = text(door, "lock_id");
  sheet.add("lock", lock.empty() ? "none: cardea lock claim --door … --label CARDEA1:…" : lock);
  platform.console.print(sheet);
}

void list_doors(Platform& platform, const std::string& site) {
  const std::string query = site.empty() ? "" : "?site_id=" + platform.names.site_id(site);
  const json::object page = platform.api.list("/v1/doors" + query);
  if (platform.console.json) return platform.console.print(page);
  Table table({"NAME", "SITE", "ZONE", "LOCK", "ID"});
  for (const json::value& door : page.at("items").as_array())
    table.add({text(door, "name"), platform.names.site_name(text(door, "site_id")), text(door, "zone"), text(door, "lock_id"),
               text(door, "id")});
  platform.console.print(table);
}

std::string kind_of(const json::value& credential) {
  const std::string kind = text(credential, "kind");
  if (kind == "token") return text(credential, "fixed") == "true" ? "fixed token" : "token";
  return kind == "offline" ? "offline, " + text(credential, "family") : kind;
}

void list_access(Platform& platform, const std::string& name) {
  const std::string door = platform.names.door_id(name);
  const json::object page = platform.api.list("/v1/doors/" + door + "/access");
  if (platform.console.json) return platform.console.print(page);
  Table table({"WHO", "WITH", "STATE", "CAN OPEN UNTIL", "CREDENTIAL"});
  for (const json::value& item : page.at("items").as_array()) {
    const json::value& credential = item.at("credential");
    table.add({text(item, "person_name"), kind_of(credential), text(credential, "delivery"),
               platform.names.when(credential, "last_possible_use", door), text(credential, "id")});
  }
  if (table.empty())
    platform.console.out << "Nobody has a credential for this door.\n";
  else
    platform.console.print(table);
}

void add_door_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string door, site, name, zone;
    std::optional<std::string> new_name, new_zone;
  };
  auto options = std::make_shared<Options>();
  CLI::App& door = add_group(app, "door", "Doors, and who may open them");
  commands
      .add(door, "list", "All doors, or those of a site",
           [options](Platform& platform) { list_doors(platform, options->site); })
      ->add_option("--site", options->site, "only of this site: name or id")
      ->type_name("SITE");
  commands
      .add(door, "show", "One door",
           [options](Platform& platform) {
             show_door(platform, platform.api.get("/v1/doors/" + platform.names.door_id(options->door)));
           })
      ->add_option("DOOR", options->door, "name, site/name or id")
      ->required();
  commands
      .add(door, "access", "Who may open a door, and until when at the latest",
           [options](Platform& platform) { list_access(platform, options->door); })
      ->add_option("DOOR", options->door, "name, site/name or id")
      ->required();
  CLI::App* add = commands.add(door, "add", "Add a door to a site", [options](Platform& platform) {
    const json::object body{
        {"site_id", platform.names.site_id(options->site)}, {"name", options->name}, {"zone", options->zone}};
    show_door(platform, platform.api.post("/v1/doors", body));
  });
  add->add_option("NAME", options->name, "its name, one of its kind in the site")->required();
  add->add_option("--site", options->site, "name or id")->type_name("SITE")->required();
  add->add_option("--zone", options->zone, "its time zone: Europe/Zurich")->type_name("ZONE")->required();
  CLI::App* change = commands.add(door, "change", "Rename a door, or set its time zone", [options](Platform& platform) {
    json::object body;
    put(body, "name", options->new_name);
    put(body, "zone", options->new_zone);
    if (body.empty()) throw usage("nothing to change. Give --name or --zone.");
    show_door(platform, platform.api.patch("/v1/doors/" + platform.names.door_id(options->door), body));
  });
  change->add_option("DOOR", options->door, "name, site/name or id")->required();
  change->add_option("--name", options->new_name, "its new name")->type_name("NAME");
  change->add_option("--zone", options->new_zone, "its new time zone")->type_name("ZONE");
}

void show_workspace(Platform& platform, const json::value& workspace) {
  if (platform.console.json) return platform.console.print(workspace);
  const json::value& policy = workspace.at("code_policy");
  Sheet sheet;
  sheet.add("workspace", text(workspace, "name"));
  sheet.add("id", text(workspace, "id"));
  sheet.add("new locks", fmt::format("{} digits one-time, {} digits offline, first use within {}", text(policy, "otp_digits"),
                                     text(policy, "code_digits"),
                                     format_duration(policy.at("activation_window_s").to_number<std::uint64_t>())));
  sheet.add("guessed within a day", fmt::format("{:.1e} at most", policy.at("bound").at("per_day").to_number<double>()));
  sheet.add("hours of keys", text(workspace, "schedule_hours") + " for an unprotected lock");
  sheet.add("virtual keys", "good for " + format_duration(workspace.at("lease_s").to_number<std::uint64_t>()) + " at a time");
  sheet.add("sign-in at the provider", workspace.at("oidc_link_by_email").as_bool()
                                           ? "also by an e-mail address that it has verified"
                                           : "by accounts that are linked");
  platform.console.print(sheet);
}

void add_workspace_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::optional<std::string> name, activation_window, lease;
    std::optional<std::uint32_t> digits, code_digits, pin_digits, schedule_hours;
    std::optional<bool> link_by_email;
  };
  auto options = std::make_shared<Options>();
  CLI::App& workspace = add_group(app, "workspace", "The workspace of this API key");
  commands.add(workspace, "show", "Its name and what new locks start with",
               [](Platform& platform) { show_workspace(platform, platform.api.get("/v1/workspace")); });
  CLI::App* change =
      commands.add(workspace, "change", "Rename it, or set what new locks start with", [options](Platform& platform) {
        json::object body, policy;
        put(body, "name", options->name);
        put(body, "schedule_hours", options->schedule_hours);
        put(body, "oidc_link_by_email", options->link_by_email);
        if (options->lease) body["lease_s"] = parse_duration("--lease", *options->lease);
        put(policy, "otp_digits", options->digits);
        put(policy, "code_digits", options->code_digits);
        put(policy, "pin_digits", options->pin_digits);
        if (options->activation_window)
          policy["activation_window_s"] = parse_duration("--activation-window", *options->activation_window);
        if (!policy.empty()) body["code_policy"] = policy;
        if (body.empty()) throw usage("nothing to change. Give at least one option.");
        show_workspace(platform, platform.api.patch("/v1/workspace", body));
      });
  change->add_option("--name", options->name, "its new name")->type_name("NAME");
  add_number(*change, "--digits", options->digits, 6, 8, "length of one-time codes, 6 to 8");
  add_number(*change, "--n", options->code_digits, 9, 12, "length of offline codes, 9 to 12");
  add_number(*change, "--pin-digits", options->pin_digits, 6, 10, "length of PINs, 6 to 10, none of the other two");
  change->add_option("--activation-window", options->activation_window, "an offline code must be used first within this: 72h")
      ->type_name("TIME");
  add_number(*change, "--schedule-hours", options->schedule_hours, 2, 48,
             "hours of keys that an unprotected lock is given, 2 to 48");
  change
      ->add_option("--lease", options->lease, "a phone's virtual key is good for so long without the platform: 24h; 10m to 7d")
      ->type_name("TIME");
  change
      ->add_option("--oidc-link-by-email", options->link_by_email,
                   "true: an address that the OpenID Connect provider has verified signs in as the operator of that address")
      ->type_name("BOOL");
}

}  // namespace

void add_place_commands(CLI::App& app, PlatformCommands& commands) {
  commands.add(app, "health", "Whether the platform answers", [](Platform& platform) {
    const json::value health = platform.api.get("/v1/health");
    if (platform.console.json) return platform.console.print(health);
    platform.console.out << fmt::format("{}, version {}\n", text(health, "status"), printable(text(health, "version")));
    if (const std::string ends_at = text(health, "certificate_ends_at"); !ends_at.empty())
      platform.console.out << fmt::format("The certificate ends {}.\n", printable(ends_at));
  });
  add_workspace_commands(app, commands);
  add_site_commands(app, commands);
  add_door_commands(app, commands);
}

}  // namespace cardea::client
