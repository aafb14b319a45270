// SPDX-License-Identifier: Apache-2.0
// Operators, sign-in and recovery, through HTTP as an attacker and a person meet them.
#include <gtest/gtest.h>

#include <array>

#include "server/api/testing/platform.hpp"
#include "server/api/testing/soft_authenticator.hpp"
#include "server/auth/totp.hpp"
#include "server/json/json.hpp"

namespace cardea::server::api::testing {
namespace {

constexpr std::string_view password = "correct horse battery";

class Identity : public ::testing::Test {
 protected:
  struct Answer {
    std::uint16_t status = 0;
    json::Any body;
    std::string raw;
    [[nodiscard]] std::string text(std::string_view name) const {
      const auto* member = body.is_object() ? body.as_object().if_contains(name) : nullptr;
      return member != nullptr && member->is_string() ? std::string(member->as_string()) : std::string();
    }
  };

  Answer send(std::string_view method, const std::string& path, const std::string& body = {}, std::string_view key = "own") {
    const auto answer = platform_.send(method, path, body, key);
    auto parsed = json::parse(answer.body);
    return {answer.status, parsed ? *parsed : json::Any{}, answer.body};
  }
  static std::string object(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
    boost::json::object out;
    for (const auto& [name, value] : members) out.emplace(name, value);
    return json::print(out);
  }

  struct Person {
    std::string id, email;
  };
  Person make(const std::string& name, const std::string& role, std::string_view key = "own") {
    const std::string email = name + "@example.org";
    const Answer invited = send("POST", "/v1/operators", object({{"name", name}, {"email", email}, {"role", role}}), key);
    EXPECT_EQ(invited.status, 201) << invited.raw;
    const Answer accepted = send("POST", "/v1/invitations/accept",
                                 object({{"invitation", invited.text("invitation")}, {"password", password}}), "");
    EXPECT_EQ(accepted.status, 200) << accepted.raw;
    return {accepted.text("id"), email};
  }
  Answer sign_in(const std::string& email, std::string_view with = password, std::string_view code = {}) {
    if (code.empty()) return send("POST", "/v1/sessions", object({{"email", email}, {"password", with}}), "");
    return send("POST", "/v1/sessions", object({{"email", email}, {"password", with}, {"code", code}}), "");
  }
  std::string token_of(const Person& who, std::string_view code = {}) {
    const Answer answer = sign_in(who.email, password, code);
    EXPECT_EQ(answer.status, 201) << answer.raw;
    return answer.text("token");
  }

  /// Turns the second factor on; the key of the app.
  TotpKey enrol(const std::string& token, std::vector<std::string>* codes = nullptr) {
    const Answer offer = send("POST", "/v1/account/totp", object({{"password", password}}), token);
    EXPECT_EQ(offer.status, 201) << offer.raw;
    const TotpKey key = key_of_text(offer.text("secret"));
    const Answer confirmed = send("POST", "/v1/account/totp/confirm", object({{"code", next_code(key)}}), token);
    EXPECT_EQ(confirmed.status, 200) << confirmed.raw;
    if (codes != nullptr)
      for (const auto& code : confirmed.body.at("recovery_codes").as_array()) codes->emplace_back(code.as_string());
    return key;
  }
  static TotpKey key_of_text(const std::string& base32) {
    TotpKey key;
    std::uint32_t bits = 0;
    int count = 0;
    std::size_t at = 0;
    for (const char c : base32) {
      bits = bits << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
      if ((count += 5) >= 8) key.mutable_bytes()[at++] = static_cast<std::uint8_t>(bits >> (count -= 8));
    }
    return key;
  }
  /// The code of the next step, so that none comes twice.
  std::string next_code(const TotpKey& key) {
    advance(totp_step_s);
    return totp_code(key, (now().value + ahead_s_) / totp_step_s);
  }
  void advance(std::uint64_t seconds) {
    ahead_s_ += seconds;
    platform_.advance(seconds);
  }

  std::string ask_recovery(const Person& who) {
    EXPECT_EQ(send("POST", "/v1/recoveries", object({{"email", who.email}}), "").status, 202);
    platform_.run_upkeep();
    return word_of(platform_.newest_mail(who.email));
  }
  static std::string word_of(const std::string& mail) {
    const std::size_t at = mail.find("cardea_recovery_");
    return at == std::string::npos ? "" : mail.substr(at, 16 + 64);
  }
  Answer complete(const std::string& word, std::string_view fresh = "another good password", std::string_view code = {}) {
    if (code.empty()) return send("POST", "/v1/recoveries/complete", object({{"recovery", word}, {"password", fresh}}), "");
    return send("POST", "/v1/recoveries/complete", object({{"recovery", word}, {"password", fresh}, {"code", code}}), "");
  }
  using SoftAuthenticator = server::testing::SoftAuthenticator;
  Answer register_passkey(const SoftAuthenticator& authenticator, const std::string& token) {
    const Answer offer = send("POST", "/v1/account/passkeys/begin", object({{"password", password}}), token);
    EXPECT_EQ(offer.status, 201) << offer.raw;
    const NewPasskeyAnswer made = authenticator.create(offer.text("challenge"));
    return send("POST", "/v1/account/passkeys",
                object({{"name", "phone"},
                        {"client_data", base64url_of(made.client_data)},
                        {"authenticator_data", base64url_of(made.authenticator_data)}}),
                token);
  }
  Answer sign_in_with(const SoftAuthenticator& authenticator, std::string challenge = {}) {
    if (challenge.empty()) challenge = send("POST", "/v1/passkey-challenges", {}, "").text("challenge");
    const PasskeyAnswer made = authenticator.get(challenge);
    return send("POST", "/v1/sessions/passkey",
                object({{"credential_id", authenticator.id()},
                        {"client_data", base64url_of(made.client_data)},
                        {"authenticator_data", base64url_of(made.authenticator_data)},
                        {"signature", base64url_of(made.signature)}}),
                "");
  }

  std::vector<std::string> events_of(std::string_view type) {
    std::vector<std::string> out;
    const Answer page = send("GET", "/v1/events?limit=200&type=" + std::string(type));
    for (const auto& event : page.body.at("items").as_array()) out.push_back(json::print(event));
    return out;
  }

  Platform platform_;
  std::uint64_t ahead_s_ = 0;
};

// --- Operators ---

TEST_F(Identity, NobodyGivesAwayOrTakesAwayMoreThanTheyHave) {
  const Person owner = make("owner", "owner");
  const Answer key =
      send("POST", "/v1/api-keys", R"({"name":"k","permissions":["operators:write","operators:read","sites:read"]})");
  const std::string weak = key.text("key");
  for (const char* role : {"owner", "manager", "auditor", "support", "installer"})
    EXPECT_EQ(send("POST", "/v1/operators", object({{"name", "x"}, {"email", "x@example.org"}, {"role", role}}), weak).status,
              403);
  const std::string path = "/v1/operators/" + owner.id;
  EXPECT_EQ(send("PATCH", path, R"({"role":"support"})", weak).status, 403);
  EXPECT_EQ(send("PATCH", path, R"({"name":"Eve"})", weak).status, 403);
  EXPECT_EQ(send("POST", path + "/end", {}, weak).status, 403);
  EXPECT_EQ(send("POST", path + "/end-sessions", {}, weak).status, 403);
  EXPECT_EQ(send("GET", path).text("role"), "owner");
}

TEST_F(Identity, AKeyNamesEachPermissionOnce) {
  const Answer twice = send("POST", "/v1/api-keys", R"({"name":"k","permissions":["doors:read","doors:read"]})");
  EXPECT_EQ(twice.status, 400) << json::print(twice.body);
  EXPECT_NE(json::print(twice.body).find("/permissions/1"), std::string::npos) << json::print(twice.body);
}

TEST_F(Identity, TheLastOwnerWhoCanSignInStays) {
  const Person first = make("first", "owner");
  const std::string path = "/v1/operators/" + first.id;
  // Invited is not yet an owner who can sign in.
  send("POST", "/v1/operators", object({{"name", "new"}, {"email", "new@example.org"}, {"role", "owner"}}));
  EXPECT_EQ(send("PATCH", path, R"({"role":"manager"})").text("code"), "last_owner");
  EXPECT_EQ(send("POST", path + "/end").text("code"), "last_owner");
  make("second", "owner");
  EXPECT_EQ(send("POST", path + "/end").text("state"), "ended");
}

TEST_F(Identity, AnEndedOperatorIsOutAtOnceAndNothingOfTheAccountIsLeft) {
  const Person eve = make("eve", "manager");
  const std::string token = token_of(eve);
  enrol(token);
  EXPECT_EQ(send("GET", "/v1/account", {}, token).status, 200);
  EXPECT_EQ(send("POST", "/v1/operators/" + eve.id + "/end").status, 200);
  EXPECT_EQ(send("GET", "/v1/account", {}, token).status, 401);
  EXPECT_EQ(sign_in(eve.email).text("code"), "sign_in_refused");
  EXPECT_EQ(send("PATCH", "/v1/operators/" + eve.id, R"({"role":"owner"})").text("code"), "operator_ended");
  EXPECT_FALSE(send("GET", "/v1/operators/" + eve.id).body.at("second_factor").as_bool());
  EXPECT_EQ(events_of("operator.ended").size(), 1u);
  make("eve", "support");  // the address is free again, for somebody new
}

TEST_F(Identity, ARoleThatIsTakenAwayIsGoneInOpenSessionsToo) {
  const Person bob = make("bob", "manager");
  const std::string token = token_of(bob);
  EXPECT_EQ(send("POST", "/v1/sites", R"({"name":"North"})", token).status, 201);
  EXPECT_EQ(send("PATCH", "/v1/operators/" + bob.id, R"({"role":"support"})").status, 200);
  EXPECT_EQ(send("POST", "/v1/sites", R"({"name":"South"})", token).status, 403);
}

TEST_F(Identity, WhatAnOperatorDoesBearsTheirNameInTheLog) {
  const Person ada = make("ada", "owner");
  const std::string token = token_of(ada);
  EXPECT_EQ(send("POST", "/v1/api-keys", R"({"name":"robot","role":"auditor"})", token).status, 201);
  const auto made = events_of("key.created");
  ASSERT_EQ(made.size(), 1u);
  EXPECT_NE(made.front().find(R"("by":")" + ada.id), std::string::npos) << made.front();
  EXPECT_EQ(made.front().find("robot"), std::string::npos);
}

// --- Signing in ---

TEST_F(Identity, AnUnknownAccountAnInvitedOneAndAWrongPasswordGetTheSameAnswer) {
  const Person ada = make("ada", "owner");
  send("POST", "/v1/operators", object({{"name", "new"}, {"email", "new@example.org"}, {"role", "support"}}));
  make("both", "support");
  make("both", "support", platform_.stranger().api_key);
  const Answer wrong = sign_in(ada.email, "a wrong password here");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.text("code"), "sign_in_refused");
  for (const char* email : {"nobody@example.org", "new@example.org", "both@example.org", "", "@", "' OR 1=1 --"})
    EXPECT_EQ(sign_in(email).raw, wrong.raw) << email;
  // Who is known in two workspaces names one.
  const std::string workspace = send("GET", "/v1/workspace").text("id");
  EXPECT_EQ(send("POST", "/v1/sessions",
                 object({{"email", "both@example.org"}, {"password", password}, {"workspace_id", workspace}}), "")
                .text("workspace_id"),
            workspace);
}

TEST_F(Identity, GuessesAreChargedWhetherOrNotTheAccountExistsAndARightOneCostsNothing) {
  const Person ada = make("ada", "owner");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(sign_in(ada.email).status, 201);
  for (const std::string& email : {ada.email, std::string("nobody@example.org")}) {
    int looked_at = 0;
    while (looked_at < 100 && sign_in(email, "a wrong password here").status == 401) ++looked_at;
    EXPECT_EQ(looked_at, 10) << email;
    EXPECT_EQ(sign_in(email).status, 429) << "the right password is not looked at either";
  }
  advance(61);
  EXPECT_EQ(sign_in(ada.email).status, 201);
}

TEST_F(Identity, ACodeOfTheAppIsGoodOnceAndARecoveryCodeToo) {
  const Person ada = make("ada", "owner");
  std::vector<std::string> codes;
  const TotpKey key = enrol(token_of(ada), &codes);
  ASSERT_EQ(codes.size(), 10u);
  EXPECT_EQ(sign_in(ada.email).text("code"), "second_factor_required");
  const std::string code = next_code(key);
  EXPECT_EQ(sign_in(ada.email, password, code).status, 201);
  EXPECT_EQ(sign_in(ada.email, password, code).text("code"), "second_factor_refused");
  EXPECT_EQ(sign_in(ada.email, password, codes[3]).status, 201);
  EXPECT_EQ(sign_in(ada.email, password, codes[3]).text("code"), "second_factor_refused");
  // A good code does not make up for a bad password, nor is it used up by one.
  const std::string fresh = next_code(key);
  EXPECT_EQ(sign_in(ada.email, "a wrong password here", fresh).text("code"), "sign_in_refused");
  EXPECT_EQ(sign_in(ada.email, password, fresh).status, 201);
}

TEST_F(Identity, GuessesAtTheSecondFactorAreChargedToTheAccount) {
  const Person ada = make("ada", "owner");
  enrol(token_of(ada));
  int looked_at = 0;
  while (looked_at < 100 && sign_in(ada.email, password, "000000").status == 403) ++looked_at;
  EXPECT_EQ(looked_at, 10);
}

TEST_F(Identity, ASecondFactorIsNotBegunOrRemovedWithoutThePassword) {
  const Person ada = make("ada", "owner");
  const std::string token = token_of(ada);
  EXPECT_EQ(send("POST", "/v1/account/totp", R"({"password":"a wrong password here"})", token).text("code"),
            "password_refused");
  const TotpKey key = enrol(token);
  EXPECT_EQ(send("POST", "/v1/account/totp/remove", object({{"password", "a wrong one here"}, {"code", next_code(key)}}), token)
                .status,
            403);
  EXPECT_EQ(send("POST", "/v1/account/totp/remove", object({{"password", password}, {"code", "000000"}}), token).status, 403);
  EXPECT_TRUE(send("GET", "/v1/account", {}, token).body.at("operator").at("second_factor").as_bool());
}

TEST_F(Identity, NewRecoveryCodesTakeThePasswordAndACodeAndEndThoseBefore) {
  const Person ada = make("ada", "owner");
  const std::string token = token_of(ada);
  const auto renew = [&](std::string_view with, const std::string& code) {
    return send("POST", "/v1/account/totp/recovery-codes", object({{"password", with}, {"code", code}}), token);
  };
  EXPECT_EQ(renew(password, "000000").text("code"), "no_second_factor");
  std::vector<std::string> before;
  const TotpKey key = enrol(token, &before);
  EXPECT_EQ(renew("a wrong password here", next_code(key)).text("code"), "password_refused");
  EXPECT_EQ(renew(password, "000000").text("code"), "second_factor_refused");
  EXPECT_EQ(sign_in(ada.email, password, before[0]).status, 201) << "what was refused has changed nothing";
  const std::string other = token_of(ada, next_code(key));

  const Answer made = renew(password, next_code(key));
  EXPECT_EQ(made.status, 200) << made.raw;
  const auto& codes = made.body.at("recovery_codes").as_array();
  ASSERT_EQ(codes.size(), 10u);
  EXPECT_EQ(send("GET", "/v1/account", {}, other).status, 401) << "the other sessions have ended";
  EXPECT_EQ(send("GET", "/v1/account", {}, token).body.at("recovery_codes_left").to_number<int>(), 10);
  EXPECT_EQ(sign_in(ada.email, password, before[1]).text("code"), "second_factor_refused");
  EXPECT_EQ(sign_in(ada.email, password, std::string(codes[0].as_string())).status, 201);
  EXPECT_EQ(sign_in(ada.email, password, next_code(key)).status, 201) << "the app is as it was";
  EXPECT_EQ(renew(password, std::string(codes[0].as_string())).text("code"), "second_factor_refused") << "it was used";
  EXPECT_EQ(renew(password, std::string(codes[1].as_string())).status, 200) << "for who has the codes and not the app";
}

TEST_F(Identity, ANewPasswordEndsTheOtherSessionsAndTheOldOne) {
  const Person ada = make("ada", "owner");
  const std::string mine = token_of(ada);
  const std::string other = token_of(ada);
  const auto change = object({{"password", password}, {"new_password", "something else entirely"}});
  EXPECT_EQ(send("POST", "/v1/account/password", change, mine).status, 204);
  EXPECT_EQ(send("GET", "/v1/account", {}, mine).status, 200);
  EXPECT_EQ(send("GET", "/v1/account", {}, other).status, 401);
  EXPECT_EQ(sign_in(ada.email).status, 401);
  EXPECT_EQ(sign_in(ada.email, "something else entirely").status, 201);
}

TEST_F(Identity, NobodyEndsASessionOfAnother) {
  const std::string eve = token_of(make("eve", "owner"));
  const Person ada = make("ada", "owner");
  const Answer signed_in = sign_in(ada.email);
  const std::string path = "/v1/sessions/" + signed_in.text("session_id");
  EXPECT_EQ(send("DELETE", path, {}, eve).text("code"), "session_not_found");
  EXPECT_EQ(send("DELETE", path, {}, signed_in.text("token")).status, 204);
  EXPECT_EQ(send("DELETE", path, {}, signed_in.text("token")).status, 401);
}

TEST_F(Identity, ASessionInACookieIsSetForThisHostAloneAndObeyedFromItsOwnPagesOnly) {
  const Person ada = make("ada", "owner");
  http::ClientRequest request{.method = "POST", .path = "/v1/sessions"};
  request.body = R"({"email":"ada@example.org","password":"correct horse battery","cookie":true})";
  const auto answer = platform_.exchange(request);
  ASSERT_EQ(answer.status, 201);
  EXPECT_TRUE(json::parse(answer.body)->at("token").is_null());
  const std::string cookie(answer.header("set-cookie"));
  EXPECT_TRUE(cookie.starts_with("__Host-cardea-session=cardea_session_")) << cookie;
  EXPECT_TRUE(cookie.ends_with("; Path=/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict")) << cookie;
  http::ClientRequest forged{.method = "POST", .path = "/v1/sites", .body = R"({"name":"North"})"};
  forged.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}, {"Origin", "https://evil.example"}};
  EXPECT_EQ(platform_.exchange(forged).status, 403);
  forged.headers[1].second = platform_.url();
  EXPECT_EQ(platform_.exchange(forged).status, 201);
}

TEST_F(Identity, NothingThatIsShownToGetInStandsInTheDatabase) {
  const Person ada = make("ada", "owner");
  const std::string token = token_of(ada);
  std::vector<std::string> codes;
  const TotpKey key = enrol(token, &codes);
  const std::string word = ask_recovery(ada);
  ASSERT_FALSE(word.empty());
  const std::string bytes = platform_.database_bytes();
  for (const std::string& secret :
       {token, word, std::string(password), codes[0], totp_text(key), word.substr(16), token.substr(15)})
    EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
  const ByteSpan raw = key.bytes();
  EXPECT_EQ(bytes.find(std::string(raw.begin(), raw.end())), std::string::npos);
  EXPECT_NE(bytes.find("$argon2id$"), std::string::npos);
}

// --- Passkeys ---

TEST_F(Identity, APasskeySignsInAloneAndOnlyItsOwnerAndOnlyToAFreshChallenge) {
  const Person ada = make("ada", "owner");
  const std::string token = token_of(ada);
  enrol(token);
  SoftAuthenticator phone;
  EXPECT_EQ(register_passkey(phone, token).status, 201);
  EXPECT_EQ(sign_in_with(SoftAuthenticator()).text("code"), "passkey_refused");
  SoftAuthenticator page_of_another;
  EXPECT_EQ(register_passkey(page_of_another, token).status, 201);
  page_of_another.origin = "https://cardea.test.evil.example";
  EXPECT_EQ(sign_in_with(page_of_another).text("code"), "passkey_refused");
  const std::string challenge = send("POST", "/v1/passkey-challenges", {}, "").text("challenge");
  const Answer signed_in = sign_in_with(phone, challenge);
  EXPECT_EQ(signed_in.status, 201) << signed_in.raw;
  EXPECT_EQ(signed_in.body.at("operator").at("id").as_string(), ada.id);
  EXPECT_EQ(sign_in_with(phone, challenge).text("code"), "passkey_refused");
  const std::string late = send("POST", "/v1/passkey-challenges", {}, "").text("challenge");
  advance(300);
  EXPECT_EQ(sign_in_with(phone, late).text("code"), "passkey_refused");
}

TEST_F(Identity, APasskeyThatWasCopiedIsFoundByItsCount) {
  const std::string token = token_of(make("ada", "owner"));
  SoftAuthenticator phone;
  phone.count = 5;
  EXPECT_EQ(register_passkey(phone, token).status, 201);
  phone.count = 6;
  EXPECT_EQ(sign_in_with(phone).status, 201);
  EXPECT_EQ(sign_in_with(phone).text("code"), "passkey_refused");
}

TEST_F(Identity, AChallengeToRegisterIsForWhoAskedForItAndForNothingElse) {
  const std::string ada = token_of(make("ada", "owner"));
  const std::string eve = token_of(make("eve", "support"));
  const SoftAuthenticator phone;
  const auto create = [&](const std::string& challenge, const std::string& token) {
    const NewPasskeyAnswer made = phone.create(challenge);
    return send("POST", "/v1/account/passkeys",
                object({{"name", "phone"},
                        {"client_data", base64url_of(made.client_data)},
                        {"authenticator_data", base64url_of(made.authenticator_data)}}),
                token);
  };
  const std::string begun = send("POST", "/v1/account/passkeys/begin", object({{"password", password}}), ada).text("challenge");
  EXPECT_EQ(create(begun, eve).text("code"), "passkey_refused");
  EXPECT_EQ(create(send("POST", "/v1/passkey-challenges", {}, "").text("challenge"), eve).text("code"), "passkey_refused");
  EXPECT_EQ(create(begun, ada).status, 201);
  EXPECT_EQ(register_passkey(phone, eve).text("code"), "passkey_known");
}

TEST_F(Identity, APasskeyGoesWithThePasswordAndWithItsOperator) {
  const Person ada = make("ada", "support");
  const std::string token = token_of(ada);
  const SoftAuthenticator phone;
  const std::string path = "/v1/account/passkeys/" + register_passkey(phone, token).text("id") + "/remove";
  EXPECT_EQ(send("POST", path, R"({"password":"a wrong password here"})", token).text("code"), "password_refused");
  EXPECT_EQ(send("POST", path, object({{"password", password}}), token_of(make("eve", "owner"))).text("code"),
            "passkey_not_found");
  EXPECT_EQ(sign_in_with(phone).status, 201);
  EXPECT_EQ(send("POST", "/v1/operators/" + ada.id + "/end").status, 200);
  EXPECT_EQ(sign_in_with(phone).text("code"), "passkey_refused");
}

TEST_F(Identity, APasskeyIsRenamedByWhoHasItAndNobodyElse) {
  const std::string token = token_of(make("ada", "support"));
  const std::string path = "/v1/account/passkeys/" + register_passkey(SoftAuthenticator(), token).text("id");
  const std::string owner = token_of(make("eve", "owner"));
  EXPECT_EQ(send("PATCH", path, R"({"name":"eve's"})", owner).text("code"), "passkey_not_found");
  EXPECT_EQ(send("GET", path, {}, owner).text("code"), "passkey_not_found");
  EXPECT_EQ(send("PATCH", path, R"({"name":""})", token).text("code"), "invalid_request");
  EXPECT_EQ(send("PATCH", path, R"({"name":"x","password":"x"})", token).text("code"), "invalid_request");
  EXPECT_EQ(send("GET", path, {}, token).text("name"), "phone");
  EXPECT_EQ(send("PATCH", path, R"({"name":"the laptop"})", token).text("name"), "the laptop");
  EXPECT_EQ(send("GET", path, {}, token).text("name"), "the laptop");
}

// --- Recovery ---

TEST_F(Identity, TheMailOfOneHourDoesNotOpenAnAccount) {
  const Person ada = make("ada", "owner");
  const std::string word = ask_recovery(ada);
  ASSERT_FALSE(word.empty());
  EXPECT_EQ(complete(word).text("code"), "recovery_waits");
  advance(3'600);
  platform_.run_upkeep();
  EXPECT_EQ(platform_.newest_mail(ada.email).find("choose a new password with this link's word before"), std::string::npos);
  advance(47 * 3'600);
  platform_.run_upkeep();
  EXPECT_EQ(complete(word).text("code"), "recovery_waits") << "the first link is never enough alone";
  const std::string late = word_of(platform_.newest_mail(ada.email));
  ASSERT_NE(late, word);
  EXPECT_EQ(complete(late).status, 200);
  EXPECT_EQ(complete(late).text("code"), "recovery_not_found");
  EXPECT_EQ(sign_in(ada.email).status, 401);
  EXPECT_EQ(sign_in(ada.email, "another good password").status, 201);
}

TEST_F(Identity, NoLinkAloneOpensAnAccountWithASecondFactorEver) {
  const Person ada = make("ada", "owner");
  const TotpKey key = enrol(token_of(ada));
  const std::string word = ask_recovery(ada);
  advance(49 * 3'600);
  platform_.run_upkeep();
  EXPECT_EQ(word_of(platform_.newest_mail(ada.email)), word) << "no second link is sent";
  EXPECT_EQ(complete(word).text("code"), "recovery_waits");
  EXPECT_EQ(complete(word, "another good password", "000000").text("code"), "second_factor_refused");
  EXPECT_EQ(complete(word, "another good password", next_code(key)).status, 200);
  EXPECT_EQ(sign_in(ada.email, "another good password").text("code"), "second_factor_required");
}

TEST_F(Identity, AnotherOwnerVouchesForWhoLostEverythingAndNobodyForThemselves) {
  const Person ada = make("ada", "owner");
  const std::string ada_token = token_of(ada);
  enrol(ada_token);
  const Person bob = make("bob", "owner");
  const std::string path = "/v1/operators/" + ada.id + "/recovery/approve";
  EXPECT_EQ(send("POST", path, {}, token_of(bob)).text("code"), "recovery_not_found");
  const std::string word = ask_recovery(ada);
  EXPECT_NE(platform_.newest_mail(bob.email).find("asked to recover the Cardea account of ada"), std::string::npos);
  EXPECT_EQ(platform_.newest_mail(bob.email).find("cardea_recovery_"), std::string::npos);
  EXPECT_EQ(send("POST", path, {}, ada_token).text("code"), "own_recovery");
  EXPECT_EQ(send("POST", path, {}, token_of(bob)).status, 200);
  EXPECT_EQ(complete(word).status, 200);
  EXPECT_EQ(send("GET", "/v1/account", {}, ada_token).status, 401);
  EXPECT_EQ(sign_in(ada.email, "another good password").status, 201);  // what was lost is not asked for any more
}

TEST_F(Identity, WhoCanSignInEndsARecoveryByDoingSo) {
  const Person ada = make("ada", "owner");
  const std::string word = ask_recovery(ada);
  EXPECT_EQ(sign_in(ada.email).status, 201);
  EXPECT_EQ(complete(word).text("code"), "recovery_not_found");
  advance(49 * 3'600);
  platform_.run_upkeep();
  EXPECT_EQ(word_of(platform_.newest_mail(ada.email)), word) << "no second link is sent";
  EXPECT_EQ(events_of("recovery.cancelled").size(), 1u);
}

TEST_F(Identity, WhoChangesThePasswordEndsARecoveryToo) {
  const Person ada = make("ada", "owner");
  const std::string token = token_of(ada);
  const std::string word = ask_recovery(ada);
  EXPECT_FALSE(send("GET", "/v1/account", {}, token).body.at("operator").at("recovery").is_null()) << "every session shows it";
  const auto change = object({{"password", password}, {"new_password", "something else entirely"}});
  EXPECT_EQ(send("POST", "/v1/account/password", change, token).status, 204);
  EXPECT_EQ(complete(word).text("code"), "recovery_not_found");
  EXPECT_EQ(events_of("recovery.cancelled").size(), 1u);
}

TEST_F(Identity, AskingAgainReplacesTheLinkAndShortensNoWait) {
  const Person ada = make("ada", "owner");
  const std::string first = ask_recovery(ada);
  advance(3'600);
  const std::string second = ask_recovery(ada);
  EXPECT_EQ(complete(first).text("code"), "recovery_not_found");
  EXPECT_EQ(complete(second).text("code"), "recovery_waits");
  EXPECT_EQ(events_of("recovery.asked").size(), 1u);
  advance(47 * 3'600);
  platform_.run_upkeep();
  EXPECT_EQ(complete(word_of(platform_.newest_mail(ada.email))).status, 200);
}

TEST_F(Identity, ARecoveryThatNobodyTookUpEnds) {
  const Person ada = make("ada", "owner");
  ask_recovery(ada);
  advance(48 * 3'600);
  platform_.run_upkeep();
  const std::string late = word_of(platform_.newest_mail(ada.email));
  advance(48 * 3'600);
  EXPECT_EQ(complete(late).text("code"), "recovery_not_found");
  platform_.run_upkeep();
  EXPECT_TRUE(send("GET", "/v1/operators/" + ada.id).body.at("recovery").is_null());
}

TEST_F(Identity, AnInvitationIsGoodOnceForThreeDaysAndUntilTheNext) {
  const std::string body = object({{"name", "new"}, {"email", "new@example.org"}, {"role", "support"}});
  const Answer invited = send("POST", "/v1/operators", body);
  const std::string path = "/v1/operators/" + std::string(invited.body.at("operator").at("id").as_string()) + "/invitation";
  const Answer again = send("POST", path);
  const auto accept = [&](const std::string& invitation) {
    return send("POST", "/v1/invitations/accept", object({{"invitation", invitation}, {"password", password}}), "").status;
  };
  EXPECT_EQ(accept(invited.text("invitation")), 404);
  advance(3 * 86'400);
  EXPECT_EQ(accept(again.text("invitation")), 404);
  const Answer third = send("POST", path);
  EXPECT_EQ(accept(third.text("invitation")), 200);
  EXPECT_EQ(accept(third.text("invitation")), 404);
}

}  // namespace
}  // namespace cardea::server::api::testing
