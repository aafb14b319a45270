// SPDX-License-Identifier: Apache-2.0
#include "server/web/pages.hpp"

#include <gmock/gmock.h>

#include "server/base/run_to_end.hpp"

namespace cardea::server::web {
namespace {

using http::Request;
using http::Response;
using ::testing::HasSubstr;
using ::testing::Not;

const Assets planted = {
    {"/assets/app-1a2b.js", "aaaa", "let door = 1;", "gzipped", "brotlied"},
    {"/assets/tiny-3c4d.js", "bbbb", "1", "", ""},
    {"/index.html", "cccc", "<!DOCTYPE html>", "small page", ""},
    {"/sw.js", "dddd", "addEventListener", "", ""},
    {"/app.webmanifest", "eeee", "{}", "", ""},
};

class Pages : public ::testing::Test {
 protected:
  Response get(std::string_view path, std::vector<std::pair<std::string_view, std::string_view>> headers = {}) {
    return get_of(pages_, path, std::move(headers));
  }
  Response get_of(const http::Handler& pages, std::string_view path,
                  std::vector<std::pair<std::string_view, std::string_view>> headers = {}) {
    Request request;
    request.path = path;
    request.headers = std::move(headers);
    return run_to_end(loop_, pages(request));
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [one, value] : response.headers)
      if (one == name) return value;
    return "";
  }
  Loop loop_;
  http::Handler pages_ = pages_of(App::kConsole, planted);
};

TEST_F(Pages, HaveNothingOutsideOfTheApp) {
  for (const char* path :
       {"/../etc/passwd", "/assets/../index.html", "/assets/..%2findex.html", "/%2e%2e/etc/passwd", "/.env", "//evil.example/",
        "/assets/", "/assets/gone-9f9f.js", "/sw.js.map", "/v1", "/v1/nothing", "/a\\b", "index.html"}) {
    const Response response = get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff") << path;
    EXPECT_THAT(response.body, HasSubstr("route_not_found")) << path;
  }
}

TEST_F(Pages, AreKeptForAYearWhenTheirNameHasAHashAndAskedForAgainOtherwise) {
  EXPECT_EQ(header(get("/assets/app-1a2b.js"), "Cache-Control"), "public, max-age=31536000, immutable");
  for (const char* path : {"/", "/doors", "/index.html", "/sw.js", "/app.webmanifest"})
    EXPECT_EQ(header(get(path), "Cache-Control"), "no-cache") << path;
  EXPECT_EQ(header(get("/assets/gone-9f9f.js"), "Cache-Control"), "") << "then nobody keeps it";
}

TEST_F(Pages, AreIndexHtmlForEveryPathThatTheAppMakesAScreenOf) {
  for (const char* path : {"/", "/doors", "/doors/door_0123456789abcdef0123456789abcdef", "/sign-in/oidc", "/settings/"}) {
    const Response response = get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8") << path;
    EXPECT_EQ(response.body, "<!DOCTYPE html>") << path;
  }
}

TEST_F(Pages, ComeInTheCodingThatTheClientTakes) {
  const auto coded = [&](std::string_view takes, std::string_view path = "/assets/app-1a2b.js") {
    const Response response = get(path, {{"Accept-Encoding", takes}});
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
    return header(response, "Content-Encoding") + ":" + response.body;
  };
  EXPECT_EQ(coded("identity"), ":let door = 1;");
  EXPECT_EQ(coded("br;q=0, gzip;q=0.0"), ":let door = 1;");
  EXPECT_EQ(coded("brotli"), ":let door = 1;");
  EXPECT_EQ(coded("gzip, deflate"), "gzip:gzipped");
  EXPECT_EQ(coded("gzip, deflate, br"), "br:brotlied");
  EXPECT_EQ(coded("br;q=0, gzip;q=0.5"), "gzip:gzipped");
  EXPECT_EQ(coded("br", "/"), ":<!DOCTYPE html>") << "there is none of the page";
  EXPECT_EQ(coded("gzip, br", "/assets/tiny-3c4d.js"), ":1");
}

TEST_F(Pages, AreNotSentAgainToWhoHasThemInThatCoding) {
  const std::string tag = header(get("/sw.js"), "ETag");
  EXPECT_EQ(tag, "\"dddd\"");
  EXPECT_EQ(get("/sw.js", {{"If-None-Match", "\"other\""}}).status, 200);
  for (const std::string& known : {tag, "\"other\", " + tag, "W/" + tag, std::string("*")}) {
    const Response response = get("/sw.js", {{"If-None-Match", known}});
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header(response, "ETag"), tag);
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
  }
  const std::string gzip = header(get("/", {{"Accept-Encoding", "gzip"}}), "ETag");
  EXPECT_NE(gzip, header(get("/"), "ETag"));
  EXPECT_EQ(get("/", {{"If-None-Match", gzip}}).status, 200) << "it asks for another one";
}

TEST_F(Pages, SayWhatTheyAre) {
  EXPECT_EQ(get("/sw.js").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(get("/app.webmanifest").content_type, "application/manifest+json");
}

TEST_F(Pages, RunNoForeignScriptAndStandInNoForeignPage) {
  const auto phone = get_of(pages_of(App::kPhone, planted), "/");
  for (const Response& response : {get("/"), get("/assets/app-1a2b.js"), get("/assets/gone-9f9f.js"), phone}) {
    const std::string policy = header(response, "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'self'; "));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'; base-uri 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe-eval")));
    EXPECT_EQ(header(response, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header(response, "Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_THAT(header(response, "Permissions-Policy"), HasSubstr("geolocation=()"));
  }
  const std::string policy = header(phone, "Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("require-trusted-types-for 'script'; trusted-types cardea"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe-inline")));
  EXPECT_THAT(header(get("/"), "Permissions-Policy"), HasSubstr("bluetooth=()"));
  EXPECT_THAT(header(phone, "Permissions-Policy"), HasSubstr("bluetooth=(self)"));
}

}  // namespace
}  // namespace cardea::server::web
