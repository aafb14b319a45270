// SPDX-License-Identifier: Apache-2.0
#include "server/auth/totp.hpp"

#include <gtest/gtest.h>

#include <set>

namespace cardea::server {
namespace {

/// The key of RFC 6238, appendix B: the ASCII digits 12345678901234567890.
TotpKey key_of_the_rfc() {
  TotpKey key;
  for (std::size_t i = 0; i < totp_key_size_bytes; ++i) key.mutable_bytes()[i] = static_cast<std::uint8_t>('0' + (i + 1) % 10);
  return key;
}

TEST(Totp, RefusesACodeThatWasAcceptedBeforeAndEveryOlderOne) {
  const TotpKey key = key_of_the_rfc();
  const UnixSeconds time{1'234'567'890};
  const std::uint64_t step = time.value / totp_step_s;
  EXPECT_EQ(totp_step_of(key, totp_code(key, step), time, 0), step);
  EXPECT_FALSE(totp_step_of(key, totp_code(key, step), time, step));
  EXPECT_FALSE(totp_step_of(key, totp_code(key, step - 1), time, step));
  EXPECT_EQ(totp_step_of(key, totp_code(key, step + 1), time, step), step + 1);
}

TEST(Totp, RefusesStepsBeyondTheNeighboursAndOtherForms) {
  const TotpKey key = key_of_the_rfc();
  const UnixSeconds time{1'234'567'890};
  const std::uint64_t step = time.value / totp_step_s;
  for (const std::uint64_t other : {step - 3, step - 2, step + 2, step + 3})
    EXPECT_FALSE(totp_step_of(key, totp_code(key, other), time, 0)) << other;
  const std::string good = totp_code(key, step);
  EXPECT_FALSE(totp_step_of(key, "", time, 0));
  EXPECT_FALSE(totp_step_of(key, good.substr(1), time, 0));
  EXPECT_FALSE(totp_step_of(key, good + "0", time, 0));
  EXPECT_FALSE(totp_step_of(make_totp_key(), good, time, 0));
}

// RFC 6238, appendix B, SHA-1, the last six of its eight digits.
TEST(Totp, GivesTheCodesOfTheRfc) {
  const TotpKey key = key_of_the_rfc();
  EXPECT_EQ(totp_code(key, 59 / 30), "287082");
  EXPECT_EQ(totp_code(key, 1'111'111'109 / 30), "081804");
  EXPECT_EQ(totp_code(key, 1'111'111'111 / 30), "050471");
  EXPECT_EQ(totp_code(key, 1'234'567'890 / 30), "005924");
  EXPECT_EQ(totp_code(key, 2'000'000'000 / 30), "279037");
  EXPECT_EQ(totp_code(key, 20'000'000'000 / 30), "353130");
}

// `printf 12345678901234567890 | base32`.
TEST(Totp, WritesTheKeyAsAppsReadIt) {
  EXPECT_EQ(totp_text(key_of_the_rfc()), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  EXPECT_EQ(
      totp_uri(key_of_the_rfc(), "ada@example.org"),
      "otpauth://totp/Cardea:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Cardea&algorithm=SHA1&digits=6&"
      "period=30");
}

TEST(RecoveryCode, IsReadWithoutRegardToDashesAndCapitalsAndNeverComesTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(seen.insert(make_recovery_code()).second);
  const std::string code = make_recovery_code();
  EXPECT_TRUE(is_recovery_code(code));
  EXPECT_FALSE(is_recovery_code(code.substr(1)));
  EXPECT_FALSE(is_recovery_code("123456"));
  std::string loud;
  for (const char c : code)
    if (c != '-') loud.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
  EXPECT_EQ(hash_of_recovery_code(loud), hash_of_recovery_code(code));
  EXPECT_NE(hash_of_recovery_code(make_recovery_code()), hash_of_recovery_code(code));
}

}  // namespace
}  // namespace cardea::server
