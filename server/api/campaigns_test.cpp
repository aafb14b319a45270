// SPDX-License-Identifier: Apache-2.0
// Firmware images and campaigns from the API on. What locks say comes by a route for tests, which does what the link does with
// their word; tests/update has locks that run.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/update/messages.hpp"
#include "core/update/testing/made_image.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/api/testing/image_routes.hpp"
#include "server/api/testing/maker_key.hpp"
#include "server/api/testing/platform.hpp"
#include "server/json/json.hpp"

namespace cardea::server::api::testing {
namespace {

constexpr int confirmed = static_cast<int>(update::ImageState::kConfirmed);
constexpr int refused = static_cast<int>(update::ImageState::kRefused);

class Campaigns : public ::testing::Test {
 protected:
  void SetUp() override {
    site_ = text(post("/v1/sites", R"({"name":"House"})", 201), "id");
    post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Front","zone":"Europe/Zurich"})", 201);
    add_locks(4);
    post("/v1/firmware-makers", R"({"name":"Maker","public_key":")" + public_pem_in_json(anchor_) + "\"}", 201);
    const json::Any image = upload(file_, 201);
    image_ = text(image, "id");
    digest_ = text(image, "digest");
  }

  // --- requests ---

  json::Any request(std::string_view method, const std::string& path, const std::string& body, std::uint16_t status,
                    std::string_view key = "own", std::string_view type = "application/json") {
    const auto got = platform_.send(method, path, body, key, std::string(type));
    EXPECT_EQ(got.status, status) << method << " " << path << " " << (body.size() < 500 ? body : "") << ": " << got.body;
    auto parsed = json::parse(got.body);
    return parsed ? *parsed : json::Any{};
  }
  json::Any post(const std::string& path, const std::string& body, std::uint16_t status) {
    return request("POST", path, body, status);
  }
  json::Any get(const std::string& path) { return request("GET", path, {}, 200); }
  json::Any upload(const update::ImageFile& file, std::uint16_t status) {
    return request("POST", "/v1/firmware-images", {file.begin(), file.end()}, status, "own", "application/octet-stream");
  }
  static std::string text(const json::Any& object, std::string_view name) { return std::string(object.at(name).as_string()); }
  json::Any upload_as(const std::string& key) {
    return request("POST", "/v1/firmware-images", {file_.begin(), file_.end()}, 403, key, "application/octet-stream");
  }

  // --- what there is ---

  update::ImageFile made(std::uint8_t major, std::uint32_t counter = 5) {
    return update::made_image({.body_bytes = 40'000, .version = {major, 2, 3, 0}, .security_counter = counter}, provider_, key_,
                              anchor_);
  }
  /// Active locks, each behind a door of its own, of which nobody asks more than that.
  void add_locks(std::size_t count) {
    platform_.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(count) +
        ") INSERT INTO doors (workspace, door, site, name, zone, created_at) SELECT d.workspace, randomblob(16), "
        "d.site, 'Door ' || lower(hex(randomblob(8))), 'Europe/Zurich', 0 FROM n, (SELECT * FROM doors LIMIT 1) AS d");
    platform_.execute(
        "INSERT INTO locks (workspace, lock, door, state, settings, claimed_at) SELECT workspace, randomblob(16), door, "
        "'active', '{}', 0 FROM doors WHERE name LIKE 'Door %' AND door NOT IN (SELECT door FROM locks)");
  }
  json::Any campaign(const std::string& rings, const std::string& more = R"(,"start":true)", std::uint16_t status = 201) {
    const json::Any made = post("/v1/firmware-campaigns",
                                R"({"name":"Roll-out","image_id":")" + image_ + R"(","rings":)" + rings + more + "}", status);
    if (status == 201) id_ = text(made, "id");
    return made;
  }
  json::Any now_is() { return get("/v1/firmware-campaigns/" + id_); }
  std::string state() { return text(now_is(), "state"); }
  std::int64_t count_of(std::string_view name) { return now_is().at("locks").at(name).as_int64(); }
  json::Any act(const std::string& what, std::uint16_t status = 200) {
    return post("/v1/firmware-campaigns/" + id_ + "/" + what, {}, status);
  }
  std::vector<std::string> locks_of(int ring, const std::string& state = {}) {
    std::vector<std::string> out;
    std::string cursor;
    do {
      const json::Any page = get("/v1/firmware-campaigns/" + id_ + "/locks?limit=200" + cursor);
      for (const json::Any& lock : page.at("items").as_array())
        if (lock.at("ring").as_int64() == ring && (state.empty() || text(lock, "state") == state))
          out.push_back(text(lock, "lock_id"));
      cursor = page.at("next").is_null() ? "" : "&cursor=" + text(page, "next");
    } while (!cursor.empty());
    return out;
  }
  void report(const std::string& lock, int state, Status status = Status::kOk, std::uint32_t standing = 0) {
    post("/v1/test/reports",
         R"({"lock_id":")" + lock + R"(","digest":")" + digest_ + R"(","state":)" + std::to_string(state) +
             R"(,"standing_bytes":)" + std::to_string(standing) + R"(,"status":)" + std::to_string(static_cast<int>(status)) +
             "}",
         204);
  }
  bool is_offered(const std::string& lock) { return !get("/v1/test/desired/" + lock).at("campaign").is_null(); }
  std::size_t events(const std::string& type) { return get("/v1/events?type=" + type).at("items").as_array().size(); }

  static constexpr const char* one_then_rest =
      R"([{"name":"first","percent":25,"soak_s":3600},{"name":"rest","failures_max":1}])";

  Platform platform_{false, add_image_routes};
  OpensslProvider provider_;
  P256Point anchor_{};
  KeyHandle key_ = provider_.p256_generate(KeyKind::kSign, anchor_).value();
  update::ImageFile file_ = made(1);
  std::string site_, image_, digest_, id_;
};

// --- images ---

TEST_F(Campaigns, AnImageThatNoLockWouldRunIsRefusedAndNothingOfItKept) {
  const auto code_of = [&](update::ImageFile file, std::uint16_t status = 400) { return text(upload(file, status), "code"); };
  EXPECT_EQ(code_of({0x3d}), "image_malformed");
  EXPECT_EQ(code_of(update::ImageFile(100, 0x5a)), "image_malformed");
  update::ImageFile cut = made(2);
  cut.pop_back();
  EXPECT_EQ(code_of(cut), "image_malformed");
  update::ImageFile padded = made(2);
  padded.push_back(0xff);
  EXPECT_EQ(code_of(padded), "image_malformed");
  update::ImageFile encrypted = made(2);
  encrypted[16] |= 0x04;
  EXPECT_EQ(code_of(encrypted), "image_unsupported");
  update::ImageFile changed = made(2);
  changed[1'000] ^= 1;
  EXPECT_EQ(code_of(changed), "image_corrupt");
  update::ImageFile forged = made(2);
  forged.back() ^= 1;
  EXPECT_EQ(code_of(forged), "image_forged");
  EXPECT_EQ(get("/v1/firmware-images").at("items").as_array().size(), 1u);
}

TEST_F(Campaigns, AnImageOfAMakerWhomNobodyNamedIsRefused) {
  P256Point stranger{};
  const KeyHandle key = provider_.p256_generate(KeyKind::kSign, stranger).value();
  EXPECT_EQ(text(upload(update::made_image({}, provider_, key, stranger), 409), "code"), "maker_unknown");
}

TEST_F(Campaigns, AnImageIsKeptOnceAndWhatItSaysIsShown) {
  const json::Any again = upload(file_, 409);
  EXPECT_EQ(text(again, "code"), "already_exists");
  EXPECT_EQ(text(again, "existing_id"), image_);
  const json::Any image = get("/v1/firmware-images/" + image_);
  EXPECT_EQ(text(image, "version"), "1.2.3");
  EXPECT_EQ(image.at("security_counter").as_int64(), 5);
  EXPECT_EQ(image.at("size_bytes").as_int64(), static_cast<std::int64_t>(file_.size()));
  EXPECT_EQ(text(image, "vendor"), "11220000-0000-0000-0000-000000000000");
  EXPECT_EQ(text(image, "maker"), "Maker");
  request("POST", "/v1/firmware-images", "{}", 415);
}

TEST_F(Campaigns, AnImageThatACampaignHasStays) {
  const std::string other = text(upload(made(2), 201), "id");
  request("DELETE", "/v1/firmware-images/" + other, {}, 204);
  request("GET", "/v1/firmware-images/" + other, {}, 404);
  campaign(one_then_rest, "");
  EXPECT_EQ(text(request("DELETE", "/v1/firmware-images/" + image_, {}, 409), "code"), "image_in_use");
}

TEST_F(Campaigns, ToAnotherWorkspaceImagesMakersAndCampaignsAreNowhere) {
  campaign(one_then_rest);
  const std::string stranger = platform_.stranger().api_key;
  for (const std::string& path :
       {"/v1/firmware-images/" + image_, "/v1/firmware-campaigns/" + id_, "/v1/firmware-campaigns/" + id_ + "/locks"})
    request("GET", path, {}, 404, stranger);
  for (const char* what : {"pause", "resume", "cancel"})
    request("POST", "/v1/firmware-campaigns/" + id_ + "/" + what, {}, 404, stranger);
  for (const char* path : {"/v1/firmware-images", "/v1/firmware-makers", "/v1/firmware-campaigns"})
    EXPECT_TRUE(request("GET", path, {}, 200, stranger).at("items").as_array().empty());
  const std::string lock = locks_of(0).front();
  EXPECT_EQ(text(request("POST", "/v1/firmware-campaigns",
                         R"({"name":"x","image_id":")" + image_ + R"(","lock_ids":[")" + lock + R"("],"rings":[{"name":"a"}]})",
                         404, stranger),
                 "code"),
            "lock_not_found");
}

// --- what a campaign is ---

TEST_F(Campaigns, RingsThatMakeNoSenseAreRefusedAndSayWhere) {
  const auto place = [&](const std::string& rings, const std::string& more = "") {
    return text(campaign(rings, more, 400).at("errors").at(0), "pointer");
  };
  EXPECT_EQ(place("[]"), "/rings");
  EXPECT_EQ(place(R"([{"name":""}])"), "/rings/0/name");
  EXPECT_EQ(place(R"([{"name":"a","percent":0}])"), "/rings/0/percent");
  EXPECT_EQ(place(R"([{"name":"a","percent":101}])"), "/rings/0/percent");
  EXPECT_EQ(place(R"([{"name":"a","percent":50},{"name":"b","percent":50},{"name":"c"}])"), "/rings/1/percent");
  EXPECT_EQ(place(R"([{"name":"a","percent":50}])"), "/rings");
  EXPECT_EQ(place(R"([{"name":"a","soak_s":2592001}])"), "/rings/0/soak_s");
  EXPECT_EQ(place(R"([{"name":"a","failures_percent_max":101}])"), "/rings/0/failures_percent_max");
  EXPECT_EQ(place(R"([{"name":"a","lock_ids":[]}])"), "/rings/0/lock_ids");
  EXPECT_EQ(place(R"([{"name":"a"}])", R"(,"patience_s":59)"), "/patience_s");
  EXPECT_EQ(place(R"([{"name":"a"}])", R"(,"lock_ids":[])"), "/lock_ids");
  EXPECT_EQ(place(R"([{"name":"a"}])", R"(,"window":{"from":"1:00","to":"02:00"})"), "/window/from");
  EXPECT_EQ(place(R"([{"name":"a"}])", R"(,"window":{"from":"01:00","to":"24:00"})"), "/window/to");
  EXPECT_EQ(place(R"([{"name":"a"}])", R"(,"window":{"from":"01:00","to":"01:00"})"), "/window");
  EXPECT_TRUE(get("/v1/firmware-campaigns").at("items").as_array().empty());
}

TEST_F(Campaigns, ALockIsInOneRingAndInOneCampaignAtATime) {
  campaign(one_then_rest);
  const std::string lock = locks_of(0).front();
  const std::string named = R"({"name":"a","lock_ids":[")" + lock + R"("]})";
  const json::Any twice = campaign("[" + named + "," + named + R"(,{"name":"rest"}])", "", 400);
  EXPECT_EQ(text(twice.at("errors").at(0), "pointer"), "/rings/1/lock_ids/0");
  EXPECT_EQ(text(campaign(R"([{"name":"all"}])", R"(,"start":true)", 409), "code"), "lock_in_campaign");
  EXPECT_EQ(get("/v1/firmware-campaigns").at("items").as_array().size(), 1u) << "nothing of the other one is left";
  act("cancel");
  campaign("[" + named + R"(,{"name":"rest"}])");
  EXPECT_EQ(locks_of(0), std::vector{lock});
  EXPECT_EQ(locks_of(1).size(), 3u);
}

TEST_F(Campaigns, SandboxLocksAndLocksThatAreNotActiveAreLeftOut) {
  const std::string door = text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Toy","zone":"UTC"})", 201), "id");
  const std::string toy = text(post("/v1/sandbox/locks", R"({"door_id":")" + door + "\"}", 201), "id");
  const json::Any named = campaign(R"([{"name":"a"}])", R"(,"lock_ids":[")" + toy + "\"]", 400);
  EXPECT_EQ(text(named.at("errors").at(0), "pointer"), "/lock_ids/0");
  campaign(R"([{"name":"all"}])");
  EXPECT_EQ(locks_of(0).size(), 4u);
}

// --- its course ---

TEST_F(Campaigns, ADraftOffersNothingUntilItIsResumed) {
  campaign(R"([{"name":"all"}])", "");
  EXPECT_EQ(state(), "draft");
  const std::string lock = locks_of(0).front();
  EXPECT_FALSE(is_offered(lock));
  act("pause", 409);
  act("resume");
  EXPECT_EQ(state(), "running");
  EXPECT_TRUE(is_offered(lock));
  act("resume", 409);
}

TEST_F(Campaigns, ARingBeginsOnlyWhenTheOneBeforeIsDoneAndHasSoaked) {
  campaign(one_then_rest);
  const std::string first = locks_of(0).front();
  const std::vector<std::string> rest = locks_of(1);
  EXPECT_TRUE(is_offered(first));
  EXPECT_FALSE(is_offered(rest.front()));
  report(rest.front(), confirmed);
  EXPECT_EQ(count_of("confirmed"), 0) << "a word about what was not offered yet counts for nothing";
  report(first, 0, Status::kOk, 4'096);
  EXPECT_EQ(count_of("arriving"), 1);
  report(first, 1);
  report(first, 2);
  EXPECT_EQ(count_of("on_trial"), 1);
  report(first, confirmed);
  EXPECT_EQ(events("lock.updated"), 1u);
  platform_.advance(3'500);
  platform_.run_upkeep();
  EXPECT_FALSE(is_offered(rest.front())) << "it soaks";
  platform_.advance(200);
  platform_.run_upkeep();
  EXPECT_TRUE(is_offered(rest.front()));
  for (const std::string& lock : rest) report(lock, confirmed);
  EXPECT_EQ(state(), "done");
  EXPECT_EQ(count_of("confirmed"), 4);
  EXPECT_EQ(events("campaign.ring_begun"), 2u);
  EXPECT_EQ(events("campaign.done"), 1u);
  act("pause", 409);
  EXPECT_EQ(text(act("cancel", 409), "code"), "campaign_over");
}

TEST_F(Campaigns, TooManyFailuresHaltItAndTheNextRingNeverBegins) {
  campaign(one_then_rest);
  const std::string first = locks_of(0).front();
  report(first, refused, Status::kForged);
  const json::Any halted = now_is();
  EXPECT_EQ(text(halted, "state"), "halted");
  EXPECT_EQ(text(halted, "halted_for"), "failures");
  EXPECT_FALSE(is_offered(first));
  platform_.advance(30 * 86'400);
  platform_.run_upkeep();
  EXPECT_EQ(locks_of(1, "waiting").size(), 3u);
  EXPECT_EQ(events("campaign.halted"), 1u);
  EXPECT_EQ(events("lock.update_failed"), 1u);
  const json::Any lock = get("/v1/firmware-campaigns/" + id_ + "/locks?state=refused").at("items").at(0);
  EXPECT_EQ(text(lock, "refused_for"), "forged");
  platform_.run_alerts();
  const json::Any alerts = get("/v1/alerts?state=open");
  ASSERT_EQ(alerts.at("items").as_array().size(), 1u);
  EXPECT_EQ(text(alerts.at("items").at(0), "type"), "campaign_halted");
}

TEST_F(Campaigns, ResumedAfterAHaltItForgivesThoseFailuresAndNoMore) {
  campaign(R"([{"name":"all","failures_max":1}])");
  const std::vector<std::string> locks = locks_of(0);
  report(locks[0], refused, Status::kFull);
  EXPECT_EQ(state(), "running") << "one may fail";
  report(locks[1], refused, Status::kFull);
  EXPECT_EQ(state(), "halted");
  act("resume");
  EXPECT_EQ(state(), "running");
  report(locks[2], confirmed);
  report(locks[3], refused, Status::kFull);
  EXPECT_EQ(state(), "done");
}

TEST_F(Campaigns, ARingThatHasShownNothingHaltsInsteadOfBeginningTheNext) {
  campaign(one_then_rest, R"(,"start":true,"patience_s":3600)");
  platform_.advance(3'700);
  platform_.run_upkeep();
  EXPECT_EQ(text(now_is(), "halted_for"), "nothing_confirmed");
  EXPECT_EQ(locks_of(1, "waiting").size(), 3u);
}

TEST_F(Campaigns, ALockOutOfReachHoldsNobodyUpAndGetsTheImageWhenItComesBack) {
  campaign(R"([{"name":"half","percent":50},{"name":"rest"}])", R"(,"start":true,"patience_s":3600)");
  const std::vector<std::string> half = locks_of(0);
  const std::vector<std::string> rest = locks_of(1);
  report(half[0], confirmed);
  EXPECT_FALSE(is_offered(rest[0]));
  platform_.advance(3'700);
  platform_.run_upkeep();
  EXPECT_TRUE(is_offered(rest[0]));
  for (const std::string& lock : rest) report(lock, confirmed);
  EXPECT_EQ(state(), "done");
  EXPECT_TRUE(is_offered(half[1])) << "it comes back late";
  report(half[1], confirmed);
  EXPECT_EQ(count_of("confirmed"), 4);
}

TEST_F(Campaigns, NoRingWaitsForALockThatWasWrittenOff) {
  campaign(R"([{"name":"half","percent":50},{"name":"rest"}])");
  const std::vector<std::string> half = locks_of(0);
  report(half[0], confirmed);
  const auto write_off = [&](const std::string& lock) { post("/v1/locks/" + lock + "/write-off", {}, 200); };
  write_off(half[1]);
  EXPECT_EQ(locks_of(0), std::vector{half[0]});
  platform_.run_upkeep();
  const std::vector<std::string> rest = locks_of(1);
  EXPECT_TRUE(is_offered(rest[0]));
  report(rest[0], confirmed);
  write_off(rest[0]);
  write_off(rest[1]);
  platform_.run_upkeep();
  EXPECT_EQ(state(), "done");
  EXPECT_EQ(count_of("confirmed"), 2) << "what a lock had confirmed before it was lost stays so";
}

TEST_F(Campaigns, ARingWhoseLocksWereAllWrittenOffHasShownNothing) {
  campaign(one_then_rest);
  post("/v1/locks/" + locks_of(0).front() + "/write-off", {}, 200);
  platform_.run_upkeep();
  EXPECT_EQ(text(now_is(), "halted_for"), "nothing_confirmed");
  EXPECT_EQ(locks_of(1, "waiting").size(), 3u);
}

TEST_F(Campaigns, WhoHadTheWholeImageAndFallsSilentHasFailed) {
  campaign(R"([{"name":"half","percent":50},{"name":"rest"}])", R"(,"start":true,"patience_s":3600)");
  const std::vector<std::string> half = locks_of(0);
  report(half[0], confirmed);
  report(half[1], 1);
  platform_.advance(3'700);
  platform_.run_upkeep();
  EXPECT_EQ(text(now_is(), "halted_for"), "failures");
  EXPECT_EQ(count_of("silent"), 1);
  report(half[1], confirmed);
  EXPECT_EQ(count_of("silent"), 0) << "it was only slow, and says so";
  EXPECT_EQ(count_of("confirmed"), 2);
  act("resume");
  EXPECT_TRUE(is_offered(locks_of(1).front()));
}

TEST_F(Campaigns, PausedOrCancelledItOffersNothing) {
  campaign(R"([{"name":"all"}])");
  const std::string lock = locks_of(0).front();
  act("pause");
  EXPECT_FALSE(is_offered(lock));
  report(lock, confirmed);
  EXPECT_EQ(count_of("confirmed"), 1) << "the lock's word is taken all the same";
  platform_.advance(30 * 86'400);
  platform_.run_upkeep();
  EXPECT_EQ(state(), "paused");
  act("resume");
  EXPECT_TRUE(is_offered(lock));
  act("cancel");
  EXPECT_EQ(state(), "cancelled");
  EXPECT_FALSE(is_offered(lock));
  act("resume", 409);
}

TEST_F(Campaigns, AnotherImageOnTrialIsNoFailure) {
  campaign(R"([{"name":"all"}])");
  report(locks_of(0).front(), refused, Status::kNotReady);
  EXPECT_EQ(state(), "running");
  EXPECT_EQ(count_of("offered"), 1);
}

TEST_F(Campaigns, OutsideTheWindowOfTheDoorsDayNothingIsOffered) {
  // The instant at which the test runs is any: a window of a minute that is just over, and one that is open nearly all day.
  const std::uint32_t minute = local_minute(server::now(), "Europe/Zurich");
  const auto clock = [](std::uint32_t m) { return fmt::format("{:02}:{:02}", m % 1'440 / 60, m % 60); };
  campaign(R"([{"name":"all"}])",
           R"(,"start":true,"window":{"from":")" + clock(minute + 1'437) + R"(","to":")" + clock(minute + 1'438) + "\"}");
  const std::string lock = locks_of(0).front();
  const std::int64_t wait_s = get("/v1/test/desired/" + lock).at("wait_s").as_int64();
  EXPECT_GT(wait_s, 1'434 * 60);
  EXPECT_LE(wait_s, 1'437 * 60);
  act("cancel");
  campaign(R"([{"name":"all"}])",
           R"(,"start":true,"window":{"from":")" + clock(minute + 1'438) + R"(","to":")" + clock(minute + 1'436) + "\"}");
  EXPECT_TRUE(get("/v1/test/desired/" + lock).at("wait_s").is_null());
}

// --- who may ---

TEST_F(Campaigns, WhoIsLimitedToASiteUpdatesItsLocksAndNoOthers) {
  const std::string other = text(post("/v1/sites", R"({"name":"Other"})", 201), "id");
  const std::string door = text(post("/v1/doors", R"({"site_id":")" + other + R"(","name":"Back","zone":"UTC"})", 201), "id");
  platform_.execute(
      "INSERT INTO locks (workspace, lock, door, state, settings, claimed_at) SELECT workspace, randomblob(16), door, "
      "'active', '{}', 0 FROM doors WHERE name = 'Back'");
  const std::string key =
      text(post("/v1/api-keys", R"({"name":"Back","role":"manager","scope":{"site_ids":[")" + other + "\"]}}", 201), "key");
  campaign(one_then_rest, R"(,"start":true,"site_ids":[")" + site_ + "\"]");
  const std::string lock = locks_of(0).front();
  request("GET", "/v1/firmware-campaigns/" + id_, {}, 404, key);
  request("POST", "/v1/firmware-campaigns/" + id_ + "/cancel", {}, 404, key);
  const std::string head = R"({"name":"x","image_id":")" + image_ + R"(","rings":[{"name":"a"}])";
  request("POST", "/v1/firmware-campaigns", head + R"(,"lock_ids":[")" + lock + "\"]}", 404, key);
  request("POST", "/v1/firmware-campaigns", head + R"(,"site_ids":[")" + site_ + "\"]}", 404, key);
  EXPECT_EQ(text(upload_as(key), "code"), "forbidden");
  const json::Any own = request("POST", "/v1/firmware-campaigns", head + R"(,"start":true})", 201, key);
  EXPECT_EQ(own.at("locks").at("waiting").as_int64(), 1) << "all that they see: one";
  request("GET", "/v1/firmware-images/" + image_, {}, 200, key);
  act("cancel");
  const std::string mixed = text(campaign(R"([{"name":"all"}])", "", 201), "id");
  const json::Any seen = request("GET", "/v1/firmware-campaigns/" + mixed, {}, 200, key);
  EXPECT_EQ(seen.at("locks").at("waiting").as_int64(), 1) << "of five, theirs";
  EXPECT_EQ(request("GET", "/v1/firmware-campaigns/" + mixed + "/locks", {}, 200, key).at("items").as_array().size(), 1u);
  EXPECT_EQ(text(request("POST", "/v1/firmware-campaigns/" + mixed + "/resume", {}, 403, key), "code"), "out_of_scope");
}

// --- a fleet ---

TEST_F(Campaigns, AThousandLocksGoThroughTheirRings) {
  add_locks(996);
  campaign(R"([{"name":"canary","percent":1},{"name":"tenth","percent":10,"failures_percent_max":5},{"name":"rest"}])");
  const std::size_t sizes[] = {10, 90, 900};
  for (int ring = 0; ring < 3; ++ring) {
    const std::vector<std::string> locks = locks_of(ring);
    ASSERT_EQ(locks.size(), sizes[ring]);
    std::size_t left = locks.size();
    if (ring == 1)
      for (int i = 0; i < 4; ++i) report(locks[--left], refused, Status::kUnsupported);
    while (left != 0) report(locks[--left], confirmed);
  }
  EXPECT_EQ(state(), "done");
  EXPECT_EQ(count_of("confirmed"), 996);
  EXPECT_EQ(count_of("refused"), 4);
}

}  // namespace
}  // namespace cardea::server::api::testing
