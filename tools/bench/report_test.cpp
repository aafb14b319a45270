// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/report.hpp"

#include <gtest/gtest.h>

namespace cardea::bench {
namespace {

TEST(BenchRow, IsNotMetWhenItsRatioCouldNotBeMeasured) {
  EXPECT_EQ((Row{.name = "a", .target = at_least_ratio(0.5)}).met(), false);
  EXPECT_EQ((Row{.name = "a", .ratio = 0.0 / 0.0, .target = at_most_ratio(0.5)}).met(), false);
}

TEST(BenchRow, IsMetAtItsLimitAndNotPastIt) {
  EXPECT_EQ((Row{.name = "a", .value = 192, .target = at_most_value(192)}).met(), true);
  EXPECT_EQ((Row{.name = "a", .value = 193, .target = at_most_value(192)}).met(), false);
  EXPECT_EQ((Row{.name = "a", .ratio = 0.5, .target = at_least_ratio(0.5)}).met(), true);
  EXPECT_EQ((Row{.name = "a", .ratio = 0.49, .target = at_least_ratio(0.5)}).met(), false);
}

TEST(BenchRow, HasNoVerdictWithoutATarget) { EXPECT_EQ((Row{.name = "a", .value = 1}).met(), std::nullopt); }

TEST(BenchReport, PrintsEveryFieldOfARow) {
  Report report;
  report.count("codes/\"x\"", 192, "compressions", at_most_value(192));
  report.add({.name = "b", .value = 1.5, .unit = "s", .reference = "sqlite3", .reference_value = 3.0, .ratio = 0.5});
  EXPECT_EQ(to_json(report.rows()),
            "[\n"
            R"(  {"name": "codes/\"x\"", "value": 192, "unit": "compressions", "reference": null, "reference_value": null, )"
            R"("ratio": null, "target": {"on": "value", "op": "<=", "x": 192}, "met": true},)"
            "\n"
            R"(  {"name": "b", "value": 1.5, "unit": "s", "reference": "sqlite3", "reference_value": 3, "ratio": 0.5, )"
            R"("target": null, "met": null})"
            "\n]\n");
}

TEST(BenchReport, FindsTheRatioOfWorkThatIsHalfAsFast) {
  const auto spin = [](int n) {
    for (int i = 0; i < n; ++i) keep(i);
  };
  Report report;
  report.compare("spin", "calls/s", {"half the work", at_least_ratio(0.1)}, [&] { spin(2000); }, [&] { spin(1000); });
  ASSERT_EQ(report.rows().size(), 1U);
  EXPECT_GT(report.rows()[0].ratio.value(), 0.25);
  EXPECT_LT(report.rows()[0].ratio.value(), 1.0);
  EXPECT_EQ(report.rows()[0].met(), true);
}

}  // namespace
}  // namespace cardea::bench
