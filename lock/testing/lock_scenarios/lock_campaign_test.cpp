// SPDX-License-Identifier: Apache-2.0
// Every single power cut of every scenario of the whole lock, and every double cut of the short ones.
#include <gtest/gtest.h>

#include "lock/testing/lock_scenarios/lock_scenarios.hpp"

namespace cardea::testing {
namespace {

ScenarioList lock_scenarios(bool only_short) {
  ScenarioList list;
  add_lock_scenarios(list);
  std::erase_if(list, [&](const ScenarioEntry& scenario) { return only_short && !scenario.is_short; });
  return list;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

class LockCampaign : public ::testing::TestWithParam<ScenarioEntry> {};
class ShortLockCampaign : public ::testing::TestWithParam<ScenarioEntry> {};

// [rule: R4] [rule: R14] [rule: R16] [rule: A4] [rule: A14] [rule: A15] [rule: E3] [rule: E4] [rule: E17] [rule: L6] [rule:
// L10] [rule: S9] [rule: S10] [rule: S13]
TEST_P(LockCampaign, KeepsItsPromisesWhereverThePowerIsCut) {
  const CampaignResult result = run_campaign(GetParam(), {});
  EXPECT_EQ(joined(result.failures), "");
  EXPECT_GT(result.run_count, 24u * 5) << "each of 24 combinations has several cuts";
}

// [rule: R4] [rule: R14] [rule: S9]
TEST_P(ShortLockCampaign, KeepsItsPromisesWhereverThePowerIsCutTwice) {
  const CampaignResult result = run_campaign(GetParam(), {.doubles = true});
  EXPECT_EQ(joined(result.failures), "");
}

const auto by_name = [](const auto& scenario) { return scenario.param.name; };
INSTANTIATE_TEST_SUITE_P(Lock, LockCampaign, ::testing::ValuesIn(lock_scenarios(false)), by_name);
INSTANTIATE_TEST_SUITE_P(Lock, ShortLockCampaign, ::testing::ValuesIn(lock_scenarios(true)), by_name);

}  // namespace
}  // namespace cardea::testing
