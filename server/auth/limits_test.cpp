// SPDX-License-Identifier: Apache-2.0
#include "server/auth/limits.hpp"

#include <gtest/gtest.h>

namespace cardea::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LimitsTest : public ::testing::Test {
 protected:
  static LimitOptions options() {
    LimitOptions out;
    out.account = {3, seconds(10)};
    out.name_count_max = 4;
    return out;
  }
  bool charge(std::string_view name) { return limits_.charge(Limited::kAccount, name).ok(); }

  milliseconds now_ = seconds(1'000);
  Limits limits_{options(), [this] { return now_; }};
};

TEST_F(LimitsTest, RefusesWhatIsBeyondTheLimitAndSaysHowLongToWait) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(charge("ada"));
  now_ += seconds(4);
  const auto refused = limits_.charge(Limited::kAccount, "ada");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().status, 429);
  EXPECT_EQ(refused.error().code, "too_many_requests");
  EXPECT_EQ(refused.error().retry_after_s, 6u);
}

TEST_F(LimitsTest, ARefusalCostsNothingSoTheWaitEnds) {
  for (int i = 0; i < 100; ++i) charge("ada");
  now_ += milliseconds(9'999);
  EXPECT_FALSE(charge("ada"));
  now_ += milliseconds(1);
  EXPECT_TRUE(charge("ada"));
  EXPECT_FALSE(charge("ada"));
}

TEST_F(LimitsTest, NeverSavesUpMoreThanTheLimit) {
  now_ += std::chrono::hours(1'000);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(charge("ada"));
  EXPECT_FALSE(charge("ada"));
}

TEST_F(LimitsTest, ARefundGivesBackWhatWasTakenAndNoMore) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(charge("ada"));
  limits_.refund(Limited::kAccount, "ada");
  EXPECT_TRUE(charge("ada"));
  EXPECT_FALSE(charge("ada"));
  for (int i = 0; i < 50; ++i) limits_.refund(Limited::kAccount, "bob");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(charge("bob"));
  EXPECT_FALSE(charge("bob"));
}

TEST_F(LimitsTest, NamesAndKindsDoNotShareACount) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(charge("ada"));
  EXPECT_FALSE(charge("ada"));
  EXPECT_TRUE(charge("bob"));
  EXPECT_TRUE(limits_.charge(Limited::kAddress, "ada").ok());
}

TEST_F(LimitsTest, AFloodOfNamesForgetsNobodyAndIsSlowedTogether) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(charge("ada"));
  int accepted = 0;
  for (int i = 0; i < 1'000; ++i) accepted += charge("flood " + std::to_string(i)) ? 1 : 0;
  EXPECT_EQ(accepted, 3 + 3);  // three more names fit, one try each, and the crowd shares three
  EXPECT_FALSE(charge("ada"));
  now_ += seconds(60);  // everything came back: the names make room
  EXPECT_TRUE(charge("flood 999"));
  EXPECT_TRUE(charge("ada"));
}

TEST_F(LimitsTest, ALimitOfNoneIsNoLimit) {
  LimitOptions none = options();
  none.account = {0, seconds(10)};
  Limits limits(none, [this] { return now_; });
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(limits.charge(Limited::kAccount, "ada").ok());
}

TEST(NetworkOf, IsTheAddressOrThe64BitsThatOneSubscriberHas) {
  EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("fe80::1%eth0"), "fe80::/64");
  EXPECT_EQ(network_of(""), "");
}

}  // namespace
}  // namespace cardea::server
