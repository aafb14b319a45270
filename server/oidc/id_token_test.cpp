// SPDX-License-Identifier: Apache-2.0
#include "server/oidc/id_token.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "server/oidc/testing/soft_issuer.hpp"

namespace cardea::server::oidc {
namespace {

using testing::SoftIssuer;

constexpr UnixSeconds at{1'800'000'000};

class IdToken : public ::testing::Test {
 protected:
  /// The claims of a good token, with some of them written otherwise; "" leaves one out.
  static std::string claims(const std::map<std::string, std::string>& other = {}) {
    std::map<std::string, std::string> all = {{"iss", R"("https://id.example")"},
                                              {"sub", R"("ada-1")"},
                                              {"aud", R"("cardea")"},
                                              {"exp", std::to_string(at.value + 300)},
                                              {"iat", std::to_string(at.value)},
                                              {"nonce", R"("n-1")"}};
    for (const auto& [name, value] : other) all[name] = value;
    std::string out;
    for (const auto& [name, value] : all)
      if (!value.empty()) out += fmt::format(R"({}"{}":{})", out.empty() ? "{" : ",", name, value);
    return out + "}";
  }
  static auto check(const std::string& text) {
    return check_id_token(keys, issuer.token("1", text), {"https://id.example", "cardea", "n-1", at});
  }
  static void expect_refused(const std::map<std::string, std::string>& other, std::string_view why) {
    const auto checked = check(claims(other));
    ASSERT_FALSE(checked.ok()) << claims(other);
    EXPECT_NE(checked.error().why.find(why), std::string::npos) << checked.error().why;
    EXPECT_FALSE(checked.error().key_is_unknown);
  }
  static std::string seconds(std::int64_t from_now) { return std::to_string(static_cast<std::int64_t>(at.value) + from_now); }

  inline static const SoftIssuer issuer{"P-256"};
  inline static const Keys keys = Keys::parse(issuer.keys("1")).value();
};

TEST_F(IdToken, RefusesAnotherIssuer) {
  for (const char* other : {R"("https://id.example/")", R"("https://id.example.evil.example")", R"("HTTPS://id.example")", "1",
                            R"(["https://id.example"])", ""})
    expect_refused({{"iss", other}}, "another issuer");
}

TEST_F(IdToken, RefusesTheTokenOfAnotherClient) {
  for (const char* other : {R"("another")", R"(["another"])", "[]", "", "1", R"("cardea ")", R"({"cardea":1})"})
    expect_refused({{"aud", other}}, "audience");
  expect_refused({{"aud", R"(["cardea","another"])"}}, "audience");
  expect_refused({{"aud", R"(["cardea","another"])"}, {"azp", R"("another")"}}, "audience");
  expect_refused({{"azp", R"("another")"}}, "audience");
  expect_refused({{"azp", "null"}}, "audience");
}

TEST_F(IdToken, RefusesWhatHasExpiredOrIsNotOfNow) {
  expect_refused({{"exp", seconds(-60)}}, "expired");
  expect_refused({{"exp", seconds(-1'000'000)}}, "expired");
  expect_refused({{"iat", seconds(61)}}, "future");
  expect_refused({{"iat", seconds(-660)}}, "too long ago");
  expect_refused({{"nbf", seconds(61)}}, "not good yet");
  expect_refused({{"nbf", R"("now")"}}, "not good yet");
  for (const char* name : {"exp", "iat"})
    for (const char* value : {"", R"("1800000300")", "-1", "1e300", "null", "true"})
      expect_refused({{name, value}}, "does not say");
}

TEST_F(IdToken, RefusesTheNonceOfAnotherSignIn) {
  for (const char* other : {R"("n-2")", R"("")", "", "1", R"("n-1 ")", R"(["n-1"])"})
    expect_refused({{"nonce", other}}, "nonce");
  const std::string without = issuer.token("1", claims({{"nonce", ""}}));
  EXPECT_FALSE(check_id_token(keys, without, {"https://id.example", "cardea", "", at}).ok()) << "no nonce is no nonce";
}

TEST_F(IdToken, RefusesASubjectThatNamesNobody) {
  for (const std::string& other : {std::string(), std::string(R"("")"), std::string("1"), '"' + std::string(256, 'a') + '"',
                                   std::string(R"("a\u0000b")"), std::string(R"("adä")")})
    expect_refused({{"sub", other}}, "subject");
}

TEST_F(IdToken, RefusesClaimsThatSayAThingTwice) {
  std::string twice = claims();
  twice.insert(1, R"("sub":"eve-1",)");
  EXPECT_FALSE(check(twice).ok());
  EXPECT_FALSE(check("[]").ok());
  EXPECT_FALSE(check("").ok());
}

TEST_F(IdToken, AsksForTheKeysAgainOnlyWhenTheKeyIsUnknown) {
  const Expected expected{"https://id.example", "cardea", "n-1", at};
  const auto unknown = check_id_token(keys, issuer.token("2", claims()), expected);
  ASSERT_FALSE(unknown.ok());
  EXPECT_TRUE(unknown.error().key_is_unknown);
  const auto forged = check_id_token(keys, SoftIssuer("P-256").token("1", claims()), expected);
  ASSERT_FALSE(forged.ok());
  EXPECT_FALSE(forged.error().key_is_unknown);
}

TEST_F(IdToken, DoesNotTakeAnAddressForVerifiedUnlessTheProviderSaysSo) {
  for (const char* verified : {"", "false", R"("true")", "1", "null"}) {
    const auto checked = check(claims({{"email", R"("ada@example.org")"}, {"email_verified", verified}}));
    ASSERT_TRUE(checked.ok()) << verified;
    EXPECT_EQ(checked->email, "ada@example.org");
    EXPECT_FALSE(checked->email_verified) << verified;
  }
  const auto nobodys = check(claims({{"email_verified", "true"}}));
  ASSERT_TRUE(nobodys.ok());
  EXPECT_FALSE(nobodys->email_verified);
}

TEST_F(IdToken, SaysWhoHasSignedIn) {
  for (const char* audience : {R"("cardea")", R"(["cardea"])"}) {
    const auto checked = check(claims({{"aud", audience}, {"email", R"("ada@example.org")"}, {"email_verified", "true"}}));
    ASSERT_TRUE(checked.ok());
    EXPECT_EQ(checked->issuer, "https://id.example");
    EXPECT_EQ(checked->subject, "ada-1");
    EXPECT_TRUE(checked->email_verified);
  }
  EXPECT_TRUE(check(claims({{"aud", R"(["another","cardea"])"}, {"azp", R"("cardea")"}})).ok());
  EXPECT_TRUE(check(claims({{"exp", seconds(-59)}, {"iat", seconds(-300)}})).ok()) << "clocks differ by a minute at most";
  EXPECT_TRUE(check(claims({{"exp", "1800000300.5"}})).ok());
}

}  // namespace
}  // namespace cardea::server::oidc
