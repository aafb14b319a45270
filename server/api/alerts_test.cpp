// SPDX-License-Identifier: Apache-2.0
// Alerts from the record of a lock to the mail, on a whole platform.
#include <future>
#include <thread>

#include "core/decide/reason.hpp"
#include "server/api/testing/building.hpp"

namespace cardea::server::api::testing {
namespace {

using audit::Kind;

class Alerts : public Building {
 protected:
  static constexpr const char* owner_email = "olga@example.org";
  static constexpr const char* manager_email = "milo@example.org";

  /// Somebody who has accepted an invitation; their session.
  std::string sign_up(const std::string& name, const std::string& email, const std::string& role) {
    const json::Any invited =
        post("/v1/operators", R"({"name":")" + name + R"(","email":")" + email + R"(","role":")" + role + "\"}", 201);
    const std::string password = "a long enough password";
    post("/v1/invitations/accept", R"({"invitation":")" + text(invited, "invitation") + R"(","password":")" + password + "\"}",
         200);
    return text(post("/v1/sessions", R"({"email":")" + email + R"(","password":")" + password + "\"}", 201), "token");
  }
  json::Any as(const std::string& session, std::string_view method, const std::string& path, const std::string& body,
               std::uint16_t status) {
    const auto answer = platform_.send(method, path, body, session);
    EXPECT_EQ(answer.status, status) << method << " " << path << ": " << answer.body;
    const auto parsed = json::parse(answer.body);
    return parsed ? *parsed : json::Any{};
  }

  /// The lock writes a record, which comes to the platform.
  void happens(Kind kind, std::uint32_t first_word = 0, audit::ReasonCode reason = audit::reason_none) {
    audit::What what{};
    store_be(first_word, what);
    lock_.write_record(kind, audit::Method::kNone, what, reason);
    lock_.exchange(platform_);
    platform_.run_alerts();
  }
  void battery(std::uint8_t percent) { happens(Kind::kBattery, static_cast<std::uint32_t>(percent) << 24); }
  void pass(std::uint64_t minutes) {
    platform_.advance(60 * minutes);
    platform_.run_alerts();
  }

  boost::json::array list(const std::string& query = "") { return get("/v1/alerts" + query).at("items").as_array(); }
  /// The newest alert of a type; null for none.
  json::Any newest(const std::string& type) {
    for (const json::Any& alert : list())
      if (text(alert, "type") == type) return alert;
    return nullptr;
  }
  std::string state_of(const std::string& type) {
    const json::Any alert = newest(type);
    return alert.is_null() ? "none" : text(alert, "state");
  }
  std::size_t mails_to(const std::string& email) {
    std::size_t count = 0;
    const json::Any page = get("/v1/outbox?limit=200");
    for (const json::Any& message : page.at("items").as_array())
      if (text(message, "to") == email && platform_.newest_mail(email).find("alert rule") != std::string::npos) ++count;
    return count;
  }
  std::size_t events_of(const std::string& type) {
    return get("/v1/events?limit=200&type=" + type).at("items").as_array().size();
  }
  std::string rule_of(const std::string& type) {
    const json::Any page = get("/v1/alert-rules?limit=200");
    for (const json::Any& rule : page.at("items").as_array())
      if (text(rule, "type") == type) return text(rule, "id");
    return {};
  }
};

TEST_F(Alerts, WhatHappensEveryDayIsNone) {
  lock_.write_record(Kind::kOpening, audit::Method::kInside, {});
  lock_.write_record(Kind::kOpened, audit::Method::kInside, {});
  happens(Kind::kDoorClosed);
  EXPECT_TRUE(list().empty());
}

TEST_F(Alerts, AForcedDoorIsToldToTheManagersAndThenToTheOwnersUntilSomebodyAcknowledges) {
  sign_up("Olga", owner_email, "owner");
  sign_up("Milo", manager_email, "manager");
  const std::size_t before = mails_to(owner_email);
  happens(Kind::kDoorForced);
  const json::Any alert = newest("door_forced");
  EXPECT_EQ(text(alert, "state"), "open");
  EXPECT_EQ(text(alert, "door_id"), door_);
  EXPECT_NE(platform_.newest_mail(manager_email).find("The door was forced open"), std::string::npos);
  EXPECT_NE(platform_.newest_mail(manager_email).find("Front, House"), std::string::npos);
  EXPECT_EQ(mails_to(owner_email), before) << "not yet";
  pass(14);
  EXPECT_EQ(events_of("alert.escalated"), 0u);
  pass(1);
  EXPECT_EQ(events_of("alert.escalated"), 1u);
  EXPECT_NE(platform_.newest_mail(owner_email).find("Nobody has acknowledged this for 15 minutes"), std::string::npos);
}

TEST_F(Alerts, NothingEscalatesThatWasAcknowledged) {
  sign_up("Olga", owner_email, "owner");
  const std::string manager = sign_up("Milo", manager_email, "manager");
  happens(Kind::kDoorForced);
  const std::string path = "/v1/alerts/" + text(newest("door_forced"), "id");
  const json::Any acknowledged = as(manager, "POST", path + "/acknowledge", R"({"note":"on my way"})", 200);
  EXPECT_EQ(text(acknowledged, "state"), "acknowledged") << "the door stands open still";
  EXPECT_TRUE(text(acknowledged, "acknowledged_by").starts_with("operator_"));
  pass(1'000);
  EXPECT_EQ(events_of("alert.escalated"), 0u);
  happens(Kind::kDoorClosed);
  EXPECT_EQ(state_of("door_forced"), "closed");
  EXPECT_EQ(events_of("alert.closed"), 1u);
  EXPECT_NE(platform_.newest_mail(manager_email).find("It is over"), std::string::npos);
}

TEST_F(Alerts, AStepThatReachesNobodyIsFollowedByTheNextAtOnce) {
  sign_up("Olga", owner_email, "owner");
  happens(Kind::kDoorForced);
  EXPECT_EQ(events_of("alert.escalated"), 1u) << "there is no manager";
  EXPECT_NE(platform_.newest_mail(owner_email).find("forced open"), std::string::npos);
}

TEST_F(Alerts, WhatHappensAgainIsCountedAndNotToldAgain) {
  sign_up("Milo", manager_email, "manager");
  for (int i = 0; i < 3; ++i) happens(Kind::kDoorForced);
  ASSERT_EQ(list().size(), 1u);
  EXPECT_EQ(newest("door_forced").at("count").to_number<int>(), 3);
  EXPECT_EQ(mails_to(manager_email), 1u + 1u) << "and the invitation";
  EXPECT_EQ(events_of("alert.opened"), 1u);
}

TEST_F(Alerts, AForcedDoorThatIsShutAgainStillEscalates) {
  happens(Kind::kDoorForced);
  happens(Kind::kDoorClosed);
  EXPECT_EQ(state_of("door_forced"), "open");
  EXPECT_FALSE(newest("door_forced").at("over_at").is_null());
  request("POST", "/v1/alerts/" + text(newest("door_forced"), "id") + "/acknowledge", "{}", 200);
  EXPECT_EQ(state_of("door_forced"), "closed");
}

TEST_F(Alerts, ADoorMustStandOpenAsLongAsTheRuleSays) {
  happens(Kind::kDoorLeftOpen, 30);
  EXPECT_EQ(state_of("door_left_open"), "none");
  pass(2);
  EXPECT_EQ(state_of("door_left_open"), "open");
  happens(Kind::kDoorClosed);
  EXPECT_EQ(state_of("door_left_open"), "closed");
  EXPECT_TRUE(newest("door_left_open").at("closed_by").is_null()) << "by itself";
}

TEST_F(Alerts, ADoorThatIsShutInTimeIsNoAlert) {
  happens(Kind::kDoorLeftOpen, 30);
  happens(Kind::kDoorClosed);
  pass(60);
  EXPECT_EQ(state_of("door_left_open"), "none");
}

TEST_F(Alerts, EachTypeOpensWithWhatItsLockWrites) {
  happens(Kind::kTampered);
  battery(9);
  happens(Kind::kTimeRefused);
  happens(Kind::kOpenFailed, 0, audit::reason_motor_failed);
  happens(Kind::kRecordsLost);
  lock_.write_record(Kind::kEntryRefused, audit::Method::kNone, {}, static_cast<audit::ReasonCode>(Reason::kUnknownCode),
                     5u << 16 | 5u << 8);
  lock_.exchange(platform_);
  platform_.run_alerts();
  for (const char* type :
       {"tamper", "battery_low", "battery_critical", "clock_refused", "lock_jammed", "records_lost", "guessing"})
    EXPECT_EQ(state_of(type), "open") << type;
  happens(Kind::kTamperEnded);
  battery(100);
  happens(Kind::kOpened);
  EXPECT_EQ(state_of("tamper"), "open") << "somebody has to look";
  for (const char* type : {"battery_low", "battery_critical", "lock_jammed"}) EXPECT_EQ(state_of(type), "closed") << type;
  request("POST", "/v1/alerts/" + text(newest("guessing"), "id") + "/acknowledge", R"({"note":"a child"})", 200);
  EXPECT_EQ(state_of("guessing"), "closed");
}

TEST_F(Alerts, OfALockThatWasWrittenOffEndAndNoneComesAfter) {
  sync();
  issue("token");
  battery(9);
  happens(Kind::kTampered);
  issue("token");
  pass(61);
  for (const char* type : {"battery_low", "battery_critical", "tamper", "undelivered"})
    EXPECT_EQ(state_of(type), "open") << type;
  post("/v1/locks/" + lock_.id() + "/write-off", {}, 200);
  platform_.run_alerts();
  for (const char* type : {"battery_low", "battery_critical", "undelivered"}) EXPECT_EQ(state_of(type), "closed") << type;
  EXPECT_EQ(state_of("tamper"), "open") << "somebody has to look";
  const std::size_t before = list().size();
  pass(7 * 24 * 60);
  EXPECT_EQ(list().size(), before);
}

TEST_F(Alerts, CredentialsThatDoNotReachTheirLockAreOne) {
  sync();
  issue("token");
  platform_.run_alerts();
  pass(59);
  EXPECT_EQ(state_of("undelivered"), "none");
  pass(1);
  EXPECT_EQ(state_of("undelivered"), "open");
  sync();
  happens(Kind::kConfigured, lock_.version());
  EXPECT_EQ(state_of("undelivered"), "closed");
}

TEST_F(Alerts, CredentialsThatReachTheirLockInTimeAreNone) {
  issue("token");
  sync();
  platform_.run_alerts();
  pass(600);
  EXPECT_EQ(state_of("undelivered"), "none");
}

TEST_F(Alerts, ALockThatHangsUpIsOneAfterItsTimeAndNoneOnceItIsBack) {
  const auto come_and_go = [&] {
    std::promise<void> online;
    std::thread lock([&] { lock_.serve_one_command(platform_.url(), std::nullopt, [&] { online.set_value(); }); });
    online.get_future().get();
    platform_.send("POST", "/v1/locks/" + lock_.id() + "/unlock");
    lock.join();
  };
  std::size_t offline = 0;
  come_and_go();
  while (offline == 0) offline = events_of("lock.offline");
  platform_.run_alerts();
  pass(29);
  EXPECT_EQ(state_of("lock_offline"), "none");
  pass(2);
  EXPECT_EQ(state_of("lock_offline"), "open");
  come_and_go();
  while (offline == 1) offline = events_of("lock.offline");
  platform_.run_alerts();
  const auto closed = list("?state=closed");
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(text(closed[0], "type"), "lock_offline");
  EXPECT_TRUE(closed[0].at("closed_by").is_null()) << "by itself";
}

TEST_F(Alerts, SomethingThatAsksToBeActivatedAsAnActiveLockIsOneAndNoFlood) {
  for (int i = 0; i < 3; ++i) {
    const auto answer =
        platform_.send("POST", "/v1/locks/" + lock_.id() + "/files", lock_.ask_file(), "own", "application/octet-stream");
    EXPECT_EQ(answer.status, 409) << answer.body;
  }
  platform_.run_alerts();
  EXPECT_EQ(state_of("lock_reset"), "open");
  EXPECT_EQ(events_of("lock.reset"), 1u) << "at most one an hour";
}

TEST_F(Alerts, ARuleHoldsAtItsPlacesAlone) {
  const std::string other =
      text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Back","zone":"Europe/Zurich"})", 201), "id");
  const std::string rule = "/v1/alert-rules/" + rule_of("tamper");
  request("PATCH", rule, R"({"door_ids":[")" + other + R"("]})", 200);
  happens(Kind::kTampered);
  EXPECT_EQ(state_of("tamper"), "none");
  request("PATCH", rule, R"({"door_ids":[],"site_ids":[")" + site_ + R"("]})", 200);
  happens(Kind::kTampered);
  EXPECT_EQ(state_of("tamper"), "open");
}

TEST_F(Alerts, ARuleThatIsOffOpensNothing) {
  request("PATCH", "/v1/alert-rules/" + rule_of("tamper"), R"({"enabled":false})", 200);
  happens(Kind::kTampered);
  EXPECT_EQ(state_of("tamper"), "none");
}

TEST_F(Alerts, WhoeverMakesThemTellLessIsToldToTheOwnersAndCannotPutThatAside) {
  sign_up("Olga", owner_email, "owner");
  const std::string manager = sign_up("Milo", manager_email, "manager");
  as(manager, "PATCH", "/v1/alert-rules/" + rule_of("rule_changed"), R"({"enabled":false})", 409);
  as(manager, "PATCH", "/v1/alert-rules/" + rule_of("rule_changed"), R"({"steps":[{"after_min":0,"tell":["manager"]}]})", 409);
  as(manager, "PATCH", "/v1/alert-rules/" + rule_of("door_forced"), R"({"enabled":false})", 200);
  platform_.run_alerts();
  EXPECT_NE(platform_.newest_mail(owner_email).find("An alert rule was changed or deleted"), std::string::npos);
  const std::string alert = "/v1/alerts/" + text(newest("rule_changed"), "id");
  as(manager, "POST", alert + "/acknowledge", "{}", 403);
  as(manager, "POST", alert + "/close", "{}", 403);
  as(manager, "DELETE", "/v1/alert-rules/" + rule_of("door_forced"), "", 204);
  platform_.run_alerts();
  EXPECT_EQ(list("?state=open").size(), 2u) << "each is told";
  EXPECT_EQ(events_of("alert_rule.changed") + events_of("alert_rule.deleted"), 2u);
}

TEST_F(Alerts, AnOperatorWhoLetsThemselfInIsToldToTheOwners) {
  sign_up("Olga", owner_email, "owner");
  const std::string manager = sign_up("Milo", manager_email, "manager");
  const auto let_in = [&](const std::string& person) {
    const std::string id = text(as(manager, "POST", "/v1/persons", person, 201), "id");
    as(manager, "POST", "/v1/access-grants",
       R"({"person_id":")" + id + R"(","door_ids":[")" + door_ + R"("],"from":")" + instant(0) + "\"}", 201);
    platform_.run_alerts();
  };
  let_in(R"({"name":"Somebody Else","email":"else@example.org"})");
  EXPECT_EQ(state_of("insider_access"), "none");
  let_in(R"({"name":"M. Ilo","email":"Milo@Example.org"})");
  EXPECT_EQ(state_of("insider_access"), "open");
  EXPECT_NE(platform_.newest_mail(owner_email).find("An operator gave access to themself"), std::string::npos);
}

TEST_F(Alerts, ACertificateIsToldToTheOwners21And7And1DaysBeforeItsEndAndOverWithTheNextOne) {
  constexpr std::uint64_t day_s = 86'400;
  sign_up("Olga", owner_email, "owner");
  sign_up("Milo", manager_email, "manager");
  const UnixSeconds ends{start_.value + 22 * day_s};
  const auto look = [&](UnixSeconds end) {
    platform_.serve_certificate({end.value - 90 * day_s}, end);
    platform_.run_alerts();
  };
  look(ends);
  EXPECT_EQ(state_of("certificate_ends"), "none");
  platform_.advance(day_s);
  look(ends);
  look(ends);
  EXPECT_EQ(state_of("certificate_ends"), "open");
  EXPECT_EQ(mails_to(owner_email), 1u + 1u) << "and the invitation";
  EXPECT_NE(platform_.newest_mail(owner_email).find("certificate ends soon"), std::string::npos);
  EXPECT_NE(platform_.newest_mail(owner_email).find(text_of(ends)), std::string::npos) << "when";
  EXPECT_EQ(platform_.newest_mail(manager_email).find("certificate"), std::string::npos);
  const std::string path = "/v1/alerts/" + text(newest("certificate_ends"), "id");
  post(path + "/acknowledge", "{}", 200);
  platform_.advance(13 * day_s);
  look(ends);
  EXPECT_EQ(state_of("certificate_ends"), "acknowledged") << "eight days are left";
  platform_.advance(day_s);
  look(ends);
  EXPECT_EQ(state_of("certificate_ends"), "open");
  platform_.advance(6 * day_s);
  look(ends);
  EXPECT_EQ(get(path).at("count").to_number<int>(), 3);
  EXPECT_EQ(mails_to(owner_email), 1u + 3u);
  platform_.advance(2 * day_s);
  look(ends);
  EXPECT_EQ(events_of("platform.certificate_ending"), 3u) << "what has ended is not told again";
  look({ends.value + 90 * day_s});
  look({ends.value + 90 * day_s});
  EXPECT_EQ(text(get(path), "state"), "closed");
  EXPECT_NE(platform_.newest_mail(owner_email).find("It is over"), std::string::npos);
  EXPECT_EQ(events_of("platform.certificate_renewed"), 1u);
}

TEST_F(Alerts, ACertificateForAFewDaysIsToldOfInItsLastThirdAlone) {
  constexpr std::uint64_t day_s = 86'400;
  const UnixSeconds starts{start_.value}, ends{start_.value + 6 * day_s};
  platform_.advance(4 * day_s);
  platform_.serve_certificate(starts, ends);
  platform_.run_alerts();
  EXPECT_EQ(state_of("certificate_ends"), "none") << "it is about to be renewed";
  platform_.advance(day_s);
  platform_.serve_certificate(starts, ends);
  platform_.run_alerts();
  EXPECT_EQ(state_of("certificate_ends"), "open");
}

TEST_F(Alerts, WhenTheCertificateEndsIsSeenByWhoeverSeesTheWholeWorkspace) {
  const UnixSeconds ends{start_.value + 90 * 86'400};
  const auto health = [&](std::string_view key) { return platform_.send("GET", "/v1/health", {}, key); };
  EXPECT_TRUE(json::parse(health("own").body)->at("certificate_ends_at").is_null()) << "there is none";
  platform_.serve_certificate(start_, ends);
  const std::string events_alone = text(post("/v1/api-keys", R"({"name":"e","permissions":["events:read"]})", 201), "key");
  const std::string limited =
      text(post("/v1/api-keys", R"({"name":"l","role":"owner","scope":{"site_ids":[")" + site_ + R"("]}})", 201), "key");
  for (const std::string& key : {std::string(), std::string("cardea_nonsense"), events_alone, limited}) {
    EXPECT_EQ(health(key).status, 200) << key;
    EXPECT_EQ(health(key).body.find("certificate"), std::string::npos) << key;
  }
  EXPECT_EQ(text(*json::parse(health("own").body), "certificate_ends_at"), text_of(ends));
}

TEST_F(Alerts, ANewTypeGetsItsRuleWhenThePlatformStartsAndADeletedRuleDoesNotComeBack) {
  request("DELETE", "/v1/alert-rules/" + rule_of("tamper"), {}, 204);
  platform_.execute("DELETE FROM alert_rules WHERE type IN ('certificate_ends', 'duress')");
  platform_.execute("UPDATE workspaces SET alert_types = 18");
  platform_.prepare_alerts();
  EXPECT_NE(rule_of("certificate_ends"), "");
  EXPECT_NE(rule_of("duress"), "");
  EXPECT_EQ(rule_of("tamper"), "");
}

TEST_F(Alerts, WhoeverIsLimitedToOtherPlacesIsToldNothingOfThisOne) {
  const std::string mill = text(post("/v1/sites", R"({"name":"Mill"})", 201), "id");
  const std::string gate =
      text(post("/v1/doors", R"({"site_id":")" + mill + R"(","name":"Gate","zone":"Europe/Zurich"})", 201), "id");
  const auto sign_up_limited = [&](const std::string& email, const std::string& scope) {
    const json::Any made =
        post("/v1/operators", R"({"name":"M","email":")" + email + R"(","role":"manager","scope":)" + scope + "}", 201);
    post("/v1/invitations/accept",
         R"({"invitation":")" + text(made, "invitation") + R"(","password":"a long enough password"})", 200);
  };
  const std::string here = "here@example.org", there = "there@example.org", door = "door@example.org";
  sign_up_limited(here, R"({"site_ids":[")" + site_ + R"("]})");
  sign_up_limited(there, R"({"site_ids":[")" + mill + R"("]})");
  sign_up_limited(door, R"({"door_ids":[")" + gate + R"("]})");
  happens(Kind::kDoorForced);
  pass(15);
  happens(Kind::kDoorClosed);
  post("/v1/alerts/" + text(newest("door_forced"), "id") + "/acknowledge", "{}", 200);
  battery(5);
  battery(100);
  EXPECT_EQ(mails_to(here), 1u + 1u + 2u * 2u) << "the invitation; forced; each battery, and that it is over";
  EXPECT_NE(platform_.newest_mail(here).find("Front, House"), std::string::npos);
  const json::Any outbox = get("/v1/outbox?limit=200");
  for (const json::Any& message : outbox.at("items").as_array()) {
    const std::string to = text(message, "to");
    EXPECT_FALSE(text(message, "letter") == "alert" && to != here) << json::print(message);
  }
  for (const std::string& other : {there, door})
    for (const char* word : {"Front", "forced", "battery"})
      EXPECT_EQ(platform_.newest_mail(other).find(word), std::string::npos) << word;
  // What is at no door is the workspace's: whoever is limited hears nothing of it.
  request("DELETE", "/v1/alert-rules/" + rule_of("tamper"), {}, 204);
  platform_.run_alerts();
  EXPECT_EQ(platform_.newest_mail(here).find("alert rule was"), std::string::npos);
}

TEST_F(Alerts, OfAnotherWorkspaceAreNotFound) {
  happens(Kind::kTampered);
  const std::string id = text(newest("tamper"), "id");
  const std::string stranger = platform_.stranger().api_key;
  EXPECT_EQ(platform_.send("GET", "/v1/alerts/" + id, {}, stranger).status, 404);
  EXPECT_EQ(platform_.send("POST", "/v1/alerts/" + id + "/close", "{}", stranger).status, 404);
  EXPECT_EQ(platform_.send("GET", "/v1/alerts", {}, stranger).body.find(id), std::string::npos);
  EXPECT_EQ(platform_.send("PATCH", "/v1/alert-rules/" + rule_of("tamper"), R"({"enabled":false})", stranger).status, 404);
}

}  // namespace
}  // namespace cardea::server::api::testing
