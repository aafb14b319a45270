// SPDX-License-Identifier: Apache-2.0
// Schedules with a name and calendars, from the API to the bytes that a lock gets.
#include "server/api/testing/building.hpp"

namespace cardea::server::api::testing {
namespace {

class NamedSchedules : public Building {
 protected:
  static std::string mornings(const std::string& to) {
    return R"({"weekly":[{"days":["mon","tue","wed","thu","fri","sat","sun"],"from":"08:00","to":")" + to + R"("}]})";
  }
  std::string make_schedule(const std::string& name, const std::string& times, const std::string& more = {}) {
    return text(post("/v1/schedules", R"({"name":")" + name + R"(","schedule":)" + times + more + "}", 201), "id");
  }
  std::string make_calendar(const std::string& dates) {
    return text(post("/v1/calendars", R"({"name":"Holidays","dates":)" + dates + "}", 201), "id");
  }
  void use_grant_with(const std::string& member) {
    grant_ = text(post("/v1/access-grants",
                       R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":")" + instant(-3'600) +
                           "\"," + member + "}",
                       201),
                  "id");
  }
  void follow(const std::string& schedule) { use_grant_with(R"("schedule_id":")" + schedule + "\""); }
  json::Any change(const std::string& path, const std::string& body, std::uint16_t status = 200) {
    return request("PATCH", path, body, status);
  }
  std::vector<std::uint8_t> set_at_lock() {
    const ByteSpan bytes = lock_.snapshot().schedules.bytes();
    return {bytes.begin(), bytes.end()};
  }
};

TEST_F(NamedSchedules, AreRefusedWhatNoScheduleIs) {
  const std::string times = mornings("12:00");
  EXPECT_EQ(text(post("/v1/schedules", R"({"name":"","schedule":)" + times + "}", 400).at("errors").at(0), "pointer"), "/name");
  EXPECT_EQ(text(post("/v1/schedules", R"({"name":"A","schedule":{}})", 400).at("errors").at(0), "pointer"), "/schedule");
  EXPECT_EQ(text(post("/v1/calendars", R"({"name":"A","dates":[]})", 400).at("errors").at(0), "pointer"), "/dates");
  EXPECT_EQ(text(post("/v1/calendars", R"({"name":"A","dates":["2027-02-29"]})", 400).at("errors").at(0), "pointer"),
            "/dates/0");
  EXPECT_EQ(
      text(post("/v1/calendars", R"({"name":"A","dates":["2027-02-28","2027-02-28"]})", 400).at("errors").at(0), "pointer"),
      "/dates/1");
  make_schedule("Cleaners", times);
  EXPECT_EQ(text(post("/v1/schedules", R"({"name":"Cleaners","schedule":)" + times + "}", 409), "code"), "already_exists");
}

TEST_F(NamedSchedules, GoToTheLocksOfTheirGrantsWithEachChange) {
  const std::string schedule = make_schedule("Cleaners", mornings("12:00"));
  const std::string path = "/v1/schedules/" + schedule;
  follow(schedule);
  issue("token");
  EXPECT_EQ(get(path).at("locks").at("on_its_way").as_int64(), 1);
  sync();
  EXPECT_EQ(get(path).at("locks").at("on_its_way").as_int64(), 0);
  const auto before = set_at_lock();
  EXPECT_EQ(lock_.snapshot().slots[0].rule.schedule, 1);

  EXPECT_EQ(text(change(path, R"({"name":"Cleaners, mornings"})"), "name"), "Cleaners, mornings");
  EXPECT_EQ(get(path).at("locks").at("on_its_way").as_int64(), 0) << "a name is nothing to a lock";
  const json::Any changed = change(path, R"({"schedule":)" + mornings("13:00") + "}");
  EXPECT_EQ(changed.at("grants").as_int64(), 1);
  EXPECT_EQ(changed.at("locks").at("total").as_int64(), 1);
  EXPECT_EQ(changed.at("locks").at("on_its_way").as_int64(), 1);
  const json::Any on_its_way = get(path + "/locks").at("items").at(0);
  EXPECT_EQ(text(on_its_way, "lock_id"), lock_.id());
  EXPECT_EQ(text(on_its_way, "delivery"), "on_its_way");
  sync();
  EXPECT_EQ(text(get(path + "/locks").at("items").at(0), "delivery"), "on_lock");
  EXPECT_NE(set_at_lock(), before);
  EXPECT_EQ(text(get("/v1/access-grants/" + grant_).at("schedule").at("weekly").at(0), "to"), "13:00") << "the grant follows";
}

TEST_F(NamedSchedules, TakeTheDatesOfTheirCalendarsAsHolidays) {
  const std::string calendar = make_calendar(R"(["2027-12-26","2027-01-01"])");
  const std::string schedule = make_schedule("Cleaners", mornings("12:00"), R"(,"calendar_ids":[")" + calendar + "\"]");
  follow(schedule);
  issue("token");
  sync();
  EXPECT_EQ(json::print(get("/v1/access-grants/" + grant_).at("schedule").at("holidays")), R"(["2027-01-01","2027-12-26"])");
  change("/v1/calendars/" + calendar, R"({"dates":[")" + instant(86'400).substr(0, 10) + "\"]}");
  EXPECT_EQ(get("/v1/schedules/" + schedule).at("locks").at("on_its_way").as_int64(), 1);
  const auto before = set_at_lock();
  sync();
  EXPECT_NE(set_at_lock(), before) << "tomorrow is a holiday";
  EXPECT_TRUE(get("/v1/schedules/" + schedule).at("schedule").at("holidays").as_array().empty()) << "its own are none";
}

TEST_F(NamedSchedules, AreNotDeletedWhileAnybodyFollowsThem) {
  const std::string calendar = make_calendar(R"(["2027-12-26"])");
  const std::string schedule = make_schedule("Cleaners", mornings("12:00"), R"(,"calendar_ids":[")" + calendar + "\"]");
  follow(schedule);
  const json::Any in_use = request("DELETE", "/v1/schedules/" + schedule, {}, 409);
  EXPECT_EQ(text(in_use, "code"), "schedule_in_use");
  EXPECT_NE(text(in_use, "detail").find("Ada"), std::string::npos) << "who";
  const json::Any followed = request("DELETE", "/v1/calendars/" + calendar, {}, 409);
  EXPECT_EQ(text(followed, "code"), "calendar_in_use");
  EXPECT_NE(text(followed, "detail").find("Cleaners"), std::string::npos);
  EXPECT_EQ(get("/v1/access-grants?schedule_id=" + schedule).at("items").as_array().size(), 1u);
  post("/v1/access-grants/" + grant_ + "/revoke", {}, 200);
  request("DELETE", "/v1/schedules/" + schedule, {}, 204);
  request("DELETE", "/v1/calendars/" + calendar, {}, 204);
  EXPECT_EQ(text(get("/v1/access-grants/" + grant_).at("schedule").at("weekly").at(0), "to"), "12:00")
      << "what was stays readable";
  EXPECT_TRUE(get("/v1/access-grants/" + grant_).at("schedule_id").is_null());
}

// [rule: S7]
TEST_F(NamedSchedules, ChangeNothingWhenALockWouldHoldANinth) {
  const std::string schedule = make_schedule("Cleaners", mornings("12:00"));
  follow(schedule);
  issue("token");
  use_grant_with(R"("schedule":)" + mornings("12:00"));  // says the same, by itself
  issue("token");
  for (int i = 0; i < 7; ++i) {
    use_grant_with(R"("schedule":)" + mornings("1" + std::to_string(3 + i % 7) + ":00"));
    issue("token");
  }
  const json::Any refused = change("/v1/schedules/" + schedule, R"({"schedule":)" + mornings("20:00") + "}", 409);
  EXPECT_EQ(text(refused, "code"), "schedules_full");
  EXPECT_NE(text(refused, "detail").find(door_), std::string::npos) << "where";
  EXPECT_EQ(text(get("/v1/schedules/" + schedule).at("schedule").at("weekly").at(0), "to"), "12:00");
  change("/v1/schedules/" + schedule, R"({"schedule":)" + mornings("13:00") + "}");  // another one there says that already
}

}  // namespace
}  // namespace cardea::server::api::testing
