// SPDX-License-Identifier: Apache-2.0
// Against a provider that says what it likes. tests/e2e/oidc_test.py has an honest one, glewlwyd.
#include "server/oidc/provider.hpp"

#include <gtest/gtest.h>

#include "server/base/run_to_end.hpp"
#include "server/oidc/sign_ins.hpp"
#include "server/oidc/testing/soft_provider.hpp"

namespace cardea::server::oidc {
namespace {

using testing::SoftIssuer;
using testing::SoftProvider;

class AtTheProvider : public ::testing::Test {
 protected:
  void connect(const ProviderOptions& options) {
    provider_ = std::make_unique<Provider>(
        loop_, options, [this] { return UnixSeconds{now().value + ahead_s_}; },
        [this](const std::string& what) { trouble_ = what; });
  }
  Outcome<std::string> begin() {
    if (!provider_) connect(there_.options());
    journey_ = make_journey("https://console.example/sign-in/oidc");
    return run_to_end(loop_, provider_->authorization_url(journey_));
  }
  Outcome<Identity> come_back(const std::map<std::string, std::string>& claims = {}) {
    const auto url = begin();
    if (!url) return url.error();
    return redeem(there_.sign_in(*url, claims));
  }
  Outcome<Identity> redeem(const std::string& code) { return run_to_end(loop_, provider_->redeem(journey_, code)); }

  void expect_unavailable(std::string_view why) {
    const auto came = come_back();
    ASSERT_FALSE(came.ok());
    EXPECT_EQ(came.error().status, 503);
    EXPECT_EQ(came.error().code, "oidc_unavailable");
    EXPECT_NE(trouble_.find(why), std::string::npos) << trouble_;
    EXPECT_EQ(came.error().detail.find(why), std::string::npos) << "what the log says is not for strangers";
  }
  void expect_refused(std::string_view why) {
    const auto came = come_back();
    ASSERT_FALSE(came.ok()) << why;
    EXPECT_EQ(came.error().code, "oidc_refused");
    EXPECT_NE(trouble_.find(why), std::string::npos) << trouble_;
  }

  SoftProvider there_;
  Loop loop_;
  std::uint64_t ahead_s_ = 0;
  std::string trouble_;
  Journey journey_;
  std::unique_ptr<Provider> provider_;
};

TEST_F(AtTheProvider, RefusesOptionsThatAreNone) {
  for (const char* issuer :
       {"", "id.example.org", "http://id.example.org", "https://", "https:///x", "https://a@id.example.org",
        "https://id.example.org?x", "https://id.example.org#x", "https://id.example.org/a b"})
    EXPECT_NE(complaint_about({issuer, "cardea", "", ""}), "") << issuer;
  EXPECT_NE(complaint_about({"https://id.example.org", "", "", ""}), "");
  EXPECT_NE(complaint_about({"https://id.example.org", "cardea", "a\nb", ""}), "");
  EXPECT_EQ(complaint_about({"https://id.example.org/realms/house", "cardea", "", ""}), "");
}

TEST_F(AtTheProvider, RefusesAProviderThatCallsItselfOtherwise) {
  there_.saying.metadata = {{"issuer", R"("https://id.evil.example")"}};
  expect_unavailable("https://id.evil.example");
}

TEST_F(AtTheProvider, RefusesEndpointsThatAreMissingOrWithoutTls) {
  for (const char* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"})
    for (const char* value : {R"("http://localhost/x")", R"("file:///etc/passwd")", R"("")", "", "1"}) {
      there_.saying.metadata = {{name, value}};
      expect_unavailable("not all https");
    }
}

TEST_F(AtTheProvider, FollowsNoRedirectAndReadsNoEnd) {
  for (const std::string path : {"/.well-known/openid-configuration", "/token", "/keys"}) {
    provider_.reset();
    there_.saying.answer = [&](std::string_view asked) -> std::optional<http::Response> {
      if (asked != path) return std::nullopt;
      return http::Response{302, "", "", {{"Location", there_.issuer() + "/elsewhere"}}};
    };
    expect_unavailable("302");
    there_.saying.answer = [&](std::string_view asked) -> std::optional<http::Response> {
      if (asked != path) return std::nullopt;
      return http::json_response(200, std::string(300 * 1'024, ' '));
    };
    expect_unavailable(path);
    there_.saying.answer = [&](std::string_view asked) -> std::optional<http::Response> {
      if (asked != path) return std::nullopt;
      return http::json_response(200, "[]");
    };
    expect_unavailable(path);
    there_.saying.answer = nullptr;
  }
}

TEST_F(AtTheProvider, RefusesACertificateOfAnotherAuthority) {
  ProviderOptions options = there_.options();
  options.ca_file = "/etc/ssl/certs/ca-certificates.crt";
  connect(options);
  expect_unavailable("certificate");
}

TEST_F(AtTheProvider, RefusesTokensThatAreNotOfThisSignIn) {
  there_.saying.claims = {{"aud", R"("another")"}};
  expect_refused("audience");
  there_.saying.claims = {{"exp", "1700000000"}};
  expect_refused("expired");
  there_.saying.claims = {{"nonce", R"("another")"}};
  expect_refused("nonce");
  there_.saying.claims = {{"iss", R"("https://id.evil.example")"}};
  expect_refused("issuer");
  there_.saying.claims = {};
  there_.saying.token = [](const std::string& claims) {
    return testing::base64url_of_text(R"({"alg":"none"})") + "." + testing::base64url_of_text(claims) + ".";
  };
  expect_refused("none of RS256");
  for (const std::string& secret : {std::string(SoftProvider::client_secret), there_.issuer_key.keys("1")}) {
    there_.saying.token = [&](const std::string& claims) {
      return SoftIssuer::with_shared_secret(R"({"alg":"HS256","kid":"1"})", claims, secret);
    };
    expect_refused("none of RS256");
  }
  there_.saying.token = [](const std::string& claims) { return SoftIssuer("P-256").token("1", claims); };
  expect_refused("signature");
}

TEST_F(AtTheProvider, TellsAVisitorsMistakeFromItsOwn) {
  ASSERT_TRUE(begin().ok());
  const auto unknown = redeem("code-that-nobody-has");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code, "oidc_refused");
  there_.saying.answer = [](std::string_view path) -> std::optional<http::Response> {
    if (path != "/token") return std::nullopt;
    return http::json_response(401, R"({"error":"invalid_client"})");
  };
  expect_unavailable("invalid_client");
}

TEST_F(AtTheProvider, RefusesTheCodeOfAnotherSignIn) {
  const auto first = begin();
  ASSERT_TRUE(first.ok());
  const std::string code = there_.sign_in(*first, {});
  ASSERT_TRUE(begin().ok());
  const auto other = redeem(code);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, "oidc_refused");
}

TEST_F(AtTheProvider, ReadsTheKeysAgainForANewOneAndAtMostOnceAMinute) {
  ASSERT_TRUE(come_back().ok());
  ASSERT_TRUE(come_back().ok());
  EXPECT_EQ(there_.count("/keys"), 1);
  const SoftIssuer fresh("Ed25519");
  there_.saying.token = [&](const std::string& claims) { return fresh.token("2", claims); };
  there_.saying.keys = fresh.keys("2");
  EXPECT_TRUE(come_back().ok());
  EXPECT_EQ(there_.count("/keys"), 2);
  there_.saying.token = [&](const std::string& claims) { return fresh.token("3", claims); };
  for (int i = 0; i < 5; ++i) expect_refused("does not publish");
  EXPECT_EQ(there_.count("/keys"), 2);
  ahead_s_ = 60;
  expect_refused("does not publish");
  EXPECT_EQ(there_.count("/keys"), 3);
}

TEST_F(AtTheProvider, ShowsItsSecretInTheWayThatTheProviderTakes) {
  ASSERT_TRUE(come_back().ok());
  EXPECT_EQ(there_.authorization(), "Basic Y2FyZGVhOmElMjBzZWNyZXQlM0ElMjB3aXRoJTIwJTI1");  // cardea:a%20secret%3A%20with%20%25
  EXPECT_EQ(there_.form().find("secret"), std::string::npos);
  provider_.reset();
  there_.saying.metadata = {{"token_endpoint_auth_methods_supported", R"(["client_secret_post"])"}};
  ASSERT_TRUE(come_back().ok());
  EXPECT_EQ(there_.authorization(), "");
  EXPECT_EQ(SoftProvider::member(there_.form(), "client_secret"), "a%20secret%3A%20with%20%25");
  ProviderOptions without = there_.options();
  without.client_secret.clear();
  connect(without);
  ASSERT_TRUE(come_back().ok());
  EXPECT_EQ(there_.form().find("secret"), std::string::npos);
  EXPECT_EQ(SoftProvider::member(there_.form(), "client_id"), "cardea");
}

TEST_F(AtTheProvider, SaysWhoCameBack) {
  const auto came = come_back({{"sub", R"("eve-1")"}, {"email", R"("eve@example.org")"}, {"email_verified", "true"}});
  ASSERT_TRUE(came.ok());
  EXPECT_EQ(came->issuer, there_.issuer());
  EXPECT_EQ(came->subject, "eve-1");
  EXPECT_EQ(came->email, "eve@example.org");
  EXPECT_TRUE(came->email_verified);
}

TEST_F(AtTheProvider, DoesNothingMoreOnceItWasStopped) {
  ASSERT_TRUE(come_back().ok());
  provider_->stop();
  expect_unavailable("the platform stops");
}

}  // namespace
}  // namespace cardea::server::oidc
