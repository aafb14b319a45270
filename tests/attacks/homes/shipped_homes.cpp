// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "server/api/testing/paper_lock.hpp"
#include "server/api/testing/soft_phone.hpp"
#include "tests/attacks/homes/homes.hpp"

namespace cardea::attacks {
namespace {

namespace http = server::http;
namespace json = server::json;
using server::api::testing::PaperLock;
using server::testing::SoftPhone;

class ShippedHomes final : public Homes {
 public:
  ShippedHomes() {
    const std::string site = post_as_operator("/v1/sites", {{"name", "House"}});
    const std::string door = post_as_operator("/v1/doors", {{"site_id", site}, {"name", "Front"}, {"zone", "Europe/Zurich"}});
    lock_.activate(platform_, door);
  }

  std::string print_label() override { return PaperLock(link::LockClass::kProtected).label(); }
  std::string label_of_held_lock() override { return lock_.label(); }
  bool is_held() override {
    const auto answer = platform_.send("GET", "/v1/locks/" + lock_.id());
    return answer.status == 200 && json::parse(answer.body)->at("state").as_string() == "active" &&
           platform_.number("SELECT count(*) FROM locks WHERE state <> 'claimed'") == 1;
  }

  bool make(const std::string& address, const std::string& label) override {
    const std::string attempt = server::hex_of(server::DoorId::make().bytes) + server::hex_of(server::DoorId::make().bytes);
    const auto made = send("/v1/homes",
                           json::print(json::Any{{"attempt", attempt},
                                                 {"label", label},
                                                 {"door_name", "Front door"},
                                                 {"zone", "Europe/Zurich"},
                                                 {"person_name", "Eve"},
                                                 {"language", "en"}}),
                           address);
    if (made.status != 201) return false;
    SoftPhone phone;
    const std::string token(json::parse(made.body)->at("invitation").as_string());
    return send("/v1/invitations/claim", phone.claim_body(token), address).status == 201;
  }
  int count() override { return static_cast<int>(platform_.number("SELECT count(*) FROM workspaces")) - 2; }
  void advance(std::uint64_t seconds) override {
    platform_.advance(seconds);
    for (int round = 0; round < 5; ++round) platform_.run_upkeep();
  }

 private:
  http::ClientResponse send(const std::string& path, std::string body, const std::string& address) {
    http::ClientRequest request;
    request.method = "POST";
    request.path = path;
    request.content_type = "application/json";
    request.body = std::move(body);
    request.headers.emplace_back("X-Forwarded-For", address);
    return platform_.send(request, "");
  }
  std::string post_as_operator(const std::string& path, const json::Any& body) {
    const auto answer = platform_.send("POST", path, json::print(body));
    if (answer.status >= 300) throw std::runtime_error(path + ": " + answer.body);
    return std::string(json::parse(answer.body)->at("id").as_string());
  }

  server::api::testing::Platform platform_;
  PaperLock lock_{link::LockClass::kProtected};
};

}  // namespace

std::unique_ptr<Homes> make_shipped_homes() { return std::make_unique<ShippedHomes>(); }

}  // namespace cardea::attacks
