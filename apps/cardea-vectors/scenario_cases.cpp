// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-vectors/cases.hpp"
#include "apps/cardea-vectors/staged_lock.hpp"

namespace cardea::vectors {
namespace {

std::string run_step(StagedLock& lock, const ScenarioStep& step) {
  lock.advance_to(step.time);
  if (step.op != Op::kType) {
    lock.hear(step);
    return "";
  }
  if (step.cut != Cut::kNone) {
    lock.type_and_cut(step.typed, step.cut);
    return "";
  }
  return differences(step.expect, lock.type(step.typed));
}

}  // namespace

/// The first step that differs: those after it start from another state.
std::string differences_of(const Scenario& test) {
  if (test.steps.empty()) return "no steps";
  std::size_t number = 0;
  try {
    StagedLock lock(test.lock, test.steps.front().time);
    for (; number < test.steps.size(); ++number)
      if (const std::string wrong = run_step(lock, test.steps[number]); !wrong.empty())
        return "steps[" + std::to_string(number) + "]: " + wrong;
  } catch (const NotStaged& stop) {
    return "steps[" + std::to_string(number) + "]: " + stop.what();
  }
  return "";
}

}  // namespace cardea::vectors
