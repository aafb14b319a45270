// SPDX-License-Identifier: Apache-2.0
#pragma once
// Alert rules and alerts as the store has them.

#include "server/alerts/life.hpp"
#include "server/alerts/signal.hpp"
#include "server/domain/event.hpp"
#include "server/store/store.hpp"
#include "server/usecases/alerts.hpp"

namespace cardea::server::usecases {

/// "SELECT … FROM alert_rules " with the columns of alert_rule_of(); a WHERE follows.
std::string_view select_alert_rules();
StoredAlertRule alert_rule_of(Row row);
/// Inserts it, or writes it over.
Task<void> put_alert_rule(Transaction& tx, WorkspaceId workspace, StoredAlertRule rule);
/// 404 `rule_not_found`.
Task<Outcome<StoredAlertRule>> read_alert_rule(Transaction& tx, WorkspaceId workspace, AlertRuleId rule);

std::string_view select_alerts();
StoredAlert alert_of(Row row);
Task<Outcome<StoredAlert>> read_alert(Transaction& tx, WorkspaceId workspace, AlertId alert);
Task<void> insert_alert(Transaction& tx, WorkspaceId workspace, StoredAlert alert);
/// What life.hpp changes.
Task<void> update_alert(Transaction& tx, WorkspaceId workspace, alerts::Alert alert);

/// The event about an alert, at its place. `more`: further members of its detail, with a comma in front.
Task<void> append_alert_event(Transaction& tx, Context& context, WorkspaceId workspace, EventType type, StoredAlert alert,
                              std::string by, std::string more = {});
/// Writes to the recipients of the alert's steps from `first` to `last`. Returns how many there were.
Task<std::size_t> tell_of_alert(Transaction& tx, Context& context, WorkspaceId workspace, StoredAlert alert, std::size_t first,
                                std::size_t last, alerts::Telling telling);
/// Carries out the steps that are due, and stores the alert.
Task<void> carry_out_steps(Transaction& tx, Context& context, WorkspaceId workspace, StoredAlert alert);
/// The alert has just been closed: stores it, and says so to the log and to whoever was told of it.
Task<void> tell_of_closing(Transaction& tx, Context& context, WorkspaceId workspace, StoredAlert alert, std::string by);

}  // namespace cardea::server::usecases
