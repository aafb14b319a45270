// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "server/api/testing/building.hpp"

namespace cardea::server::api::testing {
namespace {

using ::testing::HasSubstr;

class Bulk : public Building {
 protected:
  static std::string person(const std::string& name, const std::string& external_id) {
    return R"({"path":"/v1/persons","body":{"name":")" + name + R"(","external_id":")" + external_id + R"("}})";
  }
  static std::string body_of(const std::vector<std::string>& operations, const std::string& more = {}) {
    std::string text;
    for (const std::string& operation : operations) text += (text.empty() ? "" : ",") + operation;
    return R"({"operations":[)" + text + "]" + more + "}";
  }
  static std::vector<std::int64_t> statuses_of(const json::Any& told) {
    std::vector<std::int64_t> statuses;
    for (const auto& result : told.at("results").as_array()) statuses.push_back(result.at("status").as_int64());
    return statuses;
  }
  std::size_t persons() { return get("/v1/persons?limit=200").at("items").as_array().size(); }
  std::string key_with(const std::string& permissions) {
    return text(post("/v1/api-keys", R"({"name":"narrow","permissions":[)" + permissions + "]}", 201), "key");
  }
};

TEST_F(Bulk, RefusesWhatIsNoOperationOfIt) {
  for (const std::string path : {"/v1/api-keys", "/v1/bulk", "/v1/nothing", "", "/v1/sessions", "/v1/doors/x"}) {
    const json::Any told = post("/v1/bulk", body_of({R"({"path":")" + path + R"(","body":{}})"}), 200);
    EXPECT_EQ(statuses_of(told), std::vector<std::int64_t>{404}) << path;
  }
  EXPECT_EQ(platform_.send("POST", "/v1/bulk", body_of(std::vector<std::string>(101, person("A", "a")))).status, 400);
}

TEST_F(Bulk, NeedsThePermissionOfEachOperation) {
  const std::string key = key_with(R"("workspace:read","persons:write")");
  const auto answer =
      platform_.send("POST", "/v1/bulk", body_of({person("Eve", "e"), R"({"path":"/v1/sites","body":{"name":"North"}})"}), key);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(statuses_of(*json::parse(answer.body)), (std::vector<std::int64_t>{201, 403}));
  EXPECT_EQ(get("/v1/sites").at("items").as_array().size(), 1u);
}

TEST_F(Bulk, TakesNothingFromTheOthersWhenOneIsRefused) {
  const std::size_t before = persons();
  const json::Any told =
      post("/v1/bulk",
           body_of({person("Eve", "e"), person("Eve again", "e"), R"({"path":"/v1/persons","body":{"name":5}})",
                    R"({"path":"/v1/persons/person_00000000000000000000000000000000/revoke"})", person("Dan", "d")}),
           200);
  EXPECT_EQ(statuses_of(told), (std::vector<std::int64_t>{201, 409, 400, 404, 201}));
  EXPECT_EQ(told.at("done"), json::Any(2));
  EXPECT_EQ(told.at("failed"), json::Any(3));
  EXPECT_EQ(text(told.at("results").at(1).at("body"), "existing_id"), text(told.at("results").at(0).at("body"), "id"));
  EXPECT_EQ(persons(), before + 2);
}

TEST_F(Bulk, DoesAllOrNothingWhenAskedTo) {
  const std::size_t before = persons();
  const auto refused = platform_.send(
      "POST", "/v1/bulk", body_of({person("Eve", "e"), R"({"path":"/v1/persons","body":{"name":5}})"}, R"(,"atomic":true)"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("/operations/1/body/name"));
  EXPECT_EQ(persons(), before);
  post("/v1/bulk", body_of({person("Eve", "e"), person("Dan", "d")}, R"(,"atomic":true)"), 200);
  EXPECT_EQ(persons(), before + 2);
}

TEST_F(Bulk, IsDoneOnceUnderOneKey) {
  const std::size_t before = persons();
  const auto send = [&] {
    return platform_.send({.method = "POST",
                           .path = "/v1/bulk",
                           .body = body_of({person("Eve", "e"), R"({"path":"/v1/persons","body":{"name":"Dan"}})"}),
                           .headers = {{"Idempotency-Key", "k"}}});
  };
  const auto first = send();
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(send().body, first.body);
  EXPECT_EQ(persons(), before + 2);
}

TEST_F(Bulk, IssuesAndEndsWhatTheLockThenHears) {
  const std::string issue =
      R"({"path":"/v1/access-grants/)" + grant_ + R"(/credentials","body":{"kind":"token","door_id":")" + door_ + R"("}})";
  const json::Any made = post("/v1/bulk", body_of({issue, issue, issue}), 200);
  ASSERT_EQ(statuses_of(made), (std::vector<std::int64_t>{201, 201, 201}));
  sync();
  std::vector<std::string> endings;
  for (const auto& result : made.at("results").as_array()) {
    EXPECT_EQ(delivery(id_of(result.at("body"))), "on_lock");
    endings.push_back(R"({"path":"/v1/credentials/)" + id_of(result.at("body")) + R"(/revoke"})");
  }
  EXPECT_EQ(statuses_of(post("/v1/bulk", body_of(endings), 200)), (std::vector<std::int64_t>{200, 200, 200}));
  sync();
  EXPECT_EQ(delivery(id_of(made.at("results").at(0).at("body"))), "ended");
}

}  // namespace
}  // namespace cardea::server::api::testing
