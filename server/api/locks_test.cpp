// SPDX-License-Identifier: Apache-2.0
#include "server/api/testing/building.hpp"
#include "server/domain/event.hpp"

namespace cardea::server::api::testing {
namespace {

class Locks : public Building {
 protected:
  std::string other_door() {
    return text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Side","zone":"Europe/Zurich"})", 201), "id");
  }
  std::string claim_of(const PaperLock& lock, const std::string& door) {
    return R"({"door_id":")" + door + R"(","label":")" + lock.label() + "\"}";
  }
};

// [rule: A8]
TEST_F(Locks, AClaimThatNobodyFinishedEndsAfterADayAndTheLabelStaysGood) {
  const PaperLock lock(link::LockClass::kProtected);
  const std::string door = other_door();
  post("/v1/locks/claim", claim_of(lock, door), 201);
  post("/v1/locks/claim", claim_of(lock, door), 409);
  platform_.advance(24 * 3'600);
  post("/v1/locks/claim", claim_of(lock, door), 201);
}

// The answer is carried to the lock one day, its `done` comes back with the next file some other day.
TEST_F(Locks, AClaimUnderWhichALockWasGivenItsKeysDoesNotEndByItself) {
  PaperLock lock(link::LockClass::kProtected);
  post("/v1/locks/claim", claim_of(lock, other_door()), 201);
  const auto answer =
      platform_.send("POST", "/v1/locks/" + lock.id() + "/files", lock.ask_file(), "own", "application/octet-stream");
  ASSERT_EQ(answer.status, 200) << answer.body;
  lock.take_answer(answer.body);
  EXPECT_TRUE(get("/v1/locks/" + lock.id()).at("claim_expires_at").is_null());
  platform_.advance(3 * 24 * 3'600);
  platform_.run_upkeep();
  lock.exchange(platform_);
  EXPECT_EQ(text(get("/v1/locks/" + lock.id()), "state"), "active");
}

// [rule: A8]
TEST_F(Locks, AWithdrawnClaimLeavesTheDoorAndTheLabelFree) {
  PaperLock lock(link::LockClass::kProtected);
  const std::string door = other_door();
  post("/v1/locks/claim", claim_of(lock, door), 201);
  EXPECT_EQ(platform_.send("DELETE", "/v1/locks/" + lock.id() + "/claim").status, 204);
  EXPECT_TRUE(get("/v1/doors/" + door).at("lock_id").is_null());
  EXPECT_EQ(
      platform_.send("POST", "/v1/locks/" + lock.id() + "/files", lock.ask_file(), "own", "application/octet-stream").status,
      404);
  lock.activate(platform_, door);
}

// [rule: A5]
TEST_F(Locks, AnActiveLockIsGivenNothingMoreWhoeverShowsItsLabel) {
  const auto again =
      platform_.send("POST", "/v1/locks/" + lock_.id() + "/files", lock_.ask_file(), "own", "application/octet-stream");
  EXPECT_EQ(again.status, 409);
  const auto stolen = platform_.send("POST", "/v1/locks/claim", claim_of(lock_, other_door()));
  EXPECT_EQ(stolen.status, 409);
}

TEST_F(Locks, TheBoundGrowsWithTheSlotsAndTheSettingsThatTheLockIsToHold) {
  const auto per_day = [&] { return get("/v1/locks/" + lock_.id() + "/bound").at("per_day").as_double(); };
  const double alone = per_day();
  issue("sms");
  const json::Any bound = get("/v1/locks/" + lock_.id() + "/bound");
  EXPECT_EQ(bound.at("policy").at("sms_slots").as_int64(), 1);
  request("PATCH", "/v1/locks/" + lock_.id() + "/settings", R"({"otp_digits":6})", 200);
  EXPECT_GT(get("/v1/locks/" + lock_.id() + "/bound").at("otp").at("per_day").as_double(),
            bound.at("otp").at("per_day").as_double());
  EXPECT_GE(per_day(), alone);
}

TEST_F(Locks, SettingsReachTheLockAsOneVersionAndAnUnchangedOneMakesNone) {
  const auto version = [&] { return get("/v1/locks/" + lock_.id()).at("desired").at("version").as_int64(); };
  const auto before = version();
  request("PATCH", "/v1/locks/" + lock_.id() + "/settings", R"({"open_ms":5000,"only_keypad":true})", 200);
  EXPECT_EQ(version(), before + 1);
  request("PATCH", "/v1/locks/" + lock_.id() + "/settings", R"({"open_ms":5000})", 200);
  EXPECT_EQ(version(), before + 1);
  sync();
  EXPECT_EQ(lock_.snapshot().settings.open_ms, 5'000);
  EXPECT_TRUE(lock_.snapshot().settings.codes.only_keypad);
}

TEST_F(Locks, AVersionThatWasNeverMadeEndsNothing) {
  const std::string token = id_of(issue("token"));
  sync();
  post("/v1/credentials/" + token + "/revoke", {}, 200);
  lock_.status.applied_version = 4'000'000;
  const std::string lie = lock_.link_file();
  platform_.send("POST", "/v1/locks/" + lock_.id() + "/files", lie, "own", "application/octet-stream");
  EXPECT_EQ(delivery(token), "ending");
}

// [rule: E11]
TEST_F(Locks, AnEventsLeafIsTheHashOfItsHeaderAndBody) {
  issue("token");
  const json::Any events = get("/v1/events?type=credential.issued");
  const json::Any found = get("/v1/events/" + text(events.at("items").at(0), "id"));
  const std::string header = text(found, "header");
  std::vector<std::uint8_t> body(found.at("body").as_string().size() / 2);
  ASSERT_EQ(parse_hex(found.at("body").as_string(), body), Status::kOk);
  EXPECT_EQ(hex_of(leaf_of(header, body)), text(found.at("event"), "leaf"));
  EXPECT_EQ(header.find(person_), std::string::npos);  // who it was is in the body, sealed
}

}  // namespace
}  // namespace cardea::server::api::testing
