// SPDX-License-Identifier: Apache-2.0
#pragma once
// Power-cut campaigns: a scenario is run once for every flash operation in it, with the power cut at that operation, on every
// model of flash, granule and pattern of torn writes; then it starts again and must find everything that it was promised.
// A double campaign cuts a second time, at every operation of what follows the first cut. Host only.
//
// A failing run is one line that repeats it:
//   ./dev sim --scenario NAME --model ecc --granule 8 --pattern random --cut 17 --cut2 3 --seed 1

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lock/testing/sim_flash.hpp"
#include "lock/testing/sim_port.hpp"

namespace cardea::testing {

/// What outlives a power cut in the simulated lock.
struct World {
  SimFlash flash;
  SimCounter counter;
  SimMotor motor;
  SimSensors sensors;
  Random random;
};

/// Collects what is wrong in a run.
class Check {
 public:
  /// Notes `what` unless `holds`, the first time; returns `holds`.
  bool expect(bool holds, std::string_view what) {
    if (!holds && failure_.empty()) failure_ = what;
    return holds;
  }
  /// True for kOk. False when the power is gone, and the scenario then returns. Anything else is wrong, too.
  bool ok(Status status, const World& world, std::string_view what);
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  std::string failure_;
};

/// One script of a lock's life. The object remembers what was acknowledged to it, as the world outside would; everything else
/// about the lock must come out of `world.flash` at each start.
class Scenario {
 public:
  virtual ~Scenario() = default;
  /// Brings the world to where the cuts begin. Never cut.
  virtual void prepare(World& world, Check& check) = 0;
  /// One start of the lock: mounts, checks all that was acknowledged, and carries on to the end of the script. Returns early
  /// once `world.flash.power_was_cut()`. Called again after each cut, and once more after the end, when it has only to check.
  virtual void run(World& world, Check& check) = 0;
  /// A copy in the same state.
  [[nodiscard]] virtual std::unique_ptr<Scenario> clone() const = 0;
};

struct ScenarioEntry {
  std::string name;  ///< lower case and underscores
  std::string about;
  bool is_short = false;  ///< double cuts in the tests, too
  std::uint32_t flash_size_bytes = 0;
  std::function<std::unique_ptr<Scenario>()> make{};
};

/// Every part that has scenarios offers a function `void add_…_scenarios(ScenarioList&)`.
using ScenarioList = std::vector<ScenarioEntry>;

/// One run. The defaults cut nothing.
struct RunPlan {
  FlashModel model = FlashModel::kPlain;
  std::uint32_t granule_bytes = 8;
  TornPattern pattern = TornPattern::kNothing;
  std::uint64_t cut = 0;   ///< at this flash operation after prepare(); 0: none
  std::uint64_t cut2 = 0;  ///< at this operation after the first cut; 0: none
  std::uint64_t seed = 1;
};
/// The words that repeat a run.
std::string replay_line(const ScenarioEntry& scenario, const RunPlan& plan);
/// What went wrong in a run, or empty.
std::string run_once(const ScenarioEntry& scenario, const RunPlan& plan);

struct CampaignOptions {
  bool doubles = false;
  std::uint64_t seed = 1;
  std::uint64_t failure_count_max = 3;  ///< stops there
  /// Called every few hundred runs, for a progress line.
  std::function<void(std::uint64_t runs)> progress{};
};
struct CampaignResult {
  std::uint64_t run_count = 0;
  std::vector<std::string> failures;  ///< replay line, and on the next line what went wrong
};
CampaignResult run_campaign(const ScenarioEntry& scenario, const CampaignOptions& options);

}  // namespace cardea::testing
