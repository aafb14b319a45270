// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <thread>

#include "server/api/testing/building.hpp"
#include "server/api/testing/following.hpp"
#include "server/api/testing/plans.hpp"
#include "server/usecases/events.hpp"

namespace cardea::server::api::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Events : public Building {
 protected:
  Following follow(const std::string& query, const std::string& enough,
                   std::vector<std::pair<std::string, std::string>> headers = {}) {
    return {platform_.url(), platform_.tenant().api_key, query, enough, std::move(headers)};
  }
  std::int64_t newest() { return get("/v1/events?limit=1").at("items").at(0).at("position").as_int64(); }
};

/// The newest event of a type.
class Traces : public Events {
 protected:
  static constexpr std::string_view theirs = "0af7651916cd43dd8448eb211c80319c";

  json::Any newest_of(const std::string& type) { return get("/v1/events?limit=1&type=" + type).at("items").at(0); }
  static std::string trace_of(const json::Any& event) {
    const json::Any* trace = event.as_object().if_contains("trace");
    return trace == nullptr ? "" : std::string(trace->as_string());
  }
  std::string grant_body() const {
    return R"({"person_id":")" + person_ + R"(","door_ids":[")" + door_ + R"("],"from":"2026-01-01T00:00:00Z"})";
  }
  http::ClientResponse send_traced(const std::string& path, const std::string& body, const std::string& parent,
                                   std::vector<std::pair<std::string, std::string>> headers = {}) {
    headers.emplace_back("traceparent", parent);
    return platform_.send({.method = "POST", .path = path, .body = body, .headers = std::move(headers)});
  }
};

// [rule: E19]
TEST_F(Traces, WhatARequestBringsAboutHasItsTrace) {
  const std::string parent = "00-" + std::string(theirs) + "-b7ad6b7169203331-01";
  ASSERT_EQ(send_traced("/v1/access-grants", grant_body(), parent).status, 201);
  EXPECT_EQ(trace_of(newest_of("grant.created")), theirs);
  ASSERT_EQ(send_traced("/v1/access-grants", grant_body(), parent, {{"Idempotency-Key", "k"}}).status, 201);
  EXPECT_EQ(trace_of(newest_of("grant.created")), theirs) << "also under a key";
  const std::string bulk = R"({"operations":[{"path":"/v1/access-grants","body":)" + grant_body() + "}]}";
  ASSERT_EQ(send_traced("/v1/bulk", bulk, parent).status, 200);
  EXPECT_EQ(trace_of(newest_of("grant.created")), theirs) << "also among others";
  EXPECT_NE(get("/v1/events/" + text(newest_of("grant.created"), "id")).at("header").as_string().find(theirs),
            std::string::npos)
      << "under the leaf";
}

// [rule: E19]
TEST_F(Traces, ARequestWithoutAGoodOneHasOneOfItsOwn) {
  std::vector<std::string> seen;
  for (const char* parent :
       {"", "00-0-0-01", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "x\",\"by\":\"key_0"}) {
    ASSERT_EQ(send_traced("/v1/access-grants", grant_body(), parent).status, 201);
    seen.push_back(trace_of(newest_of("grant.created")));
    EXPECT_EQ(seen.back().size(), 32u) << parent;
    EXPECT_EQ(std::ranges::count(seen, seen.back()), 1) << parent;
  }
}

// [rule: E19]
TEST_F(Traces, WhatNoRequestBringsAboutHasNone) {
  lock_.write_record(audit::Kind::kDoorForced, audit::Method::kNone, {});
  lock_.exchange(platform_);
  platform_.run_alerts();
  EXPECT_EQ(trace_of(newest_of("alert.opened")), "");
}

TEST_F(Events, AStreamRefusesAPositionThatIsNone) {
  EXPECT_EQ(platform_.send("GET", "/v1/events/stream?after=x").status, 400);
  EXPECT_EQ(platform_.send({.path = "/v1/events/stream", .headers = {{"Last-Event-ID", "door_1"}}}).status, 400);
  EXPECT_EQ(platform_.send("GET", "/v1/events/stream?type=door.bell").status, 400);
  EXPECT_EQ(platform_.send("GET", "/v1/events/stream?limit=1").status, 400);
  EXPECT_EQ(platform_.send("GET", "/v1/events/stream", {}, "").status, 401);
}

TEST_F(Events, AStreamBringsWhatIsThereAndThenWhatComes) {
  const std::int64_t before = newest();
  Following stream = follow("?after=0", "credential.issued");
  stream.wait_until_begun();
  issue("token");
  const std::string text = stream.text();
  EXPECT_THAT(text, HasSubstr("id: 1\ndata: {\"position\":1,"));
  EXPECT_THAT(text, HasSubstr("id: " + std::to_string(before + 1) + "\n"));
}

TEST_F(Events, AStreamGoesOnWhereTheHeaderSaysNotTheAddress) {
  make_grant(0, 3'600);
  const std::int64_t last = newest();
  Following stream = follow("?after=0", "id: ", {{"Last-Event-ID", std::to_string(last - 1)}});
  EXPECT_THAT(stream.text(), AllOf(HasSubstr("id: " + std::to_string(last) + "\ndata: "), Not(HasSubstr("id: 1\n"))));
}

TEST_F(Events, AStreamFromNowOnHasOnlyWhatPassesItsFilter) {
  Following stream = follow("?type=grant.created", "data: ");
  stream.wait_until_begun();
  issue("token");
  make_grant(0, 3'600);
  EXPECT_THAT(stream.text(), AllOf(HasSubstr("\"type\":\"grant.created\""), Not(HasSubstr("credential.issued"))));
}

TEST_F(Events, ManyMoreThanOnePageComeInOrderAndNoneIsMissing) {
  for (int i = 0; i < 60; ++i) make_grant(0, 3'600);
  for (int i = 0; i < 60; ++i) make_grant(0, 7'200);
  const std::int64_t last = newest();
  const std::string text = follow("?after=0", "id: " + std::to_string(last) + "\n").text();
  std::size_t at = 0;
  for (std::int64_t position = 1; position <= last; ++position) {
    at = text.find("id: " + std::to_string(position) + "\ndata: ", at);
    ASSERT_NE(at, std::string::npos) << position;
  }
}

TEST_F(Events, AStreamEndsWithItsKey) {
  const json::Any made = post("/v1/api-keys", R"({"name":"listener","permissions":["events:read"]})", 201);
  Following stream(platform_.url(), text(made, "key"), "", "");
  stream.wait_until_begun();
  ASSERT_EQ(platform_.send("DELETE", "/v1/api-keys/" + text(made.at("api_key"), "id")).status, 204);
  stream.text();
  EXPECT_EQ(stream.status(), 200);
}

TEST_F(Events, AnotherWorkspaceHearsNothing) {
  Following stream(platform_.url(), platform_.stranger().api_key, "?after=0", "id: 0");
  EXPECT_THAT(stream.text(), Not(HasSubstr("data: ")));
}

// [rule: E14]
TEST_F(Events, TheirTimesAreInTheOrderOfTheirPositionsAlsoWhenTheClockGoesBack) {
  platform_.advance(3'600);
  make_grant(0, 7'200);
  platform_.advance(static_cast<std::uint64_t>(-3'600));
  make_grant(0, 7'200);
  const json::Any page = get("/v1/events?type=grant.created&limit=2");
  const auto& items = page.at("items").as_array();
  EXPECT_GE(text(items.at(0), "recorded_at"), text(items.at(1), "recorded_at"));
  EXPECT_LT(text(items.at(0), "at"), text(items.at(1), "at"));
}

TEST_F(Events, ATimeWindowHoldsExactlyWhatWasRecordedInIt) {
  platform_.advance(1'000);
  make_grant(0, 7'200);
  platform_.advance(1'000);
  make_grant(0, 7'200);
  const auto count = [&](const std::string& query) {
    return get("/v1/events?type=grant.created" + query).at("items").as_array().size();
  };
  EXPECT_EQ(count(""), 3u);
  EXPECT_EQ(count("&from=" + instant(900)), 2u);
  EXPECT_EQ(count("&from=" + instant(900) + "&to=" + instant(1'900)), 1u);
  EXPECT_EQ(count("&to=" + instant(900)), 1u);
  EXPECT_EQ(count("&after=0&from=" + instant(900) + "&to=" + instant(1'900)), 1u);
  EXPECT_EQ(count("&from=" + instant(9'000)), 0u);
}

TEST_F(Events, OfASiteAreThoseOfItsDoorsAndNoOthers) {
  const std::string other_site = text(post("/v1/sites", R"({"name":"Annexe"})", 201), "id");
  post("/v1/doors", R"({"site_id":")" + other_site + R"(","name":"Back","zone":"Europe/Zurich"})", 201);
  const auto in = [&](const std::string& site) { return get("/v1/events?limit=200&site_id=" + site).at("items").as_array(); };
  const auto before = in(site_).size();
  issue("token");
  const auto events = in(site_);
  EXPECT_EQ(events.size(), before + 1);
  for (const json::Any& event : events) EXPECT_EQ(text(event, "site_id"), site_) << json::print(event);
  EXPECT_EQ(get("/v1/events?limit=200&site_id=" + site_ + "&door_id=" + door_).at("items").as_array(), events);
  EXPECT_EQ(get("/v1/events?limit=200&site_id=" + site_ + "&type=credential.issued").at("items").as_array().size(), 1u);
  EXPECT_TRUE(in(other_site).empty());
  EXPECT_EQ(platform_.send("GET", "/v1/events?site_id=" + door_).status, 400);
}

TEST_F(Events, AStreamOfASiteHasNothingOfTheWorkspaceBesideIt) {
  Following stream = follow("?site_id=" + site_, "data: ");
  stream.wait_until_begun();
  make_grant(0, 3'600);  // at no site
  issue("token");
  EXPECT_THAT(stream.text(), AllOf(HasSubstr("credential.issued"), Not(HasSubstr("grant.created"))));
}

// --- What a page costs ---

TEST(EventPages, RunAlongAnIndexWhateverTheFilter) {
  Plans plans;
  for (unsigned bits = 0; bits < 64; ++bits) {
    const usecases::EventFilters filters{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0, (bits & 16) != 0};
    const std::string_view sql = usecases::event_page_sql(filters, (bits & 32) != 0);
    const std::string plan = plans.of(sql);
    EXPECT_THAT(plan, Not(HasSubstr("SCAN"))) << sql;
    EXPECT_THAT(plan, Not(HasSubstr("TEMP B-TREE"))) << sql;
    const unsigned filter_bits = bits & 31;
    const char* expected = filter_bits == 1    ? "events_by_door (workspace=? AND door=? AND position>? AND position<?)"
                           : filter_bits == 2  ? "events_by_lock (workspace=? AND lock=? AND position>? AND position<?)"
                           : filter_bits == 4  ? "events_by_person (workspace=? AND person=? AND position>? AND position<?)"
                           : filter_bits == 8  ? "events_by_type (workspace=? AND type=? AND position>? AND position<?)"
                           : filter_bits == 16 ? "events_by_site (workspace=? AND site=? AND position>? AND position<?)"
                                               : "position>? AND position<?)";
    EXPECT_THAT(plan, HasSubstr(expected)) << sql;
  }
}

}  // namespace
}  // namespace cardea::server::api::testing
