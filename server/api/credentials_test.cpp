// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <set>

#include "core/codes/ff1.hpp"
#include "server/api/testing/building.hpp"
#include "server/api/testing/plans.hpp"
#include "server/usecases/credentials.hpp"

namespace cardea::server::api::testing {
namespace {

class Credentials : public Building {
 protected:
  /// What the lock makes of a code: the descriptor behind it.
  Descriptor descriptor_of_code(const std::string& code) {
    OpensslProvider provider;
    const KeyHandle k_lock = *provider.import_key(KeyKind::kMac, lock_.key());
    const KeyHandle k_code = *derive_code_key(provider, k_lock, lock_.lock_id(), lock_.snapshot().settings.codes.code_epoch);
    return *descriptor_of(*decrypt_code(provider, k_code, Digits::parse(code)), static_cast<std::uint8_t>(code.size()));
  }
  static audit::What use_of(const Descriptor& descriptor) {
    return audit::encode(audit::OfflineUse{static_cast<std::uint8_t>(descriptor.family), descriptor.klass, 0, descriptor.start,
                                           descriptor.index});
  }
};

class FewSlots : public Building {
 protected:
  FewSlots() : Building(link::LockClass::kProtected, 1) {}
};

class Unprotected : public Building {
 protected:
  Unprotected() : Building(link::LockClass::kUnprotected) {}
};

// [rule: R2]
TEST_F(FewSlots, ASlotIsUsedAgainOnlyAfterTheLockAcknowledgedItsEndAndInTheNextGeneration) {
  const std::string first = id_of(issue("token"));
  sync();
  EXPECT_EQ(delivery(first), "on_lock");
  EXPECT_EQ(text(issue("token", {}, 409), "code"), "slots_full");
  post("/v1/credentials/" + first + "/revoke", {}, 200);
  EXPECT_EQ(delivery(first), "ending");
  EXPECT_EQ(text(issue("token", {}, 409), "code"), "slots_full");  // the lock has not heard of it
  sync();
  EXPECT_EQ(delivery(first), "ended");
  EXPECT_EQ(lock_.snapshot().slot_count, 0);
  const json::Any second = issue("token");
  EXPECT_EQ(second.at("credential").at("slot").at("number").as_int64(), 0);
  EXPECT_EQ(second.at("credential").at("slot").at("generation").as_int64(), 1);
  sync();
  ASSERT_EQ(lock_.snapshot().slot_count, 1);
  EXPECT_EQ(lock_.snapshot().slots[0].generation, 1);
}

// [rule: R2]
TEST_F(FewSlots, ASlotIsRetiredWithItsLastGeneration) {
  const std::string first = id_of(issue("token"));
  post("/v1/credentials/" + first + "/revoke", {}, 200);
  sync();
  platform_.execute("UPDATE slots SET generation = 65535");
  const json::Any last = issue("token");
  EXPECT_EQ(last.at("credential").at("slot").at("generation").as_int64(), 65'535);
  post("/v1/credentials/" + id_of(last) + "/revoke", {}, 200);
  sync();
  EXPECT_EQ(delivery(id_of(last)), "ended");
  const json::Any next = issue("token");
  EXPECT_EQ(next.at("credential").at("slot").at("number").as_int64(), 1);  // another number
  EXPECT_EQ(next.at("credential").at("slot").at("generation").as_int64(), 0);
}

class TwoSlots : public Building {
 protected:
  TwoSlots() : Building(link::LockClass::kProtected, 2) {}
  std::int64_t slot_of_new_token() {
    const json::Any issued = issue("token");
    newest_ = id_of(issued);
    return issued.at("credential").at("slot").at("number").as_int64();
  }
  void end(const std::string& credential) {
    post("/v1/credentials/" + credential + "/revoke", {}, 200);
    sync();
    EXPECT_EQ(delivery(credential), "ended");
  }
  std::string newest_;
};

// A slot refuses what it has opened for before (codes.md R4), so the next holder's first code is best in another one.
TEST_F(TwoSlots, ASlotThatWasJustEmptiedIsGivenOutLast) {
  EXPECT_EQ(slot_of_new_token(), 0);
  sync();
  end(newest_);
  EXPECT_EQ(slot_of_new_token(), 1) << "never used";
  const std::string at_one = newest_;
  EXPECT_EQ(slot_of_new_token(), 0) << "the lock has no room for another number";
  const std::string at_zero = newest_;
  sync();
  end(at_one);
  end(at_zero);
  platform_.execute("UPDATE slots SET freed_at = freed_at - 40 WHERE slot = 1");
  EXPECT_EQ(slot_of_new_token(), 1) << "free 40 s longer";
  EXPECT_EQ(slot_of_new_token(), 0);
}

TEST_F(Credentials, ATokensCodeIsTheOneThatTheLockComputes) {
  const json::Any issued = issue("token");
  const json::Any shown = get("/v1/credentials/" + id_of(issued) + "/code");
  OpensslProvider provider;
  const KeyHandle k_lock = *provider.import_key(KeyKind::kMac, lock_.key());
  OtpRequest request;
  request.time = parse_instant(text(shown, "from")).value();
  EXPECT_EQ(text(shown, "code"), issue_otp(provider, k_lock, lock_.lock_id(), request)->reveal());
}

TEST_F(Credentials, AnOfflineCodeCoversTheWindowThatWasAskedForAndSaysExactlyWhichItIs) {
  const json::Any issued = issue_offline("timed", 3'600, 3 * 3'600);
  const Descriptor descriptor = descriptor_of_code(text(issued, "code"));
  const Interval window = interval_of(descriptor);
  EXPECT_EQ(text(issued.at("credential").at("window"), "from"), text_of(window.begins));
  EXPECT_EQ(text(issued.at("credential").at("window"), "to"), text_of(window.ends));
  EXPECT_LE(text_of(window.begins), instant(3'600));
  EXPECT_GE(text_of(window.ends), instant(3 * 3'600));
}

// [rule: R18]
TEST_F(Credentials, NoDescriptorIsIssuedTwiceAndTheNextLongerClassServesInstead) {
  std::set<std::string> codes;
  std::vector<std::uint8_t> classes;
  for (int i = 0; i < 6; ++i) {
    const std::string code = text(issue_offline("once", 3'600, 3 * 3'600), "code");
    EXPECT_TRUE(codes.insert(code).second);
    classes.push_back(descriptor_of_code(code).klass);
  }
  EXPECT_EQ(classes[0], classes[3]);  // its four indexes
  EXPECT_EQ(classes[4], classes[0] + 1);
  EXPECT_EQ(classes[5], classes[0] + 1);
}

// [rule: R18]
TEST_F(Credentials, ADescriptorStaysIssuedAfterItsCredentialWasRevoked) {
  const json::Any first = issue_offline("exclusive", 3'600, 3 * 3'600);
  post("/v1/credentials/" + id_of(first) + "/revoke", {}, 200);
  const json::Any second = issue_offline("exclusive", 3'600, 3 * 3'600);
  EXPECT_NE(text(first, "code"), text(second, "code"));
}

// [rule: R18]
TEST_F(Credentials, NoCodeThatIsIssuedAfterAClearStartsBeforeIt) {
  const json::Any clear = post("/v1/locks/" + lock_.id() + "/service-codes", R"({"family":"clear"})", 201);
  const UnixSeconds cleared = time_of(descriptor_of_code(text(clear, "code")));
  const json::Any issued = issue_offline("timed", -1'800, 2 * 3'600);
  EXPECT_GE(interval_of(descriptor_of_code(text(issued, "code"))).begins, cleared);
}

// [rule: R11]
TEST_F(Credentials, PoolCodesAreHandedOutInOrderAndNoFurtherThan256PastTheNewestThatIsKnownToBeUsed) {
  std::string third;
  for (int i = 0; i < 256; ++i) {
    const std::string code = text(issue("offline", R"(,"family":"pool")"), "code");
    ASSERT_EQ(descriptor_of_code(code), pool_code(static_cast<std::uint16_t>(i)));
  }
  EXPECT_EQ(text(issue("offline", R"(,"family":"pool")", 409), "code"), "codes_full");
  lock_.status.pool_next = 3;  // index 2 was used
  sync();
  for (int i = 256; i < 259; ++i)
    ASSERT_EQ(descriptor_of_code(text(issue("offline", R"(,"family":"pool")"), "code")),
              pool_code(static_cast<std::uint16_t>(i)));
  EXPECT_EQ(text(issue("offline", R"(,"family":"pool")", 409), "code"), "codes_full");
}

TEST_F(Credentials, AOnceCodeEndsWithTheRecordOfItsUse) {
  const json::Any issued = issue_offline("once", -900, 3'600);
  const Descriptor descriptor = descriptor_of_code(text(issued, "code"));
  lock_.write_record(audit::Kind::kOpening, audit::Method::kOffline, use_of(descriptor));
  lock_.exchange(platform_);
  EXPECT_EQ(delivery(id_of(issued)), "ended");
  const json::Any events = get("/v1/events?lock_id=" + lock_.id() + "&type=access.opening");
  ASSERT_EQ(events.at("items").as_array().size(), 1u);
  EXPECT_EQ(text(events.at("items").at(0), "credential_id"), id_of(issued));
  EXPECT_EQ(text(events.at("items").at(0), "person_id"), person_);
}

// [rule: R9]
TEST_F(Credentials, TheFirstUseOfAnExclusiveCodeEndsEarlierOnesAndNoTimedOnes) {
  const json::Any guest = issue_offline("exclusive", -2 * 3'600, 6 * 3'600);
  const json::Any staff = issue_offline("timed", -2 * 3'600, 6 * 3'600);
  const json::Any next_guest = issue_offline("exclusive", -600, 8 * 3'600);
  lock_.write_record(audit::Kind::kOpening, audit::Method::kOffline, use_of(descriptor_of_code(text(next_guest, "code"))));
  lock_.exchange(platform_);
  EXPECT_EQ(delivery(id_of(guest)), "ended");
  EXPECT_EQ(delivery(id_of(staff)), "on_lock");
  EXPECT_EQ(delivery(id_of(next_guest)), "on_lock");
}

// [rule: R13]
TEST_F(Credentials, AClearThatTheLockReportsEndsWhatStartedBeforeIt) {
  const json::Any before = issue_offline("timed", -2 * 3'600, 6 * 3'600);
  const json::Any later = issue_offline("timed", 24 * 3'600, 26 * 3'600);
  const json::Any clear = post("/v1/locks/" + lock_.id() + "/service-codes", R"({"family":"clear"})", 201);
  EXPECT_EQ(delivery(id_of(before)), "on_lock");  // issuing it ends nothing yet
  lock_.write_record(audit::Kind::kCleared, audit::Method::kOffline, use_of(descriptor_of_code(text(clear, "code"))));
  lock_.exchange(platform_);
  EXPECT_EQ(delivery(id_of(before)), "ended");
  EXPECT_EQ(delivery(id_of(later)), "on_lock");
}

// [rule: E10]
TEST_F(Credentials, ARecordThatIsSentAgainMakesNoSecondEvent) {
  lock_.write_record(audit::Kind::kRestarted, audit::Method::kNone, {});
  lock_.exchange(platform_);
  lock_.exchange(platform_);
  EXPECT_EQ(get("/v1/events?type=lock.restarted").at("items").as_array().size(), 1u);
}

TEST_F(Credentials, RaisingTheCodeEpochEndsEveryOfflineCodeOnceTheLockHasAppliedIt) {
  const json::Any old = issue_offline("timed", -900, 24 * 3'600);
  request("PATCH", "/v1/locks/" + lock_.id() + "/settings", R"({"raise_code_epoch":true})", 200);
  EXPECT_EQ(delivery(id_of(old)), "ending");
  const json::Any fresh = issue_offline("timed", -900, 24 * 3'600);
  EXPECT_EQ(delivery(id_of(fresh)), "on_its_way");
  sync();
  EXPECT_EQ(delivery(id_of(old)), "ended");
  EXPECT_EQ(delivery(id_of(fresh)), "on_lock");
  EXPECT_NE(text(old, "code"), text(fresh, "code"));
}

TEST_F(Credentials, AGrantThatIsOverEndsItsTokensAndTheTextOfAMessageIsErased) {
  grant_ = make_grant(-3'600, 3'600);
  const std::string sms = id_of(issue("sms"));
  const std::string message = text(post("/v1/credentials/" + sms + "/send", {}, 202), "id");
  EXPECT_FALSE(get("/v1/outbox/" + message).at("text").is_null());
  platform_.advance(3'601);
  EXPECT_TRUE(get("/v1/outbox/" + message).at("text").is_null());
  EXPECT_EQ(text(request("POST", "/v1/credentials/" + sms + "/send", {}, 409), "code"), "outside_window");
  platform_.run_upkeep();
  EXPECT_EQ(delivery(sms), "ending");
  sync();
  EXPECT_EQ(delivery(sms), "ended");
}

TEST_F(Credentials, AFixedTokenComesToTheLockWhenItsGrantBegins) {
  grant_ = make_grant(7'200, 14'400);
  const std::string fixed = id_of(issue("token", R"(,"fixed":true)"));
  sync();
  EXPECT_EQ(lock_.snapshot().slot_count, 0);
  EXPECT_EQ(delivery(fixed), "on_its_way");
  platform_.advance(7'201);
  platform_.run_upkeep();
  sync();
  ASSERT_EQ(lock_.snapshot().slot_count, 1);
  EXPECT_TRUE(lock_.snapshot().slots[0].fixed);
  EXPECT_EQ(delivery(fixed), "on_lock");
}

TEST_F(Unprotected, ALockGetsTheHourKeysOfItsScheduleAndARevokedTokenMayOpenUntilThatEnds) {
  const std::string token = id_of(issue("token"));
  sync();
  ASSERT_EQ(lock_.snapshot().hour_count, 48);
  post("/v1/credentials/" + token + "/revoke", {}, 200);
  const std::uint64_t end = (std::uint64_t{lock_.snapshot().first_hour} + lock_.snapshot().hour_count) * 3'600;
  EXPECT_EQ(text(get("/v1/credentials/" + token), "last_possible_use"), text_of(UnixSeconds{end}));
}

TEST_F(Unprotected, OfflineCodesAreRefusedWithTheWayOut) {
  const json::Any refused = issue("offline", R"(,"family":"pool")", 409);
  EXPECT_EQ(text(refused, "code"), "lock_unprotected");
}

TEST_F(Credentials, NeitherACodeNorAKeyStandsInTheDatabase) {
  const std::string offline = text(issue_offline("timed", -900, 3'600), "code");
  const std::string sms = id_of(issue("sms"));
  const std::string message = text(post("/v1/credentials/" + sms + "/send", {}, 202), "id");
  const std::string sent = text(get("/v1/outbox/" + message), "text");
  const std::string label = lock_.label();
  const std::string everything = platform_.database_bytes();
  EXPECT_EQ(everything.find(offline), std::string::npos);
  EXPECT_EQ(everything.find(sent), std::string::npos);
  const auto key = lock_.key();
  EXPECT_EQ(everything.find(std::string(key.bytes().begin(), key.bytes().end())), std::string::npos);
  EXPECT_NE(everything.find("Front"), std::string::npos);  // the search finds what is there
}

// --- Across grants ---

class CredentialList : public Credentials {
 protected:
  /// The ids of a list, in its order.
  std::vector<std::string> listed(const std::string& query, const std::string& key = "own") {
    const auto answer = platform_.send("GET", "/v1/credentials?" + query, {}, key);
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::string> ids;
    const json::Any page = json::parse(answer.body).value();
    for (const json::Any& item : page.at("items").as_array()) ids.push_back(text(item, "id"));
    return ids;
  }
  /// A token of another person.
  json::Any issue_to_another() {
    const std::string other = text(post("/v1/persons", R"({"name":"Bo"})", 201), "id");
    person_ = other;
    grant_ = make_grant(-3'600, 86'400);
    return issue("token", R"(,"external_id":"booking-7")");
  }
};

TEST_F(CredentialList, RefusesWhatItDoesNotKnow) {
  for (const char* query :
       {"delivery=lost", "person_id=door_1", "grant_id=" /* has a list of its own */, "limit=0", "cursor=x"})
    EXPECT_EQ(platform_.send("GET", std::string("/v1/credentials?") + query).status, 400) << query;
}

TEST_F(CredentialList, AnotherWorkspaceSeesNothingOfIt) {
  const json::Any issued = issue("token");
  EXPECT_TRUE(listed("limit=200", platform_.stranger().api_key).empty());
  EXPECT_TRUE(listed("person_id=" + person_, platform_.stranger().api_key).empty());
}

TEST_F(CredentialList, HasTheCredentialsOfAllGrantsNewestFirstInPages) {
  const std::string ada = person_;
  const std::string first = id_of(issue("token"));
  const std::string second = id_of(issue("pin"));
  const std::string third = id_of(issue_to_another());
  EXPECT_EQ(listed(""), (std::vector{third, second, first}));
  EXPECT_EQ(listed("person_id=" + ada), (std::vector{second, first}));
  EXPECT_EQ(listed("person_id=" + ada + "&door_id=" + door_ + "&lock_id=" + lock_.id()), (std::vector{second, first}));
  EXPECT_EQ(listed("external_id=booking-7"), std::vector{third});
  EXPECT_TRUE(listed("door_id=door_" + std::string(32, '0')).empty());
  const json::Any page = get("/v1/credentials?limit=2");
  EXPECT_EQ(listed("limit=2&cursor=" + text(page, "next")), std::vector{first});
  EXPECT_EQ(page.at("items").at(1), get("/v1/credentials/" + second));
}

TEST_F(CredentialList, FindsByTheDeliveryThatEachItemShows) {
  const std::string token = id_of(issue("token"));
  sync();
  const std::string offline = id_of(issue_offline("timed", 0, 3'600));
  const std::string pin = id_of(issue("pin"));
  const std::string revoked = id_of(issue_offline("once", 0, 20 * 3'600));
  post("/v1/credentials/" + revoked + "/revoke", {}, 200);
  EXPECT_EQ(listed("delivery=on_lock"), (std::vector{offline, token}));
  EXPECT_EQ(listed("delivery=on_its_way"), std::vector{pin});
  EXPECT_EQ(listed("delivery=ending"), std::vector{revoked});
  EXPECT_TRUE(listed("delivery=ended").empty());
  platform_.advance(3 * 3'600);  // nobody has looked yet, and it opens nothing all the same
  EXPECT_EQ(listed("delivery=ended"), std::vector{offline});
  EXPECT_EQ(listed("delivery=on_lock"), std::vector{token});
  EXPECT_EQ(delivery(offline), "ended");
  platform_.run_upkeep();
  EXPECT_EQ(listed("delivery=ended"), std::vector{offline});
}

TEST(CredentialPages, RunAlongAnIndexWhateverTheFilter) {
  using Asked = usecases::CredentialFilters::Delivery;
  using ::testing::HasSubstr;
  using ::testing::Not;
  Plans plans;
  for (const Asked delivery : {Asked::kAny, Asked::kEnded, Asked::kNotEnded}) {
    for (unsigned bits = 0; bits < 16; ++bits) {
      const auto sql =
          usecases::credential_page_sql({(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, delivery});
      const std::string plan = plans.of(sql);
      EXPECT_THAT(plan, Not(HasSubstr("SCAN"))) << sql;
      EXPECT_THAT(plan, Not(HasSubstr("TEMP B-TREE"))) << sql;
      const char* alone = bits == 1   ? "(workspace=? AND person=? AND credential<?)"
                          : bits == 2 ? "(workspace=? AND door=? AND credential<?)"
                          : bits == 4 ? "(workspace=? AND lock=? AND credential<?)"
                          : bits == 8 ? "(workspace=? AND external_id=?"
                          : bits == 0 ? "(workspace=? AND credential<?)"
                                      : "workspace=?";
      EXPECT_THAT(plan, HasSubstr(alone)) << sql;
    }
  }
  EXPECT_THAT(plans.of(usecases::credential_page_sql({.delivery = Asked::kNotEnded})), HasSubstr("credentials_not_ended"));
}

}  // namespace
}  // namespace cardea::server::api::testing
