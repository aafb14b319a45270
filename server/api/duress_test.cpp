// SPDX-License-Identifier: Apache-2.0
// PINs for somebody who is forced to open (spec/pin.md P16 to P18). tests/e2e/duress_test.py does it with a real lock.
#include "core/decide/reason.hpp"
#include "server/api/testing/pins.hpp"

namespace cardea::server::api::testing {
namespace {

class DuressPins : public InvitedPins {
 protected:
  json::Any issue_duress(const std::string& pin, std::uint16_t status = 201) {
    return issue("pin", R"(,"duress":true,"pin":")" + pin + "\"", status);
  }
  std::string key_of(const std::string& role) {
    return text(post("/v1/api-keys", R"({"name":")" + role + R"(","role":")" + role + "\"}", 201), "key");
  }
  json::Any shown_to(const std::string& key, const std::string& credential) {
    const auto answer = platform_.send("GET", "/v1/credentials/" + credential, {}, key);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json::parse(answer.body)->at("duress");
  }
  /// The lock says that `issued` was typed.
  void typed(const json::Any& issued, audit::Kind kind, audit::ReasonCode reason = audit::reason_none) {
    write_use(issued, kind, reason);
    lock_.exchange(platform_);
    platform_.run_alerts();
  }
  boost::json::array events_of(const std::string& type) {
    return get("/v1/events?limit=200&type=" + type).at("items").as_array();
  }
  boost::json::array alerts() { return get("/v1/alerts").at("items").as_array(); }
};

// [rule: P16]
TEST_F(DuressPins, AreOneBesideAPinAndNeverEqualToAnyOther) {
  EXPECT_EQ(text(issue_duress("271828", 409), "code"), "no_pin");
  EXPECT_EQ(text(issue("token", R"(,"duress":true)", 400).at("errors").at(0), "pointer"), "/duress");
  choose("314159");
  EXPECT_EQ(text(issue_duress("314159", 409), "code"), "pin_taken") << "the PIN beside it";
  const std::string duress = id_of(issue_duress("271828"));
  const json::Any second = issue_duress("161803", 409);
  EXPECT_EQ(text(second, "code"), "credential_exists");
  EXPECT_EQ(text(second, "existing_id"), duress);
  const std::string grant = std::exchange(grant_, make_grant(-3'600, 20 * 86'400));
  EXPECT_EQ(text(issue_duress("577215", 409), "code"), "no_pin") << "another grant of the same person";
  next_person();
  EXPECT_EQ(text(choose("271828", 409), "code"), "pin_taken");
  post("/v1/access-grants/" + grant + "/revoke", {}, 200);
  EXPECT_FALSE(get("/v1/credentials/" + duress).at("revoked_at").is_null()) << "it ends with its grant";
}

// [rule: P16]
TEST_F(DuressPins, GoWithTheLastOtherPinOfTheirGrant) {
  const std::string first = id_of(choose("314159"));
  const std::string second = id_of(choose("161803"));
  const std::string duress = id_of(issue_duress("271828"));
  revoke(first);
  EXPECT_TRUE(get("/v1/credentials/" + duress).at("revoked_at").is_null());
  revoke(second);
  EXPECT_FALSE(get("/v1/credentials/" + duress).at("revoked_at").is_null());
  sync();
  EXPECT_EQ(lock_.snapshot().slot_count, 0);
}

// [rule: P16]
TEST_F(DuressPins, AreToTheLockWhatAnyPinIs) {
  choose("314159");
  issue_duress("271828");
  sync();
  ASSERT_EQ(lock_.snapshot().slot_count, 2);
  const auto& slots = lock_.snapshot().slots;
  EXPECT_EQ(slots[1].pin_digest, digest_at_lock("271828"));
  EXPECT_EQ(slots[0].rule, slots[1].rule);
  EXPECT_EQ(slots[0].fixed, slots[1].fixed);
  EXPECT_EQ(slots[0].sms, slots[1].sms);
}

// [rule: P17]
TEST_F(DuressPins, RaiseACriticalAlertEachTimeThatTheyAreTypedAndOtherPinsNone) {
  const json::Any normal = choose("314159");
  const json::Any duress = issue_duress("271828");
  sync();
  typed(normal, audit::Kind::kOpening);
  typed(normal, audit::Kind::kEntryRefused, static_cast<audit::ReasonCode>(Reason::kOutsideSchedule));
  EXPECT_TRUE(events_of("access.duress").empty());
  EXPECT_TRUE(alerts().empty());
  typed(duress, audit::Kind::kOpening);
  ASSERT_EQ(events_of("access.duress").size(), 1u);
  ASSERT_EQ(alerts().size(), 1u);
  const json::Any alert = alerts().at(0);
  EXPECT_EQ(text(alert, "type"), "duress");
  EXPECT_EQ(text(alert, "severity"), "critical");
  EXPECT_EQ(text(alert, "door_id"), door_);
  const json::Any event = events_of("access.duress").at(0);
  EXPECT_EQ(text(event, "person_id"), person_);
  EXPECT_EQ(text(event, "credential_id"), id_of(duress));
  EXPECT_EQ(events_of("access.opening").size(), 2u) << "beside the record's own";
  typed(duress, audit::Kind::kOpened);
  EXPECT_EQ(events_of("access.duress").size(), 1u) << "one for an entry";
  typed(duress, audit::Kind::kEntryRefused, static_cast<audit::ReasonCode>(Reason::kOutsideSchedule));
  EXPECT_EQ(events_of("access.duress").size(), 2u) << "also when it does not open";
  EXPECT_EQ(alerts().at(0).at("count").to_number<int>(), 2);
  EXPECT_EQ(events_of("alert.opened").size(), 2u) << "told anew";
}

// [rule: P18]
TEST_F(DuressPins, ShowToWhoeverMayIssueCredentialsAndToNobodyElse) {
  const std::string normal = id_of(choose("314159"));
  const json::Any issued = issue_duress("271828");
  const std::string duress = id_of(issued);
  EXPECT_TRUE(issued.at("credential").at("duress").as_bool());
  const std::string manager = key_of("manager");
  EXPECT_EQ(shown_to(manager, duress), json::Any(true));
  EXPECT_EQ(shown_to(manager, normal), json::Any(false));
  EXPECT_TRUE(get("/v1/credentials/" + id_of(issue("token"))).at("duress").is_null());
  for (const char* role : {"auditor", "support"}) {
    const std::string key = key_of(role);
    EXPECT_EQ(shown_to(key, duress), json::Any(nullptr)) << role;
    for (const std::string& path :
         {std::string("/v1/credentials"), "/v1/access-grants/" + grant_ + "/credentials", "/v1/doors/" + door_ + "/access",
          "/v1/doors/" + door_ + "/explain", std::string("/v1/events?limit=200")}) {
      const auto answer = platform_.send("GET", path, {}, key);
      EXPECT_EQ(answer.status, 200) << path;
      EXPECT_EQ(answer.body.find(R"("duress":true)"), std::string::npos) << role << " " << path;
      EXPECT_EQ(answer.body.find(R"("duress":false)"), std::string::npos) << role << " " << path;
    }
  }
}

// [rule: P18]
TEST_F(DuressPins, AreNotToBeNoticedByWhoeverHasTheLink) {
  choose("314159");
  const std::string word = invited_word(R"(,"pin":true)");
  const std::string before =
      json::print(public_post("/v1/invitations/open", R"({"invitation":")" + word + "\"}", 200).at("pins"));
  const std::string refused = json::print(choose_by(word, "161803", 409));
  const std::size_t mails = get("/v1/outbox?limit=200").at("items").as_array().size();
  issue_duress("271828");
  EXPECT_EQ(json::print(public_post("/v1/invitations/open", R"({"invitation":")" + word + "\"}", 200).at("pins")), before);
  EXPECT_EQ(json::print(choose_by(word, "161803", 409)), refused);
  EXPECT_EQ(get("/v1/outbox?limit=200").at("items").as_array().size(), mails) << "nobody is written to";
}

}  // namespace
}  // namespace cardea::server::api::testing
