// SPDX-License-Identifier: Apache-2.0
// Every single power cut of every storage scenario, every double cut of the short ones, and proof that the campaigns bite:
// journals without one of their checks must fail in them.
#include "lock/testing/campaign.hpp"

#include <gtest/gtest.h>

#include "lock/journal/internal/basic_journal_impl.hpp"
#include "lock/testing/journal_scenarios.hpp"
#include "lock/testing/storage_scenarios.hpp"

namespace cardea::testing {
namespace {

ScenarioList storage_scenarios() {
  ScenarioList list;
  add_storage_scenarios(list);
  return list;
}

ScenarioList short_scenarios() {
  ScenarioList list = storage_scenarios();
  std::erase_if(list, [](const ScenarioEntry& scenario) { return !scenario.is_short; });
  return list;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

class StorageCampaign : public ::testing::TestWithParam<ScenarioEntry> {};
class ShortCampaign : public ::testing::TestWithParam<ScenarioEntry> {};

// [rule: J1] [rule: J4] [rule: J5] [rule: J7] [rule: J8] [rule: J12] [rule: J15] [rule: J16] [rule: J19]
TEST_P(StorageCampaign, KeepsItsPromisesWhereverThePowerIsCut) {
  const CampaignResult result = run_campaign(GetParam(), {});
  EXPECT_EQ(joined(result.failures), "");
  EXPECT_GT(result.run_count, 24u) << "each of 24 combinations has at least one cut";
}

TEST_P(ShortCampaign, KeepsItsPromisesWhereverThePowerIsCutTwice) {
  const CampaignResult result = run_campaign(GetParam(), {.doubles = true});
  EXPECT_EQ(joined(result.failures), "");
}

INSTANTIATE_TEST_SUITE_P(Storage, StorageCampaign, ::testing::ValuesIn(storage_scenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

INSTANTIATE_TEST_SUITE_P(Storage, ShortCampaign, ::testing::ValuesIn(short_scenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

struct NoCrc : JournalRules {
  static constexpr bool checks_crc = false;
};
struct EndsAtBlank : JournalRules {
  static constexpr bool ends_records_by_size = false;
};
struct WritesBehindTornRecords : JournalRules {
  static constexpr bool seals_torn_tail = false;
};
struct ForgetsTheOldest : JournalRules {
  static constexpr bool copies_live_values = false;
};
struct TrustsHeaders : JournalRules {
  static constexpr bool requires_turn_record = false;
};
struct CommitsOneByOne : JournalRules {
  static constexpr bool commits_as_one = false;
};
struct AcknowledgesTooEarly : JournalRules {
  static constexpr bool acknowledges_when_durable = false;
};

template <class Rules>
class WeakJournal : public ::testing::Test {};
using WeakRules = ::testing::Types<NoCrc, EndsAtBlank, WritesBehindTornRecords, ForgetsTheOldest, TrustsHeaders,
                                   CommitsOneByOne, AcknowledgesTooEarly>;
TYPED_TEST_SUITE(WeakJournal, WeakRules);

TYPED_TEST(WeakJournal, FailsInTheCampaigns) {
  ScenarioList list;
  add_journal_scenarios<SizedJournal<TypeParam>>(list);
  std::string failure;
  for (std::size_t i = 0; i < list.size() && failure.empty(); ++i)
    failure = joined(run_campaign(list[i], {.failure_count_max = 1}).failures);
  EXPECT_NE(failure, "") << "a journal without this check got through";
  EXPECT_EQ(failure.rfind("./dev sim --scenario journal_", 0), 0u) << failure;
}

}  // namespace
}  // namespace cardea::testing
