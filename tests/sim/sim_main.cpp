// SPDX-License-Identifier: Apache-2.0
// cardea-sim: the long power-cut campaigns, and the repetition of one failing run. The scenarios are those of all parts.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "lock/testing/campaign.hpp"
#include "lock/testing/lock_scenarios/lock_scenarios.hpp"
#include "lock/testing/storage_scenarios.hpp"
#include "lock/update/testing/update_scenarios.hpp"

namespace {

using namespace cardea::testing;

ScenarioList all_scenarios() {
  ScenarioList list;
  add_storage_scenarios(list);
  add_lock_scenarios(list);
  add_update_scenarios(list);
  return list;
}

struct Arguments {
  bool list = false;
  bool all = false;
  bool doubles = false;
  std::string scenario;
  std::string model = "plain";
  std::string pattern = "nothing";
  RunPlan plan;
};

/// CLI11's exit status of a wrong command line is its own; ours is 2.
int parse(int argc, char** argv, Arguments& arguments, bool& done) {
  CLI::App app{"Cuts the power at every flash operation of a scenario and checks what the lock finds afterwards."};
  app.add_flag("--list", arguments.list, "name the scenarios");
  app.add_flag("--all", arguments.all, "run all of them");
  app.add_option("--scenario", arguments.scenario, "run this one");
  app.add_flag("--doubles", arguments.doubles, "cut a second time, at every operation after the first cut");
  app.add_option("--seed", arguments.plan.seed, "of the torn writes");
  auto* const cut = app.add_option("--cut", arguments.plan.cut, "one run, with the cut at this operation (0: none)");
  app.add_option("--cut2", arguments.plan.cut2, "and then at this one")->needs(cut);
  app.add_option("--model", arguments.model)->check(CLI::IsMember({"plain", "ecc"}))->needs(cut);
  app.add_option("--granule", arguments.plan.granule_bytes)->check(CLI::IsMember({4, 8, 16}))->needs(cut);
  app.add_option("--pattern", arguments.pattern)->check(CLI::IsMember({"nothing", "prefix", "random", "all"}))->needs(cut);
  done = true;
  try {
    app.parse(argc, argv);
    if (cut->count() != 0 && arguments.scenario.empty()) throw CLI::RequiredError("--cut needs --scenario");
    if (!arguments.list && !arguments.all && arguments.scenario.empty())
      throw CLI::RequiredError("Say --all, --scenario NAME or --list");
    done = cut->count() != 0;
    return 0;
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return 2;
  }
}

int list_scenarios(const ScenarioList& scenarios) {
  for (const ScenarioEntry& scenario : scenarios) std::printf("%-24s %s\n", scenario.name.c_str(), scenario.about.c_str());
  return 0;
}

int print_result(std::uint64_t run_count, std::uint64_t failure_count) {
  std::printf("%llu passed, %llu failed\n", static_cast<unsigned long long>(run_count - failure_count),
              static_cast<unsigned long long>(failure_count));
  return failure_count == 0 ? 0 : 1;
}

int repeat_run(const ScenarioEntry& scenario, Arguments& arguments) {
  RunPlan& plan = arguments.plan;
  plan.model = arguments.model == "ecc" ? FlashModel::kEcc : FlashModel::kPlain;
  for (const TornPattern pattern : torn_patterns)
    if (arguments.pattern == name_of(pattern)) plan.pattern = pattern;
  const std::string failure = run_once(scenario, plan);
  if (!failure.empty()) std::printf("%s\n  %s\n", replay_line(scenario, plan).c_str(), failure.c_str());
  return print_result(1, failure.empty() ? 0 : 1);
}

CampaignResult run_scenario(const ScenarioEntry& scenario, const Arguments& arguments) {
  const bool on_terminal = isatty(STDERR_FILENO) != 0;
  CampaignOptions options{.doubles = arguments.doubles, .seed = arguments.plan.seed};
  options.progress = [&](std::uint64_t runs) {
    if (on_terminal) std::fprintf(stderr, "\r%-24s %llu runs", scenario.name.c_str(), static_cast<unsigned long long>(runs));
  };
  CampaignResult result = run_campaign(scenario, options);
  if (on_terminal) std::fprintf(stderr, "\r");
  std::printf("%-24s %llu runs\n", scenario.name.c_str(), static_cast<unsigned long long>(result.run_count));
  for (const std::string& failure : result.failures) std::printf("%s\n", failure.c_str());
  std::fflush(stdout);
  return result;
}

int run_scenarios(const ScenarioList& scenarios, const Arguments& arguments) {
  std::uint64_t run_count = 0;
  std::uint64_t failure_count = 0;
  for (const ScenarioEntry& scenario : scenarios) {
    if (!arguments.all && scenario.name != arguments.scenario) continue;
    const CampaignResult result = run_scenario(scenario, arguments);
    run_count += result.run_count;
    failure_count += result.failures.size();
  }
  return print_result(run_count, failure_count);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  bool one_run = false;
  if (const int status = parse(argc, argv, arguments, one_run); status != 0) return status;
  const ScenarioList scenarios = all_scenarios();
  if (arguments.list) return list_scenarios(scenarios);
  if (arguments.all) return run_scenarios(scenarios, arguments);
  for (const ScenarioEntry& scenario : scenarios) {
    if (scenario.name != arguments.scenario) continue;
    return one_run ? repeat_run(scenario, arguments) : run_scenarios(scenarios, arguments);
  }
  std::fprintf(stderr, "cardea-sim: no scenario %s; --list names them all\n", arguments.scenario.c_str());
  return 2;
}
