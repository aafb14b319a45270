// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "server/api/phone_routes.hpp"
#include "server/api/testing/building.hpp"
#include "server/api/testing/soft_phone.hpp"

namespace cardea::server::api::testing {
namespace {

using server::testing::SoftPhone;

class Phones : public Building {
 protected:
  json::Any claim(SoftPhone& phone, const std::string& link) {
    json::Any answer = public_post("/v1/invitations/claim", phone.claim_body(link), 201);
    EXPECT_TRUE(phone.take_claim(link, answer));
    return answer;
  }
  void expect_no_claim(const std::string& link) {
    SoftPhone phone;
    const json::Any answer = public_post("/v1/invitations/claim", phone.claim_body(link), 404);
    EXPECT_EQ(text(answer, "code"), "invitation_not_found");
    if (refusal_.empty()) refusal_ = json::print(answer);
    EXPECT_EQ(json::print(answer), refusal_);  // nobody hears why
    public_post("/v1/invitations/open", R"({"invitation":")" + SoftPhone::word_of(link) + "\"}", 404);
  }
  UnixSeconds at() { return {now().value + ahead_}; }
  void advance(std::uint64_t seconds) {
    ahead_ += seconds;
    platform_.advance(seconds);
  }
  /// The schedule as it came; its entries look into it.
  struct Schedule {
    Blob bytes;
    phone::ScheduleHead head;
    std::vector<phone::ScheduleEntry> entries;
  };
  Schedule fetch(SoftPhone& phone) {
    advance(1);
    Schedule out;
    const UnixSeconds moment = at();
    out.bytes = phone.open(public_post("/v1/phones/schedule", phone.request_body(moment), 200), moment).value();
    phone::ScheduleReader reader(out.bytes);
    out.head = reader.open().value();
    for (std::size_t i = 0; i < out.head.entry_count; ++i) out.entries.push_back(reader.next().value());
    EXPECT_EQ(reader.finish(), Status::kOk);
    return out;
  }
  void expect_refused(const std::string& body, const char* code) {
    EXPECT_EQ(text(public_post("/v1/phones/schedule", body, 403), "code"), code);
  }
  /// What the phone orders, a second after whatever it asked before; `members` with a comma in front.
  json::Any order(SoftPhone& phone, const std::string& what, const std::string& members = {}, std::uint16_t status = 200) {
    advance(1);
    const std::string path = "/v1/phones/" + what;
    return send_order(path, phone.order(path, at(), members), status);
  }
  json::Any send_order(const std::string& path, const SoftPhone::Order& order, std::uint16_t status) {
    http::ClientRequest request;
    request.method = "POST";
    request.path = path;
    request.body = order.body;
    request.content_type = "application/json";
    request.headers.emplace_back("Cardea-Phone-Mac", order.mac);
    request.headers.emplace_back("X-Forwarded-For", "192.0.2." + std::to_string(++address_ % 250));
    const auto answer = platform_.send(request, "");
    EXPECT_EQ(answer.status, status) << path << ": " << answer.body;
    auto parsed = json::parse(answer.body);
    return parsed ? *parsed : json::Any{};
  }
  json::Any unlock(SoftPhone& phone, const std::string& attempt = make_attempt(), std::uint16_t status = 200) {
    return order(phone, "unlock", R"(,"door_id":")" + door_ + R"(","attempt":")" + attempt + "\"", status);
  }
  static std::string make_attempt() { return hex_of(DoorId::make().bytes); }
  static std::string reason_of(const json::Any& unlock) {
    EXPECT_EQ(text(unlock, "state"), "refused");
    return text(unlock, "reason");
  }
  /// Runs `what` while the lock is online; it answers one command, or hangs up.
  template <class What>
  void while_online(std::optional<link::CommandResult> result, What what) {
    std::promise<void> online;
    std::jthread lock([&] { lock_.serve_one_command(platform_.url(), result, [&] { online.set_value(); }); });
    online.get_future().get();
    what();
  }
  static std::string credential_of(const phone::ScheduleEntry& entry) { return CredentialId{entry.credential}.text(); }

  std::string refusal_;
  std::uint64_t ahead_ = 0;
};

TEST_F(Phones, HaveNoRouteAtTheirOriginThatTakesAKeyOrASession) {
  const std::vector<std::string> routes = platform_.routes();
  for (const PhoneRoute& one : phone_routes()) {
    EXPECT_EQ(std::ranges::count(routes, std::string(http::name_of(one.method)) + " " + std::string(one.path)), 1);
    for (const Permission permission : {Permission::kPublic, Permission::kEventsRead, Permission::kAccountOwn})
      EXPECT_EQ(is_for_phones({one.method, std::string(one.path), permission, {}}), permission == Permission::kPublic);
  }
  EXPECT_FALSE(is_for_phones({http::Method::kGet, "/v1/phones/keys", Permission::kPublic, {}}));
}

TEST_F(Phones, AnInvitationIsGoodForItsPhonesAndUntilItEndsAndNobodyHearsWhy) {
  const std::string link = invite();
  SoftPhone first;
  SoftPhone second;
  expect_no_claim(link.substr(0, link.size() - 1) + (link.back() == '0' ? "1" : "0"));
  claim(first, link);
  claim(second, link);
  expect_no_claim(link);

  const std::string cancelled = invite();
  post("/v1/invitations/" + invitation_ + "/cancel", {}, 200);
  expect_no_claim(cancelled);
  const std::string old = invite();
  const std::string anew = text(post("/v1/invitations/" + invitation_ + "/resend", {}, 200), "link");
  expect_no_claim(old);
  SoftPhone third;
  claim(third, anew);
  advance(86'400);
  expect_no_claim(anew);  // a day after the first phone, although one more was left
  const std::string expired = invite();
  advance(3 * 86'400);
  expect_no_claim(expired);

  const std::string ended = invite();
  post("/v1/access-grants/" + grant_ + "/revoke", {}, 200);
  expect_no_claim(ended);
  grant_ = make_grant(0, 20 * 86'400);
  const std::string last = invite();
  post("/v1/persons/" + person_ + "/revoke", {}, 200);
  expect_no_claim(last);
}

// [rule: PH2]
TEST_F(Phones, OfClaimsAtOnceNoMoreSucceedThanTheInvitationIsGoodFor) {
  const std::string link = invite(R"(,"phones_max":1)");
  std::atomic<int> taken = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      SoftPhone phone;
      http::Client client(http::parse_base_url(platform_.url()).value(), std::chrono::seconds(60));
      http::ClientRequest request;
      request.method = "POST";
      request.path = "/v1/invitations/claim";
      request.body = phone.claim_body(link);
      request.content_type = "application/json";
      const auto answer = client.send(request);
      if (answer.ok() && answer->status == 201) ++taken;
    });
  threads.clear();
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(get("/v1/persons/" + person_ + "/phones").at("items").as_array().size(), 1u);
}

// [rule: PH3]
TEST_F(Phones, AnAddressThatGuessesTokensWaitsAlsoForItsOwn) {
  const std::string link = invite();
  SoftPhone phone;
  const auto send = [&](const std::string& path, const std::string& body) {
    http::ClientRequest request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    request.headers.emplace_back("X-Forwarded-For", "198.51.100.7");
    return platform_.send(request, "").status;
  };
  std::string guess = link;
  guess.back() = guess.back() == '0' ? '1' : '0';
  bool waits_for_its_own = false;
  for (int i = 0; i < 500 && !waits_for_its_own; ++i) {
    if (send("/v1/invitations/claim", phone.claim_body(guess)) != 429) continue;
    // One more is let in every two seconds: this may be it.
    waits_for_its_own = send("/v1/invitations/open", R"({"invitation":")" + SoftPhone::word_of(link) + "\"}") == 429;
  }
  EXPECT_TRUE(waits_for_its_own);
  claim(phone, link);  // from elsewhere it is as good as ever
}

// [rule: PH4]
TEST_F(Phones, AKeyThatIsNoPointIsRefusedAndTheInvitationHasLostNothing) {
  const std::string link = invite(R"(,"phones_max":1)");
  const std::string word = R"({"invitation":")" + SoftPhone::word_of(link) + R"(","name":"x","public_key":")";
  for (const std::string& point : {std::string(128, '0'), std::string(128, 'f'), std::string(126, '1'), std::string(128, 'G')})
    public_post("/v1/invitations/claim", word + point + "\"}", 400);
  SoftPhone off;
  std::string bent = off.point();
  bent.back() = bent.back() == '0' ? '1' : '0';
  public_post("/v1/invitations/claim", word + bent + "\"}", 400);
  SoftPhone phone;
  const json::Any answer = claim(phone, link);
  SoftPhone other;
  EXPECT_NE(text(answer, "public_key"), other.point());
}

// [rule: PH5]
TEST_F(Phones, NeitherTokenNorKeysStandInTheDatabase) {
  const std::string link = invite();
  SoftPhone phone;
  const json::Any answer = claim(phone, link);
  const std::string bytes = platform_.database_bytes();
  const std::string hex = SoftPhone::word_of(link).substr(std::string_view("cardea_phone_").size());
  Bytes<32> token{};
  ASSERT_EQ(parse_hex(hex, token), Status::kOk);
  const auto holds = [&bytes](ByteSpan what) {
    return bytes.find(std::string(reinterpret_cast<const char*>(what.data()), what.size())) != std::string::npos;
  };
  EXPECT_EQ(bytes.find(hex), std::string::npos);
  EXPECT_FALSE(holds(token));
  EXPECT_FALSE(holds(phone.keys().auth.bytes()));
  EXPECT_FALSE(holds(phone.keys().seal.bytes()));
  // Who answers with another key of their own has no good confirmation for it.
  json::Any forged = answer;
  forged.at("public_key") = SoftPhone().point();
  SoftPhone same = SoftPhone();
  EXPECT_FALSE(same.take_claim(link, forged));
}

// [rule: PH6]
TEST_F(Phones, ARequestIsAnsweredOnceAndOnlyWithTheMacOfItsPhoneAndMoment) {
  SoftPhone phone;
  SoftPhone other;
  const std::string link = invite();
  claim(phone, link);
  claim(other, link);
  advance(10);
  const UnixSeconds moment = at();
  std::string body = phone.request_body(moment);
  const std::size_t mac = body.find(R"("mac":")") + 7;
  for (std::size_t i = 0; i < 64; i += 9) {
    std::string bad = body;
    bad[mac + i] = bad[mac + i] == '0' ? '1' : '0';
    expect_refused(bad, "phone_refused");
  }
  std::string another = body;
  another.replace(another.find(phone.id()), phone.id().size(), other.id());
  expect_refused(another, "phone_refused");
  another.replace(another.find(other.id()), other.id().size(), "phone_" + std::string(32, '0'));
  expect_refused(another, "phone_refused");
  advance(700);  // what was charged comes back
  const UnixSeconds later = at();
  expect_refused(phone.request_body({later.value - 301}), "phone_clock");
  expect_refused(phone.request_body({later.value + 302}), "phone_clock");
  public_post("/v1/phones/schedule", phone.request_body(later), 200);
  expect_refused(phone.request_body(later), "phone_clock");
  expect_refused(phone.request_body({later.value - 1}), "phone_clock");
  for (int i = 0; i < 20; ++i) {
    const auto answer = json::print(public_post("/v1/phones/schedule", body, i < 6 ? 403 : 429));
    if (answer.find("too_many_requests") != std::string::npos) return;
  }
  FAIL() << "twenty requests that were none were all looked at";
}

// [rule: PH7]
TEST_F(Phones, AnEndedPhoneHearsItAndGetsNothing) {
  SoftPhone phone;
  claim(phone, invite());
  EXPECT_EQ(fetch(phone).entries.size(), 1u);
  const json::Any ended = post("/v1/phones/" + phone.id() + "/revoke", {}, 200);
  EXPECT_EQ(text(ended, "ended_because"), "revoked");
  advance(5);
  expect_refused(phone.request_body(at()), "phone_ended");
  EXPECT_EQ(post("/v1/phones/" + phone.id() + "/lost", {}, 200), ended);
}

// [rule: PH8]
TEST_F(Phones, AScheduleHasThisPhonesSlotsForTheHoursOfTheWorkspaceAndNoneOutsideTheGrant) {
  issue("token");  // of the person, but no phone's
  SoftPhone first;
  SoftPhone second;
  const std::string link = invite();
  claim(first, link);
  claim(second, link);
  const Schedule schedule = fetch(first);
  ASSERT_EQ(schedule.entries.size(), 1u);
  const phone::ScheduleEntry& entry = schedule.entries.front();
  EXPECT_EQ(std::string(entry.door.begin(), entry.door.end()), "Front");
  EXPECT_EQ(entry.first_hour, hour_of(schedule.head.time));
  EXPECT_EQ(entry.keys.size(), 48 * 32u);
  EXPECT_EQ(schedule.head.renew_at.value, schedule.head.time.value + 86'400);
  EXPECT_NE(credential_of(entry), credential_of(fetch(second).entries.front()));

  OpensslProvider provider;
  const KeyHandle k_lock = *provider.import_key(KeyKind::kMac, lock_.key());
  const json::Any slot = get("/v1/credentials/" + credential_of(entry)).at("slot");
  for (const std::uint64_t later : {0, 3'600, 47 * 3'600}) {
    OtpRequest request;
    request.slot = {static_cast<std::uint8_t>(slot.at("number").as_int64()),
                    static_cast<std::uint16_t>(slot.at("generation").as_int64())};
    request.time = {schedule.head.time.value / 3'600 * 3'600 + later};
    EXPECT_EQ(phone::code_at(provider, entry, request.time)->reveal(),
              issue_otp(provider, k_lock, lock_.lock_id(), request)->reveal());
  }
  EXPECT_EQ(phone::code_at(provider, entry, {schedule.head.time.value + 48 * 3'600}).status(), Status::kNotReady);

  request("PATCH", "/v1/workspace", R"({"schedule_hours":3})", 200);
  EXPECT_EQ(fetch(first).entries.front().keys.size(), 3 * 32u);
  post("/v1/credentials/" + credential_of(entry) + "/revoke", {}, 200);
  EXPECT_TRUE(fetch(first).entries.empty());  // and it is not issued anew
  EXPECT_EQ(fetch(second).entries.size(), 1u);

  request("PATCH", "/v1/workspace", R"({"schedule_hours":48})", 200);
  grant_ = make_grant(90 * 60, 4 * 3'600);
  SoftPhone third;
  claim(third, invite());
  const Schedule soon = fetch(third);
  EXPECT_EQ(soon.entries.front().first_hour, hour_of({start_.value + 90 * 60}));
  EXPECT_LE(soon.entries.front().keys.size(), 4 * 32u);
  grant_ = make_grant(3 * 86'400, 4 * 86'400);
  SoftPhone early;
  claim(early, invite());
  EXPECT_TRUE(fetch(early).entries.front().keys.empty());
  advance(86'400 + 7'200);
  EXPECT_FALSE(fetch(early).entries.front().keys.empty());
}

TEST_F(Phones, FollowTheirGrantToALaterEndAndToADoorMore) {
  grant_ = make_grant(-3'600, 7'200);
  SoftPhone phone;
  claim(phone, invite());
  EXPECT_LE(fetch(phone).entries.front().keys.size(), 3 * 32u);
  const std::string side =
      text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Side","zone":"Europe/Zurich"})", 201), "id");
  PaperLock side_lock(link::LockClass::kProtected, 1);
  side_lock.activate(platform_, side);
  const std::string path = "/v1/access-grants/" + grant_;
  const std::string both = R"({"door_ids":[")" + door_ + R"(",")" + side + R"("],"to":")" + instant(20 * 86'400) + "\"}";
  const json::Any changed = request("PATCH", path, both, 200);
  EXPECT_TRUE(changed.at("doors_without_credentials").as_array().empty()) << "the phone has its slot";
  const Schedule schedule = fetch(phone);
  ASSERT_EQ(schedule.entries.size(), 2u);
  EXPECT_EQ(schedule.entries.front().keys.size(), 48 * 32u);
  EXPECT_EQ(schedule.entries.front().to.value, parse_instant(instant(20 * 86'400))->value);

  // The door goes and comes back: the slot there is another one.
  request("PATCH", path, R"({"door_ids":[")" + door_ + "\"]}", 200);
  EXPECT_EQ(fetch(phone).entries.size(), 1u);
  const std::string again = R"({"door_ids":[")" + door_ + R"(",")" + side + "\"]}";
  EXPECT_EQ(text(request("PATCH", path, again, 409), "code"), "slots_full") << "its one slot is the old one's still";
  EXPECT_EQ(get(path).at("door_ids").as_array().size(), 1u);
  side_lock.exchange(platform_);
  side_lock.exchange(platform_);
  request("PATCH", path, again, 200);
  EXPECT_EQ(fetch(phone).entries.size(), 2u);
}

// [rule: S14]
TEST_F(Phones, WithKeysForLaterThanANewEndAreEndedThereByTheLockItself) {
  SoftPhone phone;
  claim(phone, invite());
  const std::string credential = credential_of(fetch(phone).entries.front());
  sync();
  const std::string kept_until = text(get("/v1/credentials/" + credential), "last_possible_use");
  request("PATCH", "/v1/access-grants/" + grant_, R"({"to":")" + instant(7'200) + "\"}", 200);
  const auto bound = [&] { return parse_instant(text(get("/v1/credentials/" + credential), "last_possible_use"))->value; };
  EXPECT_GT(bound(), start_.value + 40 * 3'600) << "the keys that it has, until the lock hears";
  EXPECT_LT(bound(), parse_instant(kept_until)->value);
  sync();
  EXPECT_EQ(lock_.snapshot().slots[0].rule.ends_at_s, start_.value + 7'200);
  EXPECT_EQ(bound(), start_.value + 7'200 + 120);
  EXPECT_LE(fetch(phone).entries.front().keys.size(), 4 * 32u);
}

// [rule: R2]
TEST_F(Phones, WithKeysForBeforeANewBeginningGetAnotherSlot) {
  grant_ = make_grant(7'200, 20 * 86'400);
  SoftPhone phone;
  claim(phone, invite());
  const std::string first = credential_of(fetch(phone).entries.front());
  sync();
  request("PATCH", "/v1/access-grants/" + grant_, R"({"from":")" + instant(86'400) + "\"}", 200);
  EXPECT_EQ(delivery(first), "ending");
  const Schedule schedule = fetch(phone);
  ASSERT_EQ(schedule.entries.size(), 1u);
  EXPECT_NE(credential_of(schedule.entries.front()), first);
  EXPECT_GE((schedule.entries.front().first_hour.value + 1ULL) * 3'600, start_.value + 86'400);
  sync();
  EXPECT_EQ(delivery(first), "ended");
}

// [rule: PH9]
TEST_F(Phones, AnAnswerOpensOnlyForThePhoneAndMomentThatItWasAskedWith) {
  SoftPhone phone;
  SoftPhone other;
  const std::string link = invite();
  claim(phone, link);
  claim(other, link);
  advance(5);
  const UnixSeconds moment = at();
  const json::Any answer = public_post("/v1/phones/schedule", phone.request_body(moment), 200);
  EXPECT_TRUE(phone.open(answer, moment).ok());
  EXPECT_EQ(phone.open(answer, {moment.value + 1}).status(), Status::kForged);
  EXPECT_EQ(other.open(answer, moment).status(), Status::kForged);
}

// [rule: PH11] [rule: R2]
TEST_F(Phones, ALostPhoneEndsWithItsSlotsAndItsLastUseIsThatOfTheKeysItHas) {
  SoftPhone phone;
  SoftPhone other;
  const std::string link = invite();
  claim(phone, link);
  claim(other, link);
  const std::string open = invite();
  sync();
  const Schedule schedule = fetch(phone);
  const std::string credential = credential_of(schedule.entries.front());
  const std::string others = credential_of(fetch(other).entries.front());
  EXPECT_EQ(delivery(credential), "on_lock");
  EXPECT_EQ(text(get("/v1/credentials/" + credential), "phone_id"), phone.id());
  EXPECT_EQ(text(post("/v1/phones/" + phone.id() + "/lost", {}, 200), "ended_because"), "lost");
  EXPECT_EQ(delivery(credential), "ending");
  const UnixSeconds last_key{(schedule.entries.front().first_hour.value + 48ULL) * 3'600};
  EXPECT_GE(parse_instant(text(get("/v1/credentials/" + credential), "last_possible_use"))->value, last_key.value);
  EXPECT_EQ(delivery(others), "on_lock");
  expect_no_claim(open);
  const auto before = lock_.snapshot().slot_count;
  sync();
  EXPECT_EQ(lock_.snapshot().slot_count, before - 1);
  EXPECT_EQ(delivery(credential), "ended");

  const json::Any all = post("/v1/persons/" + person_ + "/phones/lost", {}, 200);
  ASSERT_EQ(all.at("items").as_array().size(), 1u);
  EXPECT_EQ(text(all.at("items").at(0), "id"), other.id());
  sync();
  EXPECT_EQ(delivery(others), "ended");
}

TEST_F(Phones, AGrantThatCountsUsesGivesItsOneTokenToTheFirstPhone) {
  grant_ = text(
      post("/v1/access-grants",
           R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":")" + instant(0) + R"(","max_uses":3})",
           201),
      "id");
  const std::string token = id_of(issue("token"));
  const std::string link = invite();
  SoftPhone first;
  SoftPhone second;
  EXPECT_TRUE(claim(first, link).at("doors").at(0).at("problem").is_null());
  EXPECT_EQ(text(claim(second, link).at("doors").at(0), "problem"), "credential_exists");
  EXPECT_EQ(credential_of(fetch(first).entries.front()), token);
  EXPECT_TRUE(fetch(second).entries.empty());
}

// --- Further grants ---

// [rule: PH12]
TEST_F(Phones, AFurtherGrantReachesNoPhoneByItselfAndNoneThatEndedOrIsAnothersOrForAGrantThatEnded) {
  SoftPhone phone;
  SoftPhone ended;
  const std::string link = invite();
  claim(phone, link);
  claim(ended, link);
  post("/v1/phones/" + ended.id() + "/revoke", {}, 200);
  const std::string first = grant_;
  grant_ = make_grant(-3'600, 86'400);
  const std::string give = "/v1/access-grants/" + grant_ + "/phones";
  EXPECT_EQ(fetch(phone).entries.size(), 1u);
  EXPECT_EQ(text(post(give, R"({"phone_ids":[")" + ended.id() + "\"]}", 409), "code"), "phone_ended");
  const json::Any given = post(give, {}, 200);
  ASSERT_EQ(given.at("items").as_array().size(), 1u);  // not the one that ended
  EXPECT_EQ(text(given.at("items").at(0).at("phone"), "id"), phone.id());

  person_ = text(post("/v1/persons", R"({"name":"Bo"})", 201), "id");
  const std::string theirs = make_grant(-3'600, 86'400);
  EXPECT_EQ(text(post("/v1/access-grants/" + theirs + "/phones", R"({"phone_ids":[")" + phone.id() + "\"]}", 400), "code"),
            "invalid_request");
  EXPECT_EQ(text(post("/v1/access-grants/" + theirs + "/phones", {}, 409), "code"), "no_phones");
  post("/v1/access-grants/" + grant_ + "/revoke", {}, 200);
  EXPECT_EQ(text(post(give, {}, 409), "code"), "ended");
  const auto entries = fetch(phone).entries;
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(text(get("/v1/credentials/" + credential_of(entries[0])), "grant_id"), first);
}

// [rule: PH8] [rule: PH12]
TEST_F(Phones, AFurtherGrantAtTheSameDoorGetsASlotOfItsOwnAndOutlivesTheFirst) {
  SoftPhone phone;
  claim(phone, invite());
  const std::string first = grant_;
  grant_ = make_grant(-3'600, 3'600);
  const std::string give = "/v1/access-grants/" + grant_ + "/phones";
  const json::Any given = post(give, R"({"phone_ids":[")" + phone.id() + "\"]}", 200);
  EXPECT_TRUE(given.at("items").at(0).at("doors").at(0).at("problem").is_null());
  post(give, {}, 200);  // again: nothing more
  const auto entries = fetch(phone).entries;
  ASSERT_EQ(entries.size(), 2u);
  const json::Any one = get("/v1/credentials/" + credential_of(entries[0]));
  const json::Any other = get("/v1/credentials/" + credential_of(entries[1]));
  EXPECT_EQ(text(one, "grant_id"), first);
  EXPECT_EQ(text(other, "grant_id"), grant_);
  EXPECT_NE(one.at("slot"), other.at("slot"));
  EXPECT_LE(entries[1].keys.size(), 2 * 32u);  // no hour past the end of its grant
  post("/v1/access-grants/" + first + "/revoke", {}, 200);
  const auto left = fetch(phone).entries;
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(credential_of(left[0]), text(other, "id"));
}

TEST_F(Phones, WhatHadNoRoomForAFurtherGrantComesWithALaterSchedule) {
  SoftPhone phone;
  claim(phone, invite());
  const std::string door =
      text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Side","zone":"Europe/Zurich"})", 201), "id");
  door_ = door;
  grant_ = make_grant(-3'600, 86'400);
  const json::Any given = post("/v1/access-grants/" + grant_ + "/phones", {}, 200);
  EXPECT_EQ(text(given.at("items").at(0).at("doors").at(0), "problem"), "no_lock");
  EXPECT_EQ(fetch(phone).entries.size(), 1u);
  PaperLock side(link::LockClass::kProtected, 32);
  side.activate(platform_, door);
  EXPECT_EQ(fetch(phone).entries.size(), 2u);
}

// --- Orders ---

// [rule: PH16]
TEST_F(Phones, AnOrderIsLookedAtOnlyWithTheMacOfItsPathAndBytesAndOnce) {
  SoftPhone phone;
  SoftPhone other;
  const std::string link = invite();
  claim(phone, link);
  claim(other, link);
  advance(10);
  const std::string path = "/v1/phones/keys";
  const SoftPhone::Order good = phone.order(path, at());
  const auto refused = [&](const SoftPhone::Order& bad) {
    EXPECT_EQ(text(send_order(path, bad, 403), "code"), "phone_refused");
  };
  refused({good.body, std::string(64, '0')});
  refused({good.body, ""});
  refused({good.body + " ", good.mac});
  refused({good.body, phone.order("/v1/phones/unlock", at()).mac});
  refused({good.body, other.order(path, at()).mac});
  send_order(path, good, 200);
  EXPECT_EQ(text(send_order(path, good, 403), "code"), "phone_clock");
  EXPECT_EQ(text(public_post("/v1/phones/schedule", phone.request_body(at()), 403), "code"), "phone_clock");
  send_order(path, phone.order(path, {at().value + 1}), 200);  // several in a second name seconds to come
  EXPECT_EQ(text(send_order(path, phone.order(path, {at().value + 301}), 403), "code"), "phone_clock");
  post("/v1/phones/" + phone.id() + "/revoke", {}, 200);
  EXPECT_EQ(text(order(phone, "keys", {}, 403), "code"), "phone_ended");
}

// [rule: PH17]
TEST_F(Phones, AnOrderShowsAndOpensTheDoorsOfThePhonesOwnGrantsAndNoOther) {
  SoftPhone phone;
  claim(phone, invite());
  const json::Any keys = order(phone, "keys");
  EXPECT_EQ(text(keys, "person"), "Ada");
  ASSERT_EQ(keys.at("keys").as_array().size(), 1u);
  const json::Any& key = keys.at("keys").at(0);
  EXPECT_EQ(text(key, "door_id"), door_);
  EXPECT_EQ(text(key, "unlock_reason"), "lock_offline");
  EXPECT_EQ(text(key, "credential_id"), credential_of(fetch(phone).entries[0]));
  EXPECT_EQ(keys.at("phones").as_array().size(), 1u);
  const std::string own = door_;
  door_ = text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Side","zone":"Europe/Zurich"})", 201), "id");
  json::Any not_hers = unlock(phone, make_attempt(), 404);
  door_ = DoorId::make().text();
  EXPECT_EQ(json::print(unlock(phone, make_attempt(), 404)), json::print(not_hers));
  door_ = own;
  EXPECT_EQ(reason_of(unlock(phone)), "lock_offline");
}

// [rule: PH19]
TEST_F(Phones, OpensFromAfarByTheLocksOwnWordOnceForEachTap) {
  SoftPhone phone;
  claim(phone, invite());
  while_online(link::CommandResult{0, true, audit::reason_none}, [&] {
    EXPECT_TRUE(order(phone, "keys").at("keys").at(0).at("unlock_reason").is_null());
    const std::string attempt = make_attempt();
    const json::Any opened = unlock(phone, attempt);
    EXPECT_EQ(text(opened, "state"), "opened");
    EXPECT_FALSE(opened.at("answered_at").is_null());
    EXPECT_EQ(json::print(unlock(phone, attempt)), json::print(opened));  // asked again, not made again
    EXPECT_EQ(text(unlock(phone), "attempt"), attempt);                   // a second tap
  });
  const json::Any asked = get("/v1/events?type=command.asked").at("items");
  ASSERT_EQ(asked.as_array().size(), 1u);
  EXPECT_EQ(text(asked.at(0), "by"), phone.id());
  EXPECT_EQ(text(asked.at(0), "person_id"), person_);
  advance(60);
  while_online(link::CommandResult{0, false, audit::reason_motor_failed},
               [&] { EXPECT_EQ(reason_of(unlock(phone)), "motor_failed"); });
  advance(60);
  while_online(std::nullopt, [&] {
    const json::Any silent = unlock(phone);
    EXPECT_EQ(text(silent, "state"), "did_not_answer");
    EXPECT_TRUE(silent.at("reason").is_null());
  });
}

// [rule: PH18]
TEST_F(Phones, OpensFromAfarOnlyWhileItsOwnKeyWouldAndTheWorkspaceLetsIt) {
  SoftPhone phone;
  SoftPhone tablet;
  const std::string link = invite();
  claim(phone, link);
  claim(tablet, link);
  const std::string grant = "/v1/access-grants/" + grant_;
  while_online(link::CommandResult{0, true, audit::reason_none}, [&] {
    request("PATCH", "/v1/workspace", R"({"phone_unlock":false})", 200);
    EXPECT_EQ(reason_of(unlock(phone)), "not_allowed");
    request("PATCH", "/v1/workspace", R"({"phone_unlock":true})", 200);
    // Open on the one day of the week that is neither today's nor a neighbour's, in any zone.
    const char* const days[] = {"thu", "fri", "sat", "sun", "mon", "tue", "wed"};
    const std::string day = days[(at().value / 86'400 + 3) % 7];
    request("PATCH", grant, R"({"schedule":{"weekly":[{"days":[")" + day + R"("],"from":"08:00","to":"09:00"}]}})", 200);
    EXPECT_EQ(reason_of(unlock(phone)), "outside_schedule");
    request("PATCH", grant, R"({"schedule":null})", 200);
    post("/v1/credentials/" + credential_of(fetch(phone).entries[0]) + "/revoke", {}, 200);
    EXPECT_EQ(reason_of(unlock(phone)), "no_credential");
    EXPECT_EQ(text(unlock(tablet), "state"), "opened");
    advance(60);
    post(grant + "/revoke", {}, 200);
    EXPECT_EQ(reason_of(unlock(tablet)), "grant_revoked");
  });
  grant_ = make_grant(3'600 + static_cast<std::int64_t>(ahead_), 86'400);
  SoftPhone early;
  claim(early, invite());
  EXPECT_EQ(reason_of(unlock(early)), "grant_not_begun");
  advance(2 * 86'400);
  EXPECT_EQ(reason_of(unlock(early)), "grant_ended");
  const std::string counted =
      R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":")" + instant(0) + R"(","max_uses":3})";
  grant_ = text(post("/v1/access-grants", counted, 201), "id");
  SoftPhone counting;
  claim(counting, invite());
  EXPECT_EQ(reason_of(unlock(counting)), "uses_counted");
  EXPECT_EQ(get("/v1/events?type=command.asked").at("items").as_array().size(), 1u);
}

// --- Shares ---

class Shares : public Phones {
 protected:
  void SetUp() override {
    Phones::SetUp();
    claim(giver_, invite());
    let_share("true");
  }
  void let_share(const std::string& may) {
    request("PATCH", "/v1/access-grants/" + grant_, R"({"may_share":)" + may + "}", 200);
  }
  std::string in(std::uint64_t seconds) { return text_of(UnixSeconds{at().value + seconds}); }
  json::Any share(SoftPhone& phone, std::uint64_t for_s, std::uint16_t status = 201, const std::string& door = {}) {
    const std::string members =
        R"(,"door_ids":[")" + (door.empty() ? door_ : door) + R"("],"name":"Guest","until":")" + in(for_s) + "\"";
    return order(phone, "shares", members, status);
  }
  /// A share that a guest's phone has claimed; its id.
  std::string share_with(SoftPhone& guest, std::uint64_t for_s = 86'400) {
    const json::Any made = share(giver_, for_s);
    claim(guest, text(made, "link"));
    return text(made.at("share"), "id");
  }
  json::Any grant_of(const std::string& share) { return get("/v1/access-grants/" + share); }
  std::string state_of(const std::string& share) { return text(grant_of(share), "state"); }
  void expect_shut_out(SoftPhone& guest) {
    EXPECT_TRUE(fetch(guest).entries.empty());
    EXPECT_TRUE(order(guest, "keys").at("keys").as_array().empty());
    EXPECT_EQ(text(unlock(guest), "state"), "refused");
  }

  SoftPhone giver_;
};

// [rule: PH21]
TEST_F(Shares, AreMadeOnlyWhereTheManagerSaidSoAndWithinTheGiversOwnKey) {
  let_share("false");
  EXPECT_EQ(text(share(giver_, 3'600, 403), "code"), "not_shareable");
  let_share("true");
  share(giver_, 30 * 86'400, 400);  // beyond the giver's own end
  share(giver_, 15 * 86'400, 400);  // beyond what the workspace has set
  const std::string side =
      text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Side","zone":"Europe/Zurich"})", 201), "id");
  EXPECT_EQ(text(share(giver_, 3'600, 404, side), "code"), "door_not_found");
  SoftPhone guest;
  const std::string id = share_with(guest);
  const json::Any grant = grant_of(id);
  EXPECT_EQ(text(grant.at("shared_by"), "grant_id"), grant_);
  EXPECT_EQ(text(grant.at("shared_by"), "person_id"), person_);
  EXPECT_EQ(text(grant.at("shared_by"), "phone_id"), giver_.id());
  EXPECT_EQ(text(share(guest, 600, 403), "code"), "not_shareable");  // nobody shares on
  request("PATCH", "/v1/access-grants/" + id, R"({"may_share":true})", 409);
  EXPECT_EQ(order(giver_, "keys").at("shares_left").as_int64(), 4);
  request("PATCH", "/v1/workspace", R"({"shares_max":1})", 200);
  EXPECT_EQ(text(share(giver_, 3'600, 409), "code"), "shares_spent");
  const json::Any created = get("/v1/events?type=grant.created").at("items").at(0);
  EXPECT_EQ(text(created, "by"), giver_.id());
  EXPECT_EQ(text(created.at("detail"), "giver"), person_);
  EXPECT_EQ(text(created, "person_id"), text(grant, "person_id"));
  let_share("false");
  request("PATCH", "/v1/access-grants/" + grant_, R"({"max_uses":5})", 409);  // its token was not counted
  grant_ = text(
      post("/v1/access-grants",
           R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":")" + instant(0) + R"(","max_uses":3})",
           201),
      "id");
  request("PATCH", "/v1/access-grants/" + grant_, R"({"may_share":true})", 400);
}

// [rule: PH22]
TEST_F(Shares, EndWithTheGiversGrantInTheSameCommit) {
  SoftPhone guest;
  const std::string id = share_with(guest);
  EXPECT_EQ(fetch(guest).entries.size(), 1u);
  EXPECT_EQ(text(order(giver_, "shares/list").at("items").at(0), "state"), "on_phone");
  post("/v1/access-grants/" + grant_ + "/revoke", {}, 200);
  EXPECT_EQ(state_of(id), "revoked");
  expect_shut_out(guest);
  const json::Any revoked = get("/v1/events?type=grant.revoked").at("items");
  ASSERT_EQ(revoked.as_array().size(), 2u);
  EXPECT_EQ(text(revoked.at(0), "trace"), text(revoked.at(1), "trace"));
  EXPECT_EQ(text(revoked.at(0).at("detail"), "shared_by"), grant_);
}

// [rule: PH22]
TEST_F(Shares, EndWithThePersonWhoGaveThem) {
  SoftPhone guest;
  const std::string id = share_with(guest);
  post("/v1/persons/" + person_ + "/revoke", {}, 200);
  EXPECT_EQ(state_of(id), "revoked");
  expect_shut_out(guest);
}

// [rule: PH22]
TEST_F(Shares, FollowEveryChangeOfTheGiversGrantAndNeverGoBeyondIt) {
  SoftPhone guest;
  const std::string path = "/v1/access-grants/" + grant_;
  const std::string id = share_with(guest, 10 * 86'400);
  const std::string own = "/v1/access-grants/" + id;
  const auto beyond = [&](const std::string& change) {
    EXPECT_EQ(text(request("PATCH", own, change, 409), "code"), "exceeds_share");
  };
  beyond(R"({"to":null})");
  beyond(R"({"to":")" + instant(21 * 86'400) + "\"}");
  beyond(R"({"own_door_ids":[")" + door_ + "\"]}");
  const std::string sooner = instant(5 * 86'400);
  request("PATCH", path, R"({"to":")" + sooner + "\"}", 200);
  EXPECT_EQ(text(grant_of(id), "to"), sooner);
  request("PATCH", path, R"({"to":")" + instant(9 * 86'400) + "\"}", 200);
  EXPECT_EQ(text(grant_of(id), "to"), sooner);  // longer again is not for the guest
  const std::string times = R"({"weekly":[{"days":["mon"],"from":"08:00","to":"09:00"}]})";
  request("PATCH", path, R"({"schedule":)" + times + "}", 200);
  EXPECT_EQ(json::print(grant_of(id).at("schedule")), json::print(grant_of(grant_).at("schedule")));
  beyond(R"({"schedule":null})");
  const std::string side =
      text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Side","zone":"Europe/Zurich"})", 201), "id");
  request("PATCH", path, R"({"door_ids":[")" + door_ + "\",\"" + side + "\"]}", 200);
  EXPECT_EQ(grant_of(id).at("door_ids").as_array().size(), 1u);
  request("PATCH", path, R"({"door_ids":[")" + side + "\"]}", 200);
  EXPECT_EQ(state_of(id), "revoked");
  expect_shut_out(guest);
}

// [rule: PH22]
TEST_F(Shares, EndWhenTheGrantMayNotBeSharedAnyMoreAndWhenTheirGiverSaysSo) {
  SoftPhone guest;
  SoftPhone other;
  const std::string first = share_with(guest);
  const std::string second = share_with(other);
  const json::Any stopped = order(giver_, "shares/end", R"(,"share_id":")" + first + "\"");
  EXPECT_EQ(text(stopped, "state"), "ended");
  EXPECT_EQ(text(stopped.at("doors").at(0), "delivery"), "ending");  // the lock has not said so yet
  order(giver_, "shares/end", R"(,"share_id":")" + first + "\"");
  expect_shut_out(guest);
  EXPECT_EQ(state_of(second), "active");
  EXPECT_EQ(text(order(other, "shares/end", R"(,"share_id":")" + second + "\"", 404), "code"), "share_not_found");
  EXPECT_EQ(text(order(giver_, "shares/end", R"(,"share_id":")" + grant_ + "\"", 404), "code"), "share_not_found");
  let_share("false");
  EXPECT_EQ(state_of(second), "revoked");
  expect_shut_out(other);
}

// [rule: PH23]
TEST_F(Shares, EndWithThePhoneThatMadeThemOnlyIfItIsLost) {
  SoftPhone guest;
  SoftPhone other;
  SoftPhone tablet;
  const std::string first = share_with(guest);
  claim(tablet, invite());
  const json::Any made = share(tablet, 86'400);
  claim(other, text(made, "link"));
  const std::string second = text(made.at("share"), "id");
  post("/v1/phones/" + giver_.id() + "/lost", {}, 200);
  EXPECT_EQ(state_of(first), "revoked");
  expect_shut_out(guest);
  EXPECT_EQ(state_of(second), "active");
  post("/v1/phones/" + tablet.id() + "/revoke", {}, 200);
  EXPECT_EQ(state_of(second), "active");
  EXPECT_EQ(fetch(other).entries.size(), 1u);
}

// [rule: PH20]
TEST_F(Shares, ShowWhoCameInAtOnesOwnDoorAndOneselfAloneAtAnyOther) {
  SoftPhone guest;
  share_with(guest);
  sync();
  const auto opens = [&](SoftPhone& phone, std::uint64_t ago_s) {
    const json::Any slot = get("/v1/credentials/" + credential_of(fetch(phone).entries.at(0))).at("slot");
    audit::TokenUse use;
    use.slot = static_cast<std::uint8_t>(slot.at("number").as_int64());
    use.generation = static_cast<std::uint16_t>(slot.at("generation").as_int64());
    use.step = 1;
    lock_.status.time = at().value - ago_s;
    lock_.status.quality = ClockQuality::kSynced;
    lock_.write_record(audit::Kind::kOpened, audit::Method::kApp, audit::encode(use));
    lock_.exchange(platform_);
  };
  opens(giver_, 0);
  opens(guest, 0);
  opens(giver_, 5 * 3'600);  // before the grant began, heard of now
  const auto seen = [&](SoftPhone& phone) { return order(phone, "events").at("items"); };
  ASSERT_EQ(seen(giver_).as_array().size(), 1u);
  EXPECT_TRUE(seen(giver_).at(0).at("mine").as_bool());
  request("PATCH", "/v1/access-grants/" + grant_, R"({"own_door_ids":[")" + door_ + "\"]}", 200);
  const json::Any all = seen(giver_);
  ASSERT_EQ(all.as_array().size(), 2u);
  EXPECT_EQ(text(all.at(0), "person"), "Guest");
  EXPECT_FALSE(all.at(0).at("mine").as_bool());
  EXPECT_EQ(text(all.at(1), "person"), "Ada");
  const json::Any own = seen(guest);
  ASSERT_EQ(own.as_array().size(), 1u);
  EXPECT_TRUE(own.at(0).at("mine").as_bool());
  order(guest, "events", R"(,"door_id":")" + DoorId::make().text() + "\"", 404);
  post("/v1/access-grants/" + grant_ + "/revoke", {}, 200);
  EXPECT_TRUE(seen(giver_).as_array().empty());
  EXPECT_TRUE(seen(guest).as_array().empty());
}

// [rule: PH24]
TEST_F(Shares, APhoneBringsAnotherOneItsKeysAndEndsThoseOfItsPerson) {
  const std::string first = grant_;
  grant_ = make_grant(-3'600, 86'400);
  post("/v1/access-grants/" + grant_ + "/phones", {}, 200);
  EXPECT_EQ(fetch(giver_).entries.size(), 2u);
  SoftPhone anew;
  const std::string link = text(order(giver_, "link", {}, 201), "link");
  claim(anew, link);
  expect_no_claim(link);
  EXPECT_EQ(fetch(anew).entries.size(), 2u);
  EXPECT_EQ(order(anew, "keys").at("phones").as_array().size(), 2u);
  SoftPhone guest;
  const std::string shared = share_with(guest);
  order(guest, "end", R"(,"ended_phone_id":")" + giver_.id() + "\"", 404);
  order(anew, "end", R"(,"ended_phone_id":")" + giver_.id() + R"(","lost":true)");
  EXPECT_EQ(text(order(giver_, "keys", {}, 403), "code"), "phone_ended");
  EXPECT_EQ(state_of(shared), "revoked");
  const std::string late = text(order(anew, "link", {}, 201), "link");
  advance(901);
  expect_no_claim(late);
  order(anew, "end", R"(,"ended_phone_id":")" + anew.id() + "\"");
  EXPECT_EQ(text(order(anew, "keys", {}, 403), "code"), "phone_ended");
}

}  // namespace
}  // namespace cardea::server::api::testing
