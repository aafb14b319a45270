// SPDX-License-Identifier: Apache-2.0
#include "server/http/message.hpp"

#include <gtest/gtest.h>

#include "server/http/client.hpp"
#include "server/http/router.hpp"

namespace cardea::server::http {
namespace {

using Parameters = std::vector<std::pair<std::string_view, std::string>>;

TEST(Request, RefusesAQueryItDoesNotKnowOrCannotRead) {
  Request request;
  for (const char* query : {"limit=1&x=2", "limit=1&limit=2", "limit=%4", "limit=%zz", "%6=1"}) {
    request.query = query;
    const auto read = request.query_parameters({"limit"});
    ASSERT_FALSE(read.ok()) << query;
    EXPECT_EQ(read.error().code, "invalid_request");
  }
  request.query = "limit=%31+0&cursor=&&a";
  const auto read = request.query_parameters({"limit", "cursor", "a"});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ((*read)[0].second, "1 0");
  EXPECT_EQ(read->size(), 3u);
}

TEST(Request, AsksForJsonAndNothingElse) {
  Request request;
  request.body = "{}";
  EXPECT_EQ(request.expects_json().error().status, 415);
  request.headers = {{"Content-Type", "text/plain"}};
  EXPECT_EQ(request.expects_json().error().code, "unsupported_media_type");
  request.headers = {{"content-TYPE", "Application/JSON; charset=utf-8"}};
  EXPECT_TRUE(request.expects_json().ok());
  request.body = "";
  EXPECT_EQ(request.expects_json().error().code, "malformed");
}

TEST(Request, TurnsAnIdOfAnotherKindIntoNotFound) {
  Request request;
  request.parameters = {{"door_id", PersonId::make().text()}};
  EXPECT_EQ(request.id_of<DoorId>("door_id").error().code, "door_not_found");
  const auto door = DoorId::make();
  request.parameters = {{"door_id", door.text()}};
  EXPECT_EQ(*request.id_of<DoorId>("door_id"), door);
}

TEST(Response, WritesAProblemAsJsonWhateverItsTextHolds) {
  Problem problem{409, "already_exists", "a \"b\"\n\\ \xff \xc3\xbc", {{"/a", "b"}, {"c", "d"}}, "door_1"};
  problem.retry_after_s = 7;
  const Response response = response_of(problem);
  EXPECT_EQ(response.body,
            "{\"type\":\"urn:cardea:problem:already_exists\",\"title\":\"Conflict\",\"status\":409,\"code\":\"already_exists\","
            "\"detail\":\"a \\\"b\\\"\\u000a\\\\ \xef\xbf\xbd \xc3\xbc\",\"existing_id\":\"door_1\","
            "\"errors\":[{\"pointer\":\"/a\",\"detail\":\"b\"},{\"pointer\":\"c\",\"detail\":\"d\"}]}");
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.headers.front().second, "7");
}

Task<Response> nothing(const Request&) { co_return no_content(); }

TEST(Router, FindsLiteralsBeforeNamesAndDecodesThem) {
  Router router;
  router.add(Method::kGet, "/v1/doors", Permission::kDoorsRead, nothing);
  router.add(Method::kPost, "/v1/doors", Permission::kDoorsWrite, nothing);
  router.add(Method::kGet, "/v1/doors/{door_id}", Permission::kDoorsRead, nothing);
  router.add(Method::kGet, "/v1/doors/all", Permission::kDoorsRead, nothing);
  router.add(Method::kGet, "/v1/doors/{door_id}/lock", Permission::kLocksRead, nothing);
  Parameters parameters;
  for (const char* path :
       {"", "/", "/v1", "/v1/doors/", "/v1/doors/a/", "/v1/doors/a/b", "/v1/doors//lock", "/v1/doors/%g0", "v1/doors"})
    EXPECT_EQ(router.find(Method::kGet, path, parameters).error().code, "route_not_found") << path;
  EXPECT_EQ(router.find(Method::kDelete, "/v1/doors", parameters).error().status, 405);
  EXPECT_EQ(router.allowed_at("/v1/doors"), "GET, POST");
  parameters.clear();
  EXPECT_EQ((*router.find(Method::kGet, "/v1/doors/all", parameters))->path, "/v1/doors/all");
  EXPECT_TRUE(parameters.empty());
  EXPECT_EQ((*router.find(Method::kGet, "/v1/doors/a%2Fb/lock", parameters))->permission, Permission::kLocksRead);
  EXPECT_EQ(parameters, (Parameters{{"door_id", "a/b"}}));
}

TEST(BaseUrl, RefusesWhatItCannotReach) {
  for (const char* text : {"", "127.0.0.1:8480", "ftp://a", "http://", "http://:80", "http://a:", "http://a:x",
                           "http://a:123456", "http://u@a", "http://[::1", "http://[::1]x", "http://a/?q"})
    EXPECT_FALSE(parse_base_url(text).has_value()) << text;
  EXPECT_EQ(parse_base_url("http://[::1]:8480/base/")->prefix, "/base");
  EXPECT_EQ(parse_base_url("http://[::1]:8480/base/")->host, "::1");
  EXPECT_EQ(parse_base_url("http://cardea.example")->port, "80");
}

}  // namespace
}  // namespace cardea::server::http
