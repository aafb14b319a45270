// SPDX-License-Identifier: Apache-2.0
#include "server/auth/passkeys.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "server/api/testing/soft_authenticator.hpp"

namespace cardea::server {
namespace {

using testing::SoftAuthenticator;

const RelyingParty party{"https://cardea.test", "cardea.test"};
const std::string challenge = "Zm9v";

TEST(Passkey, RefusesToRegisterWhatIsNotForUs) {
  const std::vector<std::function<void(SoftAuthenticator&)>> flaws = {
      [](SoftAuthenticator& a) { a.origin = "https://cardea.test.evil.example"; },
      [](SoftAuthenticator& a) { a.origin = "http://cardea.test"; },
      [](SoftAuthenticator& a) { a.party = "evil.example"; },
      [](SoftAuthenticator& a) { a.flags = 0x01; },
      [](SoftAuthenticator& a) { a.flags = 0x04; },
      [](SoftAuthenticator& a) { a.more = R"(,"crossOrigin":true)"; },
      [](SoftAuthenticator& a) { a.more = R"(,"type":"webauthn.create")"; },
  };
  for (std::size_t i = 0; i < flaws.size(); ++i) {
    SoftAuthenticator authenticator;
    flaws[i](authenticator);
    const auto checked = check_new_passkey(party, challenge, authenticator.create(challenge));
    ASSERT_FALSE(checked.ok()) << i;
    EXPECT_EQ(checked.error().code, "passkey_refused") << i;
  }
  const SoftAuthenticator authenticator;
  EXPECT_FALSE(check_new_passkey(party, challenge, authenticator.create("Zm9w")).ok());
  NewPasskeyAnswer answer = authenticator.create(challenge);
  answer.client_data = authenticator.client_data("webauthn.get", challenge);
  EXPECT_FALSE(check_new_passkey(party, challenge, answer).ok());
}

TEST(Passkey, RefusesEveryTruncationAndAKeyThatIsNoPoint) {
  const SoftAuthenticator authenticator;
  const NewPasskeyAnswer good = authenticator.create(challenge);
  ASSERT_TRUE(check_new_passkey(party, challenge, good).ok());
  for (std::size_t size = 0; size < good.authenticator_data.size(); ++size) {
    NewPasskeyAnswer cut = good;
    cut.authenticator_data.resize(size);
    EXPECT_FALSE(check_new_passkey(party, challenge, cut).ok()) << size;
  }
  NewPasskeyAnswer bent = good;
  bent.authenticator_data.back() ^= 1;
  EXPECT_FALSE(check_new_passkey(party, challenge, bent).ok());
}

class SigningIn : public ::testing::Test {
 protected:
  SigningIn() : facts_(check_new_passkey(party, challenge, authenticator_.create(challenge)).value()) {}
  Outcome<std::uint32_t> check(const PasskeyAnswer& answer, std::uint32_t count = 0) const {
    return check_passkey(party, challenge, facts_.key, count, answer);
  }
  SoftAuthenticator authenticator_;
  NewPasskeyFacts facts_;
};

TEST_F(SigningIn, RefusesAnotherKeyChallengeOriginPartyAndNoVerification) {
  EXPECT_FALSE(check(SoftAuthenticator().get(challenge)).ok());
  EXPECT_FALSE(check(authenticator_.get("Zm9w")).ok());
  authenticator_.flags = 0x01;
  EXPECT_FALSE(check(authenticator_.get(challenge)).ok());
  authenticator_.flags = 0x05;
  authenticator_.origin = "https://evil.example";
  EXPECT_FALSE(check(authenticator_.get(challenge)).ok());
  authenticator_.origin = party.origin;
  authenticator_.party = "evil.example";
  EXPECT_FALSE(check(authenticator_.get(challenge)).ok());
}

TEST_F(SigningIn, RefusesEveryFlippedBitOfWhatIsSigned) {
  const PasskeyAnswer good = authenticator_.get(challenge);
  ASSERT_TRUE(check(good).ok());
  for (std::size_t i = 0; i < good.authenticator_data.size() * 8; ++i) {
    PasskeyAnswer bent = good;
    bent.authenticator_data[i / 8] ^= static_cast<std::uint8_t>(1u << i % 8);
    EXPECT_FALSE(check(bent).ok()) << i;
  }
  PasskeyAnswer bent = good;
  bent.client_data.insert(bent.client_data.end() - 1, ' ');
  EXPECT_FALSE(check(bent).ok());
  bent = good;
  bent.signature.clear();
  EXPECT_FALSE(check(bent).ok());
}

TEST_F(SigningIn, RefusesACountThatIsNotNewer) {
  authenticator_.count = 7;
  EXPECT_EQ(check(authenticator_.get(challenge), 6).value(), 7u);
  EXPECT_FALSE(check(authenticator_.get(challenge), 7).ok());
  EXPECT_FALSE(check(authenticator_.get(challenge), 8).ok());
  authenticator_.count = 0;
  EXPECT_FALSE(check(authenticator_.get(challenge), 1).ok());
  EXPECT_TRUE(check(authenticator_.get(challenge), 0).ok());  // passkeys that are synced do not count
}

TEST(Challenge, IsGoodOnceForFiveMinutesAndForOne) {
  Challenges challenges;
  const UnixSeconds now{1'000};
  const std::string mine = challenges.make("operator_1", now);
  EXPECT_FALSE(challenges.take(mine, "operator_2", now));
  EXPECT_FALSE(challenges.take(mine, "", now));
  EXPECT_TRUE(challenges.take(mine, "operator_1", {1'299}));
  EXPECT_FALSE(challenges.take(mine, "operator_1", now));
  const std::string late = challenges.make("", now);
  EXPECT_FALSE(challenges.take(late, "", {1'300}));
  EXPECT_FALSE(challenges.take("", "", now));
}

// Expected values from `printf TEXT | basenc --base64url`.
TEST(Base64url, ReadsWhatItWritesAndNothingElse) {
  const auto of = [](std::string_view text) {
    return base64url_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of("f"), "Zg");
  EXPECT_EQ(of("fo"), "Zm8");
  EXPECT_EQ(of("foo"), "Zm9v");
  EXPECT_EQ(of("\xfb\xff"), "-_8");
  EXPECT_EQ(*parse_base64url("-_8"), (Blob{0xfb, 0xff}));
  for (const char* bad : {"Z", "Zh", "Zm9", "Zg==", "Zm 9v", "Zm9v\n", "+/8"}) EXPECT_FALSE(parse_base64url(bad)) << bad;
}

TEST(RelyingPartyOf, TakesOriginsThatBrowsersTakeForSafe) {
  EXPECT_EQ(relying_party_of("https://cardea.example.org:8443")->id, "cardea.example.org");
  EXPECT_EQ(relying_party_of("http://localhost:8480")->origin, "http://localhost:8480");
  for (const char* bad : {"", "cardea.example.org", "http://cardea.example.org", "https://", "https://a/b",
                          "https://a:", "https://a:x", "https://A"})
    EXPECT_FALSE(relying_party_of(bad)) << bad;
}

}  // namespace
}  // namespace cardea::server
