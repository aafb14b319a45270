// SPDX-License-Identifier: Apache-2.0
// Leases of virtual keys: spec/phone.md §4, spec/grant.md §3.
#include "core/grant/grant.hpp"
#include "core/schedule/schedule.hpp"
#include "server/api/testing/building.hpp"
#include "server/api/testing/soft_phone.hpp"

namespace cardea::server::api::testing {
namespace {

using server::testing::SoftPhone;

/// What came, taken apart; the views look into `bytes`.
struct Leases {
  Blob bytes;
  phone::ScheduleHead head;
  std::vector<phone::Lease> entries;
};

class VirtualKeys : public Building {
 protected:
  void claim(SoftPhone& phone) { claim(phone, invite()); }
  void claim(SoftPhone& phone, const std::string& link) {
    const json::Any answer = public_post("/v1/invitations/claim", phone.claim_body(link), 201);
    ASSERT_TRUE(phone.take_claim(link, answer));
  }
  UnixSeconds at() { return {now().value + ahead_}; }
  void advance(std::uint64_t seconds) {
    ahead_ += seconds;
    platform_.advance(seconds);
  }
  Leases fetch(SoftPhone& phone) {
    advance(1);
    Leases out;
    const UnixSeconds moment = at();
    out.bytes = phone.open_leases(public_post("/v1/phones/leases", phone.lease_body(moment), 200), moment).value();
    phone::LeaseReader reader(out.bytes);
    out.head = reader.open().value();
    for (std::size_t i = 0; i < out.head.entry_count; ++i) out.entries.push_back(reader.next().value());
    EXPECT_EQ(reader.finish(), Status::kOk);
    return out;
  }
  void expect_refused(const std::string& body, std::uint16_t status, const char* code) {
    EXPECT_EQ(text(public_post("/v1/phones/leases", body, status), "code"), code);
  }
  static session::Cwt cwt_of(const phone::Lease& lease) { return session::decode_cwt(lease.key).value(); }
  static grant::Grant grant_of(const phone::Lease& lease) { return grant::decode(cwt_of(lease).claims.grant).value(); }
  /// The list of a lease, checked as the lock does.
  grant::Denials list_of(const phone::Lease& lease) {
    grant::Denials out;
    EXPECT_EQ(grant::verify(provider_, lock_.snapshot().grant_key, lock_.lock_id(), lease.list, out), Status::kOk);
    return out;
  }
  std::string new_grant(const std::string& more) {
    return text(
        post("/v1/access-grants",
             R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":")" + instant(0) + "\"" + more + "}",
             201),
        "id");
  }

  OpensslProvider provider_;
  std::uint64_t ahead_ = 0;
};

// [rule: PH13]
TEST_F(VirtualKeys, AreLeasedOnceForAMomentToThePhoneAndToOneKeyOfItsOnly) {
  SoftPhone phone;
  SoftPhone stranger;
  claim(phone);
  const UnixSeconds moment = at();
  expect_refused(stranger.lease_body(moment), 403, "phone_refused");
  std::string body = phone.lease_body(moment);
  body[body.size() - 3] = body[body.size() - 3] == '0' ? '1' : '0';
  expect_refused(body, 403, "phone_refused");
  expect_refused(phone.lease_body({moment.value + 301}), 403, "phone_clock");
  P256Point nowhere{};
  nowhere[0] = 1;
  expect_refused(phone.lease_body(moment, nowhere), 400, "invalid_request");
  const json::Any answer = public_post("/v1/phones/leases", phone.lease_body(moment), 200);
  EXPECT_TRUE(phone.open_leases(answer, moment).ok());
  EXPECT_FALSE(phone.open_leases(answer, {moment.value + 1}).ok());
  expect_refused(phone.lease_body(moment), 403, "phone_clock");
  EXPECT_EQ(text(public_post("/v1/phones/schedule", phone.request_body(moment), 403), "code"), "phone_clock");
  advance(1);
  expect_refused(phone.lease_body(at(), stranger.virtual_key()), 409, "other_key");
  post("/v1/phones/" + phone.id() + "/revoke", {}, 200);
  advance(1);
  expect_refused(phone.lease_body(at()), 403, "phone_ended");
}

// [rule: PH14]
TEST_F(VirtualKeys, SayWhoMayOpenWhatAndForHowLong) {
  SoftPhone phone;
  claim(phone);
  sync();
  EXPECT_FALSE(lock_.snapshot().takes_keys);
  Leases leases = fetch(phone);
  ASSERT_EQ(leases.entries.size(), 1u);
  EXPECT_EQ(leases.head.renew_at.value, leases.head.time.value + 43'200);
  sync();
  ASSERT_TRUE(lock_.snapshot().takes_keys);
  const phone::Lease& lease = leases.entries.front();
  EXPECT_EQ(lease.lock, lock_.lock_id());
  EXPECT_EQ(std::string(lease.door.begin(), lease.door.end()), "Front");
  const session::Cwt cwt = cwt_of(lease);
  session::Trust trust;
  trust.workspace = lock_.snapshot().grant_key;
  trust.now = leases.head.time;
  EXPECT_EQ(session::verify_cwt(provider_, trust, cwt), Status::kOk);
  EXPECT_EQ(cwt.claims.key, phone.virtual_key());
  EXPECT_EQ(cwt.claims.from.value, leases.head.time.value - 300);
  EXPECT_EQ(cwt.claims.to.value, leases.head.time.value + 86'400);
  const grant::Grant grant = grant_of(lease);
  EXPECT_EQ(grant.lock, lock_.lock_id());
  EXPECT_TRUE(grant.schedule.empty());
  EXPECT_EQ(grant_of(fetch(phone).entries.front()).serial, grant.serial) << "the same in each lease";
  EXPECT_EQ(list_of(lease).count, 0);

  request("PATCH", "/v1/workspace", R"({"lease_s":599})", 400);
  request("PATCH", "/v1/workspace", R"({"lease_s":604801})", 400);
  EXPECT_EQ(request("PATCH", "/v1/workspace", R"({"lease_s":3600})", 200).at("lease_s").as_int64(), 3'600);
  leases = fetch(phone);
  EXPECT_EQ(cwt_of(leases.entries.front()).claims.to.value, leases.head.time.value + 3'600);
}

// [rule: PH14]
TEST_F(VirtualKeys, EndWithTheirGrantAndFollowItsScheduleAndAreNotForOneThatCounts) {
  SoftPhone counting;
  grant_ = new_grant(R"(,"max_uses":3)");
  claim(counting);
  EXPECT_TRUE(fetch(counting).entries.empty());

  SoftPhone phone;
  grant_ =
      new_grant(R"(,"to":")" + instant(7'200) + "\"" +
                R"(,"schedule":{"weekly":[{"days":["mon","tue","wed","thu","fri","sat","sun"],"from":"08:00","to":"18:00"}]})");
  claim(phone);
  const Leases leases = fetch(phone);
  ASSERT_EQ(leases.entries.size(), 1u);
  EXPECT_EQ(text_of(cwt_of(leases.entries.front()).claims.to), instant(7'200));
  const grant::Grant grant = grant_of(leases.entries.front());
  EXPECT_EQ(text_of(grant.ends_at), instant(7'200));
  ASSERT_FALSE(grant.schedule.empty());
  EXPECT_GE(SingleSchedule(grant.schedule).known_until(), cwt_of(leases.entries.front()).claims.to);
}

// [rule: PH15]
TEST_F(VirtualKeys, OfAnEndedPhoneAreOnTheListOfTheLockAndOfEveryOtherPhone) {
  SoftPhone phone;
  SoftPhone other;
  const std::string link = invite();
  claim(phone, link);
  claim(other, link);
  const Leases leases = fetch(phone);
  const std::uint32_t serial = grant_of(leases.entries.front()).serial;
  const std::string credential = CredentialId{leases.entries.front().credential}.text();
  fetch(other);
  sync();
  EXPECT_EQ(lock_.snapshot().denials.count, 0);
  const std::uint32_t number = lock_.snapshot().denials.number;
  post("/v1/phones/" + phone.id() + "/lost", {}, 200);
  EXPECT_GE(parse_instant(text(get("/v1/credentials/" + credential), "last_possible_use"))->value,
            leases.head.time.value + 86'400);
  const grant::Denials carried = list_of(fetch(other).entries.front());
  EXPECT_GT(carried.number, number);
  ASSERT_EQ(carried.count, 1);
  EXPECT_EQ(carried.serials[0], serial);
  EXPECT_EQ(delivery(credential), "ending");
  sync();
  EXPECT_EQ(lock_.snapshot().denials, carried);
  EXPECT_EQ(delivery(credential), "ended");
}

// [rule: PH15]
TEST_F(VirtualKeys, BeginANewEpochWhenTheListIsFull) {
  SoftPhone stays;
  claim(stays);
  EXPECT_EQ(grant_of(fetch(stays).entries.front()).epoch, 0);
  for (std::size_t i = 0; i <= grant::denied_count_max; ++i) {
    SoftPhone phone;
    claim(phone);
    fetch(phone);
    post("/v1/phones/" + phone.id() + "/revoke", {}, 200);
    sync();
  }
  EXPECT_EQ(lock_.snapshot().denials.epoch, 1);
  EXPECT_EQ(lock_.snapshot().denials.count, 0);
  EXPECT_EQ(grant_of(fetch(stays).entries.front()).epoch, 1);
}

// [rule: PH15]
TEST_F(VirtualKeys, ThatAreOverNeedNoPlaceOnTheList) {
  SoftPhone phone;
  SoftPhone other;
  claim(phone);
  claim(other);
  fetch(phone);
  fetch(other);
  advance(86'400);
  post("/v1/phones/" + phone.id() + "/revoke", {}, 200);
  sync();
  EXPECT_EQ(lock_.snapshot().denials.count, 0);
}

}  // namespace
}  // namespace cardea::server::api::testing
