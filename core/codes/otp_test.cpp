// SPDX-License-Identifier: Apache-2.0
#include "core/codes/otp.hpp"

#include <gtest/gtest.h>

#include "core/codes/ff1.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

class Otp : public testing::Test {
 protected:
  OpensslProvider provider_{4};
};

// RFC 6238, appendix B: the SHA-256 rows, whose 32-byte key is that of the text "12345678901234567890123456789012".
TEST_F(Otp, AgreesWithRfc6238) {
  const KeyHandle key = provider_.import_key(KeyKind::kMac, KeyBytes(ascii("12345678901234567890123456789012"))).value();
  const std::pair<std::uint64_t, std::uint32_t> rows[] = {{59, 46'119'246},
                                                          {1'111'111'109, 68'084'774},
                                                          {1'111'111'111, 67'062'674},
                                                          {1'234'567'890, 91'819'424},
                                                          {2'000'000'000, 90'698'825},
                                                          {20'000'000'000, 77'737'706}};
  for (const auto& [time, code] : rows)
    EXPECT_EQ(otp_value(provider_, key, step_at(OtpPurpose::kApp, {time}), 8).value(), code) << time;
}

TEST_F(Otp, TheKeyIsOfTheHourInWhichTheStepBegins) {
  const std::uint64_t hour_s = 500'000ull * 3'600;
  EXPECT_EQ(hour_of_step(OtpPurpose::kApp, step_at(OtpPurpose::kApp, {hour_s - 1})), Hour{499'999});
  EXPECT_EQ(hour_of_step(OtpPurpose::kApp, step_at(OtpPurpose::kApp, {hour_s})), Hour{500'000});
  EXPECT_EQ(hour_of_step(OtpPurpose::kSms, step_at(OtpPurpose::kSms, {hour_s + 149})), Hour{500'000});
  EXPECT_EQ(key_hour(OtpPurpose::kApp, step_at(OtpPurpose::kApp, {hour_s}), true), Hour{0});
}

TEST_F(Otp, LeavesNoKeyBehindEvenWhenTheProviderFails) {
  const KeyHandle lock_key = provider_.import_key(KeyKind::kMac, KeyBytes{}).value();
  const OtpRequest request{OtpPurpose::kSms, {1, 2}, false, {1'800'000'000}, 6};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(issue_otp(provider_, lock_key, LockId{}, request).ok()) << i;
  const KeyHandle other = provider_.import_key(KeyKind::kMac, KeyBytes{}).value();
  ASSERT_TRUE(provider_.import_key(KeyKind::kMac, KeyBytes{}).ok());
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(issue_otp(provider_, lock_key, LockId{}, request).status(), Status::kFull) << "one place, and two keys to derive";
  provider_.release_key(other);
  EXPECT_TRUE(issue_otp(provider_, lock_key, LockId{}, request).ok());
}

TEST_F(Otp, ACodeKeyServesBlocksOnly) {
  const KeyHandle lock_key = provider_.import_key(KeyKind::kMac, KeyBytes{}).value();
  const KeyHandle code_key = derive_code_key(provider_, lock_key, LockId{}, 0).value();
  EXPECT_EQ(otp_value(provider_, code_key, Step{1}, 8).status(), Status::kUnsupported);
  EXPECT_EQ(encrypt_number(provider_, lock_key, 1, 10).status(), Status::kUnsupported);
}

}  // namespace
}  // namespace cardea
