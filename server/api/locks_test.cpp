// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <future>
#include <thread>

#include "core/factory/batch.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/api/testing/building.hpp"
#include "server/api/testing/maker_key.hpp"
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

class Releases : public Locks {
 protected:
  /// Asks for a release while the lock is connected and answers so; nothing: it hangs up before it is told what to do.
  json::Any release(std::optional<link::CommandResult> result, std::uint16_t status) {
    std::promise<void> online;
    std::thread lock([&] { lock_.serve_one_command(platform_.url(), result, [&] { online.set_value(); }); });
    online.get_future().get();
    json::Any answer = post(path() + "/release", "", status);
    lock.join();
    return answer;
  }
  json::Any release() { return release(link::CommandResult{0, true, audit::reason_none}, 200); }
  std::string path() const { return "/v1/locks/" + lock_.id(); }
  std::string state() { return text(get(path()), "state"); }
  http::ClientResponse bring(const std::string& file) {
    return platform_.send("POST", path() + "/files", file, "own", "application/octet-stream");
  }
  std::size_t events_of(const std::string& type) { return get("/v1/events?type=" + type).at("items").as_array().size(); }
};

// [rule: A16]
TEST_F(Releases, ShowTheLabelOnceTheLockHasSaidThatItIsDoneAndEndWhatWasIssued) {
  const std::string credential = id_of(issue("token"));
  const std::string old_label = lock_.label();
  const json::Any done = release();
  EXPECT_EQ(text(done, "outcome"), "done");
  EXPECT_EQ(text(done, "label"), lock_.label()) << "the secret that the lock was sent";
  EXPECT_NE(text(done, "label"), old_label);
  EXPECT_EQ(text(get(path() + "/release"), "label"), lock_.label());
  EXPECT_EQ(state(), "released");
  EXPECT_TRUE(get("/v1/doors/" + door_).at("lock_id").is_null());
  EXPECT_EQ(delivery(credential), "ended");
  EXPECT_EQ(events_of("lock.released"), 1u);
  EXPECT_EQ(events_of("credential.ended"), 1u);
  EXPECT_EQ(text(post(path() + "/release", "", 409), "code"), "lock_released");
  EXPECT_EQ(text(post(path() + "/unlock", "", 409), "code"), "lock_released");
}

// [rule: A16]
TEST_F(Releases, AreTheOwnersAlone) {
  const std::string manager = text(post("/v1/api-keys", R"({"name":"m","role":"manager"})", 201), "key");
  EXPECT_EQ(platform_.send("POST", path() + "/release", "", manager).status, 403);
  EXPECT_EQ(platform_.send("GET", path() + "/release", "", manager).status, 403);
  EXPECT_EQ(text(post(path() + "/release", "", 409), "code"), "lock_offline");
  EXPECT_EQ(state(), "active");
}

// [rule: A16]
TEST_F(Releases, ThatTheLockRefusesChangeNothing) {
  const json::Any refused = release(link::CommandResult{0, false, audit::reason_not_pressed}, 200);
  EXPECT_EQ(text(refused, "reason"), "not_pressed");
  EXPECT_TRUE(refused.at("label").is_null());
  EXPECT_EQ(state(), "active");
  EXPECT_EQ(platform_.send("GET", path() + "/release").status, 404);
  lock_.exchange(platform_);
}

// [rule: A16]
TEST_F(Releases, WhoseAnswerWasLostAreKnownWhenTheLockAsks) {
  lock_.loses_result = true;
  release(link::CommandResult{0, true, audit::reason_none}, 504);
  EXPECT_EQ(state(), "releasing");
  EXPECT_TRUE(get(path() + "/release").at("label").is_null());
  PaperLock stranger(link::LockClass::kProtected);
  EXPECT_EQ(text(json::parse(bring(stranger.ask_file()).body).value(), "code"), "file_malformed");
  EXPECT_EQ(state(), "releasing");
  EXPECT_EQ(text(json::parse(bring(lock_.ask_file()).body).value(), "code"), "lock_not_claimed");
  EXPECT_EQ(state(), "released");
  EXPECT_EQ(text(get(path() + "/release"), "label"), lock_.label());
}

// [rule: A16]
TEST_F(Releases, WhoseCommandWasLostAreForgottenWithTheNextHandshake) {
  release(std::nullopt, 504);
  EXPECT_EQ(state(), "releasing");
  const json::Any refused = release(link::CommandResult{0, false, audit::reason_not_pressed}, 200);
  EXPECT_EQ(text(refused, "outcome"), "refused");
  EXPECT_EQ(state(), "active");
}

TEST_F(Releases, LeaveTheLockToWhoeverHasTheLabelAlsoHereAndFromTheBeginning) {
  issue("token");
  lock_.write_record(audit::Kind::kRestarted, audit::Method::kNone, {});
  lock_.exchange(platform_);
  const auto old_file = lock_.link_file();
  release();
  EXPECT_EQ(bring(old_file).status, 404) << "the keys are gone";
  const std::string side = other_door();
  post("/v1/locks/claim", claim_of(lock_, side), 201);
  platform_.advance(24 * 3'600);
  post("/v1/locks/claim", claim_of(lock_, side), 201);
  EXPECT_EQ(platform_.send("DELETE", path() + "/claim").status, 204);
  EXPECT_EQ(state(), "released");
  lock_.activate(platform_, side);
  EXPECT_EQ(state(), "active");
  EXPECT_GT(get(path()).at("settings").at("code_epoch").as_int64(), 0);
  lock_.write_record(audit::Kind::kRestarted, audit::Method::kNone, {});
  lock_.exchange(platform_);
  EXPECT_EQ(events_of("lock.restarted"), 2u) << "records count from 1 in each life";
  EXPECT_EQ(events_of("lock.chain_broken"), 0u);
  EXPECT_EQ(platform_.send("GET", path() + "/release").status, 404);
}

TEST_F(Releases, AnotherWorkspaceMayClaimItAndSeesNothingOfTheLastOwners) {
  lock_.write_record(audit::Kind::kRestarted, audit::Method::kNone, {});
  lock_.exchange(platform_);
  release();
  const std::string& key = platform_.stranger().api_key;
  const auto as_stranger = [&](const std::string& to, const std::string& body) {
    const auto answer = platform_.send("POST", to, body, key);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return json::parse(answer.body).value();
  };
  const std::string site = text(as_stranger("/v1/sites", R"({"name":"Theirs"})"), "id");
  const std::string door =
      text(as_stranger("/v1/doors", R"({"site_id":")" + site + R"(","name":"Theirs","zone":"Europe/Zurich"})"), "id");
  as_stranger("/v1/locks/claim", claim_of(lock_, door));
  const auto answer = platform_.send("POST", path() + "/files", lock_.ask_file(), key, "application/octet-stream");
  ASSERT_EQ(answer.status, 200) << answer.body;
  lock_.take_answer(answer.body);
  EXPECT_EQ(platform_.send("POST", path() + "/files", lock_.link_file(), key, "application/octet-stream").status, 200);
  EXPECT_EQ(text(json::parse(platform_.send("GET", path(), "", key).body).value(), "state"), "active");
  EXPECT_EQ(state(), "released") << "what its last owner sees";
  const auto theirs = json::parse(platform_.send("GET", "/v1/events?lock_id=" + lock_.id(), "", key).body).value();
  for (const json::Any& event : theirs.at("items").as_array()) EXPECT_NE(text(event, "type"), "lock.restarted");
}

class WriteOffs : public Releases {
 protected:
  json::Any write_off(std::uint16_t status = 200) { return post(path() + "/write-off", "", status); }
  json::Any credential(const std::string& id) { return get("/v1/credentials/" + id); }
};

// [rule: A18]
TEST_F(WriteOffs, AreTheOwnersAloneAndOfLocksThatHaveTheirKeys) {
  for (const std::string role : {"manager", "installer", "auditor", "support"}) {
    const std::string key = text(post("/v1/api-keys", R"({"name":")" + role + R"(","role":")" + role + R"("})", 201), "key");
    EXPECT_EQ(platform_.send("POST", path() + "/write-off", "", key).status, 403) << role;
  }
  EXPECT_EQ(platform_.send("POST", path() + "/write-off", "", platform_.stranger().api_key).status, 404);
  const PaperLock waits(link::LockClass::kProtected);
  post("/v1/locks/claim", claim_of(waits, other_door()), 201);
  EXPECT_EQ(text(post("/v1/locks/" + waits.id() + "/write-off", "", 409), "code"), "lock_not_active");
  const std::string tried = text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Try","zone":"UTC"})", 201), "id");
  const std::string sandbox = text(post("/v1/sandbox/locks", R"({"door_id":")" + tried + "\"}", 201), "id");
  EXPECT_EQ(text(post("/v1/locks/" + sandbox + "/write-off", "", 409), "code"), "sandbox_lock");
  EXPECT_EQ(state(), "active");
  EXPECT_EQ(events_of("lock.written_off"), 0u);
}

// [rule: A18]
TEST_F(WriteOffs, LeaveALockThatComesBackWithNothing) {
  lock_.write_record(audit::Kind::kRestarted, audit::Method::kNone, {});
  const std::string late = lock_.link_file();
  write_off();
  const auto said = [](const http::ClientResponse& answer) { return text(json::parse(answer.body).value(), "code"); };
  EXPECT_EQ(said(bring(late)), "lock_written_off");
  EXPECT_EQ(said(bring(lock_.ask_file())), "lock_written_off");
  EXPECT_EQ(events_of("lock.restarted"), 0u) << "nothing more of it is taken in";
  EXPECT_EQ(events_of("lock.reset"), 0u);
  EXPECT_EQ(text(post("/v1/locks/claim", claim_of(lock_, other_door()), 409), "code"), "lock_written_off");
  EXPECT_EQ(text(post(path() + "/unlock", "", 409), "code"), "lock_written_off");
  EXPECT_EQ(text(request("PATCH", path() + "/settings", R"({"open_ms":5000})", 409), "code"), "lock_written_off");
  EXPECT_EQ(text(write_off(409), "code"), "lock_written_off");
  EXPECT_EQ(platform_.send("GET", path() + "/release").status, 404);
}

// [rule: A18]
TEST_F(WriteOffs, KeepOthersFromClaimingIt) {
  write_off();
  const std::string& key = platform_.stranger().api_key;
  const auto made = [&](const std::string& to, const std::string& body) {
    return text(json::parse(platform_.send("POST", to, body, key).body).value(), "id");
  };
  const std::string site = made("/v1/sites", R"({"name":"Theirs"})");
  const std::string door = made("/v1/doors", R"({"site_id":")" + site + R"(","name":"Theirs","zone":"UTC"})");
  const auto refused = platform_.send("POST", "/v1/locks/claim", claim_of(lock_, door), key);
  EXPECT_EQ(text(json::parse(refused.body).value(), "code"), "lock_claimed") << "and not whose it was";
}

// [rule: A19]
TEST_F(WriteOffs, GoOnSayingHowLongTheLockMayOpenWhereverItIs) {
  const std::string pin = id_of(issue("pin"));
  const std::string token = id_of(issue("token"));
  const std::string once = id_of(issue_offline("once", 3'600, 7'200));
  grant_ = text(post("/v1/access-grants",
                     R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":")" + instant(0) + "\"}", 201),
                "id");
  const std::string endless = id_of(issue("pin"));
  sync();
  write_off();
  for (const std::string& id : {pin, token, once, endless}) EXPECT_EQ(delivery(id), "ending");
  EXPECT_TRUE(credential(endless).at("last_possible_use").is_null()) << "only the lock could end it";
  EXPECT_GT(text(credential(pin), "last_possible_use"), instant(20 * 86'400 - 60)) << "the lock knows that it ends then";
  EXPECT_LT(text(credential(token), "last_possible_use"), instant(3'600)) << "the platform shows no more codes of it";
  EXPECT_GT(text(credential(once), "last_possible_use"), instant(3'600));
  EXPECT_EQ(text(post("/v1/credentials/" + once + "/reveal", {}, 409), "code"), "lock_written_off") << "its key is gone";
  EXPECT_EQ(events_of("credential.revoked"), 4u);
  EXPECT_EQ(events_of("credential.ended"), 0u) << "nobody has heard of it";
}

// [rule: A19]
TEST_F(WriteOffs, FreeTheDoorForAnotherLockThatNothingOfTheOldOneOpens) {
  const std::string old = id_of(issue("pin"));
  sync();
  const json::Any written_off = write_off();
  EXPECT_EQ(text(written_off, "state"), "written_off");
  EXPECT_EQ(text(written_off, "door_id"), door_);
  EXPECT_TRUE(get("/v1/doors/" + door_).at("lock_id").is_null());
  EXPECT_EQ(get("/v1/doors?has_lock=false").at("items").as_array().size(), 1u);
  EXPECT_EQ(events_of("lock.written_off"), 1u);
  PaperLock next(link::LockClass::kProtected);
  next.activate(platform_, door_);
  EXPECT_EQ(text(get("/v1/doors/" + door_), "lock_id"), next.id());
  EXPECT_TRUE(get("/v1/doors/" + door_ + "/access").at("items").as_array().empty());
  const json::Any before = get("/v1/doors/" + door_ + "/explain");
  ASSERT_EQ(before.at("items").as_array().size(), 1u);
  EXPECT_EQ(text(before.at("items").at(0), "reason"), "no_credential");
  EXPECT_NE(id_of(issue("pin")), old) << "the grant stayed";
}

class Batches : public Locks {
 protected:
  /// A batch that says of these locks who they are.
  std::string batch_of(std::vector<factory::Entry> entries) {
    std::ranges::sort(entries, {}, [](const factory::Entry& entry) { return entry.lock.value; });
    std::string out(factory::batch_size_bytes(entries.size()), '\0');
    const MutableByteSpan bytes{reinterpret_cast<std::uint8_t*>(out.data()), out.size()};
    EXPECT_TRUE(factory::write_batch({{1}, {2}}, entries, key_, provider_, bytes).ok());
    return out;
  }
  static factory::Entry entry_of(const PaperLock& lock) {
    return {.lock = lock.lock_id(), .lock_class = link::LockClass::kProtected, .identity = lock.identity, .made_at = 1};
  }
  http::ClientResponse add(const std::string& batch) {
    return platform_.send("POST", "/v1/lock-batches", batch, "own", "application/octet-stream");
  }
  static std::string code_of(const http::ClientResponse& answer) { return text(json::parse(answer.body).value(), "code"); }
  void trust() {
    post("/v1/firmware-makers", R"({"name":"Acme","public_key":)" + ("\"" + public_pem_in_json(maker_) + "\"}"), 201);
  }

  OpensslProvider provider_;
  P256Point maker_{};
  KeyHandle key_ = provider_.p256_generate(KeyKind::kSign, maker_).value();
};

// [rule: MF2]
TEST_F(Batches, AreTakenFromMakersOnlyThatTheWorkspaceTrusts) {
  const PaperLock lock(link::LockClass::kProtected);
  const std::string batch = batch_of({entry_of(lock)});
  EXPECT_EQ(code_of(add(batch)), "maker_unknown");
  trust();
  std::string bent = batch;
  bent[60] ^= 1;
  EXPECT_EQ(code_of(add(bent)), "maker_unknown");
  EXPECT_EQ(code_of(add("nonsense")), "batch_malformed");
  const auto added = add(batch);
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(text(json::parse(added.body).value(), "maker"), "Acme");
  EXPECT_EQ(code_of(add(batch)), "already_exists");
  EXPECT_EQ(get("/v1/lock-batches").at("items").as_array().size(), 1u);
}

// [rule: MF10]
TEST_F(Batches, SayWhichDeviceALabelBelongsTo) {
  PaperLock lock(link::LockClass::kProtected);
  PaperLock unlisted(link::LockClass::kProtected);
  trust();
  ASSERT_EQ(add(batch_of({entry_of(lock)})).status, 201);
  factory::Entry other = entry_of(lock);
  other.identity = unlisted.identity;
  EXPECT_EQ(code_of(add(batch_of({other}))), "batch_contradicts");

  const P256Point own = lock.identity;
  lock.identity = unlisted.identity;  // the label, copied onto another device
  post("/v1/locks/claim", claim_of(lock, other_door()), 201);
  const auto ask = [&] {
    return platform_.send("POST", "/v1/locks/" + lock.id() + "/files", lock.ask_file(), "own", "application/octet-stream");
  };
  EXPECT_EQ(code_of(ask()), "identity_differs");
  EXPECT_EQ(get("/v1/events?type=lock.identity_refused").at("items").as_array().size(), 1u);
  lock.identity = own;
  const auto answer = ask();
  ASSERT_EQ(answer.status, 200) << answer.body;
  lock.take_answer(answer.body);
  lock.exchange(platform_);
  EXPECT_TRUE(get("/v1/locks/" + lock.id()).at("vouched").as_bool());
  EXPECT_FALSE(get("/v1/locks/" + lock_.id()).at("vouched").as_bool()) << "of no batch";
  const std::string batch = text(get("/v1/lock-batches").at("items").at(0), "id");
  EXPECT_EQ(platform_.send("DELETE", "/v1/lock-batches/" + batch).status, 204);
  EXPECT_FALSE(get("/v1/locks/" + lock.id()).at("vouched").as_bool());
}

}  // namespace
}  // namespace cardea::server::api::testing
