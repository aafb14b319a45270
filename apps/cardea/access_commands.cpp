// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <thread>

#include "apps/cardea/grant_options.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;
using std::chrono::steady_clock;

// How long let-in waits for an online lock to say that it has the new token.
constexpr std::chrono::seconds delivery_wait{10};
constexpr std::chrono::milliseconds delivery_poll{200};

std::string kind_of(const json::value& credential) {
  const std::string kind = text(credential, "kind");
  if (kind == "token") return text(credential, "fixed") == "true" ? "fixed token" : "token";
  if (text(credential, "duress") == "true") return "duress pin";
  return kind == "offline" ? "offline, " + text(credential, "family") : kind;
}

/// "3 times, 7 left; as of 12:03"
std::string uses_of(Platform& platform, const json::value& uses, const std::string& door) {
  std::string line = fmt::format("{} times", text(uses, "count"));
  if (const std::string left = text(uses, "left"); !left.empty()) line += fmt::format(", {} left", left);
  if (const std::string as_of = platform.names.when(uses, "as_of", door); !as_of.empty()) line += ", as of " + as_of;
  if (text(uses, "records_missing") != "0")
    line += fmt::format("; the lock has {} records that have not come yet", text(uses, "records_missing"));
  return line;
}

void add_credential_lines(Platform& platform, Sheet& sheet, const json::value& credential) {
  const std::string door = text(credential, "door_id");
  sheet.add("credential", text(credential, "id"));
  sheet.add("door", platform.names.door_name(door));
  if (const std::string person = text(credential, "person_id"); !person.empty())
    sheet.add("person", platform.names.person_name(person));
  sheet.add("kind", kind_of(credential));
  if (const json::value& window = credential.at("window"); !window.is_null())
    sheet.add("window", platform.names.when(window, "from", door) + " to " + platform.names.when(window, "to", door));
  sheet.add("delivery", text(credential, "delivery"));
  if (text(credential, "old_pin_opens") == "true") sheet.add("note", "the lock takes the PIN before until it has this one");
  if (const std::string last = platform.names.when(credential, "last_possible_use", door); !last.empty())
    sheet.add("can open until", last);
  if (const json::value& uses = credential.at("uses"); !uses.is_null()) sheet.add("used", uses_of(platform, uses, door));
}

void show_credential(Platform& platform, const json::value& credential) {
  if (platform.console.json) return platform.console.print(credential);
  Sheet sheet;
  add_credential_lines(platform, sheet, credential);
  platform.console.print(sheet);
}

void show_issued(Platform& platform, const json::value& issued) {
  if (platform.console.json) return platform.console.print(issued);
  Sheet sheet;
  if (const std::string code = text(issued, "code"); !code.empty()) sheet.add("code", code);
  if (const std::string uri = text(issued, "otpauth_uri"); !uri.empty()) sheet.add("for the app", uri);
  add_credential_lines(platform, sheet, issued.at("credential"));
  platform.console.print(sheet);
}

void show_current_code(Platform& platform, const std::string& credential) {
  const json::value current = platform.api.get("/v1/credentials/" + credential + "/code");
  if (platform.console.json) return platform.console.print(current);
  const std::uint64_t end = parse_rfc3339(text(current, "to")).value;
  const std::uint64_t moment = now().value;
  platform.console.out << fmt::format("{}  ({} s left; the lock takes it for 30 s more)\n", text(current, "code"),
                                      end > moment ? end - moment : 0);
}

/// Which kind of credential: of `credential issue` and `let-in`.
struct KindOptions {
  bool offline = false, exclusive = false, once = false, pool = false, sms = false, fixed = false, make_pin = false;
  std::string pin;

  void add_to(CLI::App& command) {
    command.add_flag("--offline", offline, "a code that needs no network at the lock; any number of times in its window");
    command.add_flag("--exclusive", exclusive, "an offline code whose first use ends the last guest's");
    command.add_flag("--once", once, "an offline code for one time");
    command.add_flag("--pool", pool, "an offline code for one time, without a window");
    command.add_flag("--sms", sms, "codes that are sent when they are needed");
    command.add_flag("--fixed", fixed, "a token for an authenticator app");
    command.add_flag("--make-pin", make_pin, "a PIN that the platform makes and shows once");
    command.add_option("--pin", pin, "a PIN that was chosen: as many digits as the lock wants")->type_name("DIGITS");
  }
  [[nodiscard]] json::object body(const std::string& door_id) const {
    const bool is_pin = make_pin || !pin.empty();
    if (offline + exclusive + once + pool + sms + fixed + make_pin + !pin.empty() > 1)
      throw usage(
          "--offline, --exclusive, --once, --pool, --sms, --fixed, --make-pin and --pin exclude each other. Give one, or none "
          "for a "
          "token whose code changes.");
    json::object body{{"kind", is_pin                                 ? "pin"
                               : sms                                  ? "sms"
                               : offline || exclusive || once || pool ? "offline"
                                                                      : "token"},
                      {"door_id", door_id}};
    if (!pin.empty()) body["pin"] = pin;
    if (offline) body["family"] = "timed";
    if (exclusive) body["family"] = "exclusive";
    if (once) body["family"] = "once";
    if (pool) body["family"] = "pool";
    if (fixed) body["fixed"] = true;
    return body;
  }
};

struct CredentialListOptions {
  std::string grant, person, door, delivery;

  void add_to(CLI::App& command) {
    command.add_option("GRANT", grant, "its id (every grant's unless given)");
    command.add_option("--person", person, "only of this person: name or id")->type_name("PERSON");
    command.add_option("--door", door, "only at this door: name, site/name or id")->type_name("DOOR");
    command.add_option("--delivery", delivery, "only these: on_its_way, on_lock, ending or ended")->type_name("STATE");
  }
  [[nodiscard]] std::string path(Platform& platform) const {
    std::string query;
    if (!person.empty()) query += "&person_id=" + platform.names.person_id(person);
    if (!door.empty()) query += "&door_id=" + platform.names.door_id(door);
    if (!delivery.empty()) query += "&delivery=" + percent_encoded(delivery);
    if (!grant.empty() && !query.empty()) throw usage("GRANT and --person, --door, --delivery exclude each other.");
    if (!grant.empty()) return "/v1/access-grants/" + grant + "/credentials";
    if (!query.empty()) query[0] = '?';
    return "/v1/credentials" + query;
  }
};

void list_credentials(Platform& platform, const CredentialListOptions& options) {
  const json::object page = platform.api.list(options.path(platform));
  if (platform.console.json) return platform.console.print(page);
  Table table({"PERSON", "DOOR", "KIND", "DELIVERY", "CAN OPEN UNTIL", "ID"});
  for (const json::value& credential : page.at("items").as_array()) {
    const std::string door = text(credential, "door_id");
    table.add({platform.names.person_name(text(credential, "person_id")), platform.names.door_name(door), kind_of(credential),
               text(credential, "delivery"), platform.names.when(credential, "last_possible_use", door),
               text(credential, "id")});
  }
  platform.console.print(table);
}

void add_credential_commands(CLI::App& app, PlatformCommands& commands) {
  struct Options {
    std::string id, door, pin;
    KindOptions kind;
    bool duress = false;
    CredentialListOptions list;
    [[nodiscard]] std::string path() const { return "/v1/credentials/" + id; }
  };
  auto options = std::make_shared<Options>();
  CLI::App& credential = add_group(app, "credential", "Credentials: what a grant turns into at one door");
  const auto add = [&](const char* verb, const char* help, std::function<void(Platform&)> run) {
    commands.add(credential, verb, help, std::move(run))->add_option("CREDENTIAL", options->id, "its id")->required();
  };
  options->list.add_to(*commands.add(credential, "list", "Those of a grant, oldest first, or of every grant, newest first",
                                     [options](Platform& platform) { list_credentials(platform, options->list); }));
  add("show", "One credential",
      [options](Platform& platform) { show_credential(platform, platform.api.get(options->path())); });
  CLI::App* issue =
      commands.add(credential, "issue", "Make a credential of a grant for one of its doors", [options](Platform& platform) {
        json::object body = options->kind.body(platform.names.door_id(options->door));
        if (options->duress) body["duress"] = true;
        show_issued(platform, platform.api.post("/v1/access-grants/" + options->id + "/credentials", body));
      });
  issue->add_option("GRANT", options->id, "its id")->required();
  issue->add_option("--door", options->door, "name, site/name or id")->type_name("DOOR")->required();
  options->kind.add_to(*issue);
  issue->add_flag("--duress", options->duress,
                  "a PIN to type when forced to: it opens like the one beside it, and alerts in silence");
  add("code", "The code that a token shows now", [options](Platform& platform) { show_current_code(platform, options->id); });
  add("send", "Send an SMS code to the person", [options](Platform& platform) {
    const json::value message = platform.api.post(options->path() + "/send");
    if (platform.console.json) return platform.console.print(message);
    platform.console.out << fmt::format("{} waits in the outbox for {}; its code ends {}.\n", text(message, "id"),
                                        printable(text(message, "to")), platform.names.when(message, "expires_at", ""));
  });
  add("reveal", "Make an offline code again that was issued before; leaves an event", [options](Platform& platform) {
    const json::value revealed = platform.api.post(options->path() + "/reveal");
    if (platform.console.json) return platform.console.print(revealed);
    platform.console.out << text(revealed, "code") << '\n';
  });
  CLI::App* change =
      commands.add(credential, "change-pin", "Another PIN in place of one; the lock takes the old one until it has the new one",
                   [options](Platform& platform) {
                     json::object body;
                     if (!options->pin.empty()) body["pin"] = options->pin;
                     show_issued(platform, platform.api.post(options->path() + "/pin", body));
                   });
  change->add_option("CREDENTIAL", options->id, "its id")->required();
  change->add_option("--pin", options->pin, "as it was chosen; the platform makes one unless given")->type_name("DIGITS");
  add("revoke", "End one credential",
      [options](Platform& platform) { show_credential(platform, platform.api.post(options->path() + "/revoke")); });
}

// --- let-in --------------------------------------------------------------------------------------------------------------

struct LetInOptions {
  WindowOptions window;
  KindOptions kind;
  std::optional<std::string> phone;
};

json::value person_for(Platform& platform, const LetInOptions& options) {
  const std::string& name = options.window.person;
  if (!platform.names.persons_named(name).empty()) return platform.api.get("/v1/persons/" + platform.names.person_id(name));
  json::object body{{"name", name}};
  put(body, "phone", options.phone);
  return platform.api.post("/v1/persons", body);
}

/// A token serves once its lock has said that it has it: waits for that while the lock is online.
json::value wait_for_delivery(Platform& platform, json::value credential) {
  const std::string lock = "/v1/locks/" + text(credential, "lock_id");
  const auto deadline = steady_clock::now() + delivery_wait;
  while (text(credential, "delivery") == "on_its_way" && steady_clock::now() < deadline) {
    if (text(platform.api.get(lock), "online") != "true") break;
    std::this_thread::sleep_for(delivery_poll);
    credential = platform.api.get("/v1/credentials/" + text(credential, "id"));
  }
  return credential;
}

/// Issues one credential, with the code that a token shows now if it shows one.
json::object issue_for(Platform& platform, const LetInOptions& options, const json::value& grant, const std::string& door) {
  json::object issued =
      platform.api.post("/v1/access-grants/" + text(grant, "id") + "/credentials", options.kind.body(door)).as_object();
  const json::value credential = issued.at("credential");
  const bool is_pin = text(credential, "kind") == "pin";
  if (!is_pin && (text(credential, "kind") != "token" || text(credential, "fixed") == "true")) return issued;
  if (text(grant, "state") != "active") return issued;
  issued["credential"] = wait_for_delivery(platform, credential);
  if (is_pin) return issued;
  issued["current"] = platform.api.get("/v1/credentials/" + text(credential, "id") + "/code");
  return issued;
}

/// All doors or none: a grant that could not get its credentials is taken back.
json::array issue_all(Platform& platform, const LetInOptions& options, const json::value& grant) {
  json::array issued;
  try {
    for (const json::value& door : grant.at("door_ids").as_array())
      issued.push_back(issue_for(platform, options, grant, std::string(door.as_string())));
  } catch (const Stop&) {
    platform.api.post("/v1/access-grants/" + text(grant, "id") + "/revoke");
    throw;
  }
  return issued;
}

std::string how_to_use(const json::value& issued) {
  const json::value& credential = issued.at("credential");
  const std::string id = text(credential, "id");
  if (text(credential, "kind") == "pin") return "a PIN that stays: nobody can show it again";
  if (text(credential, "kind") == "sms") return fmt::format("codes by SMS: cardea credential send {}", id);
  if (text(credential, "fixed") == "true") return fmt::format("for an authenticator app: {}", text(issued, "otpauth_uri"));
  return fmt::format("a new code every 30 s: cardea code show {}", id);
}

/// The moment at which a lock will stop to accept it, as far as that is known now.
std::string until(Platform& platform, const json::value& grant, const json::value& credential) {
  const std::string door = text(credential, "door_id");
  if (text(credential, "family") == "pool") return "one time, no end";
  const json::value& window = credential.at("window");
  const std::string end = platform.names.when(window.is_null() ? grant : window, "to", door);
  return end.empty() ? "no end" : end;
}

void print_let_in(Platform& platform, const json::value& person, const json::value& grant, const json::array& issued) {
  for (const json::value& one : issued) {
    const json::value& credential = one.at("credential");
    const json::value* current = one.as_object().if_contains("current");
    const std::string code = current == nullptr ? text(one, "code") : text(*current, "code");
    Sheet sheet;
    sheet.add("person", text(person, "name"));
    sheet.add("door", platform.names.door_name(text(credential, "door_id")));
    if (!code.empty()) sheet.add("code", code);
    sheet.add("from", platform.names.when(credential.at("window").is_null() ? grant : credential.at("window"), "from",
                                          text(credential, "door_id")));
    sheet.add("until", until(platform, grant, credential));
    if (text(credential, "kind") != "offline") sheet.add("how", how_to_use(one));
    if (text(credential, "delivery") == "on_its_way")
      sheet.add("note", "the lock has not heard of it yet; it serves once the lock has had contact");
    sheet.add("end it", "cardea grant revoke " + text(grant, "id"));
    platform.console.print(sheet);
  }
}

void let_in(Platform& platform, const LetInOptions& options) {
  static_cast<void>(options.kind.body(""));  // a contradiction ends the command before it has made anything
  const json::value person = person_for(platform, options);
  const json::value grant = create_grant(platform, options.window, text(person, "id"));
  const json::array issued = issue_all(platform, options, grant);
  if (platform.console.json)
    return platform.console.print(json::object{{"person", person}, {"grant", grant}, {"credentials", issued}});
  print_let_in(platform, person, grant, issued);
}

void add_let_in_command(CLI::App& app, PlatformCommands& commands) {
  auto options = std::make_shared<LetInOptions>();
  CLI::App* command = commands.add(app, "let-in", "Let a person in: makes the person if need be, the grant, and the code",
                                   [options](Platform& platform) { let_in(platform, *options); });
  options->window.add_to(*command);
  options->kind.add_to(*command);
  command->add_option("--phone", options->phone, "of a person who is new: +41791234567")->type_name("NUMBER");
}

}  // namespace

void add_access_commands(CLI::App& app, PlatformCommands& commands) {
  add_let_in_command(app, commands);
  add_grant_commands(app, commands);
  add_credential_commands(app, commands);
}

void add_show_command(CLI::App& code, PlatformCommands& commands) {
  auto credential = std::make_shared<std::string>();
  commands
      .add(code, "show", "The code that a token of the platform shows now",
           [credential](Platform& platform) { show_current_code(platform, *credential); })
      ->add_option("CREDENTIAL", *credential, "its id, as let-in printed it")
      ->required();
}

}  // namespace cardea::client
