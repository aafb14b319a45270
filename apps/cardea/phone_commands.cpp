// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "apps/cardea/phone.hpp"
#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

void show_invitation(Platform& platform, const json::value& made) {
  if (platform.console.json) return platform.console.print(made);
  const json::value& invitation = made.at("invitation");
  Sheet sheet;
  if (const std::string link = text(made, "link"); !link.empty()) sheet.add("link", link);
  sheet.add("invitation", text(invitation, "id"));
  sheet.add("person", platform.names.person_name(text(invitation, "person_id")));
  sheet.add("state", text(invitation, "state"));
  sheet.add("phones", text(invitation, "phones_max"));
  sheet.add("until", platform.names.when(invitation, "expires_at", ""));
  platform.console.print(sheet);
}

void show_granted(Platform& platform, const json::value& granted) {
  if (platform.console.json) return platform.console.print(granted);
  Table table({"PHONE", "DOOR", "PROBLEM", "ID"});
  for (const json::value& one : granted.at("items").as_array())
    for (const json::value& door : one.at("doors").as_array())
      table.add({text(one.at("phone"), "name"), text(door, "name"), text(door, "problem"), text(one.at("phone"), "id")});
  platform.console.print(table);
}

void add_invitation_commands(CLI::App& grant, PlatformCommands& commands) {
  struct Options {
    std::string id;
    std::vector<std::string> phone_ids;
    bool link = false, pin = false;
    std::optional<std::string> language;
    std::optional<std::uint16_t> phones;
  };
  auto options = std::make_shared<Options>();
  CLI::App* invite = commands.add(
      grant, "invite", "Send the grant's person a link that brings its keys to their phone", [options](Platform& platform) {
        json::object body{{"channel", options->link ? "link" : "email"}};
        put(body, "language", options->language);
        put(body, "phones_max", options->phones);
        if (options->pin) body["pin"] = true;
        show_invitation(platform, platform.api.post("/v1/access-grants/" + options->id + "/invitations", body));
      });
  invite->add_option("GRANT", options->id, "its id")->required();
  invite->add_flag("--link", options->link, "show the link, once, instead of mailing it: you hand it over");
  invite->add_flag("--pin", options->pin, "whoever has the link may choose a PIN for each door, too");
  invite->add_option("--language", options->language, "en, zh or de (the person's unless given)")->type_name("LANGUAGE");
  invite->add_option("--phones", options->phones, "how many phones may claim it (2 unless given)")->type_name("N");
  CLI::App* phones =
      commands.add(grant, "phones", "Give a grant to phones that its person has already, without an invitation",
                   [options](Platform& platform) {
                     json::object body;
                     if (!options->phone_ids.empty()) body["phone_ids"] = json::value_from(options->phone_ids);
                     show_granted(platform, platform.api.post("/v1/access-grants/" + options->id + "/phones", body));
                   });
  phones->add_option("GRANT", options->id, "its id")->required();
  phones->add_option("--phone", options->phone_ids, "only this one, by its id; may be given again (all unless given)")
      ->type_name("PHONE")
      ->expected(1)
      ->take_all();
  commands
      .add(grant, "reinvite", "Send an invitation anew: with another link, and the old one is worth nothing",
           [options](Platform& platform) {
             show_invitation(platform, platform.api.post("/v1/invitations/" + options->id + "/resend"));
           })
      ->add_option("INVITATION", options->id, "its id")
      ->required();
  commands
      .add(grant, "uninvite", "Cancel an invitation; phones that claimed it stay",
           [options](Platform& platform) {
             const json::value invitation = platform.api.post("/v1/invitations/" + options->id + "/cancel");
             show_invitation(platform, json::object{{"invitation", invitation}, {"link", nullptr}});
           })
      ->add_option("INVITATION", options->id, "its id")
      ->required();
  commands
      .add(grant, "invitations", "Invitations to a grant, and how far each has come",
           [options](Platform& platform) {
             const json::object page = platform.api.list("/v1/access-grants/" + options->id + "/invitations");
             if (platform.console.json) return platform.console.print(page);
             Table table({"STATE", "PHONES", "UNTIL", "MAIL", "ID"});
             for (const json::value& one : page.at("items").as_array()) {
               const json::value& mail = one.at("mail");
               table.add({text(one, "state"), text(one, "phone_count") + " of " + text(one, "phones_max"),
                          platform.names.when(one, "expires_at", ""), mail.is_null() ? "" : text(mail, "failure"),
                          text(one, "id")});
             }
             platform.console.print(table);
           })
      ->add_option("GRANT", options->id, "its id")
      ->required();
}

void show_phones(Platform& platform, const json::value& page) {
  if (platform.console.json) return platform.console.print(page);
  Table table({"NAME", "SINCE", "SEEN", "ENDED", "WHY", "ID"});
  for (const json::value& phone : page.at("items").as_array())
    table.add({text(phone, "name"), platform.names.when(phone, "created_at", ""), platform.names.when(phone, "seen_at", ""),
               platform.names.when(phone, "ended_at", ""), text(phone, "ended_because"), text(phone, "id")});
  platform.console.print(table);
}

void add_managing_commands(CLI::App& phone, PlatformCommands& commands) {
  struct Options {
    std::string person, id;
  };
  auto options = std::make_shared<Options>();
  const auto phones_of = [options](Platform& platform) {
    return "/v1/persons/" + platform.names.person_id(options->person) + "/phones";
  };
  commands
      .add(phone, "list", "Phones of a person, also those that have ended",
           [phones_of](Platform& platform) { show_phones(platform, platform.api.list(phones_of(platform))); })
      ->add_option("PERSON", options->person, "name or id")
      ->required();
  CLI::App* lost =
      commands.add(phone, "lost", "A person's phones are lost: end them, and cancel open invitations", [=](Platform& platform) {
        if (options->id.empty()) return show_phones(platform, platform.api.post(phones_of(platform) + "/lost"));
        const json::value ended = platform.api.post("/v1/phones/" + options->id + "/lost");
        show_phones(platform, json::object{{"items", json::array{ended}}, {"next", nullptr}});
      });
  lost->add_option("PERSON", options->person, "name or id")->required();
  lost->add_option("--phone", options->id, "only this one, by its id")->type_name("PHONE");
}

void show_codes(Console& console, const FilePhone& phone, const std::string& door) {
  const UnixSeconds moment = now();
  json::array items;
  Table table({"DOOR", "CODE", "FOR"});
  for (const FilePhone::Shown& shown : phone.codes_at(moment)) {
    if (!door.empty() && shown.door != door) continue;
    items.push_back(json::object{{"door", shown.door}, {"code", shown.code ? json::value(*shown.code) : json::value(nullptr)}});
    table.add({shown.door, shown.code.value_or("none now"), fmt::format("{} s", shown.until.value - moment.value)});
  }
  if (items.empty()) throw Stop(ExitStatus::kRefused, "this phone has no codes for it. `cardea phone fetch` gets a schedule.");
  if (console.json) return console.print(json::object{{"items", std::move(items)}});
  console.print(table);
}

/// A phone for who has none with the app yet.
void add_trying_commands(CLI::App& phone, PlatformCommands& commands) {
  struct Options {
    std::string link, file, name = "cardea phone", door;
  };
  auto options = std::make_shared<Options>();
  CLI::App* claim = commands.add(
      phone, "claim", "Be a phone: claim an invitation, and keep its keys in a file", [options](Platform& platform) {
        const json::value answer = FilePhone::claim(platform.api, options->link, options->name, options->file);
        if (platform.console.json) return platform.console.print(answer);
        Table table({"DOOR", "PROBLEM"});
        for (const json::value& door : answer.at("doors").as_array()) table.add({text(door, "name"), text(door, "problem")});
        platform.console.print(table);
      });
  claim->add_option("LINK", options->link, "the invitation's link")->required();
  claim->add_option("--name", options->name, "what it is called on the manager's screen")->capture_default_str();
  CLI::App* fetch = commands.add(phone, "fetch", "Fetch the keys of the next hours", [options](Platform& platform) {
    FilePhone::open(options->file).fetch(platform.api);
    if (!platform.console.json) platform.console.out << "Fetched. `cardea phone code` needs no network for the next hours.\n";
  });
  CLI::App* code = commands.add(
      phone, "code", "The codes that the phone shows now, without a network",
      [options](Platform& platform) { show_codes(platform.console, FilePhone::open(options->file), options->door); });
  code->add_option("--door", options->door, "only of this door, by its name")->type_name("DOOR");
  for (CLI::App* command : {claim, fetch, code})
    command->add_option("--phone", options->file, "the phone's file; it holds keys, like a phone does")
        ->type_name("FILE")
        ->required();
}

}  // namespace

void add_phone_commands(CLI::App& app, PlatformCommands& commands) {
  add_invitation_commands(*app.get_subcommand("grant"), commands);
  CLI::App& phone = add_group(app, "phone", "Phones of persons; and a phone for who has no app");
  add_managing_commands(phone, commands);
  add_trying_commands(phone, commands);
}

}  // namespace cardea::client
