// SPDX-License-Identifier: Apache-2.0
// Access grants that are changed in place, from the API to the bytes that a lock gets. Phones: phones_test.cpp.
#include <gmock/gmock.h>

#include "server/api/testing/building.hpp"

namespace cardea::server::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t day = 86'400;

class GrantChanges : public Building {
 protected:
  explicit GrantChanges(std::uint8_t slot_count = 32) : Building(link::LockClass::kProtected, slot_count) {}

  json::Any change(const std::string& body, std::uint16_t status = 200) { return request("PATCH", path(), body, status); }
  std::string code_of_refusal(const std::string& body, std::uint16_t status = 409) {
    return text(change(body, status), "code");
  }
  std::string place_of_error(const std::string& body) { return text(change(body, 400).at("errors").at(0), "pointer"); }
  [[nodiscard]] std::string path() const { return "/v1/access-grants/" + grant_; }
  std::string to(std::int64_t from_now_s) { return R"({"to":")" + instant(from_now_s) + "\"}"; }
  std::string doors(const std::vector<std::string>& ids) {
    std::string list;
    for (const std::string& id : ids) list += (list.empty() ? "\"" : ",\"") + id + "\"";
    return R"({"door_ids":[)" + list + "]}";
  }
  std::string make_door(const std::string& name) {
    return text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":")" + name + R"(","zone":"Europe/Zurich"})", 201),
                "id");
  }
  json::Any credential(const std::string& id) { return get("/v1/credentials/" + id); }
  std::string last_possible_use(const std::string& id) {
    const json::Any found = credential(id);
    return found.at("last_possible_use").is_null() ? "none" : text(found, "last_possible_use");
  }
  bool old_rules_hold(const std::string& id) { return credential(id).at("old_rules_hold").as_bool(); }
  const SlotRule& rule(std::size_t i) { return lock_.snapshot().slots.at(i).rule; }
  std::uint32_t seconds(std::int64_t from_now_s) {
    return static_cast<std::uint32_t>(static_cast<std::int64_t>(start_.value) + from_now_s);
  }
  std::size_t count_events(const std::string& type) { return get("/v1/events?type=" + type).at("items").as_array().size(); }
  static std::string mornings(const std::string& end) {
    return R"({"weekly":[{"days":["mon","tue","wed","thu","fri","sat","sun"],"from":"08:00","to":")" + end + R"("}]})";
  }
};

class GrantChangesAtTwoSlots : public GrantChanges {
 protected:
  GrantChangesAtTwoSlots() : GrantChanges(2) {}
};

// --- Refusals ---

TEST_F(GrantChanges, AreRefusedWhenTheyNameNothingOrWhatNoGrantIs) {
  EXPECT_EQ(place_of_error("{}"), "");
  EXPECT_EQ(place_of_error(R"({"person_id":")" + person_ + "\"}"), "/person_id");
  EXPECT_EQ(place_of_error(R"({"from":null})"), "/from");
  EXPECT_EQ(place_of_error(R"({"door_ids":null})"), "/door_ids");
  EXPECT_EQ(place_of_error(R"({"door_ids":[]})"), "/door_ids");
  EXPECT_EQ(place_of_error(doors({door_, door_})), "/door_ids");
  EXPECT_EQ(place_of_error(R"({"max_uses":0})"), "/max_uses");
  EXPECT_EQ(place_of_error(R"({"expires_after_first_use_s":59})"), "/expires_after_first_use_s");
  EXPECT_EQ(place_of_error(R"({"schedule":{}})"), "/schedule");
  EXPECT_EQ(place_of_error(R"({"schedule":null,"schedule_id":null})"), "/schedule_id");
  EXPECT_EQ(place_of_error(to(-60)), "/to");
  EXPECT_EQ(code_of_refusal(to(-5 * 3'600), 400), "window_inverted");
  EXPECT_EQ(code_of_refusal(doors({door_, "door_" + std::string(32, '0')}), 404), "door_not_found");
  EXPECT_EQ(code_of_refusal(R"({"schedule_id":"schedule_)" + std::string(32, '0') + "\"}", 404), "schedule_not_found");
  EXPECT_EQ(count_events("grant.changed"), 0u);
}

TEST_F(GrantChanges, AreRefusedToAGrantThatIsOverOrElsewhere) {
  const auto foreign = platform_.send("PATCH", path(), to(30 * day), platform_.stranger().api_key);
  EXPECT_EQ(foreign.status, 404);
  EXPECT_THAT(foreign.body, HasSubstr("grant_not_found"));
  EXPECT_EQ(text(get(path()), "to"), instant(20 * day));
  post(path() + "/revoke", {}, 200);
  EXPECT_EQ(code_of_refusal(to(30 * day)), "ended");
  grant_ = make_grant(-3'600, 60);
  platform_.advance(60);
  EXPECT_EQ(code_of_refusal(to(30 * day)), "ended");
}

TEST_F(GrantChanges, AreRefusedToWhoeverIsLimitedUnlessEveryDoorBeforeAndAfterIsTheirs) {
  const std::string side = make_door("Side");
  const std::string key =
      text(post("/v1/api-keys", R"({"name":"Porter","role":"owner","scope":{"door_ids":[")" + side + R"("]}})", 201), "key");
  const auto ask = [&](const std::string& body) { return platform_.send("PATCH", path(), body, key); };
  EXPECT_EQ(ask(to(30 * day)).status, 404) << "none of it is theirs";
  change(doors({door_, side}));
  EXPECT_THAT(ask(to(30 * day)).body, HasSubstr("out_of_scope")) << "a part of it is";
  EXPECT_THAT(ask(doors({side})).body, HasSubstr("out_of_scope")) << "nor may they take the other door away";
  change(doors({side}));
  EXPECT_THAT(ask(doors({side, door_})).body, HasSubstr("door_not_found")) << "nor add one";
  EXPECT_EQ(ask(to(30 * day)).status, 200);
}

TEST_F(GrantChanges, AreRefusedWhereTheBeginningHasPassed) {
  EXPECT_EQ(code_of_refusal(R"({"from":")" + instant(3'600) + "\"}"), "already_begun");
  EXPECT_EQ(code_of_refusal(R"({"from":")" + instant(-2 * day) + "\"}"), "already_begun");
  EXPECT_EQ(text(get(path()), "from"), instant(-4 * 3'600));
}

TEST_F(GrantChanges, AreRefusedWhereAnOfflineCodeWouldOutliveThem) {
  const json::Any code = issue_offline("timed", 0, 5 * day).at("credential");
  const json::Any refused = change(to(2 * day), 409);
  EXPECT_EQ(text(refused, "code"), "code_keeps_window");
  EXPECT_EQ(text(refused, "existing_id"), text(code, "id"));
  EXPECT_THAT(text(refused, "detail"), HasSubstr(text(code.at("window"), "to"))) << "how long it opens";
  EXPECT_EQ(code_of_refusal(R"({"max_uses":3})"), "kind_cannot_keep_rule");
  EXPECT_EQ(code_of_refusal(R"({"schedule":)" + mornings("12:00") + "}"), "kind_cannot_keep_rule");
  EXPECT_EQ(text(get(path()), "to"), instant(20 * day));
  post("/v1/credentials/" + text(code, "id") + "/revoke", {}, 200);
  change(to(2 * day));
  EXPECT_EQ(last_possible_use(text(code, "id")), text(code.at("window"), "to")) << "its end is told as ever";
}

// [rule: S9] [rule: S11]
TEST_F(GrantChanges, AreRefusedWhereALockWouldCountApartOrHasNotCounted) {
  const std::string token = id_of(issue("token"));
  const json::Any uncounted = change(R"({"max_uses":3})", 409);
  EXPECT_EQ(text(uncounted, "code"), "not_counted_before");
  EXPECT_EQ(text(uncounted, "existing_id"), token);
  issue("sms");
  EXPECT_EQ(code_of_refusal(R"({"max_uses":3})"), "credential_exists");
  EXPECT_TRUE(get(path()).at("max_uses").is_null());
}

TEST_F(GrantChanges, ARuleThatWasTakenAwayIsNotCountedByWhenItComesBack) {
  change(R"({"max_uses":3})");
  issue("token");
  change(R"({"max_uses":9})");
  change(R"({"max_uses":null})");
  EXPECT_EQ(code_of_refusal(R"({"max_uses":9})"), "not_counted_before") << "the lock has forgotten (schedule.md S9)";
}

// [rule: S7]
TEST_F(GrantChanges, AreRefusedWhereALockWouldHoldANinthSchedule) {
  issue("token");
  for (int i = 0; i < 8; ++i) {
    const std::string first = grant_;
    grant_ = make_grant(-3'600, 20 * day);
    change(R"({"schedule":)" + mornings("1" + std::to_string(i) + ":00") + "}");
    issue("token");
    grant_ = first;
  }
  EXPECT_EQ(code_of_refusal(R"({"schedule":)" + mornings("20:00") + "}"), "schedules_full");
  EXPECT_TRUE(get(path()).at("schedule").is_null());
  change(R"({"schedule":)" + mornings("10:00") + "}");  // another one there says that already
}

TEST_F(GrantChanges, OfAStateThatIsNotThereAnyMoreAreRefused) {
  const std::string seen(platform_.send("GET", path()).header("etag"));
  change(to(30 * day));
  const auto late = platform_.send({.method = "PATCH", .path = path(), .body = to(5 * day), .headers = {{"If-Match", seen}}});
  EXPECT_EQ(late.status, 412);
  EXPECT_EQ(text(get(path()), "to"), instant(30 * day));
  const std::string now_seen(late.header("etag"));
  const auto done =
      platform_.send({.method = "PATCH", .path = path(), .body = to(5 * day), .headers = {{"If-Match", now_seen}}});
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.header("etag"), platform_.send("GET", path()).header("etag"));
}

// --- What follows ---

TEST_F(GrantChanges, ThatChangeNothingDoNothing) {
  issue("pin");
  sync();
  change(to(30 * day));
  sync();
  const std::uint32_t version = lock_.version();
  const json::Any again = change(to(30 * day));
  EXPECT_EQ(text(again.at("grant"), "to"), instant(30 * day));
  change(doors({door_}));
  sync();
  EXPECT_EQ(lock_.version(), version);
  EXPECT_EQ(count_events("grant.changed"), 1u);
  EXPECT_EQ(count_events("credential.changed"), 1u);
}

// [rule: S14]
TEST_F(GrantChanges, OfTheEndReachAPinAndAFixedTokenAsANewRuleAndNothingElse) {
  const std::string pin = id_of(issue("pin"));
  const std::string fixed = id_of(issue("token", R"(,"fixed":true)"));
  issue("token");
  sync();
  const auto before = lock_.snapshot().slots;
  change(to(21 * day));
  sync();
  ASSERT_EQ(lock_.snapshot().slot_count, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(lock_.snapshot().slots.at(i).number, before.at(i).number);
    EXPECT_EQ(lock_.snapshot().slots.at(i).generation, before.at(i).generation);
    EXPECT_EQ(lock_.snapshot().slots.at(i).pin_digest, before.at(i).pin_digest);
  }
  EXPECT_EQ(rule(0), (SlotRule{.ends_at_s = seconds(21 * day)}));
  EXPECT_EQ(rule(1), (SlotRule{.ends_at_s = seconds(21 * day)}));
  EXPECT_FALSE(rule(2).says_anything()) << "the platform stops that one";
  EXPECT_EQ(last_possible_use(pin), instant(21 * day + 120));
  EXPECT_EQ(last_possible_use(fixed), instant(21 * day + 120));
}

TEST_F(GrantChanges, ThatNarrowAreARevocationWhoseBoundIsTheOldEndUntilTheLockHasHeard) {
  const std::string pin = id_of(issue("pin"));
  sync();
  change(to(2 * day));
  EXPECT_TRUE(old_rules_hold(pin));
  EXPECT_EQ(delivery(pin), "on_lock");
  EXPECT_EQ(last_possible_use(pin), instant(20 * day + 120)) << "its lock knows no other end";
  change(to(3 * day));
  EXPECT_EQ(last_possible_use(pin), instant(20 * day + 120)) << "nor by a second change";
  sync();
  EXPECT_FALSE(old_rules_hold(pin));
  EXPECT_EQ(last_possible_use(pin), instant(3 * day + 120));
  EXPECT_EQ(rule(0).ends_at_s, seconds(3 * day));
}

TEST_F(GrantChanges, OfNoEndToAnEndAreBoundOnlyOnceTheLockHasHeard) {
  change(R"({"to":null})");
  const std::string pin = id_of(issue("pin"));
  sync();
  EXPECT_EQ(last_possible_use(pin), "none");
  change(to(2 * day));
  EXPECT_EQ(last_possible_use(pin), "none");
  sync();
  EXPECT_EQ(last_possible_use(pin), instant(2 * day + 120));
  change(R"({"to":null})");
  sync();
  EXPECT_EQ(rule(0), SlotRule{});
  EXPECT_EQ(last_possible_use(pin), "none");
}

TEST_F(GrantChanges, OfTheUsesAndTheTimeAfterTheFirstReachTheLock) {
  change(R"({"max_uses":3,"expires_after_first_use_s":3600})");
  const std::string pin = id_of(issue("pin"));
  sync();
  const json::Any slot = credential(pin).at("slot");
  lock_.write_record(audit::Kind::kOpening, audit::Method::kPin,
                     audit::encode(audit::PinUse{static_cast<std::uint8_t>(slot.at("number").as_int64()),
                                                 static_cast<std::uint16_t>(slot.at("generation").as_int64()), true}));
  sync();
  const std::string first_end = text(credential(pin).at("uses"), "ends_at");
  change(R"({"max_uses":5,"expires_after_first_use_s":60})");
  EXPECT_EQ(credential(pin).at("uses").at("left").as_int64(), 4);
  const auto bound = parse_instant(last_possible_use(pin)).value();
  EXPECT_EQ(bound.value, parse_instant(first_end).value().value + 120) << "the lock gives an hour until it hears";
  sync();
  EXPECT_EQ(rule(0), (SlotRule{.use_count_max = 5, .after_first_use_s = 60, .ends_at_s = seconds(20 * day)}));
  EXPECT_EQ(parse_instant(last_possible_use(pin)).value().value, bound.value - 3'540);
}

TEST_F(GrantChanges, OfTheTimesGiveTheGrantItsOwnOrThoseOfASchedule) {
  issue("token");
  sync();
  change(R"({"schedule":)" + mornings("12:00") + "}");
  sync();
  EXPECT_EQ(rule(0).schedule, 1);
  const std::string named =
      text(post("/v1/schedules", R"({"name":"Cleaners","schedule":)" + mornings("13:00") + "}", 201), "id");
  const json::Any followed = change(R"({"schedule_id":")" + named + "\"}").at("grant");
  EXPECT_EQ(text(followed, "schedule_id"), named);
  EXPECT_EQ(text(followed.at("schedule").at("weekly").at(0), "to"), "13:00");
  EXPECT_EQ(get("/v1/schedules/" + named).at("locks").at("on_its_way").as_int64(), 1);
  sync();
  EXPECT_EQ(get("/v1/schedules/" + named).at("locks").at("on_its_way").as_int64(), 0);
  const json::Any alone = change(R"({"schedule_id":null})").at("grant");
  EXPECT_TRUE(alone.at("schedule_id").is_null());
  EXPECT_EQ(text(alone.at("schedule").at("weekly").at(0), "to"), "13:00") << "the times stay";
  EXPECT_TRUE(change(R"({"schedule":null})").at("grant").at("schedule").is_null());
  sync();
  EXPECT_EQ(rule(0), SlotRule{});
}

TEST_F(GrantChanges, OfTheBeginningMoveWhenAPinComesToItsLock) {
  grant_ = make_grant(2 * day, 20 * day);
  const std::string pin = id_of(issue("pin"));
  change(R"({"from":")" + instant(3 * day) + "\"}");
  platform_.advance(2 * day + 60);
  platform_.run_upkeep();
  sync();
  EXPECT_EQ(lock_.snapshot().slot_count, 0);
  EXPECT_EQ(code_of_refusal(R"({"from":")" + instant(20 * day) + "\"}", 400), "window_inverted");
  change(R"({"from":")" + instant(2 * day) + "\"}");  // now
  sync();
  ASSERT_EQ(lock_.snapshot().slot_count, 1);
  EXPECT_EQ(delivery(pin), "on_lock");
}

TEST_F(GrantChanges, LeaveAnOfflineCodeItsWindowAndSaySo) {
  const json::Any code = issue_offline("timed", 0, 5 * day).at("credential");
  const json::Any changed = change(to(30 * day));
  EXPECT_EQ(changed.at("codes_left").as_array().size(), 1u);
  EXPECT_EQ(text(changed.at("codes_left").at(0), "credential_id"), text(code, "id"));
  EXPECT_EQ(changed.at("codes_left").at(0).at("window"), code.at("window"));
  EXPECT_EQ(credential(text(code, "id")).at("window"), code.at("window"));
  issue_offline("timed", 5 * day, 30 * day);  // the rest
}

TEST_F(GrantChanges, OfTheDoorsEndWhatIsAtThoseThatGoAndSayWhereNothingOpensYet) {
  const std::string side = make_door("Side");
  PaperLock side_lock(link::LockClass::kProtected);
  side_lock.activate(platform_, side);
  const std::string here = id_of(issue("token"));
  const json::Any both = change(doors({door_, side}));
  EXPECT_EQ(both.at("doors_without_credentials").at(0), json::Any(side));
  const std::string code = id_of(issue_offline("timed", 0, day));
  const json::Any moved = change(doors({side}));
  EXPECT_EQ(moved.at("grant").at("door_ids").as_array().size(), 1u);
  EXPECT_EQ(delivery(here), "ending");
  EXPECT_EQ(delivery(code), "ending");
  EXPECT_NE(last_possible_use(code), "none");
  EXPECT_EQ(text(issue("token", {}, 400).at("errors").at(0), "pointer"), "/door_id");
  sync();
  EXPECT_EQ(delivery(here), "ended");
  post(path() + "/credentials", R"({"kind":"pin","door_id":")" + side + "\"}", 201);
}

TEST_F(GrantChangesAtTwoSlots, ASlotThatItsDoorGivesUpIsFreeOnceTheLockHasHeard) {
  const std::string side = make_door("Side");
  issue("token");
  issue("token");
  EXPECT_EQ(text(issue("token", {}, 409), "code"), "slots_full");
  change(doors({side}));
  const std::string first = grant_;
  grant_ = make_grant(-3'600, day);
  EXPECT_EQ(text(issue("token", {}, 409), "code"), "slots_full") << "the lock may hold them still";
  sync();
  issue("token");
}

TEST_F(GrantChanges, LeaveAnEventOfWhatWasAndOneForEachSlotThatHearsOfIt) {
  issue("pin");
  sync();
  change(R"({"to":null,"door_ids":[")" + door_ + "\"]}");
  const json::Any event = get("/v1/events?type=grant.changed").at("items").at(0);
  EXPECT_EQ(text(event, "grant_id"), grant_);
  EXPECT_EQ(json::print(event.at("detail")), R"({"changed":["to"],"was":{"to":")" + instant(20 * day) + R"("}})");
  const json::Any slot = get("/v1/events?type=credential.changed").at("items").at(0);
  EXPECT_EQ(text(slot, "lock_id"), lock_.id());
  EXPECT_EQ(text(slot, "door_id"), door_);
}

TEST_F(GrantChanges, AreWrittenToWhoeverWasInvitedByMailAndOnlyAboutWhatTheyNotice) {
  request("PATCH", "/v1/persons/" + person_, R"({"email":"ada@example.org"})", 200);
  post(path() + "/invitations", R"({"channel":"email"})", 201);
  platform_.execute("UPDATE outbox SET state = 'sent'");
  const std::string invited = platform_.newest_mail("ada@example.org");
  change(R"({"schedule_id":null,"to":")" + instant(20 * day) + "\"}");
  EXPECT_EQ(platform_.newest_mail("ada@example.org"), invited) << "nothing changed";
  change(to(21 * day));
  const std::string told = platform_.newest_mail("ada@example.org");
  EXPECT_NE(told, invited);
  EXPECT_THAT(told, HasSubstr("Front"));
  EXPECT_THAT(told, Not(HasSubstr("/invitation/"))) << "no link";
}

}  // namespace
}  // namespace cardea::server::api::testing
