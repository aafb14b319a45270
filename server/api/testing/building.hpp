// SPDX-License-Identifier: Apache-2.0
#pragma once
// A platform with one site, one door, its lock and one person: where most tests of credentials begin.

#include <gtest/gtest.h>

#include "server/api/testing/paper_lock.hpp"
#include "server/json/json.hpp"

namespace cardea::server::api::testing {

class Building : public ::testing::Test {
 protected:
  explicit Building(link::LockClass lock_class = link::LockClass::kProtected, std::uint8_t slot_count = 32)
      : lock_(lock_class, slot_count) {}

  void SetUp() override {
    site_ = text(post("/v1/sites", R"({"name":"House"})", 201), "id");
    door_ = text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Front","zone":"Europe/Zurich"})", 201), "id");
    lock_.activate(platform_, door_);
    person_ = text(post("/v1/persons", R"({"name":"Ada","phone":"+41791234567"})", 201), "id");
    grant_ = make_grant(-4 * 3'600, 20 * 86'400);
  }

  /// The answer's body, after its status was checked.
  json::Any request(std::string_view method, const std::string& path, const std::string& body, std::uint16_t status) {
    const auto answer = platform_.send(method, path, body);
    EXPECT_EQ(answer.status, status) << method << " " << path << ": " << answer.body;
    auto parsed = json::parse(answer.body);
    return parsed ? *parsed : json::Any{};
  }
  json::Any post(const std::string& path, const std::string& body, std::uint16_t status) {
    return request("POST", path, body, status);
  }
  /// A POST of somebody who has no key, each from another address: the limits of an address are met only where a test says one.
  http::ClientResponse send_without_key(const std::string& path, const std::string& body,
                                        const std::string& type = "application/json") {
    http::ClientRequest request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    request.content_type = type;
    request.headers.emplace_back("X-Forwarded-For", "192.0.2." + std::to_string(++address_ % 250));
    return platform_.send(request, "");
  }
  /// The same as post().
  json::Any public_post(const std::string& path, const std::string& body, std::uint16_t status) {
    const auto answer = send_without_key(path, body);
    EXPECT_EQ(answer.status, status) << path << ": " << answer.body;
    auto parsed = json::parse(answer.body);
    return parsed ? *parsed : json::Any{};
  }
  json::Any get(const std::string& path) { return request("GET", path, {}, 200); }
  static std::string text(const json::Any& object, std::string_view name) { return std::string(object.at(name).as_string()); }

  std::string instant(std::int64_t from_now_s) {
    return text_of(UnixSeconds{static_cast<std::uint64_t>(static_cast<std::int64_t>(start_.value) + from_now_s)});
  }

  std::string make_grant(std::int64_t from_s, std::int64_t to_s) {
    return text(post("/v1/access-grants",
                     R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":")" + instant(from_s) +
                         R"(","to":")" + instant(to_s) + "\"}",
                     201),
                "id");
  }
  /// The whole answer to issuing a credential; `rest`: members after kind and door, with a comma in front.
  json::Any issue(const std::string& kind, const std::string& rest = {}, std::uint16_t status = 201) {
    return post("/v1/access-grants/" + grant_ + "/credentials",
                R"({"kind":")" + kind + R"(","door_id":")" + door_ + "\"" + rest + "}", status);
  }
  json::Any issue_offline(const std::string& family, std::int64_t from_s, std::int64_t to_s, std::uint16_t status = 201) {
    return issue("offline",
                 R"(,"family":")" + family + R"(","from":")" + instant(from_s) + R"(","to":")" + instant(to_s) + "\"", status);
  }
  static std::string id_of(const json::Any& issued) { return text(issued.at("credential"), "id"); }
  std::string delivery(const std::string& credential) { return text(get("/v1/credentials/" + credential), "delivery"); }
  /// The link of a new invitation to the grant, whose id is then `invitation_`; `more`: members with a comma in front.
  std::string invite(const std::string& more = {}) {
    const json::Any made = post("/v1/access-grants/" + grant_ + "/invitations", R"({"channel":"link")" + more + "}", 201);
    invitation_ = text(made.at("invitation"), "id");
    return text(made, "link");
  }
  /// Two files there and back: the second one tells that the first answer was applied.
  void sync() {
    lock_.exchange(platform_);
    lock_.exchange(platform_);
  }
  Platform platform_;
  PaperLock lock_;
  UnixSeconds start_ = now();
  std::string site_, door_, person_, grant_, invitation_;
  int address_ = 0;
};

}  // namespace cardea::server::api::testing
