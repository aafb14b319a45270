// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "server/api/internal/route.hpp"
#include "server/api/testing/building.hpp"

namespace cardea::server::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

class Conditional : public Building {
 protected:
  http::ClientResponse ask(const std::string& method, const std::string& path, const std::string& body, const std::string& name,
                           const std::string& value) {
    return platform_.send({.method = method, .path = path, .body = body, .headers = {{name, value}}});
  }
  http::ClientResponse change_if(const std::string& tag, const std::string& path, const std::string& body) {
    return ask("PATCH", path, body, "If-Match", tag);
  }
  std::string tag_of(const std::string& path) {
    const auto answer = platform_.send("GET", path);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return std::string(answer.header("etag"));
  }
  std::string door_path() const { return "/v1/doors/" + door_; }
  std::string lock_path() const { return "/v1/locks/" + lock_.id(); }
};

// --- If-Match ---

TEST_F(Conditional, RefusesAChangeOfAnotherStateAndSaysWhichOneThereIs) {
  const std::string seen = tag_of(door_path());
  ASSERT_EQ(request("PATCH", door_path(), R"({"name":"Gate"})", 200).at("name"), json::Any("Gate"));
  const auto refused = change_if(seen, door_path(), R"({"name":"Porch"})");
  EXPECT_EQ(refused.status, 412);
  EXPECT_EQ(refused.header("content-type"), "application/problem+json");
  EXPECT_THAT(refused.body, HasSubstr("precondition_failed"));
  EXPECT_EQ(refused.header("etag"), tag_of(door_path()));
  EXPECT_EQ(text(get(door_path()), "name"), "Gate");
}

TEST_F(Conditional, RefusesATagThatIsWeakOrNone) {
  const std::string seen = tag_of(door_path());
  for (const std::string& tag :
       {"W/" + seen, seen.substr(1, seen.size() - 2), std::string("\"\""), std::string("\"x\", \"y\"")})
    EXPECT_EQ(change_if(tag, door_path(), R"({"name":"Porch"})").status, 412) << tag;
  EXPECT_EQ(text(get(door_path()), "name"), "Front");
}

TEST_F(Conditional, RefusesAChangeOfWhatIsGone) {
  const auto made = post("/v1/webhooks", R"({"url":"https://hooks.invalid/"})", 201);
  const std::string path = "/v1/webhooks/" + text(made.at("webhook"), "id");
  const std::string seen = tag_of(path);
  ASSERT_EQ(ask("DELETE", path, {}, "If-Match", "\"other\"").status, 412);
  ASSERT_EQ(ask("DELETE", path, {}, "If-Match", seen).status, 204);
  EXPECT_EQ(change_if(seen, path, R"({"after":0})").status, 404);
}

TEST_F(Conditional, RefusesWhereNothingIsReadAlone) {
  const json::Any made = post("/v1/api-keys", R"({"name":"reader","permissions":["doors:read"]})", 201);
  const auto refused = ask("DELETE", "/v1/api-keys/" + text(made.at("api_key"), "id"), {}, "If-Match", "\"x\"");
  EXPECT_EQ(refused.status, 412);
  EXPECT_THAT(refused.body, HasSubstr("without If-Match"));
  EXPECT_EQ(get("/v1/api-keys").at("items").as_array().size(), 2u);
}

TEST_F(Conditional, RefusesAPostThatCannotKeepIt) {
  EXPECT_EQ(ask("POST", "/v1/sites", R"({"name":"North"})", "If-Match", "*").status, 400);
  EXPECT_EQ(get("/v1/sites").at("items").as_array().size(), 1u);
}

TEST_F(Conditional, ChangesTheStateThatItNamesAndTellsTheNextOne) {
  const auto changed = change_if("\"other\", " + tag_of(door_path()), door_path(), R"({"name":"Gate"})");
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.header("etag"), tag_of(door_path()));
  EXPECT_EQ(change_if(std::string(changed.header("etag")), door_path(), R"({"name":"Porch"})").status, 200);
  EXPECT_EQ(change_if("*", door_path(), R"({"name":"Front"})").status, 200);
}

TEST_F(Conditional, LooksAtTheLockForItsSettingsAndNotAtWhatItReports) {
  const std::string seen = tag_of(lock_path());
  sync();  // the lock was seen, and said how it is
  issue("token");
  ASSERT_NE(tag_of(lock_path()), seen);
  ASSERT_EQ(change_if(seen, lock_path() + "/settings", R"({"open_ms":4000})").status, 200);
  EXPECT_EQ(change_if(seen, lock_path() + "/settings", R"({"open_ms":6000})").status, 412);
}

TEST_F(Conditional, OfManyChangesOfOneStateAtOnceOneIsDone) {
  const std::string seen = tag_of(door_path());
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      http::Client client(http::parse_base_url(platform_.url()).value());
      const auto answer =
          client
              .send({.method = "PATCH",
                     .path = door_path(),
                     .body = R"({"name":"Door )" + std::to_string(i) + "\"}",
                     .headers = {{"If-Match", seen}, {"Authorization", "Bearer " + platform_.tenant().api_key}}})
              .value();
      done += answer.status == 200;
      refused += answer.status == 412;
    });
  threads.clear();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(refused, 7);
}

// --- If-None-Match ---

TEST_F(Conditional, ShowsAStateOnceToWhoKnowsIt) {
  const std::string seen = tag_of(door_path());
  EXPECT_THAT(seen, MatchesRegex("\"[0-9a-f]{32}\""));
  for (const std::string& known : {seen, "W/" + seen, "\"x\", " + seen, std::string("*")}) {
    const auto answer = ask("GET", door_path(), {}, "If-None-Match", known);
    EXPECT_EQ(answer.status, 304) << known;
    EXPECT_THAT(answer.body, IsEmpty());
    EXPECT_EQ(answer.header("etag"), seen);
  }
  request("PATCH", door_path(), R"({"name":"Gate"})", 200);
  EXPECT_EQ(ask("GET", door_path(), {}, "If-None-Match", seen).status, 200);
  EXPECT_EQ(ask("GET", "/v1/doors", {}, "If-None-Match", tag_of("/v1/doors")).status, 304);
}

TEST_F(Conditional, GivesNoTagToAnAnswerWithACode) {
  const json::Any token = issue("token");
  sync();
  const auto code = platform_.send("GET", "/v1/credentials/" + id_of(token) + "/code");
  ASSERT_EQ(code.status, 200) << code.body;
  EXPECT_EQ(code.header("etag"), "");
}

// --- Routes that are to be left ---

Task<Outcome<Response>> say_hello(Context&, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  co_return answer(200, {{"hello", true}});
}

TEST(Deprecated, EveryAnswerSaysSoRefusalsToo) {
  Platform platform(false, [](http::Router& router, Context& context) {
    add(router, context, Method::kGet, "/v1/hello", Permission::kDoorsRead, Reach::kEverybody, say_hello,
        {.deprecation = Deprecation{{1'767'225'600}, UnixSeconds{1'798'761'600}, "https://docs.invalid/hello"}});
  });
  for (const auto& answer :
       {platform.send("GET", "/v1/hello"), platform.send("GET", "/v1/hello", {}, ""), platform.send("GET", "/v1/hello?x=1")}) {
    EXPECT_EQ(answer.header("deprecation"), "@1767225600") << answer.status;
    EXPECT_EQ(answer.header("sunset"), "Fri, 01 Jan 2027 00:00:00 GMT") << answer.status;
    EXPECT_EQ(answer.header("link"), R"(<https://docs.invalid/hello>; rel="deprecation"; type="text/html")") << answer.status;
  }
  const auto other = platform.send("GET", "/v1/doors");
  EXPECT_EQ(other.header("deprecation"), "");
  EXPECT_EQ(other.header("sunset"), "");
}

}  // namespace
}  // namespace cardea::server::api::testing
