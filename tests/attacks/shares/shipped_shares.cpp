// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <stdexcept>
#include <vector>

#include "server/api/testing/paper_lock.hpp"
#include "server/api/testing/soft_phone.hpp"
#include "tests/attacks/shares/shares.hpp"

namespace cardea::attacks {
namespace {

namespace http = server::http;
namespace json = server::json;
using server::testing::SoftPhone;

class ShippedSharedKeys final : public SharedKeys {
 public:
  ShippedSharedKeys() {
    const std::string site = text(must("POST", "/v1/sites", {{"name", "House"}}), "id");
    for (const char* name : {"Front", "Side"}) {
      doors_.push_back(text(must("POST", "/v1/doors", {{"site_id", site}, {"name", name}, {"zone", "Europe/Zurich"}}), "id"));
      locks_.push_back(std::make_unique<server::api::testing::PaperLock>(link::LockClass::kProtected));
      locks_.back()->activate(platform_, doors_.back());
    }
  }

  int add_resident() override {
    Holder holder;
    holder.person = text(must("POST", "/v1/persons", {{"name", "Ana"}}), "id");
    const json::Any grant = must("POST", "/v1/access-grants",
                                 {{"person_id", holder.person},
                                  {"door_ids", json::Any(boost::json::array{doors_[0]})},
                                  {"from", in(0)},
                                  {"to", in(10 * 86'400)},
                                  {"may_share", true}});
    holder.grant = text(grant, "id");
    const json::Any made = must("POST", "/v1/access-grants/" + holder.grant + "/invitations", {{"channel", "link"}});
    return claim(std::move(holder), text(made, "link"));
  }

  int share(int giver, int door, std::uint64_t for_s) override {
    const auto answer =
        order(giver, "shares", fmt::format(R"(,"door_ids":["{}"],"name":"Bo","until":"{}")", at(doors_, door), in(for_s)));
    if (answer.status != 201) return -1;
    const json::Any made = json::parse(answer.body).value();
    Holder guest;
    guest.grant = text(made.at("share"), "id");
    return claim(std::move(guest), text(made, "link"));
  }

  void take(int whose, Loss loss) override {
    const Holder& holder = at(holders_, whose);
    const std::string grant = "/v1/access-grants/" + holder.grant;
    switch (loss) {
      case Loss::kGrant: must("POST", grant + "/revoke", nullptr); return;
      case Loss::kPerson: must("POST", "/v1/persons/" + holder.person + "/revoke", nullptr); return;
      case Loss::kTime: must("PATCH", grant, {{"to", in(3'600)}}); return;
      case Loss::kSharing: must("PATCH", grant, {{"may_share", false}}); return;
      case Loss::kPhone: must("POST", "/v1/phones/" + holder.phone->id() + "/lost", nullptr); return;
    }
  }

  /// No lock is connected: whoever is told that, and nothing else, would have opened.
  bool opens(int who, int door) override {
    const auto answer =
        order(who, "unlock", fmt::format(R"(,"door_id":"{}","attempt":"{:032x}")", at(doors_, door), ++attempt_));
    if (answer.status == 200) {
      const json::Any said = json::parse(answer.body).value();
      if (said.at("reason").is_null() || said.at("reason") == json::Any("lock_offline")) return true;
    }
    return door == 0 && has_key(who);
  }

  void advance(std::uint64_t seconds) override {
    platform_.advance(seconds);
    ahead_ += seconds;
    platform_.run_upkeep();
  }

 private:
  struct Holder {
    std::string person;
    std::string grant;
    std::unique_ptr<SoftPhone> phone = std::make_unique<SoftPhone>();
  };

  template <class T>
  static T& at(std::vector<T>& all, int number) {
    return all.at(static_cast<std::size_t>(number));
  }
  [[nodiscard]] UnixSeconds now() const { return {server::now().value + ahead_}; }
  [[nodiscard]] std::string in(std::uint64_t seconds) const { return server::text_of(UnixSeconds{now().value + seconds}); }
  static std::string text(const json::Any& object, std::string_view name) { return std::string(object.at(name).as_string()); }

  int claim(Holder holder, const std::string& link) {
    http::ClientRequest request = a_post("/v1/invitations/claim", holder.phone->claim_body(link));
    const auto answer = platform_.send(request, "");
    if (answer.status != 201 || !holder.phone->take_claim(link, json::parse(answer.body).value()))
      throw std::runtime_error("a claim was not answered: " + answer.body);
    holders_.push_back(std::move(holder));
    return static_cast<int>(holders_.size()) - 1;
  }

  /// Whether the schedule that the phone is given has a key in it.
  bool has_key(int who) {
    platform_.advance(1);
    ++ahead_;
    SoftPhone& phone = *at(holders_, who).phone;
    const UnixSeconds asked = now();  // once: a second may pass until the answer is here
    const auto answer = platform_.send(a_post("/v1/phones/schedule", phone.request_body(asked)), "");
    if (answer.status != 200) return false;
    const auto bytes = phone.open(json::parse(answer.body).value(), asked);
    phone::ScheduleReader reader(bytes.value());
    const phone::ScheduleHead head = reader.open().value();
    for (std::size_t i = 0; i < head.entry_count; ++i)
      if (!reader.next().value().keys.empty()) return true;
    return false;
  }

  http::ClientResponse order(int who, const std::string& what, const std::string& members) {
    platform_.advance(1);
    ++ahead_;
    const std::string path = "/v1/phones/" + what;
    const SoftPhone::Order made = at(holders_, who).phone->order(path, now(), members);
    http::ClientRequest request = a_post(path, made.body);
    request.headers.emplace_back("Cardea-Phone-Mac", made.mac);
    return platform_.send(request, "");
  }

  http::ClientRequest a_post(const std::string& path, const std::string& body) {
    http::ClientRequest request;
    request.method = "POST";
    request.path = path;
    request.content_type = "application/json";
    request.body = body;
    request.headers.emplace_back("X-Forwarded-For", fmt::format("192.0.2.{}", ++address_ % 250));
    return request;
  }

  json::Any must(std::string_view method, const std::string& path, const json::Any& body) {
    const auto answer = platform_.send(method, path, body.is_null() ? std::string() : json::print(body));
    if (answer.status >= 300) throw std::runtime_error(path + ": " + answer.body);
    return json::parse(answer.body).value();
  }

  server::api::testing::Platform platform_;
  std::vector<std::unique_ptr<server::api::testing::PaperLock>> locks_;
  std::vector<std::string> doors_;
  std::vector<Holder> holders_;
  std::uint64_t ahead_ = 0;
  std::uint64_t attempt_ = 0;
  int address_ = 0;
};

}  // namespace

std::unique_ptr<SharedKeys> make_shipped_shared_keys() { return std::make_unique<ShippedSharedKeys>(); }

}  // namespace cardea::attacks
