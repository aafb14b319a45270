// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a lock must do, case by case. The order matters: the first ones activate the lock, the last ones leave it waiting.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "apps/cardea-conform/subject.hpp"

namespace cardea::conform {

struct Case {
  std::string_view name;
  std::string_view rules;  ///< of spec/, with blanks between them
  void (*run)(Subject&);
};
std::span<const Case> all_cases();

enum class CaseVerdict : std::uint8_t { kPass, kFail, kSkipped };
struct CaseOutcome {
  const Case* of = nullptr;
  CaseVerdict verdict = CaseVerdict::kPass;
  std::string rule;      ///< of a failure: the one that is broken
  std::string expected;  ///< of a failure; or why it was skipped
  std::string came;
};

/// Runs one case, again after a Gap; what it throws becomes its outcome. Stop goes on.
CaseOutcome run_case(const Case& of, Subject& subject);

std::span<const Case> activation_cases();
std::span<const Case> link_cases();
std::span<const Case> code_cases();
std::span<const Case> power_cases();

}  // namespace cardea::conform
