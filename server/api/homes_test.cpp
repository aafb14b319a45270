// SPDX-License-Identifier: Apache-2.0
// Homes: what somebody with a label and a phone gets without an operator, and what they do not.
#include "server/usecases/homes.hpp"

#include "server/api/testing/building.hpp"
#include "server/api/testing/soft_phone.hpp"

namespace cardea::server::api::testing {
namespace {

using server::testing::SoftPhone;

class Homes : public Building {
 protected:
  struct Wish {
    Wish(std::string shown) : label(std::move(shown)) {}  // NOLINT: a label is the usual wish
    std::string label;
    std::string attempt = make_attempt();
    std::string door = "Front door";
    std::string zone = "Europe/Zurich";
    std::string person = "Grace";
    std::string language = "en";
    std::string email;
  };
  static std::string make_attempt() { return hex_of(DoorId::make().bytes) + hex_of(DoorId::make().bytes); }
  static std::string body_of(const Wish& wish) {
    boost::json::object body{{"attempt", wish.attempt}, {"label", wish.label},        {"door_name", wish.door},
                             {"zone", wish.zone},       {"person_name", wish.person}, {"language", wish.language}};
    if (!wish.email.empty()) body["email"] = wish.email;
    return json::print(body);
  }
  json::Any make(const Wish& wish, std::uint16_t status = 201) { return public_post("/v1/homes", body_of(wish), status); }
  std::string refusal_of(const Wish& wish, std::uint16_t status) { return text(make(wish, status), "code"); }
  std::uint16_t status_from(const std::string& address, const Wish& wish) {
    http::ClientRequest request;
    request.method = "POST";
    request.path = "/v1/homes";
    request.body = body_of(wish);
    request.content_type = "application/json";
    request.headers.emplace_back("X-Forwarded-For", address);
    return platform_.send(request, "").status;
  }
  static std::string fresh_label() { return PaperLock(link::LockClass::kProtected).label(); }

  std::int64_t count_of(const std::string& table) { return platform_.number("SELECT count(*) FROM " + table); }
  /// The label is nobody's yet: the installer of another workspace takes it.
  void expect_free(const std::string& label) {
    const std::string door =
        text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Free )" + label + R"(","zone":"Europe/Zurich"})", 201),
             "id");
    post("/v1/locks/claim", R"({"door_id":")" + door + R"(","label":")" + label + "\"}", 201);
  }
  void advance(std::uint64_t seconds) {
    ahead_ += seconds;
    platform_.advance(seconds);
  }
  UnixSeconds at() { return {now().value + ahead_}; }
  json::Any claim(SoftPhone& phone, const std::string& token) {
    json::Any answer = public_post("/v1/invitations/claim", phone.claim_body(token), 201);
    EXPECT_TRUE(phone.take_claim(token, answer));
    return answer;
  }
  http::ClientResponse fetch(SoftPhone& phone) {
    advance(1);
    return send_without_key("/v1/phones/schedule", phone.request_body(at()));
  }
  std::size_t key_count(SoftPhone& phone) {
    const auto answer = fetch(phone);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const Blob bytes = phone.open(json::parse(answer.body).value(), at()).value();
    phone::ScheduleReader reader(bytes);
    return reader.open().value().entry_count;
  }
  /// The session of whoever follows the owner's invitation from their mail.
  std::string become_owner(const std::string& email) {
    constexpr std::string_view word = "cardea_invitation_";
    const std::string mail = platform_.newest_mail(email);
    const std::size_t begin = mail.find(word);
    EXPECT_NE(begin, std::string::npos) << mail;
    if (begin == std::string::npos) return "";
    const std::string token = mail.substr(begin, word.size() + 64);
    public_post("/v1/invitations/accept", R"({"invitation":")" + token + R"(","password":"a rather long password"})", 200);
    return text(public_post("/v1/sessions", R"({"email":")" + email + R"(","password":"a rather long password"})", 201),
                "token");
  }
  void carry(PaperLock& lock, const std::string& session) {
    const std::string files = "/v1/locks/" + lock.id() + "/files";
    const std::string octets = "application/octet-stream";
    lock.take_answer(platform_.send("POST", files, lock.ask_file(), session, octets).body);
    lock.take_file(platform_.send("POST", files, lock.link_file(), session, octets).body);
  }

  std::uint64_t ahead_ = 0;
};

TEST_F(Homes, NobodyMakesOneWhereTheyAreSwitchedOff) {
  platform_.offer_homes(false);
  EXPECT_FALSE(get("/v1/health").at("homes").as_bool());
  const std::string label = fresh_label();
  EXPECT_EQ(refusal_of({label}, 403), "homes_off");
  EXPECT_EQ(count_of("workspaces"), 2);
  expect_free(label);
  platform_.offer_homes(true);
  EXPECT_TRUE(get("/v1/health").at("homes").as_bool());
}

TEST_F(Homes, WhatIsNotWholeIsRefusedAndLeavesNothing) {
  const std::string label = fresh_label();
  std::string slip = label;
  slip.back() = slip.back() == 'A' ? 'B' : 'A';
  for (const std::string& wrong : {std::string("nothing"), std::string("CARDEA1:AAAA"), slip})
    EXPECT_EQ(refusal_of({wrong}, 400), "label_malformed") << wrong;
  Wish wish{label};
  wish.attempt = make_attempt().substr(1);
  EXPECT_EQ(refusal_of(wish, 400), "invalid_request");
  wish = {label};
  wish.zone = "Europe/Atlantis";
  EXPECT_EQ(refusal_of(wish, 400), "unknown_zone");
  wish = {label};
  wish.language = "tlh";
  EXPECT_EQ(refusal_of(wish, 400), "invalid_request");
  wish = {label};
  wish.email = "nobody";
  EXPECT_EQ(refusal_of(wish, 400), "invalid_request");
  for (std::string Wish::* name : {&Wish::door, &Wish::person}) {
    wish = {label};
    wish.*name = " ";
    EXPECT_EQ(refusal_of(wish, 400), "invalid_request");
  }
  EXPECT_EQ(count_of("workspaces"), 2);
  EXPECT_EQ(count_of("homes"), 0);
  expect_free(label);
}

TEST_F(Homes, ALockThatSomebodyHoldsIsRefusedAsItsClaimIsAndNobodyHearsWhose) {
  const auto expect_held = [&](const std::string& label) {
    const json::Any answer = make({label}, 409);
    EXPECT_EQ(text(answer, "code"), "lock_claimed");
    EXPECT_FALSE(answer.as_object().contains("existing_id"));
  };
  expect_held(lock_.label());  // active in another workspace
  const std::string claimed = fresh_label();
  expect_free(claimed);
  expect_held(claimed);
  const std::string home = fresh_label();
  make({home});
  expect_held(home);
  const std::string door =
      text(post("/v1/doors", R"({"site_id":")" + site_ + R"(","name":"Side","zone":"Europe/Zurich"})", 201), "id");
  EXPECT_EQ(text(post("/v1/locks/claim", R"({"door_id":")" + door + R"(","label":")" + home + "\"}", 409), "code"),
            "lock_claimed");
  EXPECT_EQ(count_of("homes"), 1);
}

TEST_F(Homes, AnAddressMakesFiveAndThenOneAnHourAndWhatWasRefusedIsNotCounted) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(status_from("198.51.100.7", {lock_.label()}), 409);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(status_from("198.51.100.7", {fresh_label()}), 201);
  const std::string label = fresh_label();
  EXPECT_EQ(status_from("198.51.100.7", {label}), 429);
  EXPECT_EQ(status_from("2001:db8::1", {label}), 201);
  for (int i = 2; i < 6; ++i) EXPECT_EQ(status_from("2001:db8::" + std::to_string(i), {fresh_label()}), 201);
  EXPECT_EQ(status_from("2001:db8::6", {fresh_label()}), 429);  // the same /64
  EXPECT_EQ(count_of("homes"), 10);
}

TEST_F(Homes, ALinkThatIsAskedForAgainIsCountedToo) {
  const Wish wish{fresh_label()};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(status_from("198.51.100.8", wish), 201);
  EXPECT_EQ(status_from("198.51.100.8", wish), 429);
}

TEST_F(Homes, AllAddressesTogetherMakeTwoHundredAndThenOneAMinute) {
  int made = 0;
  while (made < 300 &&
         status_from("203.0." + std::to_string(made % 250) + "." + std::to_string(made / 250 + 1), {fresh_label()}) == 201)
    ++made;
  EXPECT_GE(made, 200);
  EXPECT_LE(made, 210);  // one more for each minute that this took
}

TEST_F(Homes, WhoHeardNoAnswerGetsAnotherLinkToTheSameHomeAndNobodyElseDoes) {
  Wish wish{fresh_label()};
  const json::Any first = make(wish);
  const json::Any again = make(wish);
  EXPECT_EQ(text(first, "lock_id"), text(again, "lock_id"));
  EXPECT_EQ(text(first, "claim_expires_at"), text(again, "claim_expires_at"));
  EXPECT_EQ(count_of("homes"), 1);
  public_post("/v1/invitations/open", R"({"invitation":")" + text(first, "invitation") + "\"}", 404);
  public_post("/v1/invitations/open", R"({"invitation":")" + text(again, "invitation") + "\"}", 200);
  Wish other{fresh_label()};
  other.attempt = wish.attempt;
  EXPECT_EQ(refusal_of(other, 400), "invalid_request");
  expect_free(other.label);
  wish.attempt = make_attempt();
  EXPECT_EQ(refusal_of(wish, 409), "lock_claimed");
}

TEST_F(Homes, ALabelThatWasClaimedInVainIsGoodADayLaterAlsoForAHome) {
  const std::string label = fresh_label();
  make({label});
  advance(86'400);
  make({label});
}

TEST_F(Homes, ALinkOfOneBringsAKeyByTheOrdinaryFlowOnceItsLockIsAlive) {
  PaperLock lock(link::LockClass::kProtected);
  Wish wish{lock.label()};
  wish.email = "grace@example.org";
  const json::Any home = make(wish);
  EXPECT_EQ(text(home, "lock_id"), lock.id());
  const json::Any opened = public_post("/v1/invitations/open", R"({"invitation":")" + text(home, "invitation") + "\"}", 200);
  EXPECT_EQ(text(opened, "workspace"), "Home");
  EXPECT_EQ(text(opened, "person"), "Grace");
  EXPECT_TRUE(opened.at("to").is_null());
  SoftPhone phone;
  const json::Any claimed = claim(phone, text(home, "invitation"));
  EXPECT_EQ(text(claimed.at("doors").at(0), "problem"), "lock_not_active");
  EXPECT_EQ(key_count(phone), 0u);
  // Whoever has the mail is the owner, of this home and of nothing else.
  const std::string session = become_owner("grace@example.org");
  const auto doors = platform_.send("GET", "/v1/doors", {}, session);
  EXPECT_EQ(json::parse(doors.body)->at("items").as_array().size(), 1u) << doors.body;
  EXPECT_EQ(platform_.send("GET", "/v1/locks/" + lock_.id(), {}, session).status, 404);
  EXPECT_EQ(platform_.send("GET", "/v1/locks/" + lock.id()).status, 404);  // nor does the other workspace see it
  carry(lock, session);
  EXPECT_EQ(key_count(phone), 1u);
}

TEST_F(Homes, OneWithoutAnAddressHasNoOperator) {
  make({fresh_label()});
  EXPECT_EQ(count_of("operators"), 0);
  EXPECT_EQ(count_of("outbox"), 0);
}

TEST_F(Homes, OneWhoseLockNeverCameToLifeIsGoneAfterADayWithItsPeopleAndPhones) {
  const std::vector<std::string> tables = {"workspaces", "sites",  "doors",  "persons",   "access_grants", "invitations",
                                           "phones",     "events", "outbox", "operators", "homes"};
  std::map<std::string, std::int64_t> before;
  for (const std::string& table : tables) before[table] = count_of(table);
  Wish wish{fresh_label()};
  wish.email = "grace@example.org";
  SoftPhone phone;
  claim(phone, text(make(wish), "invitation"));
  EXPECT_GT(count_of("events"), before["events"]);
  advance(86'300);
  platform_.run_upkeep();
  EXPECT_EQ(count_of("homes"), 1);
  advance(100);
  platform_.run_upkeep();
  for (const std::string& table : tables) EXPECT_EQ(count_of(table), before[table]) << table;
  EXPECT_EQ(text(json::parse(fetch(phone).body).value(), "code"), "phone_refused");
  expect_free(wish.label);
}

TEST_F(Homes, OneWhoseLockCameToLifeOrThatHasAnOwnerStays) {
  PaperLock lock(link::LockClass::kProtected);
  Wish alive{lock.label()};
  alive.email = "grace@example.org";
  SoftPhone phone;
  claim(phone, text(make(alive), "invitation"));
  carry(lock, become_owner("grace@example.org"));
  Wish owned{fresh_label()};
  owned.email = "hedy@example.org";
  make(owned);
  become_owner("hedy@example.org");
  advance(2 * 86'400);
  platform_.run_upkeep();
  EXPECT_EQ(count_of("homes"), 0);
  EXPECT_EQ(count_of("workspaces"), 4);
  EXPECT_EQ(key_count(phone), 1u);
  advance(86'400);
  platform_.run_upkeep();
  EXPECT_EQ(count_of("workspaces"), 4);
}

TEST_F(Homes, WhatIsDeletedIsEveryTableOfAWorkspaceAndNoneBeforeWhatRefersToIt) {
  const auto tables = usecases::tables_of_a_workspace();
  EXPECT_EQ(platform_.number("SELECT count(*) FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' "
                             "AND c.name = 'workspace'"),
            static_cast<std::int64_t>(tables.size()));
  std::string deleted = "''";
  for (const std::string_view table : tables) {
    const std::string name = "'" + std::string(table) + "'";
    EXPECT_EQ(platform_.number("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = " + name), 1) << table;
    EXPECT_EQ(platform_.number("SELECT count(*) FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS f WHERE t.type = "
                               "'table' AND f.\"table\" = " +
                               name + " AND t.name <> " + name + " AND t.name NOT IN (" + deleted + ")"),
              0)
        << table;
    deleted += ", " + name;
  }
}

}  // namespace
}  // namespace cardea::server::api::testing
