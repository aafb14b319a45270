// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "server/api/testing/paper_lock.hpp"
#include "server/api/testing/soft_phone.hpp"
#include "tests/attacks/invitation/invitation.hpp"

namespace cardea::attacks {
namespace {

namespace http = server::http;
namespace json = server::json;
using server::testing::SoftPhone;

class ShippedInvitations final : public Invitations {
 public:
  ShippedInvitations() {
    const std::string site = text(post("/v1/sites", {{"name", "House"}}), "id");
    door_ = text(post("/v1/doors", {{"site_id", site}, {"name", "Front"}, {"zone", "Europe/Zurich"}}), "id");
    lock_.activate(platform_, door_);
    side_ = text(post("/v1/doors", {{"site_id", site}, {"name", "Side"}, {"zone", "Europe/Zurich"}}), "id");
    side_lock_.activate(platform_, side_);
  }

  bool takes_name(const std::string& name) override {
    http::ClientRequest request;
    request.method = "POST";
    request.path = "/v1/persons";
    request.body = json::print(json::Any{{"name", name}});
    return platform_.send(request).status == 201;
  }
  Mailed invite(const std::string& name, int phone_count, const std::string& host) override {
    const std::string address = fmt::format("person{}@example.org", ++count_);
    const std::string person = text(post("/v1/persons", {{"name", name}, {"email", address}}), "id");
    const json::Any grant =
        post("/v1/access-grants",
             {{"person_id", person}, {"door_ids", json::Any(boost::json::array{door_})}, {"from", "2026-01-01T00:00:00Z"}});
    const json::Any made = post("/v1/access-grants/" + text(grant, "id") + "/invitations",
                                {{"channel", "email"}, {"phones_max", phone_count}}, host);
    newest_ = text(made.at("invitation"), "id");
    const std::string words = platform_.newest_mail(address);
    // A name may hold an address of its own.
    const std::size_t begin = words.rfind("https://", words.find("#cardea_phone_"));
    return {platform_.newest_mail_as_sent(address), words.substr(begin, words.find('\n', begin) - begin)};
  }

  std::string visit(std::string_view method, const std::string& link) override {
    http::ClientRequest request;
    request.method = method;
    request.path = link.substr(std::string_view("https://cardea.test").size());
    request.path.resize(std::min(request.path.find('#'), request.path.size()));
    const auto answer = platform_.send(request, "");
    return std::to_string(answer.status) + answer.body;
  }

  std::string claim(const std::string& link) override {
    SoftPhone phone;
    const auto answer = platform_.send(claim_of(phone, link), "");
    return answer.status == 201 ? "" : fmt::format("{} {}", answer.status, answer.body);
  }

  int claim_at_once(const std::string& link, int phone_count) override {
    std::atomic<int> taken = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < phone_count; ++i)
      threads.emplace_back([&] {
        SoftPhone phone;
        http::Client client(http::parse_base_url(platform_.url()).value(), std::chrono::seconds(60));
        http::ClientRequest request;
        request.method = "POST";
        request.path = "/v1/invitations/claim";
        request.content_type = "application/json";
        request.body = phone.claim_body(link);
        const auto answer = client.send(request);
        if (answer.ok() && answer->status == 201) ++taken;
      });
    threads.clear();
    return taken;
  }

  std::string invite_to_pin(const std::string& name) override {
    const std::string person = text(post("/v1/persons", {{"name", name}}), "id");
    const json::Any grant =
        post("/v1/access-grants",
             {{"person_id", person}, {"door_ids", json::Any(boost::json::array{door_})}, {"from", "2026-01-01T00:00:00Z"}});
    const json::Any made =
        post("/v1/access-grants/" + text(grant, "id") + "/invitations", {{"channel", "link"}, {"pin", true}});
    newest_ = text(made.at("invitation"), "id");
    return text(made, "link");
  }

  /// By turns through the API and through the page's form: neither is a way around the other.
  std::string choose_pin(const std::string& link, int door, const std::string& pin) override {
    const std::string& id = door == 0 ? door_ : side_;
    const std::string word = SoftPhone::word_of(link);
    http::ClientRequest request;
    request.method = "POST";
    request.headers.emplace_back("X-Forwarded-For", fmt::format("192.0.2.{}", ++address_ % 250));
    const bool by_form = address_ % 2 == 0;
    request.path = by_form ? "/invitation/en" : "/v1/invitations/pin";
    request.content_type = by_form ? "application/x-www-form-urlencoded" : "application/json";
    request.body = by_form ? fmt::format("invitation={}&door_id={}&pin={}", word, id, pin)
                           : json::print(json::Any{{"invitation", word}, {"door_id", id}, {"pin", pin}});
    const auto answer = platform_.send(request, "");
    if (answer.status < 300) return "";
    const bool is_taken =
        answer.body.find("pin_taken") != std::string::npos || answer.body.find("is not to be had") != std::string::npos;
    return is_taken ? "taken" : std::to_string(answer.status);
  }

  void cancel_newest() override { post("/v1/invitations/" + newest_ + "/cancel", nullptr); }
  void advance(std::uint64_t seconds) override {
    platform_.advance(seconds);
    platform_.run_upkeep();
  }

 private:
  http::ClientRequest claim_of(const SoftPhone& phone, const std::string& link) {
    http::ClientRequest request;
    request.method = "POST";
    request.path = "/v1/invitations/claim";
    request.content_type = "application/json";
    request.body = phone.claim_body(link);
    // From everywhere: a botnet, which no limit of an address stops.
    request.headers.emplace_back("X-Forwarded-For", fmt::format("192.0.2.{}", ++address_ % 250));
    return request;
  }

  json::Any post(const std::string& path, const json::Any& body, const std::string& host = {}) {
    http::ClientRequest request;
    request.method = "POST";
    request.path = path;
    if (!body.is_null()) {
      request.content_type = "application/json";
      request.body = json::print(body);
    }
    if (!host.empty())
      for (const char* header : {"X-Forwarded-Host", "X-Host", "X-Original-Host", "Forwarded"})
        request.headers.emplace_back(header, std::string_view(header) == "Forwarded" ? "host=" + host : host);
    const auto answer = platform_.send(request);
    if (answer.status >= 300) throw std::runtime_error(path + ": " + answer.body);
    return json::parse(answer.body).value();
  }
  static std::string text(const json::Any& object, std::string_view name) { return std::string(object.at(name).as_string()); }

  server::api::testing::Platform platform_;
  server::api::testing::PaperLock lock_{link::LockClass::kProtected};
  server::api::testing::PaperLock side_lock_{link::LockClass::kProtected};
  std::string door_, side_, newest_;
  int count_ = 0;
  int address_ = 0;
};

}  // namespace

std::unique_ptr<Invitations> make_shipped_invitations() { return std::make_unique<ShippedInvitations>(); }

}  // namespace cardea::attacks
