// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/console/interference.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <random>
#include <string_view>

namespace cardea::attacks {
namespace {

namespace json = boost::json;

constexpr int call_count = 400;

/// What is the same in both workspaces: ids and traces by when they were first seen; no instant, no key, no cursor.
class Likeness {
 public:
  std::string of(std::string_view body) {
    std::string out;
    while (!body.empty()) {
      const std::size_t digits = std::min(body.find_first_not_of("0123456789abcdef"), body.size());
      std::size_t size = std::max<std::size_t>(digits, 1);
      if (digits == 32 && (out.ends_with('_') || out.ends_with(trace))) {
        out += number_of(body.substr(0, digits));
      } else if (digits == 64) {
        out += '~';
      } else if (is_instant(body)) {
        out += '~';
        size = instant.size();
      } else if (body.starts_with(cursor)) {
        out += cursor;
        size = std::min(body.find('"', cursor.size()), body.size());
      } else {
        out += body.substr(0, size);
      }
      body.remove_prefix(size);
    }
    return out;
  }

 private:
  static constexpr std::string_view instant = "0000-00-00T00:00:00Z";
  static constexpr std::string_view trace = R"("trace":")";
  static constexpr std::string_view cursor = R"("next":")";

  static bool is_instant(std::string_view text) {
    if (text.size() < instant.size()) return false;
    for (std::size_t i = 0; i < instant.size(); ++i)
      if (instant[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != instant[i]) return false;
    return true;
  }
  std::string number_of(std::string_view id) {
    return std::to_string(numbers_.try_emplace(std::string(id), numbers_.size()).first->second);
  }
  std::map<std::string, std::size_t> numbers_;
};

/// Somebody who furnishes a workspace, looks around in it, and changes their mind.
class Caller {
 public:
  Caller(Console& console, std::string key) : console_(console), key_(std::move(key)) {}

  /// The next call, and its answer's likeness.
  std::string step() {
    switch (random_() % 10) {
      case 0: return made("sites", {{"name", "Site " + few()}});
      case 1: return made("persons", {{"name", "Person " + few()}, {"external_id", few()}});
      case 2: return made("doors", {{"site_id", one_of("sites")}, {"name", "Door " + few()}, {"zone", "Europe/Zurich"}});
      case 3:
        return made("access-grants", {{"person_id", one_of("persons")},
                                      {"door_ids", json::array{one_of("doors")}},
                                      {"from", "2026-01-01T00:00:00Z"},
                                      {"to", "2049-01-01T00:00:00Z"}});
      case 4: return done("PATCH", "/v1/sites/" + one_of("sites"), R"({"name":"Site )" + few() + "\"}");
      case 5: return done("PATCH", "/v1/persons/" + one_of("persons"), R"({"name":"Person )" + few() + "\"}");
      case 6: return done("POST", "/v1/access-grants/" + one_of("access-grants") + "/revoke");
      case 7: return done("GET", "/v1/events?limit=5");
      case 8: return listed("/v1/" + kind() + "?limit=200");
      default: return done("GET", "/v1/" + kind() + "/" + one_of(kind()));
    }
  }

 private:
  std::string few() { return std::to_string(random_() % 12); }
  std::string kind() {
    static const std::string kinds[] = {"sites", "persons", "doors", "access-grants"};
    return kinds[random_() % std::size(kinds)];
  }
  std::string one_of(const std::string& kind) {
    const auto& ids = ids_[kind];
    return ids.empty() ? "none" : ids[random_() % ids.size()];
  }
  std::string made(const std::string& kind, const json::object& body) {
    const ConsoleAnswer answer = console_.send("POST", "/v1/" + kind, json::serialize(body), key_);
    if (answer.status == 201) ids_[kind].emplace_back(json::parse(answer.body).at("id").as_string());
    return like("POST " + kind, answer);
  }
  std::string done(const std::string& method, const std::string& path, const std::string& body = "") {
    return like(method + " " + path, console_.send(method, path, body, key_));
  }
  /// Ids of one millisecond come in any order.
  std::string listed(const std::string& path) {
    const ConsoleAnswer answer = console_.send("GET", path, "", key_);
    if (answer.status != 200) return like("GET " + path, answer);
    std::vector<std::string> items;
    const json::value page = json::parse(answer.body);
    for (const json::value& item : page.at("items").as_array()) items.push_back(likeness_.of(json::serialize(item)));
    std::ranges::sort(items);
    return fmt::format("GET {}: {}", path, fmt::join(items, ", "));
  }
  std::string like(const std::string& call, const ConsoleAnswer& answer) {
    return likeness_.of(fmt::format("{}: {} {}", call, answer.status, answer.body));
  }

  Console& console_;
  std::string key_;
  std::minstd_rand random_{7};
  std::map<std::string, std::vector<std::string>> ids_;
  Likeness likeness_;
};

}  // namespace

Achieved other_workspaces_shine_through(Console& console) {
  Caller alone(console, console.victims_key());
  std::vector<std::string> trace;
  for (int i = 0; i < call_count; ++i) trace.push_back(alone.step());
  Caller beside(console, console.attackers_key());
  for (int i = 0; i < call_count; ++i) {
    const std::string said = beside.step();
    if (said != trace[static_cast<std::size_t>(i)])
      return fmt::format("call {} of an empty workspace beside a full one: {}\nalone it was: {}", i + 1, said,
                         trace[static_cast<std::size_t>(i)]);
  }
  return "";
}

}  // namespace cardea::attacks
