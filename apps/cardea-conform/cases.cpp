// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-conform/cases.hpp"

namespace cardea::conform {
namespace {

/// A line may lose what a good lock says; a lock that numbers wrongly does it every time.
constexpr int gap_tries_max = 3;

}  // namespace

std::span<const Case> all_cases() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> all;
    for (const std::span<const Case> some : {activation_cases(), link_cases(), code_cases(), power_cases()})
      all.insert(all.end(), some.begin(), some.end());
    return all;
  }();
  return cases;
}

CaseOutcome run_case(const Case& of, Subject& subject) {
  for (int tries_left = gap_tries_max;;) {
    try {
      static_cast<void>(subject.hands.openings());  // what the case before has left
      of.run(subject);
      return {.of = &of, .verdict = CaseVerdict::kPass, .rule = {}, .expected = {}, .came = {}};
    } catch (const Gap& gap) {
      subject.bearer.hang_up();
      if (--tries_left == 0) return {&of, CaseVerdict::kFail, gap.rule(), gap.what(), gap.came()};
    } catch (const Failed& failed) {
      return {&of, CaseVerdict::kFail, failed.rule(), failed.what(), failed.came()};
    } catch (const Skipped& skipped) {
      return {&of, CaseVerdict::kSkipped, {}, skipped.what(), {}};
    }
  }
}

}  // namespace cardea::conform
