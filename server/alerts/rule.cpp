// SPDX-License-Identifier: Apache-2.0
#include "server/alerts/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cardea::server::alerts {
namespace {

constexpr std::uint32_t critical_escalates_min = 15;
constexpr std::uint32_t warning_escalates_min = 240;

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  const bool plain = std::ranges::all_of(
      text, [](char c) { return c > ' ' && c < 0x7f && std::string_view("\"(),:;<>[\\]").find(c) == std::string_view::npos; });
  return plain && at != 0 && at != std::string_view::npos && at + 1 < text.size() && text.find('@', at + 1) == text.npos &&
         text.size() <= 254;
}

bool tells_owners(const Step& step) { return std::ranges::find(step.tell, Recipient{Role::kOwner}) != step.tell.end(); }

Outcome<Done> check_steps(const std::vector<Step>& steps) {
  if (steps.empty() || steps.size() > step_count_max)
    return invalid("/steps", fmt::format("must be 1 to {} steps", step_count_max));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::string pointer = fmt::format("/steps/{}", i);
    if (steps[i].tell.size() > recipient_count_max)
      return invalid(pointer + "/tell", fmt::format("has more than {} recipients", recipient_count_max));
    if (steps[i].after_min > after_min_max) return invalid(pointer + "/after_min", "must be at most 10080, a week");
    if (i == 0 && steps[i].after_min != 0) return invalid(pointer + "/after_min", "must be 0: the first step is at once");
    if (i > 0 && steps[i].after_min <= steps[i - 1].after_min)
      return invalid(pointer + "/after_min", "must be more than that of the step before");
  }
  return Done{};
}

Outcome<Done> check_guard(const Rule& rule) {
  if (rule.is_enabled && rule.is_everywhere() && tells_owners(rule.steps.front())) return Done{};
  return conflict(
      "rule_is_guard",
      "This rule tells the owners what insiders do. It cannot be switched off or narrowed, and its first step tells "
      "\"owner\"; others may be told, too.");
}

}  // namespace

std::string text_of(const Recipient& recipient) {
  if (const Role* role = std::get_if<Role>(&recipient)) return std::string(server::name_of(*role));
  if (const OperatorId* who = std::get_if<OperatorId>(&recipient)) return who->text();
  return std::get<std::string>(recipient);
}

std::optional<Recipient> recipient_of(std::string_view text) {
  if (const auto role = role_of(text)) return Recipient{*role};
  if (const auto who = OperatorId::parse(text)) return Recipient{*who};
  if (is_address(text)) return Recipient{std::string(text)};
  return std::nullopt;
}

bool Rule::concerns(const std::optional<SiteId>& site, const std::optional<DoorId>& door) const {
  if (is_everywhere()) return true;
  return (site && std::ranges::find(sites, *site) != sites.end()) || (door && std::ranges::find(doors, *door) != doors.end());
}

Rule default_rule(AlertType type) {
  const TypeFacts& facts = facts_of(type);
  Rule rule;
  rule.type = type;
  rule.name = std::string(name_of(type));
  std::ranges::replace(rule.name, '_', ' ');
  rule.severity = facts.severity;
  rule.threshold = facts.threshold;
  if (facts.is_owners) {
    rule.steps = {{0, {Role::kOwner}}};
    return rule;
  }
  switch (facts.severity) {
    case Severity::kInfo: rule.steps = {{0, {}}}; break;
    case Severity::kWarning: rule.steps = {{0, {Role::kManager}}, {warning_escalates_min, {Role::kOwner}}}; break;
    case Severity::kCritical: rule.steps = {{0, {Role::kManager}}, {critical_escalates_min, {Role::kOwner}}}; break;
  }
  return rule;
}

Outcome<Done> check(const Rule& rule) {
  const TypeFacts& facts = facts_of(rule.type);
  if (facts.unit == Unit::kNone && rule.threshold != 0)
    return invalid("/threshold", fmt::format("means nothing for {}: leave it out", name_of(rule.type)));
  if (rule.threshold < facts.threshold_min || rule.threshold > facts.threshold_max)
    return invalid("/threshold",
                   fmt::format("must be {} to {} {}", facts.threshold_min, facts.threshold_max, name_of(facts.unit)));
  if (rule.sites.size() + rule.doors.size() > place_count_max)
    return invalid("/door_ids", fmt::format("with the sites, at most {}: name the sites alone", place_count_max));
  if (auto checked = check_steps(rule.steps); !checked) return checked.error();
  if (facts.is_guard) return check_guard(rule);
  return Done{};
}

}  // namespace cardea::server::alerts
