// SPDX-License-Identifier: Apache-2.0
// Signing in at a provider, where it meets the rest of an operator's life. The provider here says what the test wants; the
// honest one is in tests/e2e/oidc_test.py.
#include <gtest/gtest.h>

#include "server/api/testing/platform.hpp"
#include "server/json/json.hpp"
#include "server/oidc/testing/soft_provider.hpp"

namespace cardea::server::api::testing {
namespace {

using oidc::testing::SoftProvider;

constexpr const char* password = "correct horse battery";

class OidcSignIn : public ::testing::Test {
 protected:
  OidcSignIn() { platform_.use_provider(there_.options()); }

  boost::json::object send(std::string_view method, const std::string& path, const boost::json::object& body,
                           std::string_view key, std::uint16_t status, std::string_view code = {}) {
    const auto answer = platform_.send(method, path, body.empty() ? std::string() : boost::json::serialize(body), key);
    EXPECT_EQ(answer.status, status) << method << " " << path << ": " << answer.body;
    const auto parsed = json::parse(answer.body);
    boost::json::object out = parsed && parsed->is_object() ? parsed->as_object() : boost::json::object{};
    EXPECT_EQ(code.empty() ? std::string() : text(out, "code"), code) << answer.body;
    return out;
  }
  static std::string text(const boost::json::object& object, std::string_view name) {
    const auto* member = object.if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
  }

  boost::json::object invite(const std::string& name, const std::string& role, std::string_view key = "own") {
    return send("POST", "/v1/operators", {{"name", name}, {"email", name + "@example.org"}, {"role", role}}, key, 201);
  }
  /// With a password, signed in by it.
  std::string make(const std::string& name, const std::string& role, std::string_view key = "own") {
    const std::string invitation = text(invite(name, role, key), "invitation");
    send("POST", "/v1/invitations/accept", {{"invitation", invitation}, {"password", password}}, "", 200);
    const auto about = send("POST", "/v1/sessions", {{"email", name + "@example.org"}, {"password", password}}, "", 201);
    workspace_ = text(about, "workspace_id");
    return text(about, "token");
  }
  /// The way to the provider and back, for an account there.
  boost::json::object there_and_back(const boost::json::object& offer, const std::string& account) {
    const std::string url = text(offer, "authorization_url");
    const std::string code = there_.sign_in(url, {{"sub", '"' + account + '"'}});
    return {{"handle", text(offer, "handle")}, {"state", SoftProvider::member(url, "state")}, {"code", code}};
  }
  boost::json::object begin(const boost::json::object& more = {}) {
    boost::json::object body{{"redirect_uri", "https://cardea.test/sign-in/oidc"}};
    for (const auto& [name, value] : more) body[name] = value;
    return send("POST", "/v1/oidc-sign-ins", body, "", 201);
  }
  boost::json::object sign_in(const std::string& account, std::uint16_t status, std::string_view code = {},
                              const boost::json::object& more = {}) {
    return send("POST", "/v1/sessions/oidc", there_and_back(begin(more), account), "", status, code);
  }
  void link(const std::string& account, const std::string& session) {
    const auto offer = send("POST", "/v1/account/oidc-links/begin", {{"password", password}}, session, 201);
    send("POST", "/v1/account/oidc-links", there_and_back(offer, account), session, 201);
  }

  SoftProvider there_;
  Platform platform_;
  std::string workspace_;
};

TEST_F(OidcSignIn, RefusesAnAccountOfSeveralWorkspacesThatNamesNone) {
  link("ada-1", make("ada", "owner", platform_.stranger().api_key));
  const std::string theirs = workspace_;
  EXPECT_EQ(text(sign_in("ada-1", 201), "workspace_id"), theirs);
  link("ada-1", make("bea", "support"));
  sign_in("ada-1", 403, "oidc_not_linked");
  EXPECT_EQ(text(sign_in("ada-1", 201, {}, {{"workspace_id", theirs}}), "workspace_id"), theirs);
  EXPECT_EQ(text(sign_in("ada-1", 201, {}, {{"workspace_id", workspace_}}), "workspace_id"), workspace_);
  sign_in("ada-1", 403, "oidc_not_linked", {{"workspace_id", "workspace_" + std::string(32, '0')}});
}

TEST_F(OidcSignIn, RefusesWhoeverComesBackAfterTenMinutes) {
  link("ada-1", make("ada", "owner"));
  const auto back = there_and_back(begin(), "ada-1");
  platform_.advance(600);
  send("POST", "/v1/sessions/oidc", back, "", 403, "oidc_refused");
}

TEST_F(OidcSignIn, RefusesALinkThatSomebodyElseBegan) {
  const std::string ada = make("ada", "owner");
  const std::string eve = make("eve", "manager");
  const auto offer = send("POST", "/v1/account/oidc-links/begin", {{"password", password}}, ada, 201);
  send("POST", "/v1/account/oidc-links", there_and_back(offer, "eve-1"), eve, 403, "oidc_refused");
  link("ada-1", ada);
  const auto hers = send("POST", "/v1/account/oidc-links/begin", {{"password", password}}, eve, 201);
  send("POST", "/v1/account/oidc-links", there_and_back(hers, "ada-1"), eve, 409, "oidc_taken");
}

TEST_F(OidcSignIn, LosesItsLinkWithAnApprovedRecovery) {
  const std::string ada = make("ada", "owner");
  link("ada-1", ada);
  const auto account = send("GET", "/v1/account", {}, ada, 200);
  const std::string id = text(account.at("operator").as_object(), "id");
  send("POST", "/v1/recoveries", {{"email", "ada@example.org"}}, "", 202);
  platform_.run_upkeep();
  const std::string mail = platform_.newest_mail("ada@example.org");
  const std::string word = mail.substr(mail.find("cardea_recovery_"), std::string_view("cardea_recovery_").size() + 64);
  send("POST", "/v1/operators/" + id + "/recovery/approve", {}, "own", 200);
  send("POST", "/v1/recoveries/complete", {{"recovery", word}, {"password", "another long password"}}, "", 200);
  sign_in("ada-1", 403, "oidc_not_linked");
}

TEST_F(OidcSignIn, EndsARecoveryThatSomebodyElseAskedFor) {
  const std::string ada = make("ada", "owner");
  link("ada-1", ada);
  send("POST", "/v1/recoveries", {{"email", "ada@example.org"}}, "", 202);
  platform_.run_upkeep();
  sign_in("ada-1", 201);
  const auto account = send("GET", "/v1/account", {}, ada, 200);
  EXPECT_TRUE(account.at("operator").as_object().at("recovery").is_null());
}

TEST_F(OidcSignIn, OfAnOwnerWithoutAPasswordIsAWayInThatTheWorkspaceKeeps) {
  const auto invited = invite("ada", "owner");
  const std::string id = text(invited.at("operator").as_object(), "id");
  const auto session = sign_in("ada-1", 201, {}, {{"invitation", text(invited, "invitation")}});
  EXPECT_EQ(text(session.at("operator").as_object(), "state"), "active");
  send("POST", "/v1/operators/" + id + "/end", {}, "own", 409, "last_owner");
  send("POST", "/v1/sessions", {{"email", "ada@example.org"}, {"password", password}}, "", 401, "sign_in_refused");
  // There is no password that a mail could set.
  send("POST", "/v1/recoveries", {{"email", "ada@example.org"}}, "", 202);
  platform_.run_upkeep();
  EXPECT_EQ(platform_.newest_mail("ada@example.org").find("cardea_recovery_"), std::string::npos);
}

TEST_F(OidcSignIn, PutsTheSessionIntoACookieWhenItIsAskedTo) {
  link("ada-1", make("ada", "owner"));
  boost::json::object back = there_and_back(begin(), "ada-1");
  back["cookie"] = true;
  const auto answer = platform_.send("POST", "/v1/sessions/oidc", boost::json::serialize(back), "");
  ASSERT_EQ(answer.status, 201) << answer.body;
  EXPECT_NE(answer.body.find(R"("token":null)"), std::string::npos);
}

}  // namespace
}  // namespace cardea::server::api::testing
