// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>
#include <map>
#include <stdexcept>

#include "server/api/testing/paper_lock.hpp"
#include "server/api/testing/platform.hpp"
#include "server/oidc/testing/soft_provider.hpp"
#include "tests/attacks/console/console.hpp"

namespace cardea::attacks {
namespace {

class ShippedConsole final : public Console {
 public:
  ConsoleAnswer send(std::string_view method, const std::string& path, const std::string& body,
                     const std::string& token) override {
    const auto answer = platform_.send(method, path, body, token);
    return {answer.status, answer.body};
  }
  [[nodiscard]] std::string victims_key() const override { return platform_.tenant().api_key; }
  [[nodiscard]] std::string attackers_key() const override { return platform_.stranger().api_key; }
  std::string newest_mail(const std::string& address) override {
    platform_.run_upkeep();
    platform_.run_alerts();
    return platform_.newest_mail(address);
  }
  void advance(std::uint64_t seconds) override {
    platform_.advance(seconds);
    platform_.run_upkeep();
    platform_.run_alerts();
  }
  ConsoleAnswer choose_pin(const std::string& person, const std::string& pin) override {
    if (door_.empty()) make_door();
    std::string& grant = grants_[person];
    if (grant.empty()) {
      const std::string id = made("/v1/persons", {{"name", person}});
      grant = made("/v1/access-grants",
                   {{"person_id", id}, {"door_ids", boost::json::array{door_}}, {"from", "2026-01-01T00:00:00Z"}});
    }
    const boost::json::object body{{"kind", "pin"}, {"door_id", door_}, {"pin", pin}};
    return send("POST", "/v1/access-grants/" + grant + "/credentials", boost::json::serialize(body), victims_key());
  }
  ConsoleAnswer come_from_provider(const std::string& account, const std::string& email, bool verified) override {
    if (!provider_) use_provider();
    const auto begun =
        boost::json::parse(send("POST", "/v1/oidc-sign-ins", R"({"redirect_uri":"http://127.0.0.1:1/sign-in/oidc"})", "").body);
    const std::string url(begun.at("authorization_url").as_string());
    const std::string code = provider_->sign_in(url, {{"sub", '"' + account + '"'},
                                                      {"email", boost::json::serialize(boost::json::value(email))},
                                                      {"email_verified", verified ? "true" : "false"}});
    const boost::json::object back{{"handle", begun.at("handle")}, {"state", provider_->member(url, "state")}, {"code", code}};
    return send("POST", "/v1/sessions/oidc", boost::json::serialize(back), "");
  }
  [[nodiscard]] std::vector<std::string> routes() const override { return platform_.routes(); }

 private:
  void use_provider() {
    provider_ = std::make_unique<server::oidc::testing::SoftProvider>();
    platform_.use_provider(provider_->options());
    const ConsoleAnswer allowed = send("PATCH", "/v1/workspace", R"({"oidc_link_by_email":true})", victims_key());
    if (allowed.status != 200) throw std::runtime_error("the workspace cannot allow links by address: " + allowed.body);
  }
  /// The id of a thing that is made so; throws when it is not made: then nothing is proved.
  std::string made(const std::string& path, const boost::json::object& body) {
    const ConsoleAnswer answer = send("POST", path, boost::json::serialize(body), victims_key());
    if (answer.status != 201) throw std::runtime_error(path + ": " + answer.body);
    return std::string(boost::json::parse(answer.body).at("id").as_string());
  }
  void make_door() {
    const std::string site = made("/v1/sites", {{"name", "Site of PINs"}});
    door_ = made("/v1/doors", {{"site_id", site}, {"name", "Door of PINs"}, {"zone", "Europe/Zurich"}});
    lock_.activate(platform_, door_);
  }

  std::unique_ptr<server::oidc::testing::SoftProvider> provider_;
  server::api::testing::Platform platform_;
  server::api::testing::PaperLock lock_{link::LockClass::kProtected};
  std::string door_;
  std::map<std::string, std::string> grants_;
};

}  // namespace

std::unique_ptr<Console> make_shipped_console() { return std::make_unique<ShippedConsole>(); }

}  // namespace cardea::attacks
