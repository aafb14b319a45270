// SPDX-License-Identifier: Apache-2.0
// PINs from the API to the bytes that a lock gets (spec/pin.md §4).
#include <mutex>
#include <set>
#include <thread>

#include "server/api/testing/pins.hpp"

namespace cardea::server::api::testing {
namespace {

class PinsAtTwoSlots : public Pins {
 protected:
  PinsAtTwoSlots() : Pins(2) {}
};

class PinsUnprotected : public Building {
 protected:
  PinsUnprotected() : Building(link::LockClass::kUnprotected) {}
};

// [rule: P7]
TEST_F(PinsUnprotected, AreRefusedWithWhatToIssueInstead) {
  const json::Any refused = issue("pin", {}, 409);
  EXPECT_EQ(text(refused, "code"), "lock_unprotected");
  EXPECT_NE(text(refused, "detail").find("token"), std::string::npos);
}

// [rule: P1] [rule: P2]
TEST_F(Pins, AreRefusedWhenTheyAreNoneOrWeak) {
  for (const char* pin : {"", "12345a", "31415", "3141592", "31415926", "3141592653"})
    EXPECT_EQ(text(choose(pin, 400).at("errors").at(0), "pointer"), "/pin") << pin;
  for (const char* pin : {"111111", "121212", "123456", "987654", "123123"}) {
    const json::Any refused = choose(pin, 400);
    EXPECT_EQ(text(refused, "code"), "pin_weak") << pin;
    EXPECT_EQ(json::print(refused).find(pin), std::string::npos) << "an answer never repeats a PIN";
  }
  EXPECT_EQ(text(issue("token", R"(,"pin":"314159")", 400).at("errors").at(0), "pointer"), "/pin");
  issue("pin", R"(,"fixed":true)", 400);
  issue("pin", R"(,"family":"timed")", 400);
}

// [rule: P3]
TEST_F(Pins, AreRefusedWhenTheyHoldTheNumberOfTheirDoor) {
  request("PATCH", "/v1/doors/" + door_, R"({"name":"Flat 4711"})", 200);
  EXPECT_EQ(text(choose("471123", 400), "code"), "pin_weak");
  choose("417123");
}

// [rule: P9]
TEST_F(Pins, AreNeverShownAgain) {
  const json::Any chosen = choose("314159");
  EXPECT_TRUE(chosen.at("code").is_null()) << "whoever chose it knows it";
  EXPECT_TRUE(chosen.at("credential").at("pin_chosen").as_bool());
  next_person();
  const json::Any made = issue("pin");
  const std::string pin = text(made, "code");
  EXPECT_EQ(pin.size(), 6u);
  EXPECT_FALSE(made.at("credential").at("pin_chosen").as_bool());
  for (const json::Any& one : {chosen, made}) {
    const std::string path = "/v1/credentials/" + id_of(one);
    EXPECT_EQ(text(request("GET", path + "/code", {}, 409), "code"), "no_current_code");
    EXPECT_EQ(text(post(path + "/reveal", {}, 409), "code"), "no_stored_code");
    EXPECT_EQ(text(post(path + "/send", {}, 409), "code"), "not_sms");
  }
  for (const std::string& secret : {std::string("314159"), pin}) {
    EXPECT_EQ(json::print(get("/v1/events")).find(secret), std::string::npos);
    EXPECT_EQ(platform_.database_bytes().find(secret), std::string::npos);
  }
}

TEST_F(Pins, ReachTheLockAsADigestOfItsOwnKey) {
  choose("314159");
  issue("token");
  next_person();
  const json::Any made = issue("pin");
  sync();
  const link::Snapshot& snapshot = lock_.snapshot();
  ASSERT_EQ(snapshot.slot_count, 3);
  EXPECT_EQ(snapshot.settings.codes.pin_digits, 6);
  EXPECT_EQ(snapshot.slots[0].pin_digest, digest_at_lock("314159"));
  EXPECT_FALSE(snapshot.slots[1].pin);
  EXPECT_EQ(snapshot.slots[2].pin_digest, digest_at_lock(text(made, "code")));
  EXPECT_EQ(delivery(id_of(made)), "on_lock");
  revoke(id_of(made));
  EXPECT_EQ(delivery(id_of(made)), "ending");
  sync();
  EXPECT_EQ(delivery(id_of(made)), "ended");
  EXPECT_EQ(lock_.snapshot().slot_count, 2);
}

// [rule: P12]
TEST_F(Pins, ComeWhenTheirGrantBeginsAndBringItsEnd) {
  grant_ = make_grant(7'200, 10'000);
  const json::Any upcoming = choose("314159");
  sync();
  EXPECT_EQ(lock_.snapshot().slot_count, 0);
  EXPECT_EQ(delivery(id_of(upcoming)), "on_its_way");
  platform_.advance(7'200);
  platform_.run_upkeep();
  sync();
  ASSERT_EQ(lock_.snapshot().slot_count, 1);
  const json::Any shown = get("/v1/credentials/" + id_of(upcoming));
  EXPECT_EQ(text(shown, "delivery"), "on_lock");
  EXPECT_EQ(lock_.snapshot().slots[0].rule.ends_at_s, start_.value + 10'000);
  EXPECT_EQ(text(shown, "last_possible_use"), instant(10'000 + 120)) << "the lock's clock may be two minutes behind";
}

// [rule: P10]
TEST_F(Pins, AreNobodyElsesAtTheSameLockNorLater) {
  const json::Any first = choose("314159");
  next_person();
  const json::Any refused = choose("314159", 409);
  EXPECT_EQ(text(refused, "code"), "pin_taken");
  EXPECT_EQ(json::print(refused).find("Ada"), std::string::npos);
  EXPECT_EQ(json::print(refused).find("314159"), std::string::npos);
  EXPECT_FALSE(refused.as_object().contains("existing_id")) << "not whose it is";
  revoke(id_of(first));
  EXPECT_EQ(json::print(choose("314159", 409)), json::print(refused)) << "it is ending, and the lock still takes it";
  sync();
  EXPECT_EQ(json::print(choose("314159", 409)), json::print(refused)) << "it is over, and somebody else knows it";
}

// [rule: P10]
TEST_F(Pins, ComeBackToThePersonWhoHadThem) {
  const json::Any first = choose("314159");
  EXPECT_EQ(text(choose("314159", 409), "code"), "pin_taken") << "two slots would take it";
  revoke(id_of(first));
  sync();
  choose("314159");
}

// [rule: P10]
TEST_F(Pins, OneOfManyWhoAskForTheSameAtOnceGetsIt) {
  std::vector<std::string> grants;
  for (int i = 0; i < 6; ++i) {
    next_person("Person " + std::to_string(i));
    grants.push_back(grant_);
  }
  std::multiset<int> answers;
  std::mutex mutex;
  std::vector<std::jthread> threads;
  for (const std::string& grant : grants)
    threads.emplace_back([&, grant] {
      http::Client client(http::parse_base_url(platform_.url()).value());
      const auto answer = client
                              .send({.method = "POST",
                                     .path = "/v1/access-grants/" + grant + "/credentials",
                                     .body = R"({"kind":"pin","pin":"314159","door_id":")" + door_ + "\"}",
                                     .headers = {{"Content-Type", "application/json"},
                                                 {"Authorization", "Bearer " + platform_.tenant().api_key}}})
                              .value();
      const std::lock_guard guard(mutex);
      answers.insert(answer.status);
    });
  threads.clear();
  EXPECT_EQ(answers.count(201), 1u);
  EXPECT_EQ(answers.count(409), 5u);
}

// [rule: P4]
TEST_F(Pins, ThatThePlatformMakesAreDrawnFromAllThatAreNotWeak) {
  std::set<std::string> made;
  std::set<char> digits;
  for (int i = 0; i < 30; ++i) {
    const std::string pin = text(issue("pin"), "code");
    EXPECT_FALSE(is_weak_pin(Digits::parse(pin)));
    EXPECT_TRUE(made.insert(pin).second);
    digits.insert(pin.begin(), pin.end());
  }
  EXPECT_EQ(digits.size(), 10u) << "180 digits lack one with a probability of 6e-8";
}

// [rule: P11]
TEST_F(Pins, AreChosenSoOftenADayAndThenOnlyMade) {
  choose("314159");
  next_person();
  for (int i = 0; i < 30; ++i) choose("111111", 400);
  EXPECT_EQ(text(choose("314159", 409), "code"), "pin_taken");
  const auto refused = platform_.send("POST", "/v1/access-grants/" + grant_ + "/credentials",
                                      R"({"kind":"pin","pin":"271828","door_id":")" + door_ + "\"}");
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.body.find("pin_choices_spent"), std::string::npos);
  EXPECT_EQ(text(choose("314159", 429), "code"), "pin_choices_spent") << "not looked at";
  issue("pin");
  platform_.advance(86'401);
  choose("271828");
}

// [rule: P11]
TEST_F(Pins, AreNotChosenWhereTheChargeWouldBeTakenBack) {
  const auto in_bulk = [this](const std::string& member, const std::string& more) {
    return R"({"operations":[{"path":"/v1/access-grants/)" + grant_ + R"(/credentials","body":{"kind":"pin","door_id":")" +
           door_ + "\"" + member + "}}]" + more + "}";
  };
  const std::string chosen = R"(,"pin":"314159")";
  const json::Any refused = post("/v1/bulk", in_bulk(chosen, ""), 200).at("results").at(0);
  EXPECT_EQ(refused.at("status").as_int64(), 400);
  EXPECT_EQ(text(refused.at("body"), "code"), "pin_not_in_bulk");
  EXPECT_EQ(text(post("/v1/bulk", in_bulk(chosen, R"(,"atomic":true)"), 400), "code"), "pin_not_in_bulk");
  const json::Any made = post("/v1/bulk", in_bulk("", ""), 200).at("results").at(0);
  EXPECT_EQ(made.at("status").as_int64(), 201);
  EXPECT_EQ(text(made.at("body"), "code").size(), 6u);
  choose("314159");
}

// [rule: P13]
TEST_F(Pins, HaveALengthThatStandsWhileThereIsOne) {
  const json::Any lock = get("/v1/locks/" + lock_.id());
  EXPECT_EQ(lock.at("settings").at("pin_digits").as_int64(), 6);
  for (const char* wrong : {R"({"pin_digits":5})", R"({"pin_digits":11})", R"({"pin_digits":8})", R"({"pin_digits":10})",
                            R"({"otp_digits":7,"pin_digits":7})"})
    EXPECT_EQ(text(settings(wrong, 400).at("errors").at(0), "pointer"), "/pin_digits") << wrong;
  const json::Any pin = choose("314159");
  EXPECT_EQ(text(settings(R"({"pin_digits":7})", 409), "code"), "pins_in_use");
  EXPECT_EQ(text(settings(R"({"otp_digits":6})", 409), "code"), "pins_in_use") << "they would have to make room";
  revoke(id_of(pin));
  EXPECT_EQ(text(settings(R"({"pin_digits":7})", 409), "code"), "pins_in_use") << "the lock has not heard of the end";
  sync();
  const json::Any changed = settings(R"({"otp_digits":6})", 200);
  EXPECT_EQ(changed.at("settings").at("pin_digits").as_int64(), 7);
  choose("3141592");
}

TEST_F(PinsAtTwoSlots, ShareTheSlotsWithTokens) {
  issue("token");
  const json::Any pin = choose("314159");
  const json::Any refused = choose("271828", 409);
  EXPECT_EQ(text(refused, "code"), "slots_full");
  EXPECT_NE(text(refused, "detail").find("offline code"), std::string::npos) << "what to do instead";
  revoke(id_of(pin));
  sync();
  choose("271828");
}

TEST_F(Pins, CountInTheBoundOfTheirLock) {
  choose("314159");
  const json::Any bound = get("/v1/locks/" + lock_.id() + "/bound");
  EXPECT_EQ(bound.at("pin").at("accepted").as_int64(), 1);
  EXPECT_EQ(bound.at("policy").at("app_slots").as_int64(), 0) << "a PIN's slot takes no one-time codes";
  EXPECT_NEAR(bound.at("pin").at("per_guess").as_double(), 1.01e-6, 1e-12);
}

// [rule: S11] [rule: S9]
TEST_F(Pins, KeepTheRulesOfTheirGrantAndShowWhatTheLockHasCounted) {
  const json::Any grant = post("/v1/access-grants",
                               R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":")" +
                                   instant(-3'600) + R"(","max_uses":3,"expires_after_first_use_s":86400})",
                               201);
  grant_ = text(grant, "id");
  const json::Any pin = choose("314159");
  EXPECT_EQ(text(issue("token", {}, 409), "code"), "credential_exists");
  sync();
  EXPECT_EQ(lock_.snapshot().slots[0].rule, (SlotRule{.use_count_max = 3, .after_first_use_s = 86'400}));
  json::Any uses = get("/v1/credentials/" + id_of(pin)).at("uses");
  EXPECT_EQ(uses.at("count").as_int64(), 0);
  EXPECT_EQ(uses.at("left").as_int64(), 3);
  EXPECT_TRUE(uses.at("ends_at").is_null());
  EXPECT_TRUE(uses.at("as_of").is_string());
  open_with(pin);
  open_with(pin);
  sync();
  uses = get("/v1/credentials/" + id_of(pin)).at("uses");
  EXPECT_EQ(uses.at("count").as_int64(), 2);
  EXPECT_EQ(uses.at("left").as_int64(), 1);
  EXPECT_EQ(uses.at("records_missing").as_int64(), 0);
  EXPECT_TRUE(uses.at("ends_at").is_string());
}

TEST_F(Pins, AreExplainedLikeTheLockJudgesThem) {
  const json::Any pin = choose("314159");
  sync();
  const json::Any explained = get("/v1/doors/" + door_ + "/explain");
  const json::Any& item = explained.at("items").at(0);
  EXPECT_EQ(text(item.at("credential"), "id"), id_of(pin));
  EXPECT_TRUE(item.at("opens").as_bool());
}

// --- Changed in place ---

class ChangedPins : public Pins {
 protected:
  json::Any change(const json::Any& issued, const std::string& pin, std::uint16_t status = 200) {
    const std::string body = pin.empty() ? std::string() : R"({"pin":")" + pin + "\"}";
    return post("/v1/credentials/" + id_of(issued) + "/pin", body, status);
  }
};

TEST_F(ChangedPins, AreRefusedWhereANewOneWouldBe) {
  const json::Any pin = choose("314159");
  EXPECT_EQ(text(change(pin, "111111", 400), "code"), "pin_weak");
  EXPECT_EQ(text(change(pin, "31415", 400).at("errors").at(0), "pointer"), "/pin");
  EXPECT_EQ(text(change(pin, "314159", 409), "code"), "pin_taken") << "it is this one";
  EXPECT_EQ(text(change(issue("token"), "271828", 409), "code"), "not_pin");
  next_person();
  const json::Any other = choose("271828");
  EXPECT_EQ(text(change(other, "314159", 409), "code"), "pin_taken");
  revoke(id_of(other));
  EXPECT_EQ(text(change(other, "161803", 409), "code"), "ended");
  EXPECT_EQ(platform_.send("POST", "/v1/credentials/" + id_of(pin) + "/pin", {}, platform_.stranger().api_key).status, 404);
  sync();
  EXPECT_EQ(lock_.snapshot().slots[0].pin_digest, digest_at_lock("314159"));
}

// [rule: P14]
TEST_F(ChangedPins, TakeTheSlotOfTheOldOneWithTheNextVersionAndThereIsNoVersionWithNeither) {
  const json::Any pin = choose("314159");
  sync();
  const link::SnapshotSlot before = lock_.snapshot().slots[0];
  const json::Any changed = change(pin, "271828");
  EXPECT_TRUE(changed.at("code").is_null());
  const json::Any& credential = changed.at("credential");
  EXPECT_EQ(text(credential, "id"), id_of(pin));
  EXPECT_EQ(text(credential, "delivery"), "on_lock") << "its slot is";
  EXPECT_TRUE(credential.at("old_pin_opens").as_bool());
  lock_.exchange(platform_);  // takes it, and has not said so
  EXPECT_TRUE(get("/v1/credentials/" + id_of(pin)).at("old_pin_opens").as_bool());
  ASSERT_EQ(lock_.snapshot().slot_count, 1);
  const link::SnapshotSlot& after = lock_.snapshot().slots[0];
  EXPECT_EQ(after.pin_digest, digest_at_lock("271828"));
  EXPECT_EQ(after.number, before.number);
  EXPECT_EQ(after.generation, before.generation) << "the lock goes on counting";
  sync();
  EXPECT_FALSE(get("/v1/credentials/" + id_of(pin)).at("old_pin_opens").as_bool());
}

// [rule: P14] [rule: P10]
TEST_F(ChangedPins, LeaveTheOldOneToNobodyElseAndToItsPersonOnceTheLockHasLetGoOfIt) {
  const json::Any pin = choose("314159");
  sync();
  change(pin, "271828");
  EXPECT_EQ(text(change(pin, "314159", 409), "code"), "pin_taken") << "the lock may take it still";
  const std::string ada = grant_;
  next_person();
  EXPECT_EQ(text(choose("314159", 409), "code"), "pin_taken");
  sync();
  EXPECT_EQ(text(choose("314159", 409), "code"), "pin_taken") << "somebody else knows it";
  change(pin, "314159");
  grant_ = ada;
  EXPECT_EQ(text(choose("314159", 409), "code"), "pin_taken") << "it is in use again";
  sync();
  choose("271828");
}

// [rule: P14] [rule: P11]
TEST_F(ChangedPins, AreChargedLikeNewOnesAndMadeByThePlatformWhenNoneIsChosen) {
  const json::Any pin = choose("314159");
  for (int i = 0; i < 31; ++i) change(pin, "111111", 400);
  EXPECT_EQ(text(change(pin, "271828", 429), "code"), "pin_choices_spent");
  const json::Any made = change(pin, "");
  EXPECT_EQ(text(made, "code").size(), 6u);
  EXPECT_FALSE(made.at("credential").at("pin_chosen").as_bool());
  EXPECT_EQ(json::print(get("/v1/events")).find(text(made, "code")), std::string::npos);
  EXPECT_EQ(text(get("/v1/events?limit=1").at("items").at(0), "type"), "credential.pin_changed");
  sync();
  EXPECT_EQ(lock_.snapshot().slots[0].pin_digest, digest_at_lock(text(made, "code")));
}

TEST_F(ChangedPins, WaitForTheirGrantLikeTheOneBefore) {
  grant_ = make_grant(7'200, 10'000);
  const json::Any pin = choose("314159");
  EXPECT_FALSE(change(pin, "271828").at("credential").at("old_pin_opens").as_bool()) << "the lock never had it";
  sync();
  EXPECT_EQ(lock_.snapshot().slot_count, 0);
  platform_.advance(7'200);
  platform_.run_upkeep();
  sync();
  EXPECT_EQ(lock_.snapshot().slots[0].pin_digest, digest_at_lock("271828"));
}

// --- Chosen by the person ---

// [rule: P15]
TEST_F(InvitedPins, ComeByNoLinkThatDoesNotSaySoOrIsNotGoodAnyMoreAndNobodyHearsWhy) {
  const std::string without = invited_word("");
  EXPECT_TRUE(public_post("/v1/invitations/open", R"({"invitation":")" + without + "\"}", 200).at("pins").is_null());
  const std::string refused = json::print(choose_by(without, "314159", 404));
  const std::string cancelled = invited_word(R"(,"pin":true)");
  post("/v1/invitations/" + invitation_ + "/cancel", {}, 200);
  EXPECT_EQ(json::print(choose_by(cancelled, "314159", 404)), refused);
  EXPECT_EQ(json::print(choose_by(cancelled.substr(0, cancelled.size() - 1) + "x", "314159", 404)), refused);
  const std::string expired = invited_word(R"(,"pin":true)");
  platform_.advance(3 * 86'400);
  EXPECT_EQ(json::print(choose_by(expired, "314159", 404)), refused);
  const std::string ended = invited_word(R"(,"pin":true)");
  post("/v1/access-grants/" + grant_ + "/revoke", {}, 200);
  EXPECT_EQ(json::print(choose_by(ended, "314159", 404)), refused);
  EXPECT_TRUE(get("/v1/credentials").at("items").as_array().empty());
}

// [rule: P15]
TEST_F(InvitedPins, AreThoseOfThePersonAndOneForEachDoor) {
  const std::string word = invited_word(R"(,"pin":true)");
  const json::Any opened = public_post("/v1/invitations/open", R"({"invitation":")" + word + "\"}", 200);
  ASSERT_EQ(opened.at("pins").as_array().size(), 1u);
  EXPECT_EQ(opened.at("pins").at(0).at("digits").as_int64(), 6);
  EXPECT_FALSE(opened.at("pins").at(0).at("has_pin").as_bool());
  EXPECT_EQ(text(choose_by(word, "111111", 400), "code"), "pin_weak");
  const json::Any chosen = choose_by(word, "314159", 201);
  EXPECT_TRUE(chosen.at("code").is_null());
  EXPECT_EQ(text(chosen, "delivery"), "on_its_way");
  sync();
  EXPECT_EQ(lock_.snapshot().slots[0].pin_digest, digest_at_lock("314159"));
  EXPECT_EQ(text(choose_by(word, "271828", 409), "code"), "credential_exists") << "whoever comes later with the link";
  EXPECT_TRUE(
      public_post("/v1/invitations/open", R"({"invitation":")" + word + "\"}", 200).at("pins").at(0).at("has_pin").as_bool());
  const json::Any pin = get("/v1/credentials").at("items").at(0);
  EXPECT_EQ(text(pin, "person_id"), person_);
  EXPECT_TRUE(pin.at("pin_chosen").as_bool());
  door_ = text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Side","zone":"Europe/Zurich"})", 201), "id");
  EXPECT_EQ(text(choose_by(word, "271828", 400).at("errors").at(0), "pointer"), "/door_id");
}

// [rule: P15] [rule: P11]
TEST_F(InvitedPins, AreTriedOutNoMoreOftenThanAnyOthersAndTheLinkIsSlowedItself) {
  choose("314159");
  next_person();
  const std::string word = invited_word(R"(,"pin":true)");
  int slowed = 0;
  for (int i = 0; i < 12; ++i) {
    const std::string chosen = R"({"invitation":")" + word + R"(","door_id":")" + door_ + R"(","pin":"314159"})";
    const auto answer = send_without_key("/v1/invitations/pin", chosen);  // from another address each time
    if (answer.status == 429)
      ++slowed;
    else
      EXPECT_NE(answer.body.find("pin_taken"), std::string::npos) << answer.body;
  }
  EXPECT_GE(slowed, 1) << "from whatever address";
}

// --- Capacity ---

TEST_F(PinsAtTwoSlots, AreCountedAsTheAnswersCountThem) {
  const std::string path = "/v1/locks/" + lock_.id() + "/capacity";
  json::Any room = get(path);
  EXPECT_EQ(room.at("slots").at("free").as_int64(), 2);
  EXPECT_TRUE(room.at("slots").at("full").is_null());
  issue("token");
  const json::Any pin = choose("314159");
  post("/v1/credentials/" + id_of(pin) + "/pin", R"({"pin":"271828"})", 200);
  const json::Any refused = issue("token", {}, 409);
  room = get(path);
  EXPECT_EQ(room.at("slots").at("free").as_int64(), 0);
  EXPECT_EQ(text(room.at("slots").at("full"), "code"), text(refused, "code"));
  EXPECT_EQ(text(room.at("slots").at("full"), "detail"), text(refused, "detail"));
  EXPECT_EQ(room.at("pins").at("held").as_int64(), 1);
  EXPECT_EQ(room.at("pins").at("given_out").as_int64(), 2);
  EXPECT_EQ(room.at("pins").at("choices").at("used").as_int64(), 2);
  revoke(id_of(pin));
  EXPECT_EQ(get(path).at("slots").at("ending").as_int64(), 1) << "the lock has not heard";
  EXPECT_EQ(get(path).at("slots").at("free").as_int64(), 0);
  sync();
  EXPECT_EQ(get(path).at("slots").at("free").as_int64(), 1);
  for (int i = 0; i < 256; ++i) issue("offline", R"(,"family":"pool")");
  room = get(path);
  EXPECT_EQ(room.at("pool_codes").at("free_now").as_int64(), 0);
  EXPECT_EQ(text(room.at("pool_codes").at("full"), "detail"), text(issue("offline", R"(,"family":"pool")", 409), "detail"));
}

TEST_F(PinsUnprotected, AreNoneInTheCapacityOfTheirLock) {
  const json::Any room = get("/v1/locks/" + lock_.id() + "/capacity");
  EXPECT_TRUE(room.at("pins").is_null());
  EXPECT_TRUE(room.at("pool_codes").is_null());
  EXPECT_EQ(room.at("slots").at("max").as_int64(), 32);
}

}  // namespace
}  // namespace cardea::server::api::testing
