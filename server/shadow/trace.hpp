// SPDX-License-Identifier: Apache-2.0
#pragma once
// A verdict written out as the checks that lead to it, one by one, for people who ask why.

#include <optional>
#include <string_view>
#include <vector>

#include "core/codes/descriptor.hpp"
#include "core/decide/reason.hpp"
#include "server/domain/delivery.hpp"

namespace cardea::server {

/// What a check came to. Checks stand in the order of precedence (codes.md §5): what comes after a failed one was not reached.
enum class CheckResult : std::uint8_t { kPassed, kFailed, kNotReached };
/// "passed", "failed", "not_reached".
std::string_view name_of(CheckResult result);

struct Check {
  std::string_view name;  ///< of the reason that it gives when it fails: "replayed"
  std::string_view rule;  ///< "codes.md R4"
  CheckResult result = CheckResult::kNotReached;
};

/// The checks that a code of this kind goes through, as they came out for `reason` (kNone: all passed). `family`: of an offline
/// code.
std::vector<Check> trace_of(CredentialType type, std::optional<Family> family, Reason reason);

/// What a refusal with this reason means, and what helps: one or two sentences for the manager. "" for kNone.
std::string_view advice_on(Reason reason);

}  // namespace cardea::server
