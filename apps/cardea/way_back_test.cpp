// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/way_back.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "apps/cardea/stop.hpp"
#include "server/http/client.hpp"

namespace cardea::client {
namespace {

/// What a browser gets at the way back, with this query.
int visit(const WayBack& way_back, const std::string& query) {
  const std::string uri = way_back.redirect_uri();
  const std::size_t slash = uri.find('/', std::string_view("http://").size());
  server::http::Client client(server::http::parse_base_url(uri.substr(0, slash)).value());
  server::http::ClientRequest request;
  request.method = "GET";
  request.path = uri.substr(slash) + query;
  const auto answer = client.send(request);
  return answer ? answer->status : 0;
}

TEST(QueryMember, IsDecodedAndOnlyItsOwn) {
  EXPECT_EQ(query_member("", "code"), "");
  EXPECT_EQ(query_member("xcode=1&code", "code"), "");
  EXPECT_EQ(query_member("state=a&code=b%2Fc+d%zz%4", "code"), "b/c d%zz%4");
  EXPECT_EQ(query_member("code=1&code=2", "code"), "1");
}

TEST(WayBack, TakesNothingThatCameWithAnotherState) {
  WayBack way_back(0);
  std::thread browser([&] {
    EXPECT_EQ(visit(way_back, ""), 400);
    EXPECT_EQ(visit(way_back, "?code=stolen"), 400);
    EXPECT_EQ(visit(way_back, "?code=stolen&state=another"), 400);
    EXPECT_EQ(visit(way_back, "?code=mine&state=s&iss=https%3A%2F%2Fid.example"), 200);
  });
  EXPECT_EQ(way_back.wait_for_code("s"), "mine");
  browser.join();
}

TEST(WayBack, SaysWhatTheProviderSays) {
  WayBack way_back(0);
  std::thread browser([&] { EXPECT_EQ(visit(way_back, "?state=s&error=access_denied"), 200); });
  try {
    way_back.wait_for_code("s");
    ADD_FAILURE() << "it was taken for a code";
  } catch (const Stop& stop) {
    EXPECT_EQ(stop.status(), ExitStatus::kRefused);
    EXPECT_NE(std::string(stop.what()).find("access_denied"), std::string::npos);
  }
  browser.join();
}

TEST(WayBack, RefusesAPortThatIsTaken) {
  const WayBack first(0);
  const std::string uri = first.redirect_uri();
  const auto port = static_cast<std::uint16_t>(std::stoi(uri.substr(uri.find(':', 6) + 1)));
  EXPECT_THROW(WayBack{port}, Stop);
}

}  // namespace
}  // namespace cardea::client
