// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include "server/api/testing/building.hpp"
#include "server/api/testing/soft_phone.hpp"

namespace cardea::server::api::testing {
namespace {

using server::testing::SoftPhone;

class Phones : public Building {
 protected:
  json::Any public_post(const std::string& path, const std::string& body, std::uint16_t status) {
    http::ClientRequest request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    // From somewhere else each time, so that only who says an address meets its limit.
    request.headers.emplace_back("X-Forwarded-For", "192.0.2." + std::to_string(++address_ % 250));
    const auto answer = platform_.send(request, "");
    EXPECT_EQ(answer.status, status) << path << ": " << answer.body;
    auto parsed = json::parse(answer.body);
    return parsed ? *parsed : json::Any{};
  }
  std::string invite(const std::string& more = {}) {
    const json::Any made = post("/v1/access-grants/" + grant_ + "/invitations", R"({"channel":"link")" + more + "}", 201);
    invitation_ = text(made.at("invitation"), "id");
    return text(made, "link");
  }
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
  static std::string credential_of(const phone::ScheduleEntry& entry) { return CredentialId{entry.credential}.text(); }

  std::string invitation_, refusal_;
  std::uint64_t ahead_ = 0;
  int address_ = 0;
};

// [rule: PH2]
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

}  // namespace
}  // namespace cardea::server::api::testing
