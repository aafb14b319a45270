// SPDX-License-Identifier: Apache-2.0
#pragma once
// Alerts and their rules, for people: what server/alerts means by them.

#include "server/alerts/life.hpp"
#include "server/alerts/words.hpp"
#include "server/usecases/context.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

struct StoredAlertRule {
  alerts::Rule rule;
  UnixSeconds created_at;
  std::optional<UnixSeconds> changed_at;
};

struct StoredAlert {
  alerts::Alert alert;
  Bytes<16> subject{};
  std::optional<SiteId> site;
  std::optional<DoorId> door;
  std::optional<LockRef> lock;
  EventId event;  ///< the first event of it
};

inline constexpr std::size_t alert_rule_count_max = 200;
inline constexpr std::size_t alert_note_chars_max = 500;

struct AlertQuery {
  PageRequest page;
  std::optional<alerts::State> state;
  std::optional<LockRef> lock;
};
/// Newest first.
Task<Outcome<Page<StoredAlert>>> list_alerts(Context& context, Viewer viewer, AlertQuery query);
Task<Outcome<StoredAlert>> find_alert(Context& context, WorkspaceId workspace, AlertId alert);
/// Nobody is told any more. 409 `alert_closed`; one that was acknowledged before stays as it was. 403 `forbidden` for a
/// guard's, but for those who may do everything.
Task<Outcome<StoredAlert>> acknowledge_alert(Context& context, Principal caller, AlertId alert, std::string note);
/// The same for closing it, whatever its lock says.
Task<Outcome<StoredAlert>> close_alert(Context& context, Principal caller, AlertId alert, std::string note);

/// What a request may say of a rule; what is absent stays as it is.
struct AlertRuleChange {
  std::optional<std::string> name;
  std::optional<bool> is_enabled;
  std::optional<alerts::Severity> severity;
  std::optional<std::uint32_t> threshold;
  std::optional<std::vector<SiteId>> sites;
  std::optional<std::vector<DoorId>> doors;
  std::optional<std::vector<alerts::Step>> steps;
};
Task<Outcome<Page<StoredAlertRule>>> list_alert_rules(Context& context, WorkspaceId workspace, PageRequest page);
Task<Outcome<StoredAlertRule>> find_alert_rule(Context& context, WorkspaceId workspace, AlertRuleId rule);
/// One more rule of a type, beginning with what the first one of that type had. 409 `rule_is_guard`, `rules_full`; 404 for
/// places and operators that are not in the workspace.
Task<Outcome<StoredAlertRule>> create_alert_rule(Context& context, Principal caller, alerts::AlertType type,
                                                 AlertRuleChange input);
/// From the next event on; alerts that are open go on as they were. The owners are told.
Task<Outcome<StoredAlertRule>> change_alert_rule(Context& context, Principal caller, AlertRuleId rule, AlertRuleChange change);
/// The same; its alerts stay. 409 `rule_is_guard`.
Task<Outcome<Done>> delete_alert_rule(Context& context, Principal caller, AlertRuleId rule);

}  // namespace cardea::server::usecases
