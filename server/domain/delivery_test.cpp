// SPDX-License-Identifier: Apache-2.0
#include "server/domain/delivery.hpp"

#include <gtest/gtest.h>

#include "server/domain/otpauth.hpp"
#include "server/domain/settings.hpp"
#include "server/domain/zone.hpp"

namespace cardea::server {
namespace {

constexpr UnixSeconds now{1'800'000'000};
constexpr UnixSeconds later{now.value + 7'200};

LockFacts protected_lock(std::uint32_t applied_version) { return {link::LockClass::kProtected, applied_version, 0}; }

TEST(Delivery, ATokenIsOnItsWayUntilTheLockAppliedItsVersion) {
  CredentialFacts token;
  token.since_version = 5;
  EXPECT_EQ(delivery_of(token, protected_lock(4), now), Delivery::kOnItsWay);
  EXPECT_EQ(delivery_of(token, protected_lock(5), now), Delivery::kOnLock);
}

TEST(Delivery, WhatWasRevokedIsEndingUntilItIsKnownToHaveEnded) {
  CredentialFacts token;
  token.revoked_at = now;
  EXPECT_EQ(delivery_of(token, protected_lock(9), later), Delivery::kEnding);
  token.ended_at = later;
  EXPECT_EQ(delivery_of(token, protected_lock(9), later), Delivery::kEnded);
}

TEST(Delivery, AnOfflineCodeEndsWithItsWindowAndNotBeforeWhenItIsRevoked) {
  CredentialFacts code;
  code.kind = CredentialType::kOffline;
  code.window_ends = later;
  code.revoked_at = now;
  EXPECT_EQ(delivery_of(code, protected_lock(0), UnixSeconds{later.value - 1}), Delivery::kEnding);
  EXPECT_EQ(delivery_of(code, protected_lock(0), later), Delivery::kEnded);
  EXPECT_EQ(last_possible_use(code, protected_lock(0)), later);
}

TEST(LastPossibleUse, IsNeverKinderThanTheLock) {
  CredentialFacts token;
  EXPECT_FALSE(last_possible_use(token, protected_lock(0)).has_value());
  token.revoked_at = now;
  EXPECT_EQ(last_possible_use(token, protected_lock(0)), UnixSeconds{now.value + last_code_s});
  const LockFacts unprotected{link::LockClass::kUnprotected, 0, static_cast<std::uint32_t>(now.value / 3'600 + 40)};
  EXPECT_EQ(last_possible_use(token, unprotected)->value, (now.value / 3'600 + 41) * 3'600);
  token.kind = CredentialType::kFixedToken;  // in an app that nobody can reach: only the lock ends it
  EXPECT_FALSE(last_possible_use(token, protected_lock(0)).has_value());
  token.ends_at_lock = true;  // no end that it could know
  EXPECT_FALSE(last_possible_use(token, protected_lock(0)).has_value());
}

// [rule: S14]
TEST(LastPossibleUse, OfAFixedTokenIsTheEndThatItsLockKnowsByAClockThatMayBeWrong) {
  CredentialFacts token;
  token.kind = CredentialType::kFixedToken;
  token.grant_ends = later;
  EXPECT_FALSE(last_possible_use(token, protected_lock(0)).has_value()) << "issued before locks were told";
  token.ends_at_lock = true;
  EXPECT_EQ(last_possible_use(token, protected_lock(0)), UnixSeconds{later.value + kept_error_max_s});
  token.revoked_at = now;
  EXPECT_EQ(last_possible_use(token, protected_lock(0)), UnixSeconds{later.value + kept_error_max_s});
  const LockFacts unprotected{link::LockClass::kUnprotected, 0, static_cast<std::uint32_t>(later.value / 3'600 + 40)};
  EXPECT_EQ(last_possible_use(token, unprotected)->value, (later.value / 3'600 + 41) * 3'600);
}

TEST(LastPossibleUse, AllowsForTheRulesBeforeAChangeUntilTheLockHasAcknowledgedIt) {
  CredentialFacts pin;
  pin.kind = CredentialType::kPin;
  pin.ends_at_lock = true;
  pin.grant_ends = now;
  pin.rule_version = 7;
  EXPECT_FALSE(last_possible_use(pin, protected_lock(6)).has_value()) << "the lock had no end";
  pin.ends_before = later;
  EXPECT_EQ(last_possible_use(pin, protected_lock(6)), UnixSeconds{later.value + kept_error_max_s});
  EXPECT_EQ(last_possible_use(pin, protected_lock(7)), UnixSeconds{now.value + kept_error_max_s});
  pin.grant_ends = UnixSeconds{later.value + 60};
  EXPECT_EQ(last_possible_use(pin, protected_lock(6)), UnixSeconds{later.value + 60 + kept_error_max_s});
  pin.first_use_ends = now;
  EXPECT_EQ(last_possible_use(pin, protected_lock(6)), UnixSeconds{later.value + 60 + kept_error_max_s})
      << "the time after the first opening is new";
  pin.first_use_ends_before = UnixSeconds{now.value + 60};
  EXPECT_EQ(last_possible_use(pin, protected_lock(6)), UnixSeconds{now.value + 60 + kept_error_max_s});
  EXPECT_EQ(last_possible_use(pin, protected_lock(7)), UnixSeconds{now.value + kept_error_max_s});
  pin.ended_at = now;
  EXPECT_FALSE(old_rules_hold(pin, protected_lock(6)));
}

TEST(LastPossibleUse, OfAPhonesTokenIsTheEndThatItsLockKnowsWhateverKeysThePhoneHas) {
  CredentialFacts token;
  token.grant_ends = now;
  token.phone_keys_until = later;
  EXPECT_EQ(last_possible_use(token, protected_lock(0)), UnixSeconds{later.value + last_code_s});
  token.ends_at_lock = true;
  EXPECT_EQ(last_possible_use(token, protected_lock(0)), UnixSeconds{now.value + kept_error_max_s});
}

// [rule: P12]
TEST(LastPossibleUse, OfAPinIsThatOfAFixedToken) {
  CredentialFacts pin;
  pin.kind = CredentialType::kPin;
  EXPECT_FALSE(last_possible_use(pin, protected_lock(0)).has_value());
  pin.grant_ends = later;
  pin.ends_at_lock = true;
  EXPECT_EQ(last_possible_use(pin, protected_lock(0)), UnixSeconds{later.value + kept_error_max_s});
  pin.revoked_at = now;
  EXPECT_EQ(last_possible_use(pin, protected_lock(0)), UnixSeconds{later.value + kept_error_max_s})
      << "the lock may not have heard of it";
}

// [rule: S10]
TEST(LastPossibleUse, EndsWithTheTimeAfterTheFirstOpening) {
  CredentialFacts pin;
  pin.kind = CredentialType::kPin;
  pin.first_use_ends = later;
  EXPECT_EQ(last_possible_use(pin, protected_lock(0)), UnixSeconds{later.value + kept_error_max_s});
  pin.grant_ends = UnixSeconds{later.value - 1'000};
  pin.ends_at_lock = true;
  EXPECT_EQ(last_possible_use(pin, protected_lock(0)), UnixSeconds{later.value - 1'000 + kept_error_max_s});
}

TEST(Settings, EachNumberOutsideItsLimitsIsNamedWithItsPlace) {
  LockSettingsPatch patch;
  patch.otp_digits = std::uint8_t{5};
  patch.open_ms = std::uint16_t{99};
  const auto refused = apply(link::Settings{}, patch);
  ASSERT_FALSE(refused.ok());
  ASSERT_EQ(refused.error().errors.size(), 2u);
  EXPECT_EQ(refused.error().errors[0].pointer, "/otp_digits");
  EXPECT_EQ(refused.error().errors[1].detail, "must be 100 to 10000");
}

TEST(Settings, AStoredSettingReadsBackAndTheEpochNeverGoesDown) {
  link::Settings settings;
  settings.codes.code_epoch = 7;
  settings.codes.pin_digits = 7;
  const auto same = apply(link::Settings{}, patch_of(settings));
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(*same, settings);
  LockSettingsPatch lower;
  lower.code_epoch = std::uint16_t{6};
  EXPECT_FALSE(apply(settings, lower).ok());
}

// [rule: P13]
TEST(Settings, ALengthOfPinsThatNobodyChoseMovesOutOfTheWayOfOneTimeCodes) {
  EXPECT_EQ(apply(link::Settings{}, patch_of(link::Settings{}))->codes.pin_digits, 6);
  LockSettingsPatch shorter;
  shorter.otp_digits = std::uint8_t{6};
  EXPECT_EQ(apply(link::Settings{}, shorter)->codes.pin_digits, 7);
  shorter.pin_digits = std::uint8_t{6};
  EXPECT_EQ(apply(link::Settings{}, shorter).error().errors[0].pointer, "/pin_digits");
}

TEST(Zones, KnowsWhatTheSystemHasAndNothingElse) {
  const Zones zones = Zones::load();
  EXPECT_TRUE(zones.has("Europe/Zurich"));
  EXPECT_TRUE(zones.has("Asia/Calcutta"));  // another name for Asia/Kolkata
  for (const char* wrong : {"", "Europe", "europe/zurich", "../etc/passwd", "Europe/Atlantis"})
    EXPECT_FALSE(zones.has(wrong)) << wrong;
}

// Base32 by Python: base64.b32encode(bytes(range(32))).
TEST(OtpauthUri, CarriesTheKeyInBase32AndTheNameOfTheDoorEscaped) {
  Bytes<32> bytes{};
  for (std::uint8_t i = 0; i < 32; ++i) bytes[i] = i;
  const std::string uri = otpauth_uri("Haus 1/Tür", KeyBytes{bytes}, 8);
  EXPECT_EQ(uri,
            "otpauth://totp/Cardea:Haus%201%2FT%C3%BCr?secret=AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPQ"
            "&issuer=Cardea&algorithm=SHA256&digits=8&period=30");
}

}  // namespace
}  // namespace cardea::server
