// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "server/api/testing/building.hpp"

namespace cardea::server::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A second door with a sandbox lock, beside the one with a lock on paper.
class Sandbox : public Building {
 protected:
  void SetUp() override {
    Building::SetUp();
    garden_ = text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Garden","zone":"Europe/Zurich"})", 201), "id");
    sandbox_ = text(post("/v1/sandbox/locks", R"({"door_id":")" + garden_ + "\"}", 201), "id");
  }
  std::string path(const std::string& more) const { return "/v1/sandbox/locks/" + sandbox_ + more; }
  json::Any type(const std::string& code) { return post(path("/keypad"), R"({"code":")" + code + "\"}", 200); }
  std::string reason_of(const std::string& code) {
    const json::Any said = type(code);
    return said.at("reason").is_null() ? text(said, "verdict") : text(said, "reason");
  }
  json::Any simulate(const std::string& body) { return post(path("/simulate"), body, 200); }
  std::string grant_for_garden(const std::string& more = {}) {
    return text(post("/v1/access-grants",
                     R"({"person_id":")" + person_ + R"(","door_ids":[")" + garden_ + R"("],"from":")" + instant(-3'600) +
                         R"(","to":")" + instant(86'400) + "\"" + more + "}",
                     201),
                "id");
  }
  json::Any issue_at_garden(const std::string& grant, const std::string& kind, const std::string& more = {}) {
    return post("/v1/access-grants/" + grant + "/credentials",
                R"({"kind":")" + kind + R"(","door_id":")" + garden_ + "\"" + more + "}", 201);
  }
  std::string code_of(const json::Any& token) { return text(get("/v1/credentials/" + id_of(token) + "/code"), "code"); }
  /// Asks until the lock has applied what it is to hold.
  void wait_until_applied() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      const json::Any lock = get("/v1/locks/" + sandbox_);
      if (lock.at("desired").at("version") == lock.at("desired").at("applied_version")) return;
    }
    FAIL() << "the sandbox lock applies nothing";
  }
  std::vector<std::string> event_types() {
    std::vector<std::string> types;
    const json::Any page = get("/v1/events?limit=200&lock_id=" + sandbox_);
    for (const auto& event : page.at("items").as_array()) {
      EXPECT_EQ(event.at("sandbox"), json::Any(true));
      types.push_back(text(event, "type"));
    }
    return types;
  }
  std::string garden_, sandbox_;
};

TEST_F(Sandbox, RefusesALockThatIsReal) {
  for (const std::string what : {"/keypad", "/simulate"}) {
    const auto answer = platform_.send("POST", "/v1/sandbox/locks/" + lock_.id() + what,
                                       what == "/keypad" ? R"({"code":"1"})" : R"({"online":false})");
    EXPECT_EQ(answer.status, 404) << answer.body;
  }
  EXPECT_EQ(get("/v1/locks/" + lock_.id()).at("sandbox"), json::Any(false));
}

TEST_F(Sandbox, RefusesAnEntryOfNobodyAndSaysWhy) {
  EXPECT_EQ(reason_of("12345678"), "unknown_code");
  EXPECT_EQ(platform_.send("POST", path("/keypad"), R"({"code":"12a"})").status, 400);
  EXPECT_THAT(event_types(), ::testing::Contains("access.refused"));
}

TEST_F(Sandbox, RefusesACodeThatItHasNotTakenYet) {
  simulate(R"({"online":false})");
  const json::Any token = issue_at_garden(grant_for_garden(), "token");
  const std::string code = code_of(token);
  EXPECT_NE(reason_of(code), "granted");
  EXPECT_EQ(delivery(id_of(token)), "on_its_way");
  EXPECT_EQ(platform_.send("POST", "/v1/locks/" + sandbox_ + "/unlock").status, 409);
  simulate(R"({"online":true})");
  wait_until_applied();
  EXPECT_EQ(delivery(id_of(token)), "on_lock");
}

TEST_F(Sandbox, OpensForATokenOnceAndTellsWhoCame) {
  const json::Any token = issue_at_garden(grant_for_garden(), "token");
  wait_until_applied();
  const std::string code = code_of(token);
  const json::Any said = type(code);
  EXPECT_EQ(text(said, "verdict"), "granted");
  EXPECT_EQ(text(said, "credential_id"), id_of(token));
  EXPECT_EQ(reason_of(code), "replayed");
  const json::Any events = get("/v1/events?type=access.granted&lock_id=" + sandbox_);
  ASSERT_EQ(events.at("items").as_array().size(), 1u);
  EXPECT_EQ(text(events.at("items").at(0), "person_id"), person_);
}

TEST_F(Sandbox, KeepsTheRulesOfALock) {
  const json::Any once = issue_at_garden(
      grant_for_garden(), "offline", R"(,"family":"once","from":")" + instant(-600) + R"(","to":")" + instant(3'600) + "\"");
  const std::string code = text(once, "code");
  EXPECT_EQ(reason_of(code), "granted");
  EXPECT_EQ(reason_of(code), "used");
  const json::Any token = issue_at_garden(grant_for_garden(R"(,"max_uses":1)"), "token");
  wait_until_applied();
  EXPECT_EQ(reason_of(code_of(token)), "granted");
  platform_.advance(30);
  EXPECT_EQ(reason_of(code_of(token)), "uses_spent");
}

TEST_F(Sandbox, EndsWhatWasRevoked) {
  const std::string grant = grant_for_garden();
  const json::Any token = issue_at_garden(grant, "token");
  wait_until_applied();
  const std::string code = code_of(token);
  post("/v1/access-grants/" + grant + "/revoke", "", 200);
  wait_until_applied();
  EXPECT_EQ(reason_of(code), "unknown_code");
  EXPECT_EQ(delivery(id_of(token)), "ended");
}

TEST_F(Sandbox, LeavesTheEventsOfADoorAndABattery) {
  const json::Any lock = simulate(R"({"door":"forced","battery_percent":9})");
  EXPECT_EQ(text(lock, "door_state"), "open");
  EXPECT_EQ(lock.at("battery_percent"), json::Any(9));
  simulate(R"({"door":"closed"})");
  simulate(R"({"online":false})");
  EXPECT_THAT(event_types(), ::testing::IsSupersetOf({"door.forced", "lock.battery", "door.closed", "lock.offline"}));
  EXPECT_THAT(sandbox_, StartsWith("lock_73616e64626f783a"));
}

TEST_F(Sandbox, TakesAPinUntilAnotherHasReachedIt) {
  const json::Any pin = issue_at_garden(grant_for_garden(), "pin", R"(,"pin":"314159")");
  wait_until_applied();
  EXPECT_EQ(reason_of("271828"), "unknown_code");
  EXPECT_EQ(reason_of("314159"), "granted");
  EXPECT_EQ(reason_of("314159"), "granted") << "it stays";
  simulate(R"({"online":false})");
  post("/v1/credentials/" + id_of(pin) + "/pin", R"({"pin":"271828"})", 200);
  EXPECT_EQ(reason_of("271828"), "unknown_code");
  EXPECT_EQ(reason_of("314159"), "granted") << "never neither";
  simulate(R"({"online":true})");
  wait_until_applied();
  EXPECT_EQ(reason_of("314159"), "unknown_code");
  EXPECT_EQ(reason_of("271828"), "granted");
  const json::Any events = get("/v1/events?type=access.granted&lock_id=" + sandbox_);
  EXPECT_EQ(text(events.at("items").at(0), "method"), "pin");
  EXPECT_EQ(text(events.at("items").at(0), "person_id"), person_);
}

TEST_F(Sandbox, MakesAGuesserWaitAndGoesOffAndOnAsAnyKeypad) {
  const json::Any pin = issue_at_garden(grant_for_garden(), "pin", R"(,"pin":"314159")");
  wait_until_applied();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reason_of("271828"), "unknown_code");
  const json::Any fourth = type("271828");
  EXPECT_EQ(fourth.at("keypad").at("failures").as_int64(), 4);
  EXPECT_EQ(fourth.at("keypad").at("wait_s").as_int64(), 30);
  EXPECT_EQ(reason_of("314159"), "locked_out") << "also for who knows it";
  EXPECT_EQ(get("/v1/locks/" + sandbox_).at("keypad").at("failures").as_int64(), 4);
  platform_.advance(31);
  EXPECT_EQ(reason_of("314159"), "granted");
  EXPECT_THAT(get("/v1/events?limit=200&lock_id=" + sandbox_).at("items").as_array().size(), ::testing::Ge(6u));
  for (int i = 5; i <= 5; ++i) EXPECT_EQ(reason_of("271828"), "unknown_code");
  EXPECT_THAT(event_types(), ::testing::Contains("keypad.alert")) << "the fifth failure of a month";
  post("/v1/locks/" + sandbox_ + "/release-keypad", {}, 200);
  EXPECT_EQ(get("/v1/locks/" + sandbox_).at("keypad").at("failures").as_int64(), 0);
}

TEST_F(Sandbox, KnowsServiceCodes) {
  const std::string service = "/v1/locks/" + sandbox_ + "/service-codes";
  const std::string grant = grant_for_garden();
  const json::Any once =
      issue_at_garden(grant, "offline", R"(,"family":"once","from":")" + instant(-600) + R"(","to":")" + instant(3'600) + "\"");
  EXPECT_EQ(reason_of(text(post(service, R"({"family":"clock"})", 201), "code")), "clock_good");
  platform_.advance(3'600);
  const std::string clear = text(post(service, R"({"family":"clear"})", 201), "code");
  EXPECT_EQ(reason_of(clear), "cleared");
  EXPECT_EQ(reason_of(clear), "used");
  for (int i = 0; i < 8; ++i) type("12345678");
  EXPECT_EQ(reason_of("12345678"), "locked_out");
  const json::Any release = post(service, R"({"family":"release"})", 201);
  const json::Any said = type(text(release, "code"));
  EXPECT_EQ(text(said, "verdict"), "released");
  EXPECT_EQ(said.at("keypad").at("failures").as_int64(), 0);
  EXPECT_EQ(text(said, "credential_id"), id_of(release));
  EXPECT_THAT(event_types(), ::testing::IsSupersetOf({"keypad.cleared", "keypad.released"}));
}

TEST_F(Sandbox, HasTwentyOfThemAtMost) {
  for (int i = 1; i <= 20; ++i) {
    const std::string door =
        text(post("/v1/doors",
                  R"({"site_id":")" + site_ + R"(","name":"Door )" + std::to_string(i) + R"(","zone":"Europe/Zurich"})", 201),
             "id");
    const auto answer = platform_.send("POST", "/v1/sandbox/locks", R"({"door_id":")" + door + "\"}");
    EXPECT_EQ(answer.status, i < 20 ? 201 : 409) << answer.body;
  }
}

}  // namespace
}  // namespace cardea::server::api::testing
