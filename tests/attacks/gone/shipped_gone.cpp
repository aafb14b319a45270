// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <utility>

#include "server/api/testing/paper_lock.hpp"
#include "server/json/json.hpp"
#include "tests/attacks/gone/gone.hpp"

namespace cardea::attacks {
namespace {

namespace json = server::json;
constexpr const char* octets = "application/octet-stream";

class ShippedGone final : public GoneLock {
 public:
  ShippedGone() {
    door_ = door_of("own");
    lock_.activate(platform_, door_);
  }

  void write_off() override {
    if (platform_.send("POST", path() + "/write-off").status != 200) throw std::runtime_error("it cannot be written off");
  }
  bool is_answered() override {
    lock_.write_record(audit::Kind::kRestarted, audit::Method::kNone, {});
    return platform_.send("POST", path() + "/files", lock_.link_file(), "own", octets).status == 200;
  }
  /// Of what it wrote since it was asked last.
  bool is_believed() override {
    const auto answer = platform_.send("GET", "/v1/events?type=lock.restarted");
    const std::size_t count = json::parse(answer.body).value().at("items").as_array().size();
    return count > std::exchange(believed_count_, count);
  }
  bool is_activated_anew() override {
    return platform_.send("POST", path() + "/files", lock_.ask_file(), "own", octets).status == 200;
  }
  bool can_be_claimed() override {
    const std::string& stranger = platform_.stranger().api_key;
    return claims("own", door_) || claims(stranger, door_of(stranger));
  }

 private:
  [[nodiscard]] std::string path() const { return "/v1/locks/" + lock_.id(); }
  std::string made(const std::string& key, const std::string& what, const std::string& body) {
    const auto answer = platform_.send("POST", what, body, key);
    if (answer.status != 201) throw std::runtime_error(what + ": " + answer.body);
    return std::string(json::parse(answer.body).value().at("id").as_string());
  }
  std::string door_of(const std::string& key) {
    const std::string site = made(key, "/v1/sites", R"({"name":"House"})");
    return made(key, "/v1/doors", R"({"site_id":")" + site + R"(","name":"Front","zone":"UTC"})");
  }
  bool claims(const std::string& key, const std::string& door) {
    const std::string body = R"({"door_id":")" + door + R"(","label":")" + lock_.label() + "\"}";
    return platform_.send("POST", "/v1/locks/claim", body, key).status == 201;
  }

  server::api::testing::Platform platform_;
  server::api::testing::PaperLock lock_{link::LockClass::kProtected};
  std::string door_;
  std::size_t believed_count_ = 0;
};

}  // namespace

std::unique_ptr<GoneLock> make_shipped_gone() { return std::make_unique<ShippedGone>(); }

}  // namespace cardea::attacks
