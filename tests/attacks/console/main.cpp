// SPDX-License-Identifier: Apache-2.0
// cardea-console-attacks: group F, against the platform's HTTP API and a twin of it. Lines and exit status as those of
// cardea-attacks.

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <limits>
#include <utility>

#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/console/console.hpp"
#include "tests/attacks/console/interference.hpp"

namespace cardea::attacks {
namespace {

namespace json = boost::json;

constexpr const char* password = "correct horse battery";

json::object parsed(const ConsoleAnswer& answer) {
  boost::system::error_code error;
  json::value value = json::parse(answer.body, error);
  return !error && value.is_object() ? value.get_object() : json::object{};
}
std::string text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}
std::string nowhere(const std::string& id) { return id.substr(0, id.find('_')) + "_" + std::string(32, '0'); }

struct Account {
  std::string id;
  std::string email;
};
/// Throws when the platform does not do what it is for: then nothing is proved.
Account make_account(Console& console, const std::string& name, const std::string& role, const json::object& more = {},
                     const json::value& scope = nullptr) {
  const std::string email = name + "@example.org";
  json::object body{{"name", name}, {"email", email}, {"role", role}};
  if (!scope.is_null()) body["scope"] = scope;
  const json::object invited = parsed(console.send("POST", "/v1/operators", json::serialize(body), console.victims_key()));
  json::object accept = more;
  accept["invitation"] = text(invited, "invitation");
  accept["password"] = password;
  ConsoleAnswer accepted = console.send("POST", "/v1/invitations/accept", json::serialize(accept), "");
  if (accepted.status == 400 && !more.empty()) {  // refused for what it has too much
    accept = {{"invitation", text(invited, "invitation")}, {"password", password}};
    accepted = console.send("POST", "/v1/invitations/accept", json::serialize(accept), "");
  }
  if (accepted.status != 200) throw std::runtime_error("nobody can become an operator: " + accepted.body);
  return {text(invited.at("operator").as_object(), "id"), email};
}
ConsoleAnswer sign_in(Console& console, const std::string& email, const std::string& with, const json::object& more = {}) {
  json::object body = more;
  body["email"] = email;
  body["password"] = with;
  return console.send("POST", "/v1/sessions", json::serialize(body), "");
}

using Ids = std::vector<std::pair<std::string, std::string>>;  // a path's parameter, and what to put there

/// Every route that names one of `ids`, with it and with one that is nowhere: what is told of it, or done to it.
Achieved told_apart(Console& console, const Ids& ids, const std::string& token) {
  int tried = 0;
  for (const std::string& route : console.routes()) {
    const std::string method = route.substr(0, route.find(' '));
    for (const auto& [name, id] : ids) {
      const std::string place = "{" + name + "}";
      const std::string path = route.substr(route.find(' ') + 1);
      if (path.find(place) == std::string::npos) continue;
      ++tried;
      const auto with = [&](const std::string& used) {
        const std::string body = method == "PATCH" ? R"({"name":"Mine"})" : "";
        ConsoleAnswer answer =
            console.send(method, std::string(path).replace(path.find(place), place.size(), used), body, token);
        for (std::size_t at = answer.body.find(used); at != std::string::npos; at = answer.body.find(used))
          answer.body.replace(at, used.size(), "ID");
        return answer;
      };
      const ConsoleAnswer theirs = with(id);
      const ConsoleAnswer nobodys = with(nowhere(id));
      if (theirs.status != nobodys.status || theirs.body != nobodys.body || theirs.status < 400)
        return fmt::format("{} tells or does something with another's {}: {} {}", route, name, theirs.status, theirs.body);
    }
  }
  return tried >= 3 ? "" : "no route was tried: nothing is proved";
}

/// F01: every route that names a thing, with the id of another workspace's.
Achieved ids_of_others(Console& console) {
  const Account victim = make_account(console, "victim", "owner");
  const json::object site = parsed(console.send("POST", "/v1/sites", R"({"name":"North"})", console.victims_key()));
  return told_apart(console, {{"site_id", text(site, "id")}, {"operator_id", victim.id}}, console.attackers_key());
}

/// F01a: an installer who is limited to one site, at the door of another one of the same workspace.
Achieved ids_of_a_sister(Console& console) {
  const auto make = [&](const std::string& path, const json::object& body) {
    const ConsoleAnswer answer = console.send("POST", path, json::serialize(body), console.victims_key());
    if (answer.status != 201) throw std::runtime_error(path + ": " + answer.body);
    return text(parsed(answer), "id");
  };
  const auto make_door = [&](const std::string& site) {
    return make("/v1/doors", {{"site_id", site}, {"name", "Front"}, {"zone", "Europe/Zurich"}});
  };
  const std::string own_site = make("/v1/sites", {{"name", "Own"}});
  const std::string own_door = make_door(own_site);
  const std::string site = make("/v1/sites", {{"name", "Sister"}});
  const std::string door = make_door(site);
  const Account installer = make_account(console, "installer", "installer", {}, {{"site_ids", json::array{own_site}}});
  const std::string token = text(parsed(sign_in(console, installer.email, password)), "token");
  if (console.send("GET", "/v1/doors/" + own_door, "", token).status != 200)
    throw std::runtime_error("an installer does not see their own door: nothing is proved");
  for (const char* list : {"/v1/doors", "/v1/sites"}) {
    const std::string shown = console.send("GET", list, "", token).body;
    if (shown.find(own_site) == std::string::npos) throw std::runtime_error("an installer's list is empty: nothing is proved");
    if (shown.find(site) != std::string::npos) return fmt::format("{} shows the sister: {}", list, shown);
  }
  const std::string wider = R"({"name":"wider","role":"installer"})";
  if (console.send("POST", "/v1/api-keys", wider, token).status < 400) return "a limited installer makes a key without a limit";
  return told_apart(console, {{"site_id", site}, {"door_id", door}}, token);
}

/// F03: fields that a body should not have, in every write on the way to an account.
Achieved fields_too_many(Console& console) {
  const json::object more{
      {"role", "owner"}, {"permissions", json::array{"operators:write"}}, {"workspace_id", "x"}, {"state", "active"}};
  const Account low = make_account(console, "low", "support", more);
  ConsoleAnswer signed_in = sign_in(console, low.email, password, more);
  if (signed_in.status != 201) signed_in = sign_in(console, low.email, password);
  if (signed_in.status != 201) throw std::runtime_error("nobody can sign in: " + signed_in.body);
  const std::string token = text(parsed(signed_in), "token");
  const json::object account = parsed(console.send("GET", "/v1/account", "", token));
  const std::string role = text(account.at("operator").as_object(), "role");
  return role == "support" ? "" : "a support became " + role + " by sending it along";
}

std::string word_of(const std::string& mail) {
  constexpr std::string_view prefix = "cardea_recovery_";
  const std::size_t at = mail.find(prefix);
  return at == std::string::npos ? "" : mail.substr(at, prefix.size() + 64);
}

/// F09: the victim's mailbox is open to the attacker for an hour; and links are guessed.
Achieved reset_by_mail(Console& console) {
  const Account victim = make_account(console, "victim", "owner");
  const auto complete = [&](const std::string& word) {
    const json::object body{{"recovery", word}, {"password", "the attacker's password"}};
    console.send("POST", "/v1/recoveries/complete", json::serialize(body), "");
    return sign_in(console, victim.email, "the attacker's password").status == 201;
  };
  console.send("POST", "/v1/recoveries", json::serialize(json::object{{"email", victim.email}}), "");
  const std::string first = word_of(console.newest_mail(victim.email));
  if (first.empty()) return "no recovery begins: nothing is proved";
  for (int minute = 0; minute < 60; minute += 12) {
    if (complete(word_of(console.newest_mail(victim.email))))
      return fmt::format("the account is taken after {} minutes", minute);
    console.advance(12 * 60);
  }
  console.advance(72 * 3'600);  // the mailbox is the victim's again
  if (complete(first)) return "the link of the first hour opens the account later";
  for (const std::string& guess : {"cardea_recovery_" + std::string(64, '0'), std::string(), std::string("%")})
    if (complete(guess)) return "a guessed link opens the account";
  return "";
}

/// F09d: the attacker has an account at the provider, and writes the victim's address into its profile; later the address
/// itself changes hands.
Achieved address_at_provider(Console& console) {
  const Account victim = make_account(console, "victim", "owner");
  const auto comes_in = [&](const std::string& account, const std::string& email, bool verified) {
    return console.come_from_provider(account, email, verified).status == 201;
  };
  for (const std::string& email : {victim.email, std::string("VICTIM@example.org"), victim.email + " ", std::string()})
    if (comes_in("thief", email, false)) return "an address that nobody has verified opens the account";
  if (!comes_in("the victim", victim.email, true)) return "nobody comes in from the provider: nothing is proved";
  if (comes_in("heir", victim.email, true)) return "whoever has the address later opens the account";
  if (comes_in("thief", victim.email, false)) return "a link of somebody else's opens the account";
  return "";
}

std::vector<json::object> items_of(Console& console, const std::string& path, const std::string& token) {
  const json::object page = parsed(console.send("GET", path, "", token));
  std::vector<json::object> out;
  if (const auto* items = page.if_contains("items"))
    for (const json::value& item : items->as_array()) out.push_back(item.as_object());
  if (out.empty()) throw std::runtime_error(path + " shows nothing: nothing is proved");
  return out;
}

/// F08: a manager makes the alarms silent, lets themself in, and then wants nothing to have happened.
Achieved silent_insider(Console& console) {
  const Account owner = make_account(console, "owner", "owner");
  const Account insider = make_account(console, "insider", "manager");
  const std::string token = text(parsed(sign_in(console, insider.email, password)), "token");
  const auto do_it = [&](const char* method, const std::string& path, const json::object& body = {}) {
    const ConsoleAnswer answer = console.send(method, path, body.empty() ? "" : json::serialize(body), token);
    return text(parsed(answer), "id");
  };
  auto hears = [&, last = console.newest_mail(owner.email)]() mutable {
    console.advance(60);
    const std::string mail = console.newest_mail(owner.email);
    return std::exchange(last, mail) != mail;
  };
  for (const json::object& rule : items_of(console, "/v1/alert-rules", token)) {
    do_it("PATCH", "/v1/alert-rules/" + text(rule, "id"), {{"enabled", false}});
    do_it("DELETE", "/v1/alert-rules/" + text(rule, "id"));
  }
  if (!hears()) return "the owner hears nothing of alarms that were switched off";
  const std::string site = do_it("POST", "/v1/sites", {{"name", "South"}});
  const std::string door = do_it("POST", "/v1/doors", {{"site_id", site}, {"name", "Safe"}, {"zone", "Europe/Zurich"}});
  const std::string self = do_it("POST", "/v1/persons", {{"name", "Nobody"}, {"email", insider.email}});
  const std::string grant = do_it("POST", "/v1/access-grants",
                                  {{"person_id", self}, {"door_ids", json::array{door}}, {"from", "2026-01-01T00:00:00Z"}});
  if (grant.empty()) throw std::runtime_error("a manager can let nobody in: nothing is proved");
  if (!hears()) return "the owner hears nothing of an insider who lets themself in";
  for (const json::object& event : items_of(console, "/v1/events?limit=200", token)) {
    do_it("DELETE", "/v1/events/" + text(event, "id"));
    if (console.send("GET", "/v1/events/" + text(event, "id"), "", token).status != 200) return "an insider erases an event";
  }
  for (const json::object& alert : items_of(console, "/v1/alerts", token))
    for (const char* way : {"/acknowledge", "/close"})
      do_it("POST", "/v1/alerts/" + text(alert, "id") + way, {{"note", "nothing"}});
  for (const json::object& alert : items_of(console, "/v1/alerts", token))
    if (text(alert, "state") != "open") return "an insider puts the alert about themself aside";
  return "";
}

double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// F12: who is here? By what is said, and by how long it takes. What else the machine does only ever adds: the shortest of
/// several is the work itself, both taken by turns, and a hash takes many times the rest.
Achieved enumerate(Console& console) {
  const Account known = make_account(console, "known", "owner");
  const auto ask = [&](const std::string& email) { return sign_in(console, email, "a wrong password here"); };
  if (ask(known.email).body != ask("nobody@example.org").body) return "sign-in says whether an account exists";
  double is = std::numeric_limits<double>::infinity();
  double is_not = is;
  for (int i = 0; i < 9; ++i) {
    console.advance(3'600);
    is = std::min(is, seconds_of([&] { ask(known.email); }));
    is_not = std::min(is_not, seconds_of([&] { ask("nobody@example.org"); }));
  }
  if (is > 4 * is_not || is_not > 4 * is)
    return fmt::format("sign-in takes {:.4f} s for an account and {:.4f} s for none", is, is_not);
  const auto recover = [&](const std::string& email) {
    return console.send("POST", "/v1/recoveries", json::serialize(json::object{{"email", email}}), "").body;
  };
  if (recover(known.email) != recover("nobody@example.org")) return "recovery says whether an account exists";
  return "";
}

/// F10: texts that a shell would run.
Achieved commands_in_names(Console& console) {
  char folder[] = "/tmp/cardea-attack-XXXXXX";
  if (::mkdtemp(folder) == nullptr) throw std::runtime_error("no folder for the trace of a command");
  const std::filesystem::path trace = std::filesystem::path(folder) / "trace";
  const std::string touch = "touch " + trace.string();
  Achieved achieved;
  for (const std::string& text : {"$(" + touch + ")", "`" + touch + "`", "; " + touch + " #", "'; " + touch + " #",
                                  "\"; " + touch + " #", "| " + touch, "&& " + touch, "\n" + touch + "\n"}) {
    const json::object named{{"name", text}, {"email", text}, {"password", text}};
    for (const char* path : {"/v1/sites", "/v1/persons", "/v1/sessions", "/v1/recoveries"})
      console.send("POST", path, json::serialize(json::object{{"name", text}}), console.attackers_key());
    console.send("POST", "/v1/sessions", json::serialize(named), "");
    console.send("GET", "/v1/sites?limit=1", "", text);
    if (std::filesystem::exists(trace)) achieved = "a command ran that was sent as a name: " + text;
  }
  std::filesystem::remove_all(folder);
  return achieved;
}

/// F11: a key that was taken away, in the moment after.
Achieved stale_decision(Console& console) {
  for (int round = 0; round < 20; ++round) {
    const json::object made =
        parsed(console.send("POST", "/v1/api-keys", R"({"name":"k","role":"manager"})", console.victims_key()));
    const std::string key = text(made, "key");
    const auto use = [&] { return console.send("POST", "/v1/persons", R"({"name":"North"})", key).status; };
    if (use() != 201 || use() != 201) return "a new key opens nothing: nothing is proved";
    console.send("DELETE", "/v1/api-keys/" + text(made.at("api_key").as_object(), "id"), "", console.victims_key());
    if (use() != 401) return fmt::format("a key that had been taken away was let in, in round {}", round + 1);
  }
  return "";
}

/// F14: what a fresh installation lets in.
Achieved defaults(Console& console) {
  const std::string words[] = {"",       "admin",    "administrator", "root",     "password",
                               "cardea", "changeme", "default",       "12345678", "admin123456789"};
  for (const std::string& word : words) {
    for (const char* name : {"admin", "root", "owner", "cardea", "test"})
      for (const char* host : {"", "@localhost", "@example.org"})
        if (sign_in(console, std::string(name) + host, word).status == 201)
          return fmt::format("{}{} / {} signs in", name, host, word);
    console.advance(600);  // patient
    for (const char* prefix : {"", "cardea_"})
      if (console.send("GET", "/v1/account", "", prefix + word).status < 400)
        return "the key \"" + (prefix + word) + "\" is let in";
  }
  for (const char digit : {'0', '1', 'f'})
    for (const char* prefix : {"cardea_", "cardea_session_"})
      if (console.send("GET", "/v1/sites", "", prefix + std::string(64, digit)).status < 400)
        return "a key of one digit is let in";
  return "";
}

/// B21: somebody who issues credentials tries out which numbers are others' PINs, to come in under their name.
Achieved pins_tried_out(Console& console) {
  constexpr int choices_max = 32;
  if (console.choose_pin("Victim", "836492").status != 201) return "nobody gets a PIN: nothing is proved";
  int told = 1;
  for (int i = 0; i < 60; ++i) {
    const ConsoleAnswer answer = console.choose_pin("Thief", fmt::format("8364{}", 33 + i));
    if (answer.status != 429) ++told;
    if (answer.body.find("Victim") != std::string::npos) return "the answer says whose PIN it is: " + answer.body;
  }
  return told <= choices_max ? "" : fmt::format("{} PINs tried out within a day", told);
}

constexpr TargetAttack<Console, ConsoleFlaw> attacks[] = {
    {"B21", "PINs tried out by who issues them", ConsoleFlaw::kPinsTriedFreely, pins_tried_out},
    {"F01", "Ids of another workspace", ConsoleFlaw::kIdsOfAnybody, ids_of_others},
    {"F01a", "Ids of a sister site", ConsoleFlaw::kScopeInListsOnly, ids_of_a_sister},
    {"F03", "Fields that a body should not have", ConsoleFlaw::kBindsEveryField, fields_too_many},
    {"F07", "Another workspace shines through", ConsoleFlaw::kNamesOfEverybody, other_workspaces_shine_through},
    {"F08", "Insider who stays silent", ConsoleFlaw::kSilentInsiders, silent_insider},
    {"F09", "Reset by whoever reads the mail", ConsoleFlaw::kMailIsEnough, reset_by_mail},
    {"F09d", "Somebody else's address at the provider", ConsoleFlaw::kAddressIsIdentity, address_at_provider},
    {"F10", "Commands in names", ConsoleFlaw::kAsksAShell, commands_in_names},
    {"F11", "Decision from a stale copy", ConsoleFlaw::kDecidesFromACopy, stale_decision},
    {"F12", "Enumeration of accounts", ConsoleFlaw::kSkipsUnknownAccount, enumerate},
    {"F14", "Default credentials", ConsoleFlaw::kDefaultAdmin, defaults},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<Console, ConsoleFlaw>(count, arguments, attacks, make_shipped_console, make_twin_console);
}
