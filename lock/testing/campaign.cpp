// SPDX-License-Identifier: Apache-2.0
#include "lock/testing/campaign.hpp"

#include <utility>

namespace cardea::testing {
namespace {

constexpr std::uint32_t granules[] = {4, 8, 16};
constexpr FlashModel models[] = {FlashModel::kPlain, FlashModel::kEcc};
constexpr int starts_after_cuts = 2;  // one that finishes the script, one that only checks
constexpr std::uint64_t progress_interval_runs = 500;

World make_world(const ScenarioEntry& entry, const RunPlan& plan) {
  return {
      .flash = SimFlash(
          {.size_bytes = entry.flash_size_bytes, .granule_bytes = plan.granule_bytes, .model = plan.model, .seed = plan.seed}),
      .counter = {},
      .motor = {},
      .sensors = {},
      .random = Random(plan.seed)};
}

/// A scenario and its world at one moment.
struct Life {
  std::unique_ptr<Scenario> scenario;
  World world;
  Check check;

  [[nodiscard]] Life copy() const { return {scenario->clone(), world, check}; }
  [[nodiscard]] bool failed() const { return !check.failure().empty(); }

  /// One start, with the power cut at operation `cut` (0: not). True when it was cut.
  bool start(std::uint64_t cut, TornPattern pattern) {
    world.flash.restore_power();
    world.flash.cut_at(cut, pattern);
    scenario->run(world, check);
    check.expect(world.flash.misuse().empty(), world.flash.misuse());
    return world.flash.power_was_cut();
  }
  void finish() {
    for (int i = 0; i < starts_after_cuts && !failed(); ++i) start(0, TornPattern::kNothing);
  }
};

Life prepared(const ScenarioEntry& entry, const RunPlan& plan) {
  Life life{entry.make(), make_world(entry, plan), {}};
  life.scenario->prepare(life.world, life.check);
  return life;
}

class Campaign {
 public:
  Campaign(const ScenarioEntry& entry, const CampaignOptions& options) : entry_(entry), options_(options) {}

  CampaignResult run() {
    for (const FlashModel model : models)
      for (const std::uint32_t granule : granules)
        for (const TornPattern pattern : torn_patterns)
          run_singles({.model = model, .granule_bytes = granule, .pattern = pattern, .seed = options_.seed});
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool enough() const { return result_.failures.size() >= options_.failure_count_max; }

  void note(const Life& life, const RunPlan& plan) {
    ++result_.run_count;
    if (life.failed()) result_.failures.push_back(replay_line(entry_, plan) + "\n  " + life.check.failure());
    if (options_.progress && result_.run_count % progress_interval_runs == 0) options_.progress(result_.run_count);
  }

  void run_singles(RunPlan plan) {
    const Life begin = prepared(entry_, plan);
    for (std::uint64_t cut = 1; !enough(); ++cut) {
      Life life = begin.copy();
      const bool was_cut = life.start(cut, plan.pattern);
      plan.cut = was_cut ? cut : 0;  // past the last operation: the run without a cut
      if (was_cut && options_.doubles && !life.failed()) run_doubles(life, plan);
      life.finish();
      note(life, plan);
      if (!was_cut) return;
    }
  }

  void run_doubles(const Life& after_cut, RunPlan plan) {
    for (plan.cut2 = 1; !enough(); ++plan.cut2) {
      Life life = after_cut.copy();
      if (!life.start(plan.cut2, plan.pattern)) return;
      life.finish();
      note(life, plan);
    }
  }

  const ScenarioEntry& entry_;
  const CampaignOptions& options_;
  CampaignResult result_;
};

}  // namespace

bool Check::ok(Status status, const World& world, std::string_view what) {
  if (status == Status::kOk) return true;
  if (!world.flash.power_was_cut()) expect(false, std::string(what) + ": " + name_of(status));
  return false;
}

std::string replay_line(const ScenarioEntry& scenario, const RunPlan& plan) {
  std::string line = "./dev sim --scenario " + scenario.name + " --model " + name_of(plan.model) + " --granule " +
                     std::to_string(plan.granule_bytes) + " --pattern " + name_of(plan.pattern) + " --cut " +
                     std::to_string(plan.cut);
  if (plan.cut2 != 0) line += " --cut2 " + std::to_string(plan.cut2);
  return line + " --seed " + std::to_string(plan.seed);
}

std::string run_once(const ScenarioEntry& scenario, const RunPlan& plan) {
  Life life = prepared(scenario, plan);
  if (plan.cut != 0 && life.start(plan.cut, plan.pattern) && plan.cut2 != 0) life.start(plan.cut2, plan.pattern);
  life.finish();
  return life.check.failure();
}

CampaignResult run_campaign(const ScenarioEntry& scenario, const CampaignOptions& options) {
  return Campaign(scenario, options).run();
}

}  // namespace cardea::testing
