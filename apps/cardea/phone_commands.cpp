// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "apps/cardea/phone.hpp"
#include "apps/cardea/platform_commands.hpp"
#include "apps/cardea/times.hpp"
#include "server/domain/id.hpp"

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

/// What renewing brings is worth nothing without a network, and the phone opens without it.
void renew(Platform& platform, FilePhone& phone) {
  if (!phone.leases_are_due(now())) return;
  try {
    phone.fetch_leases(platform.api);
  } catch (const Stop& stop) {
    if (stop.status() != ExitStatus::kUnreachable) throw;
  }
}

void show_opening(Console& console, const FilePhone::Opening& opening) {
  if (!opening.answered)
    throw Stop(ExitStatus::kRefused,
               "the lock takes no key of this phone: the lease is over, the lock's clock is lost, or it is another lock.");
  if (console.json) {
    const json::value reason = opening.opened ? json::value(nullptr) : json::value(opening.reason);
    const json::value list = opening.list_number ? json::value(*opening.list_number) : json::value(nullptr);
    console.print(json::object{{"verdict", opening.opened ? "granted" : "refused"}, {"reason", reason}, {"list", list}});
  }
  if (!opening.opened) throw Stop(ExitStatus::kRefused, fmt::format("the lock refuses: {}.", opening.reason));
  if (!console.json) console.out << "Opened.\n";
}

/// A phone for who has none with the app yet.
void add_trying_commands(CLI::App& phone, PlatformCommands& commands) {
  struct Options {
    std::string link, file, name = "cardea phone", door, near;
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
  CLI::App* lease = commands.add(phone, "lease", "Fetch the virtual keys of the next hours, and what locks are to hear",
                                 [options](Platform& platform) {
                                   FilePhone::open(options->file).fetch_leases(platform.api);
                                   if (!platform.console.json)
                                     platform.console.out << "Fetched. `cardea phone open` needs no network while they last.\n";
                                 });
  CLI::App* open =
      commands.add(phone, "open", "Open a door with the phone's virtual key, before its lock", [options](Platform& platform) {
        FilePhone own = FilePhone::open(options->file);
        renew(platform, own);
        show_opening(platform.console, own.open_door(options->door, options->near));
      });
  open->add_option("DOOR", options->door, "its name")->required();
  open->add_option("--near", options->near,
                   "what stands for the lock's radio: near.sock in the state directory of its cardea-lock")
      ->type_name("SOCKET")
      ->required();
  for (CLI::App* command : {claim, fetch, code, lease, open})
    command->add_option("--phone", options->file, "the phone's file; it holds keys, like a phone does")
        ->type_name("FILE")
        ->required();
}

// --- Orders: what the phone does beside showing codes ---

/// A door of the phone's keys by its name, or its id.
std::string own_door(const json::value& keys, const std::string& door) {
  for (const json::value& key : keys.at("keys").as_array())
    if (text(key, "name") == door || text(key, "door_id") == door) return text(key, "door_id");
  throw Stop(ExitStatus::kRefused,
             fmt::format("this phone has no key for {}. `cardea phone keys` lists those that it has.", door));
}

std::string new_attempt() { return server::hex_of(server::make_uuid_v7()); }

void show_keys(Platform& platform, const json::value& keys) {
  if (platform.console.json) return platform.console.print(keys);
  Table table({"DOOR", "STATE", "UNTIL", "FROM AFAR", "MAY SHARE", "OWN"});
  for (const json::value& key : keys.at("keys").as_array()) {
    const std::string reason = text(key, "unlock_reason");
    table.add({text(key, "name"), text(key, "state"), platform.names.when(key, "to", ""), reason.empty() ? "yes" : reason,
               text(key, "may_share"), text(key, "own")});
  }
  platform.console.print(table);
}

void show_unlock(Console& console, const json::value& unlock) {
  if (console.json) console.print(unlock);
  const std::string state = text(unlock, "state");
  if (state == "refused") throw Stop(ExitStatus::kRefused, fmt::format("not opened: {}.", text(unlock, "reason")));
  if (state != "opened") throw Stop(ExitStatus::kUnreachable, "the door did not answer. It may still open.");
  if (!console.json) console.out << "Opened.\n";
}

void show_shares(Platform& platform, const json::value& shares) {
  if (platform.console.json) return platform.console.print(shares);
  Table table({"NAME", "STATE", "UNTIL", "DOOR", "KEY", "ID"});
  for (const json::value& share : shares.at("items").as_array())
    for (const json::value& door : share.at("doors").as_array())
      table.add({text(share, "name"), text(share, "state"), platform.names.when(share, "until", ""), text(door, "name"),
                 text(door, "delivery"), text(share, "id")});
  platform.console.print(table);
}

void show_entries(Platform& platform, const json::value& page) {
  if (platform.console.json) return platform.console.print(page);
  Table table({"TIME", "DOOR", "WHO", "BY"});
  for (const json::value& entry : page.at("items").as_array())
    table.add({platform.names.when(entry, "at", ""), text(entry, "door"), text(entry, "person"), text(entry, "method")});
  platform.console.print(table);
}

struct OrderOptions {
  std::string file, door, name, until, email, id;
  std::vector<std::string> doors;
  bool lost = false;

  [[nodiscard]] json::value order(Platform& platform, const std::string& what, json::object members = {}) const {
    return FilePhone::open(file).order(platform.api, "/v1/phones/" + what, std::move(members));
  }
  void unlock(Platform& platform) const {
    const std::string id_of_door = own_door(order(platform, "keys"), door);
    show_unlock(platform.console, order(platform, "unlock", {{"door_id", id_of_door}, {"attempt", new_attempt()}}));
  }
  void share(Platform& platform) const {
    const json::value keys = order(platform, "keys");
    json::array ids;
    for (const std::string& one : doors) ids.emplace_back(own_door(keys, one));
    const UnixSeconds moment = now();
    const UnixSeconds end = parse_time("--until", until, {moment, moment, "UTC"});
    json::object members{{"door_ids", ids}, {"name", name}, {"until", format_rfc3339(end)}};
    if (!email.empty()) members["email"] = email;
    const json::value made = order(platform, "shares", std::move(members));
    if (platform.console.json) return platform.console.print(made);
    if (const std::string link = text(made, "link"); !link.empty()) platform.console.out << link << "\n";
    show_shares(platform, json::object{{"items", json::array{made.at("share")}}});
  }
  void events(Platform& platform) const {
    json::object members;
    if (!door.empty()) members["door_id"] = own_door(order(platform, "keys"), door);
    show_entries(platform, order(platform, "events", std::move(members)));
  }
};

void add_order_commands(CLI::App& phone, PlatformCommands& commands) {
  auto options = std::make_shared<OrderOptions>();
  CLI::App* keys = commands.add(phone, "keys", "The phone's keys, and what it may do with them",
                                [options](Platform& platform) { show_keys(platform, options->order(platform, "keys")); });
  CLI::App* unlock = commands.add(phone, "unlock", "Open a door from afar, as the phone's key would",
                                  [options](Platform& platform) { options->unlock(platform); });
  unlock->add_option("DOOR", options->door, "its name")->required();
  CLI::App* share = commands.add(phone, "share", "Share a key for a time; the link is for the guest",
                                 [options](Platform& platform) { options->share(platform); });
  share->add_option("NAME", options->name, "of the guest")->required();
  share->add_option("--door", options->doors, "its name; may be given again")
      ->type_name("DOOR")
      ->required()
      ->expected(1)
      ->take_all();
  share->add_option("--until", options->until, "+2h, 2026-05-01 14:00Z")->type_name("T")->required();
  share->add_option("--email", options->email, "mail the link there instead of showing it")->type_name("ADDRESS");
  CLI::App* shares = commands.add(phone, "shares", "Keys that the phone's person shares", [options](Platform& platform) {
    show_shares(platform, options->order(platform, "shares/list"));
  });
  CLI::App* unshare = commands.add(phone, "unshare", "Stop a share", [options](Platform& platform) {
    const json::value ended = options->order(platform, "shares/end", {{"share_id", options->id}});
    show_shares(platform, json::object{{"items", json::array{ended}}});
  });
  unshare->add_option("SHARE", options->id, "its id")->required();
  CLI::App* events = commands.add(phone, "events", "Who came in: everybody at one's own doors, oneself at any other",
                                  [options](Platform& platform) { options->events(platform); });
  events->add_option("--door", options->door, "only at this one, by its name")->type_name("DOOR");
  CLI::App* link = commands.add(phone, "link", "A link for one more phone of the same person", [options](Platform& platform) {
    const json::value made = options->order(platform, "link");
    if (platform.console.json) return platform.console.print(made);
    platform.console.out << text(made, "link") << "\n";
  });
  CLI::App* end = commands.add(phone, "end", "End a phone of the same person, this one too", [options](Platform& platform) {
    const json::value ended = options->order(platform, "end", {{"ended_phone_id", options->id}, {"lost", options->lost}});
    if (platform.console.json) return platform.console.print(ended);
    platform.console.out << fmt::format("{} has ended.\n", text(ended, "name"));
  });
  end->add_option("PHONE", options->id, "its id, as in keys --json")->required();
  end->add_flag("--lost", options->lost, "somebody else may have it: what was shared on it ends, too");
  for (CLI::App* command : {keys, unlock, share, shares, unshare, events, link, end})
    command->add_option("--phone", options->file, "the phone's file")->type_name("FILE")->required();
}

}  // namespace

void add_phone_commands(CLI::App& app, PlatformCommands& commands) {
  add_invitation_commands(*app.get_subcommand("grant"), commands);
  CLI::App& phone = add_group(app, "phone", "Phones of persons; and a phone for who has no app");
  add_managing_commands(phone, commands);
  add_trying_commands(phone, commands);
  add_order_commands(phone, commands);
}

}  // namespace cardea::client
