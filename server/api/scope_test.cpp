// SPDX-License-Identifier: Apache-2.0
// What of a list somebody is shown, on a whole platform: who is limited to some places, and who searches.
// tests/openapi/check_matrix.py does the first with every route and role.
#include <gmock/gmock.h>

#include "server/api/internal/scope.hpp"
#include "server/api/testing/building.hpp"
#include "server/api/testing/following.hpp"

namespace cardea::server::api::testing {
namespace {

const std::string nowhere(32, '0');

/// The building's site is the sister's; the key is for another one, the mill, with its gate.
class Scopes : public Building {
 protected:
  void SetUp() override {
    Building::SetUp();
    mill_ = make_site("Mill");
    gate_ = make_door(mill_, "Gate");
    key_ = key_of("miller", R"({"site_ids":[")" + mill_ + R"("]})");
  }
  std::string make_site(const std::string& name) { return text(post("/v1/sites", R"({"name":")" + name + "\"}", 201), "id"); }
  std::string make_door(const std::string& site, const std::string& name) {
    return text(post("/v1/doors", door_body(site, name), 201), "id");
  }
  static std::string door_body(const std::string& site, const std::string& name) {
    return R"({"site_id":")" + site + R"(","name":")" + name + R"(","zone":"Europe/Zurich"})";
  }
  std::string key_of(const std::string& name, const std::string& scope) {
    return text(post("/v1/api-keys", R"({"name":")" + name + R"(","role":"owner","scope":)" + scope + "}", 201), "key");
  }
  std::string grant_body(const std::string& person, const std::vector<std::string>& doors) {
    std::string list;
    for (const std::string& door : doors) list += (list.empty() ? "\"" : ",\"") + door + "\"";
    return R"({"person_id":")" + person + R"(","door_ids":[)" + list + R"(],"from":")" + instant(-3600) + "\"}";
  }
  /// With the limited key.
  http::ClientResponse ask(std::string_view method, const std::string& path, const std::string& body = {}) {
    return platform_.send(method, path, body, key_);
  }
  std::uint16_t status(std::string_view method, const std::string& path, const std::string& body = {}) {
    return ask(method, path, body).status;
  }
  std::string id_of_made(const std::string& path, const std::string& body) {
    const auto answer = ask("POST", path, body);
    EXPECT_EQ(answer.status, 201) << answer.body;
    const auto made = json::parse(answer.body);
    return made ? text(*made, "id") : "";
  }
  bool lists(const std::string& path, const std::string& id) {
    const auto answer = ask("GET", path);
    EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
    return answer.body.find(id) != std::string::npos;
  }

  std::string mill_, gate_, key_;
};

TEST_F(Scopes, WhatLiesOutsideIsAnsweredAsWhatIsNowhere) {
  const std::string credential = id_of(issue("token"));
  for (const std::string& path :
       {"/v1/sites/" + site_, "/v1/doors/" + door_, "/v1/locks/" + lock_.id(), "/v1/persons/" + person_,
        "/v1/access-grants/" + grant_, "/v1/credentials/" + credential, "/v1/doors/" + door_ + "/access"}) {
    const std::size_t hex = path.find('_') + 1;
    std::string other = path;
    other.replace(hex, 32, nowhere);
    const auto outside = ask("GET", path), nothing = ask("GET", other);
    EXPECT_EQ(outside.status, 404) << path;
    EXPECT_EQ(outside.body, nothing.body) << path;
  }
  EXPECT_EQ(status("POST", "/v1/locks/" + lock_.id() + "/unlock"), 404);
  EXPECT_EQ(status("POST", "/v1/access-grants/" + grant_ + "/revoke"), 404);
  EXPECT_EQ(status("PATCH", "/v1/doors/" + door_, R"({"name":"Mine"})"), 404);
  EXPECT_EQ(status("POST", "/v1/access-grants", grant_body(person_, {gate_})), 404) << "a person of others";
  EXPECT_EQ(status("POST", "/v1/doors", door_body(site_, "Mine")), 404);
}

TEST_F(Scopes, AnIdIsTheSameIdHoweverItIsWritten) {
  const std::string mine = id_of_made("/v1/persons", R"({"name":"Mo"})");
  std::string escaped = door_;
  escaped.replace(0, 1, "\\u0064");
  EXPECT_EQ(status("POST", "/v1/access-grants", grant_body(mine, {door_})), 404);
  EXPECT_EQ(status("POST", "/v1/access-grants", grant_body(mine, {escaped})), 404) << "in a body";
  EXPECT_EQ(status("POST", "/v1/access-grants", grant_body(mine, {gate_, door_})), 404) << "beside one's own";
  escaped = door_;
  escaped.replace(4, 1, "%5F");
  EXPECT_EQ(status("GET", "/v1/doors/" + escaped), 404) << "in a path";
  EXPECT_FALSE(lists("/v1/events?door_id=" + escaped, door_)) << "in a query";
}

TEST_F(Scopes, ListsShowWhatIsInsideAndFullPagesOfIt) {
  issue("token");
  const std::string shed = make_door(mill_, "Shed");
  for (const char* path :
       {"/v1/sites", "/v1/doors", "/v1/locks", "/v1/persons", "/v1/access-grants", "/v1/events?limit=200", "/v1/alerts"})
    for (const std::string& id : {site_, door_, lock_.id(), person_, grant_}) EXPECT_FALSE(lists(path, id)) << path;
  EXPECT_TRUE(lists("/v1/sites", mill_));
  EXPECT_TRUE(lists("/v1/doors?limit=1", gate_)) << "the sister's door is older and takes no place of the page";
  EXPECT_TRUE(lists("/v1/doors", shed));
  EXPECT_EQ(json::parse(ask("GET", "/v1/doors?limit=2").body)->at("next"), json::Any(nullptr));
}

TEST_F(Scopes, WhatIsAboutTheWholeWorkspaceIsOutOfScope) {
  for (const auto& [method, path, body] : std::vector<std::array<std::string, 3>>{
           {"POST", "/v1/sites", R"({"name":"New"})"},
           {"PATCH", "/v1/sites/" + mill_, R"({"name":"New"})"},
           {"PATCH", "/v1/workspace", R"({"name":"New"})"},
           {"GET", "/v1/api-keys", ""},
           {"POST", "/v1/api-keys", R"({"name":"wider","role":"owner"})"},
           {"GET", "/v1/operators", ""},
           {"POST", "/v1/operators", R"({"name":"W","email":"w@example.org","role":"manager"})"},
           {"GET", "/v1/webhooks", ""},
           {"GET", "/v1/alert-rules", ""},
           {"GET", "/v1/outbox", ""},
           {"POST", "/v1/calendars", R"({"name":"C","dates":["2026-12-25"]})"}}) {
    const auto answer = ask(method, path, body);
    EXPECT_EQ(answer.status, 403) << method << " " << path;
    EXPECT_NE(answer.body.find("out_of_scope"), std::string::npos) << answer.body;
  }
}

TEST_F(Scopes, InsideEverythingWorks) {
  const std::string mine = id_of_made("/v1/persons", R"({"name":"Mo"})");
  EXPECT_TRUE(lists("/v1/persons", mine));
  const std::string grant = id_of_made("/v1/access-grants", grant_body(mine, {gate_}));
  EXPECT_TRUE(lists("/v1/access-grants", grant));
  EXPECT_EQ(status("PATCH", "/v1/persons/" + mine, R"({"name":"Moritz"})"), 200);
  EXPECT_EQ(status("POST", "/v1/doors", door_body(mill_, "Shed")), 201);
  EXPECT_EQ(status("PATCH", "/v1/doors/" + gate_, R"({"name":"Big gate"})"), 200);
  EXPECT_EQ(status("POST", "/v1/persons/" + mine + "/revoke"), 200);
}

TEST_F(Scopes, APersonIsSeenByWhoeverAddedThemOrHasADoorOfTheirs) {
  const std::string mine = id_of_made("/v1/persons", R"({"name":"Mo"})");
  const std::string other_key = key_of("fuller", R"({"site_ids":[")" + make_site("Fulling mill") + R"("]})");
  EXPECT_EQ(platform_.send("GET", "/v1/persons/" + mine, {}, other_key).status, 404);
  EXPECT_EQ(status("GET", "/v1/persons/" + person_), 404);
  post("/v1/access-grants", grant_body(person_, {gate_}), 201);
  EXPECT_EQ(status("GET", "/v1/persons/" + person_), 200);
  EXPECT_TRUE(lists("/v1/persons", person_));
}

TEST_F(Scopes, WhatLiesOnBothSidesIsReadInPartAndNotChanged) {
  const std::string both = text(post("/v1/access-grants", grant_body(person_, {door_, gate_}), 201), "id");
  for (const std::string& path : {"/v1/access-grants/" + both, std::string("/v1/access-grants")}) {
    EXPECT_TRUE(lists(path, gate_)) << path;
    EXPECT_FALSE(lists(path, door_)) << path;
  }
  post("/v1/access-grants/" + both + "/credentials", R"({"kind":"token","door_id":")" + door_ + "\"}", 201);
  EXPECT_FALSE(lists("/v1/access-grants/" + both + "/credentials", "credential_"));
  EXPECT_FALSE(lists("/v1/access-grants?person_id=" + person_, grant_)) << "their other grant";
  for (const std::string& path : {"/v1/access-grants/" + both + "/revoke", "/v1/persons/" + person_ + "/revoke"}) {
    EXPECT_NE(ask("POST", path).body.find("out_of_scope"), std::string::npos) << path;
  }
  EXPECT_EQ(status("PATCH", "/v1/persons/" + person_, R"({"name":"Eve"})"), 403);
  EXPECT_EQ(status("POST", "/v1/access-grants", grant_body(person_, {gate_})), 201) << "another grant for one's own door";
}

TEST_F(Scopes, OneDoorOfASiteIsNotTheSite) {
  key_ = key_of("gatekeeper", R"({"door_ids":[")" + gate_ + R"("]})");
  EXPECT_EQ(status("GET", "/v1/sites/" + mill_), 200);
  EXPECT_EQ(status("POST", "/v1/doors", door_body(mill_, "Shed")), 403);
  const std::string shed = make_door(mill_, "Shed");
  EXPECT_EQ(status("GET", "/v1/doors/" + shed), 404);
  EXPECT_EQ(status("GET", "/v1/doors/" + gate_), 200);
  EXPECT_EQ(status("PATCH", "/v1/doors/" + gate_, R"({"name":"Shed"})"), 409);
  EXPECT_EQ(ask("PATCH", "/v1/doors/" + gate_, R"({"name":"Shed"})").body.find(shed), std::string::npos) << "by what";
}

TEST_F(Scopes, EventsAreThoseOfOnesDoorsInOrder) {
  const std::string shed = make_door(mill_, "Shed");
  PaperLock at_gate(link::LockClass::kProtected, 32), at_shed(link::LockClass::kProtected, 32);
  at_gate.activate(platform_, gate_);
  at_shed.activate(platform_, shed);
  const std::string grant = text(post("/v1/access-grants", grant_body(person_, {door_, gate_, shed}), 201), "id");
  for (const std::string& door : {gate_, door_, shed, gate_, shed, door_})
    post("/v1/access-grants/" + grant + "/credentials", R"({"kind":"offline","family":"pool","door_id":")" + door + "\"}", 201);
  const json::Any all = get("/v1/events?limit=200&after=0");
  std::vector<std::string> expected;
  for (const json::Any& event : all.at("items").as_array()) {
    const json::Any* door = event.as_object().if_contains("door_id");
    if (door != nullptr && (door->as_string() == gate_ || door->as_string() == shed)) expected.push_back(text(event, "id"));
  }
  ASSERT_GE(expected.size(), 4u);
  std::vector<std::string> seen;
  std::string after = "0";
  for (;;) {
    const auto page = json::parse(ask("GET", "/v1/events?limit=3&after=" + after).body);
    ASSERT_TRUE(page.ok());
    for (const json::Any& event : page->at("items").as_array()) {
      seen.push_back(text(event, "id"));
      after = std::to_string(event.at("position").as_int64());
    }
    if (page->at("next").is_null()) break;
  }
  EXPECT_EQ(seen, expected);
  const auto newest = json::parse(ask("GET", "/v1/events?limit=1").body);
  EXPECT_EQ(text(newest->at("items").as_array().at(0), "id"), expected.back());
}

/// An operator who may be limited, and their session.
class ScopedOperators : public Scopes {
 protected:
  void SetUp() override {
    Scopes::SetUp();
    const json::Any made = post("/v1/operators", R"({"name":"M","email":"m@example.org","role":"manager"})", 201);
    path_ = "/v1/operators/" + text(made.at("operator"), "id");
    post("/v1/invitations/accept",
         R"({"invitation":")" + text(made, "invitation") + R"(","password":"a long enough password"})", 200);
    key_ = text(post("/v1/sessions", R"({"email":"m@example.org","password":"a long enough password"})", 201), "token");
  }
  void limit_to(const std::string& site) {
    request("PATCH", path_, site.empty() ? R"({"scope":null})" : R"({"scope":{"site_ids":[")" + site + R"("]}})", 200);
  }
  http::ClientResponse keyed(const std::string& path, const std::string& body) {
    return platform_.send({.method = "POST", .path = path, .body = body, .headers = {{"Idempotency-Key", "once"}}}, key_);
  }
  std::string path_;
};

TEST_F(ScopedOperators, AStreamEndsWhenItsReaderBecomesLimited) {
  Following stream(platform_.url(), key_, "?after=0", "");
  stream.wait_for(grant_);
  limit_to(mill_);
  const std::string hidden = id_of(issue("token"));
  const std::string text = stream.text();
  EXPECT_EQ(stream.status(), 200);
  EXPECT_EQ(text.find(hidden), std::string::npos) << "not even in its last second";
  EXPECT_EQ(text.find("operator.scope_changed"), std::string::npos) << "of the workspace: no longer theirs";
}

TEST_F(ScopedOperators, AStreamOfSomebodyLimitedGoesOnWithTheirNewPlacesAlone) {
  PaperLock at_gate(link::LockClass::kProtected, 32);
  at_gate.activate(platform_, gate_);
  const std::string grant = text(post("/v1/access-grants", grant_body(person_, {door_, gate_}), 201), "id");
  const auto issue_at = [&](const std::string& door) {
    return id_of(post("/v1/access-grants/" + grant + "/credentials",
                      R"({"kind":"offline","family":"pool","door_id":")" + door + "\"}", 201));
  };
  limit_to(site_);
  const std::string before = issue_at(door_);
  Following stream(platform_.url(), key_, "?after=0", "");
  stream.wait_for(before);
  limit_to(mill_);
  const std::string hidden = issue_at(door_);
  const std::string shown = issue_at(gate_);
  stream.wait_for(shown);
  stream.stop_at(shown);
  issue_at(gate_);
  const std::string seen = stream.text();
  EXPECT_NE(seen.find(before), std::string::npos);
  EXPECT_NE(seen.find(shown), std::string::npos);
  EXPECT_EQ(seen.find(hidden), std::string::npos);
}

TEST_F(ScopedOperators, AStoredAnswerIsNotGivenToWhoeverItsThingIsOutOfReachOf) {
  const std::string path = "/v1/access-grants/" + grant_ + "/credentials";
  const std::string body = R"({"kind":"pin","door_id":")" + door_ + "\"}";
  const auto first = keyed(path, body);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(keyed(path, body).body, first.body);
  limit_to(mill_);
  const std::string pin = text(*json::parse(first.body), "code");
  const auto refused = keyed(path, body);
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_NE(refused.body.find("idempotency_answer_lost"), std::string::npos) << refused.body;
  EXPECT_EQ(refused.body.find(pin), std::string::npos);
  limit_to("");
  EXPECT_EQ(keyed(path, body).body.find(pin), std::string::npos) << "it is lost for good";
}

TEST_F(ScopedOperators, ARefusalThatWasKeptNamesNothingOutOfReachEither) {
  post("/v1/persons", R"({"name":"Eve","external_id":"e-1"})", 201);
  const std::string body = R"({"name":"Eve","external_id":"e-1"})";
  const auto first = keyed("/v1/persons", body);
  ASSERT_EQ(first.status, 409);
  ASSERT_NE(first.body.find("person_"), std::string::npos) << "who it is";
  limit_to(mill_);
  EXPECT_EQ(keyed("/v1/persons", body).body.find("person_"), std::string::npos);
}

TEST_F(Scopes, ABulkRequestReachesNoFurther) {
  const auto answer = ask("POST", "/v1/bulk",
                          R"({"operations":[{"path":"/v1/access-grants/)" + grant_ + R"(/revoke"},{"path":"/v1/persons/)" +
                              person_ + R"(/revoke"},{"path":"/v1/sites","body":{"name":"X"}},{"path":"/v1/doors","body":)" +
                              door_body(site_, "X") + R"(},{"path":"/v1/doors","body":)" + door_body(mill_, "X") + "}]}");
  const auto done = json::parse(answer.body);
  ASSERT_TRUE(done.ok()) << answer.body;
  std::vector<std::int64_t> statuses;
  for (const json::Any& one : done->at("results").as_array()) statuses.push_back(one.at("status").as_int64());
  EXPECT_EQ(statuses, (std::vector<std::int64_t>{404, 404, 403, 404, 201})) << answer.body;
}

TEST_F(Scopes, OwnersHaveNoneAndPlacesMustBeThere) {
  const std::string mill = R"("scope":{"site_ids":[")" + mill_ + R"("]})";
  post("/v1/operators", R"({"name":"O","email":"o@example.org","role":"owner",)" + mill + "}", 400);
  const json::Any made = post("/v1/operators", R"({"name":"M","email":"m@example.org","role":"manager",)" + mill + "}", 201);
  const std::string path = "/v1/operators/" + text(made.at("operator"), "id");
  EXPECT_EQ(made.at("operator").at("scope").at("site_ids").as_array().size(), 1u);
  request("PATCH", path, R"({"role":"owner"})", 400);
  request("PATCH", path, R"({"scope":{}})", 400);
  EXPECT_FALSE(request("PATCH", path, R"({"name":"Max"})", 200).at("scope").is_null());
  EXPECT_TRUE(request("PATCH", path, R"({"role":"owner","scope":null})", 200).at("scope").is_null());
  const std::string key = R"({"name":"x","role":"manager","scope":)";
  post("/v1/api-keys", key + R"({"door_ids":["door_)" + nowhere + R"("]}})", 404);
  post("/v1/api-keys", key + R"({"site_ids":[]}})", 400);
  post("/v1/api-keys", key + R"({"site_ids":[")" + mill_ + R"(",")" + mill_ + R"("]}})", 400);
}

TEST(Reaches, APathWithAThingThatNobodyKnowsThePlaceOfIsNotOfPlaces) {
  EXPECT_TRUE(can_be_placed("/v1/doors/{door_id}/access"));
  EXPECT_TRUE(can_be_placed("/v1/doors"));
  EXPECT_FALSE(can_be_placed("/v1/webhooks/{webhook_id}"));
  EXPECT_FALSE(can_be_placed("/v1/doors/{door_id}/{anything}"));
}

// --- Searching ---

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The building has the site House with the door Front, which has a lock, and Ada.
class SearchedLists : public Building {
 protected:
  std::string make_door(const std::string& site, const std::string& name) {
    return text(post("/v1/doors", R"({"site_id":")" + site + R"(","name":")" + name + R"(","zone":"Europe/Zurich"})", 201),
                "id");
  }
  std::string make_site(const std::string& name) { return text(post("/v1/sites", R"({"name":")" + name + "\"}", 201), "id"); }
  static std::vector<std::string> names(const json::Any& page) {
    std::vector<std::string> out;
    for (const json::Any& item : page.at("items").as_array()) out.push_back(text(item, "name"));
    return out;
  }
  /// `q` as a URL has it.
  std::vector<std::string> doors(const std::string& q) { return names(get("/v1/doors?q=" + q)); }
  std::vector<std::string> persons(const std::string& q) { return names(get("/v1/persons?q=" + q)); }
};

TEST_F(SearchedLists, RefuseWhatCannotBeLookedFor) {
  for (const std::string& q : {std::string(), std::string("%20%20"), std::string(101, 'a')})
    for (const char* path : {"/v1/doors?q=", "/v1/persons?q="}) request("GET", path + q, {}, 400);
  request("GET", "/v1/doors?has_lock=yes", {}, 400);
  std::string gone = door_;
  gone.back() = gone.back() == '0' ? '1' : '0';
  request("GET", "/v1/doors?q=front&cursor=" + gone, {}, 400);
}

TEST_F(SearchedLists, FindNothingOfAnotherWorkspace) {
  http::ClientRequest asked;
  asked.path = "/v1/doors?q=front";
  EXPECT_EQ(json::parse(platform_.send(asked, platform_.stranger().api_key).body)->at("items").as_array().size(), 0U);
}

TEST_F(SearchedLists, FindNothingOutsideAScope) {
  const std::string mill = make_site("Mill");
  make_door(mill, "Front of the mill");
  const std::string key =
      text(post("/v1/api-keys", R"({"name":"miller","role":"owner","scope":{"site_ids":[")" + mill + R"("]}})", 201), "key");
  EXPECT_THAT(names(*json::parse(platform_.send("GET", "/v1/doors?q=front", {}, key).body)), ElementsAre("Front of the mill"));
  EXPECT_THAT(names(*json::parse(platform_.send("GET", "/v1/doors?q=house", {}, key).body)), IsEmpty());
  EXPECT_THAT(names(*json::parse(platform_.send("GET", "/v1/persons?q=ada", {}, key).body)), IsEmpty());
}

TEST_F(SearchedLists, FindDoorsByEveryWordInTheirNameOrTheirSites) {
  const std::string mill = make_site("Mühle am Bach");
  make_door(mill, "Gate");
  make_door(mill, "Cellar");
  EXPECT_THAT(doors("FRONT"), ElementsAre("Front"));
  EXPECT_THAT(doors("ron"), ElementsAre("Front"));
  EXPECT_THAT(doors("M%C3%9CHLE"), ElementsAre("Cellar", "Gate"));
  EXPECT_THAT(doors("bach%20gate"), ElementsAre("Gate"));
  EXPECT_THAT(doors("bach%20front"), IsEmpty());
  EXPECT_THAT(doors("%25"), IsEmpty()) << "a sign like any other";
  EXPECT_THAT(doors("_"), IsEmpty());
}

TEST_F(SearchedLists, BeginWithWhatBeginsSoAndGoOnInPagesThatHaveEachOnce) {
  for (const char* name : {"Store 7", "Flat 70", "Flat 8", "Flat 7", "A flat 7 behind", "Flat 71"}) make_door(site_, name);
  EXPECT_THAT(doors("flat%207"), ElementsAre("Flat 7", "Flat 70", "Flat 71", "A flat 7 behind"));
  for (int limit = 1; limit <= 4; ++limit) {
    std::vector<std::string> read;
    std::string cursor;
    do {
      const json::Any page = get("/v1/doors?q=flat%207&limit=" + std::to_string(limit) + cursor);
      for (const std::string& name : names(page)) read.push_back(name);
      cursor = page.at("next").is_null() ? "" : "&cursor=" + text(page, "next");
    } while (!cursor.empty());
    EXPECT_THAT(read, ElementsAre("Flat 7", "Flat 70", "Flat 71", "A flat 7 behind")) << limit << " a page";
  }
}

TEST_F(SearchedLists, FollowARename) {
  request("PATCH", "/v1/doors/" + door_, R"({"name":"Ausgang"})", 200);
  request("PATCH", "/v1/sites/" + site_, R"({"name":"Speicher"})", 200);
  EXPECT_THAT(doors("front"), IsEmpty());
  EXPECT_THAT(doors("house"), IsEmpty());
  EXPECT_THAT(doors("speicher%20aus"), ElementsAre("Ausgang"));
}

TEST_F(SearchedLists, NarrowASearchBySiteAndLock) {
  make_door(site_, "Front at the back");
  make_door(make_site("Mill"), "Front");
  EXPECT_THAT(names(get("/v1/doors?q=front&site_id=" + site_)), ElementsAre("Front", "Front at the back"));
  EXPECT_THAT(names(get("/v1/doors?q=front&site_id=" + site_ + "&has_lock=true")), ElementsAre("Front"));
  EXPECT_THAT(names(get("/v1/doors?q=front&site_id=" + site_ + "&has_lock=false")), ElementsAre("Front at the back"));
  EXPECT_THAT(names(get("/v1/doors?has_lock=true")), ElementsAre("Front"));
}

TEST_F(SearchedLists, FindPersonsByNameAddressAndNumber) {
  post("/v1/persons", R"({"name":"Bea Ångström","email":"bea@Example.org"})", 201);
  const std::string adam = text(post("/v1/persons", R"({"name":"Adam"})", 201), "id");
  EXPECT_THAT(persons("ada"), ElementsAre("Ada", "Adam"));
  EXPECT_THAT(persons("%C3%85NG"), ElementsAre("Bea Ångström"));
  EXPECT_THAT(persons("example%20bea"), ElementsAre("Bea Ångström"));
  EXPECT_THAT(persons("%2B4179"), ElementsAre("Ada"));
  EXPECT_THAT(names(get("/v1/persons?q=ada&limit=1")), ElementsAre("Ada"));
  request("PATCH", "/v1/persons/" + adam, R"({"name":"Eve","email":"first@example.org"})", 200);
  EXPECT_THAT(persons("adam"), IsEmpty());
  EXPECT_THAT(persons("example.org"), ElementsAre("Bea Ångström", "Eve"));
}

}  // namespace
}  // namespace cardea::server::api::testing
