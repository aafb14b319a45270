// SPDX-License-Identifier: Apache-2.0
// What a grant says beside its window, from the API to the bytes that a lock gets.
#include "server/api/testing/building.hpp"
#include "server/domain/schedule.hpp"

namespace cardea::server::api::testing {
namespace {

constexpr const char* every_day = R"(["mon","tue","wed","thu","fri","sat","sun"])";

class GrantRules : public Building {
 protected:
  /// `rules`: members with a comma in front.
  json::Any create(const std::string& rules, std::uint16_t status = 201) {
    return post(
        "/v1/access-grants",
        R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":")" + instant(-3'600) + "\"" + rules + "}",
        status);
  }
  void use(const json::Any& grant) { grant_ = text(grant, "id"); }
  std::string place_of_error(const std::string& rules) { return text(create(rules, 400).at("errors").at(0), "pointer"); }
  static std::string daily(const std::string& from, const std::string& to) {
    return R"(,"schedule":{"weekly":[{"days":)" + std::string(every_day) + R"(,"from":")" + from + R"(","to":")" + to + "\"}]}";
  }
  [[nodiscard]] const SlotRule& rule_of_slot(std::size_t i) const { return lock_.snapshot().slots.at(i).rule; }
};

TEST_F(GrantRules, RefuseWhatNobodyCouldMeanAndSayWhere) {
  EXPECT_EQ(place_of_error(R"(,"max_uses":0)"), "/max_uses");
  EXPECT_EQ(place_of_error(R"(,"max_uses":65536)"), "/max_uses");
  EXPECT_EQ(place_of_error(R"(,"expires_after_first_use_s":59)"), "/expires_after_first_use_s");
  EXPECT_EQ(place_of_error(R"(,"expires_after_first_use_s":31622401)"), "/expires_after_first_use_s");
  EXPECT_EQ(place_of_error(R"(,"schedule":{})"), "/schedule");
  EXPECT_EQ(place_of_error(R"(,"schedule":{"holidays":["2027-01-01"]})"), "/schedule");
  EXPECT_EQ(place_of_error(daily("8:00", "18:00")), "/schedule/weekly/0/from");
  EXPECT_EQ(place_of_error(daily("24:00", "18:00")), "/schedule/weekly/0/from");
  EXPECT_EQ(place_of_error(daily("08:00", "24:01")), "/schedule/weekly/0/to");
  EXPECT_EQ(place_of_error(daily("08:00", "08:00")), "/schedule/weekly/0/to");
  EXPECT_EQ(place_of_error(R"(,"schedule":{"weekly":[{"days":[],"from":"08:00","to":"09:00"}]})"), "/schedule/weekly/0/days");
  EXPECT_EQ(place_of_error(R"(,"schedule":{"weekly":[{"days":["mon","mon"],"from":"08:00","to":"09:00"}]})"),
            "/schedule/weekly/0/days");
  EXPECT_EQ(place_of_error(R"(,"schedule":{"weekly":[{"days":["monday"],"from":"08:00","to":"09:00"}]})"),
            "/schedule/weekly/0/days/0");
  EXPECT_EQ(place_of_error(R"(,"schedule":{"exceptions":[{"date":"2027-02-29","times":[]}]})"), "/schedule/exceptions/0/date");
  EXPECT_EQ(place_of_error(R"(,"schedule":{"exceptions":[{"date":"2027-02-28","times":[{"from":"09:00","to":"9"}]}]})"),
            "/schedule/exceptions/0/times/0/to");
  EXPECT_EQ(place_of_error(R"(,"schedule":{"weekly":[{"days":["mon"],"from":"08:00","to":"09:00"}],)"
                           R"("holidays":["2027-01-01","2027-01-01"]})"),
            "/schedule/holidays/1");
}

// [rule: S11]
TEST_F(GrantRules, AreRefusedToAKindThatCannotKeepThem) {
  for (const std::string& rules :
       {daily("08:00", "18:00"), std::string(R"(,"max_uses":1)"), std::string(R"(,"expires_after_first_use_s":3600)")}) {
    use(create(rules));
    for (const char* family : {"timed", "exclusive", "once"}) {
      const json::Any refused = issue_offline(family, 0, 7'200, 409);
      EXPECT_EQ(text(refused, "code"), "kind_cannot_keep_rule");
      EXPECT_NE(text(refused, "detail").find("Issue a token"), std::string::npos) << "what to do instead";
    }
    EXPECT_EQ(text(issue("offline", R"(,"family":"pool")", 409), "code"), "kind_cannot_keep_rule");
    issue("token");
  }
}

// [rule: S11]
TEST_F(GrantRules, ThatCountHaveOneTokenForEachDoor) {
  use(create(R"(,"max_uses":3)"));
  const std::string first = id_of(issue("token"));
  const json::Any refused = issue("sms", {}, 409);
  EXPECT_EQ(text(refused, "code"), "credential_exists");
  EXPECT_EQ(text(refused, "existing_id"), first);
  post("/v1/credentials/" + first + "/revoke", {}, 200);
  issue("sms");
  use(create(daily("08:00", "18:00")));
  issue("token");
  issue("sms");  // a schedule alone counts nothing
}

// [rule: S7]
TEST_F(GrantRules, ANinthScheduleAtALockIsRefusedAndOneThatIsThereIsShared) {
  for (int hour = 0; hour < 8; ++hour) {
    use(create(daily("0" + std::to_string(hour) + ":00", "12:00")));
    issue("token");
  }
  use(create(daily("08:00", "12:00")));
  const json::Any refused = issue("token", {}, 409);
  EXPECT_EQ(text(refused, "code"), "schedules_full");
  use(create(daily("07:00", "12:00")));
  issue("token");
  sync();
  EXPECT_EQ(lock_.snapshot().schedules.count(), 8);
  EXPECT_EQ(rule_of_slot(7), rule_of_slot(8));
}

TEST_F(GrantRules, AreShownAsTheyWereGiven) {
  const json::Any grant = create(
      R"(,"schedule":{"weekly":[{"days":["sat","mon"],"from":"22:00","to":"06:00"}],"holidays":["2027-12-25"],)"
      R"("exceptions":[{"date":"2027-12-24","times":[{"from":"08:00","to":"12:00"}]}]},"max_uses":5,"expires_after_first_use_s":86400)");
  EXPECT_EQ(json::print(grant.at("schedule")),
            R"({"weekly":[{"days":["mon","sat"],"from":"22:00","to":"06:00"}],"holidays":["2027-12-25"],)"
            R"("exceptions":[{"date":"2027-12-24","times":[{"from":"08:00","to":"12:00"}]}]})");
  EXPECT_EQ(grant.at("max_uses").as_int64(), 5);
  EXPECT_EQ(grant.at("expires_after_first_use_s").as_int64(), 86'400);
  EXPECT_TRUE(get("/v1/access-grants/" + text(create({}), "id")).at("schedule").is_null());
}

TEST_F(GrantRules, ReachTheLockWithTheSlot) {
  use(create(daily("08:00", "18:00") + R"(,"max_uses":5,"expires_after_first_use_s":86400)"));
  issue("token");
  use(create({}));
  issue("token");
  sync();
  ASSERT_EQ(lock_.snapshot().slot_count, 2);
  EXPECT_EQ(rule_of_slot(0), (SlotRule{.schedule = 1, .use_count_max = 5, .after_first_use_s = 86'400}));
  EXPECT_FALSE(rule_of_slot(1).says_anything());
  const ScheduleSet& schedules = lock_.snapshot().schedules;
  ASSERT_EQ(schedules.count(), 1);
  EXPECT_GT(schedules.known_until(1).value, start_.value + 60 * 86'400);
  for (std::uint64_t t = start_.value; t < start_.value + 20 * 86'400; t += 1'801) {
    const auto compiled = *compile(Schedule{{{0x7F, {8 * 60, 18 * 60}}}, {}, {}}, "Europe/Zurich", {t}, {t + 120});
    EXPECT_EQ(schedules.state_at(1, {t}) == ScheduleState::kOpen, compiled.open) << t;
  }
}

// [rule: S14]
TEST_F(GrantRules, OfAFixedTokenHaveTheEndOfItsGrant) {
  const std::uint64_t end = start_.value + 10 * 86'400;
  const std::string to = R"(,"to":")" + instant(10 * 86'400) + "\"";
  use(create(to));
  const std::string fixed = id_of(issue("token", R"(,"fixed":true)"));
  issue("token");
  issue("sms");
  use(create({}));
  issue("token", R"(,"fixed":true)");
  sync();
  ASSERT_EQ(lock_.snapshot().slot_count, 4);
  EXPECT_EQ(rule_of_slot(0), (SlotRule{.ends_at_s = static_cast<std::uint32_t>(end)}));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_FALSE(rule_of_slot(i).says_anything()) << i;
  EXPECT_EQ(text(get("/v1/credentials/" + fixed), "last_possible_use"), instant(10 * 86'400 + 120));
}

// [rule: S6]
TEST_F(GrantRules, AreCompiledAnewWhenTheDoorMovesToAnotherZone) {
  use(create(daily("08:00", "18:00")));
  issue("token");
  sync();
  const ScheduleSet before = lock_.snapshot().schedules;
  request("PATCH", "/v1/doors/" + door_, R"({"zone":"Asia/Tokyo"})", 200);
  sync();
  EXPECT_FALSE(std::ranges::equal(before.bytes(), lock_.snapshot().schedules.bytes()));
  const std::uint32_t version = lock_.version();
  request("PATCH", "/v1/doors/" + door_, R"({"zone":"Asia/Tokyo"})", 200);
  sync();
  EXPECT_EQ(lock_.version(), version) << "nothing changed";
}

// [rule: S6]
TEST_F(GrantRules, AreRenewedBeforeTheLockHasRunOutOfThem) {
  use(create(daily("08:00", "18:00")));
  issue("token");
  sync();
  const UnixSeconds known_until = lock_.snapshot().schedules.known_until(1);
  const std::uint32_t version = lock_.version();
  platform_.advance(7 * 86'400);
  platform_.run_upkeep();
  sync();
  EXPECT_EQ(lock_.version(), version);
  platform_.advance((known_until.value - start_.value) / 2);
  platform_.run_upkeep();
  sync();
  EXPECT_GT(lock_.version(), version);
}

}  // namespace
}  // namespace cardea::server::api::testing
