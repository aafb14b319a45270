// SPDX-License-Identifier: Apache-2.0
// A console in few lines: two workspaces, sites and operators in maps. Test only: its flaws are real.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <map>
#include <optional>

#include "tests/attacks/console/console.hpp"

namespace cardea::attacks {
namespace {

namespace json = boost::json;

struct Thing {  // a site or an operator
  std::string workspace;
  json::object row;
};

class TwinConsole final : public Console {
 public:
  explicit TwinConsole(ConsoleFlaw flaw) : flaw_(flaw) {
    if (flaw != ConsoleFlaw::kDefaultAdmin) return;
    things_["operator_" + hex(++count_)] = {
        "victim", {{"email", "admin@localhost"}, {"role", "owner"}, {"password_hash", hashed("admin")}, {"state", "active"}}};
  }

  ConsoleAnswer send(std::string_view method, const std::string& path, const std::string& body,
                     const std::string& token) override {
    boost::system::error_code error;
    const json::value parsed = json::parse(body.empty() ? "{}" : body, error);
    if (error || !parsed.is_object()) return {400, R"({"code":"malformed"})"};
    const json::object& input = parsed.get_object();
    if (path == "/v1/sessions") return sign_in(input);
    if (path == "/v1/invitations/accept") return accept(input);
    if (path == "/v1/recoveries") return ask_recovery(input);
    if (path == "/v1/recoveries/complete") return complete_recovery(input);
    const auto& known = flaw_ == ConsoleFlaw::kDecidesFromACopy ? copy_ : callers_;
    if (known.contains(token) || callers_.contains(token)) copy_ = merged(copy_, callers_);
    const auto caller = known.find(token);
    if (caller == known.end()) return {401, R"({"code":"unauthorized"})"};
    if (path == "/v1/account") return {200, json::serialize(json::object{{"operator", shown(caller->second.operator_id)}})};
    if (path.starts_with("/v1/alert-rules")) return alert_rules(method, path, caller->second);
    if (path.starts_with("/v1/events")) return log_of(method, path);
    if (path.starts_with("/v1/alerts")) return alerts(caller->second, path);
    if (method == "DELETE" && path.starts_with("/v1/api-keys/")) {
      callers_.erase(text(things_[path.substr(path.rfind('/') + 1)].row, "key"));
      return {204, ""};
    }
    if (path == "/v1/api-keys" && !caller->second.site.empty()) return {403, R"({"code":"out_of_scope"})"};
    if (method == "GET" && path.rfind('/') == 3) return list(path.substr(4, path.size() - 5), caller->second);
    if (method == "POST" && path.rfind('/') == 3) return create(path.substr(4, path.size() - 5), caller->second, input);
    const auto found = things_.find(path.substr(path.rfind('/') + 1));
    const bool visible = found != things_.end() &&
                         (flaw_ == ConsoleFlaw::kIdsOfAnybody || found->second.workspace == caller->second.workspace) &&
                         (flaw_ == ConsoleFlaw::kScopeInListsOnly || is_within(caller->second, found->first));
    if (!visible) return {404, R"({"code":"not_found"})"};
    if (method == "PATCH") put(found->second.row, input, {"name"});
    return {200, json::serialize(shown(found->first))};
  }
  [[nodiscard]] std::string victims_key() const override { return "victims key"; }
  [[nodiscard]] std::string attackers_key() const override { return "attackers key"; }
  std::string newest_mail(const std::string& address) override { return mails_[address]; }
  void advance(std::uint64_t seconds) override {
    now_ += seconds;
    copy_ = callers_;
    for (auto& [id, thing] : things_)
      if (thing.row.contains("recovery_opens") && thing.row.at("recovery_opens").as_uint64() <= now_ &&
          !thing.row.contains("late_word"))
        mails_[text(thing.row, "email")] = text(thing.row, "late_word", new_word("cardea_recovery_"));
  }
  ConsoleAnswer choose_pin(const std::string& person, const std::string& pin) override {
    if (flaw_ != ConsoleFlaw::kPinsTriedFreely && pin_choices_++ >= 32) return {429, R"({"code":"pin_choices_spent"})"};
    if (pins_.contains(pin)) return {409, R"({"code":"pin_taken"})"};
    pins_[pin] = person;
    return {201, "{}"};
  }
  ConsoleAnswer come_from_provider(const std::string& account, const std::string& email, bool verified) override {
    std::string lower = email;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    auto found = find("subject", account);
    if (found == things_.end() && (verified || flaw_ == ConsoleFlaw::kAddressIsIdentity)) {
      found = find("email", lower);
      if (found != things_.end() && found->second.row.contains("subject") && flaw_ != ConsoleFlaw::kAddressIsIdentity)
        found = things_.end();
    }
    if (found == things_.end()) return {403, R"({"code":"oidc_not_linked"})"};
    found->second.row["subject"] = account;
    return {201, json::serialize(shown(found->first))};
  }
  [[nodiscard]] std::vector<std::string> routes() const override {
    return {"GET /v1/sites/{site_id}", "PATCH /v1/sites/{site_id}", "GET /v1/operators/{operator_id}",
            "GET /v1/doors/{door_id}"};
  }

 private:
  struct Caller {
    std::string workspace;
    std::string operator_id;
    std::string site = {};  // that they are limited to
  };

  static std::string hex(std::uint64_t number) { return fmt::format("{:032x}", number); }
  std::string new_word(std::string_view prefix) { return fmt::format("{}{:064x}", prefix, ++count_ * 0x9E3779B97F4A7C15); }
  /// Takes milliseconds, as it should.
  static std::string hashed(const std::string& password) {
    unsigned char out[16];
    PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), nullptr, 0, 40'000, EVP_sha256(), sizeof out, out);
    return {reinterpret_cast<const char*>(out), sizeof out};
  }
  static std::string text(const json::object& row, std::string_view name) {
    const auto* value = row.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
  }
  static std::string text(json::object& row, std::string_view name, const std::string& value) {
    row[name] = value;
    return value;
  }
  /// The fields that a route names; with the flaw, all that came.
  void put(json::object& row, const json::object& input, std::initializer_list<std::string_view> names) const {
    for (const auto& [name, value] : input)
      if (flaw_ == ConsoleFlaw::kBindsEveryField || std::count(names.begin(), names.end(), std::string_view(name)) != 0)
        row[name] = value;
  }
  json::object shown(const std::string& id) {
    const json::object& row = things_[id].row;
    return {{"id", id}, {"name", text(row, "name")}, {"role", text(row, "role")}, {"site_id", text(row, "site_id")}};
  }

  ConsoleAnswer create(const std::string& kind, const Caller& caller, const json::object& input) {
    if (kind == "site" && is_taken(text(input, "name"), caller)) return {409, R"({"code":"name_taken"})"};
    const std::string id = kind + "_" + hex(++count_);
    Thing& thing = things_[id];
    thing.workspace = caller.workspace;
    put(thing.row, input, {"name", "email", "role", "site_id", "scope"});
    log(text(input, "name"));
    json::object answer = shown(id);
    if (kind == "api-key") {
      const std::string key = text(thing.row, "key", new_word("cardea_"));
      callers_[key] = {caller.workspace, ""};
      answer = {{"api_key", answer}, {"key", key}};
    }
    if (kind == "access-grant") tell_owners(caller, "somebody was let in");
    if (kind == "operator")
      answer = {{"operator", answer}, {"invitation", text(thing.row, "invitation", new_word("invitation_"))}};
    return {201, json::serialize(answer)};
  }
  /// In the flawed twin by a tool of the system's, as so many did.
  void log(const std::string& name) const {
    if (flaw_ != ConsoleFlaw::kAsksAShell) return;
    const std::string command = "true '" + name + "' \"" + name + "\" 2>/dev/null";
    (void)!std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe): the flaw itself
  }
  /// What a copy knows after it has looked: what came is there, what went is not yet gone.
  static std::map<std::string, Caller> merged(std::map<std::string, Caller> copy, const std::map<std::string, Caller>& now) {
    copy.insert(now.begin(), now.end());
    return copy;
  }
  bool is_taken(const std::string& name, const Caller& caller) const {
    return std::any_of(things_.begin(), things_.end(), [&](const auto& entry) {
      const bool is_near = flaw_ == ConsoleFlaw::kNamesOfEverybody || entry.second.workspace == caller.workspace;
      return is_near && entry.first.starts_with("site_") && text(entry.second.row, "name") == name;
    });
  }
  bool is_within(const Caller& caller, const std::string& id) {
    return caller.site.empty() || id == caller.site || text(things_[id].row, "site_id") == caller.site;
  }
  ConsoleAnswer list(const std::string& kind, const Caller& caller) {
    json::array items;
    for (const auto& [id, thing] : things_)
      if (id.starts_with(kind + "_") && thing.workspace == caller.workspace && is_within(caller, id))
        items.push_back(shown(id));
    return {200, json::serialize(json::object{{"items", std::move(items)}})};
  }
  std::map<std::string, Thing>::iterator find(std::string_view field, const std::string& value) {
    return std::find_if(things_.begin(), things_.end(),
                        [&](const auto& entry) { return !value.empty() && text(entry.second.row, field) == value; });
  }

  /// Alarms, and who has put one aside: as many as F08 needs.
  ConsoleAnswer alert_rules(std::string_view method, const std::string& path, const Caller& caller) {
    if (method == "GET") return {200, R"({"items":[{"id":"rule_1"}]})"};
    tell_owners(caller, path + " was changed");
    return {200, "{}"};
  }
  ConsoleAnswer log_of(std::string_view method, const std::string&) const {
    if (method != "GET") return {404, "{}"};
    return {200, R"({"items":[{"id":"event_1"}]})"};
  }
  ConsoleAnswer alerts(const Caller& caller, const std::string& path) const {
    if (path != "/v1/alerts") return {caller.operator_id.empty() ? 200 : 403, "{}"};
    return {200, R"({"items":[{"id":"alert_1","state":"open"}]})"};
  }
  void tell_owners(const Caller& caller, const std::string& what) {
    if (flaw_ == ConsoleFlaw::kSilentInsiders) return;
    for (const auto& [id, thing] : things_)
      if (thing.workspace == caller.workspace && text(thing.row, "role") == "owner")
        mails_[text(thing.row, "email")] = fmt::format("{} ({})", what, ++count_);
  }

  ConsoleAnswer accept(const json::object& input) {
    const auto found = find("invitation", text(input, "invitation"));
    if (found == things_.end()) return {404, R"({"code":"invitation_not_found"})"};
    put(found->second.row, input, {});
    found->second.row["password_hash"] = hashed(text(input, "password"));
    found->second.row["invitation"] = "";
    return {200, json::serialize(shown(found->first))};
  }
  ConsoleAnswer sign_in(const json::object& input) {
    const auto found = find("email", text(input, "email"));
    if (found == things_.end() && flaw_ == ConsoleFlaw::kSkipsUnknownAccount) return {401, R"({"code":"sign_in_refused"})"};
    const std::string given = hashed(text(input, "password"));
    if (found == things_.end() || text(found->second.row, "password_hash") != given)
      return {401, R"({"code":"sign_in_refused"})"};
    put(found->second.row, input, {});
    const std::string token = new_word("session_");
    Caller& caller = callers_[token];
    caller = {found->second.workspace, found->first};
    if (const auto* scope = found->second.row.if_contains("scope"))
      caller.site = scope->at("site_ids").as_array().at(0).as_string();
    return {201, json::serialize(json::object{{"token", token}})};
  }
  ConsoleAnswer ask_recovery(const json::object& input) {
    if (const auto found = find("email", text(input, "email")); found != things_.end()) {
      found->second.row["recovery_opens"] = now_ + 48 * 3'600;
      mails_[text(input, "email")] = text(found->second.row, "word", new_word("cardea_recovery_"));
    }
    return {202, R"({"status":"asked"})"};
  }
  ConsoleAnswer complete_recovery(const json::object& input) {
    const std::string word = text(input, "recovery");
    auto found = find("late_word", word);
    if (found == things_.end() && flaw_ == ConsoleFlaw::kMailIsEnough) found = find("word", word);
    if (found == things_.end()) return {403, R"({"code":"recovery_waits"})"};
    found->second.row["password_hash"] = hashed(text(input, "password"));
    return {200, json::serialize(shown(found->first))};
  }

  ConsoleFlaw flaw_;
  std::uint64_t count_ = 0;
  std::uint64_t now_ = 1'795'000'000;
  std::map<std::string, Thing> things_;
  std::map<std::string, std::string> mails_;
  std::map<std::string, std::string> pins_;
  int pin_choices_ = 0;
  std::map<std::string, Caller> callers_{{"victims key", {"victim", ""}}, {"attackers key", {"attacker", ""}}};
  std::map<std::string, Caller> copy_ = callers_;
};

}  // namespace

std::unique_ptr<Console> make_twin_console(ConsoleFlaw flaw) { return std::make_unique<TwinConsole>(flaw); }

}  // namespace cardea::attacks
