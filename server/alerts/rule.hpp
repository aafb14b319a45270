// SPDX-License-Identifier: Apache-2.0
#pragma once
// A rule: which events become an alert, where, from which threshold on, and who is told when.

#include <string>
#include <variant>
#include <vector>

#include "server/alerts/type.hpp"
#include "server/domain/id.hpp"
#include "server/domain/permission.hpp"
#include "server/domain/problem.hpp"

namespace cardea::server::alerts {

/// Whom a step tells: everybody with a role, one operator, or an address.
using Recipient = std::variant<Role, OperatorId, std::string>;
/// "manager", "operator_…", "night@example.org", and back; nothing for anything else.
std::string text_of(const Recipient& recipient);
std::optional<Recipient> recipient_of(std::string_view text);

/// So long after an alert was opened, and while nobody has acknowledged it.
struct Step {
  std::uint32_t after_min = 0;
  std::vector<Recipient> tell;  ///< nobody: the alert stands in the list, and goes out by webhook
  bool operator==(const Step&) const = default;
};

inline constexpr std::size_t step_count_max = 5;
inline constexpr std::size_t recipient_count_max = 20;
inline constexpr std::uint32_t after_min_max = 7 * 24 * 60;
inline constexpr std::size_t place_count_max = 500;

struct Rule {
  AlertRuleId id;
  AlertType type = AlertType::kDoorForced;
  std::string name;
  bool is_enabled = true;
  Severity severity = Severity::kWarning;
  std::uint32_t threshold = 0;
  std::vector<SiteId> sites;  ///< both empty: everywhere; else these sites and these doors
  std::vector<DoorId> doors;
  std::vector<Step> steps;

  [[nodiscard]] bool is_everywhere() const { return sites.empty() && doors.empty(); }
  [[nodiscard]] bool concerns(const std::optional<SiteId>& site, const std::optional<DoorId>& door) const;
};

/// The rule of a type that every workspace begins with; its id is the caller's to give.
Rule default_rule(AlertType type);

/// 400 with the member's pointer: a threshold, steps or places out of their limits. 409 `rule_is_guard` for a guard that is
/// switched off, narrowed to a place, or does not tell the owners at once.
Outcome<Done> check(const Rule& rule);

}  // namespace cardea::server::alerts
