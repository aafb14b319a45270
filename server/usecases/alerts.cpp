// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/alerts.hpp"

#include <fmt/format.h>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/internal/alert_rows.hpp"

namespace cardea::server::usecases {

namespace {

Outcome<Done> check_note(std::string_view note) {
  if (note.size() > 4 * alert_note_chars_max) return invalid("/note", "is longer than 500 characters");
  return Done{};
}

/// What guards against insiders is put aside by nobody but the owners.
Outcome<Done> may_put_aside(const Principal& caller, const alerts::Alert& alert) {
  if (!alerts::facts_of(alert.type).is_guard) return Done{};
  return may_give(caller, PermissionSet::all());
}

Task<Outcome<StoredAlert>> acknowledge_in(Transaction& tx, Context& context, Principal caller, AlertId id, std::string note) {
  CARDEA_CO_ASSIGN(StoredAlert stored, co_await read_alert(tx, caller.workspace, id));
  CARDEA_CO_TRY(may_put_aside(caller, stored.alert));
  if (stored.alert.state == alerts::State::kClosed) co_return conflict("alert_closed", "This alert is closed already.");
  const UnixSeconds now = context.now();
  if (!alerts::acknowledge(stored.alert, caller.by(), std::move(note), now)) co_return stored;
  co_await append_alert_event(tx, context, caller.workspace, EventType::kAlertAcknowledged, stored, caller.by());
  if (alerts::close_if_settled(stored.alert, now))
    co_await tell_of_closing(tx, context, caller.workspace, stored, caller.by());
  else
    co_await update_alert(tx, caller.workspace, stored.alert);
  co_return stored;
}

Task<Outcome<StoredAlert>> close_in(Transaction& tx, Context& context, Principal caller, AlertId id, std::string note) {
  CARDEA_CO_ASSIGN(StoredAlert stored, co_await read_alert(tx, caller.workspace, id));
  CARDEA_CO_TRY(may_put_aside(caller, stored.alert));
  if (alerts::close(stored.alert, caller.by(), std::move(note), context.now()))
    co_await tell_of_closing(tx, context, caller.workspace, stored, caller.by());
  co_return stored;
}

void apply_to(const AlertRuleChange& change, alerts::Rule& rule) {
  if (change.name) rule.name = *change.name;
  if (change.is_enabled) rule.is_enabled = *change.is_enabled;
  if (change.severity) rule.severity = *change.severity;
  if (change.threshold) rule.threshold = *change.threshold;
  if (change.sites) rule.sites = *change.sites;
  if (change.doors) rule.doors = *change.doors;
  if (change.steps) rule.steps = *change.steps;
}

/// What the rule names is in the workspace.
Task<Outcome<Done>> check_known(Transaction& tx, WorkspaceId workspace, alerts::Rule rule) {
  for (const SiteId& site : rule.sites) {
    const Rows rows = co_await tx.execute("SELECT 1 FROM sites WHERE workspace = ?1 AND site = ?2", workspace, site);
    if (rows.empty()) co_return not_found("site");
  }
  for (const DoorId& door : rule.doors) {
    const Rows rows = co_await tx.execute("SELECT 1 FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
    if (rows.empty()) co_return not_found("door");
  }
  for (const alerts::Step& step : rule.steps)
    for (const alerts::Recipient& recipient : step.tell) {
      const auto* who = std::get_if<OperatorId>(&recipient);
      if (who == nullptr) continue;
      const Rows rows = co_await tx.execute("SELECT 1 FROM operators WHERE workspace = ?1 AND operator = ?2", workspace, *who);
      if (rows.empty()) co_return not_found("operator");
    }
  co_return Done{};
}

Task<void> append_rule_event(Transaction& tx, Context& context, Principal caller, EventType type, alerts::Rule rule) {
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.by = caller.by();
  facts.detail = fmt::format(R"({{"rule":"{}","type":"{}"}})", rule.id.text(), alerts::name_of(rule.type));
  co_await append_event(tx, context.keys, caller.workspace, std::move(facts), {}, context.now());
}

/// Locks that are offline already: the rule's time runs for them from now on.
Task<void> watch_offline_locks(Transaction& tx, Context& context, WorkspaceId workspace, alerts::Rule rule) {
  co_await tx.execute("DELETE FROM alert_waits WHERE workspace = ?1 AND rule = ?2", workspace, rule.id);
  if (rule.type != alerts::AlertType::kLockOffline || !rule.is_enabled) co_return;
  const Rows rows = co_await tx.execute(
      "SELECT l.lock, d.door, d.site, (SELECT event FROM events e WHERE e.workspace = l.workspace AND e.lock = l.lock AND "
      "e.type = 'lock.offline' ORDER BY position DESC LIMIT 1) AS event FROM locks l JOIN doors d ON d.workspace = l.workspace "
      "AND d.door = l.door WHERE l.workspace = ?1 AND l.online = 0 AND l.state = 'active' AND event IS NOT NULL",
      workspace);
  for (const Row row : rows)
    if (rule.concerns(row.id<SiteId>(2), row.id<DoorId>(1)))
      co_await tx.execute(
          "INSERT INTO alert_waits (workspace, rule, subject, due_at, site, door, lock, event) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?3, ?7)",
          workspace, rule.id, row.id<LockRef>(0), UnixSeconds{context.now().value + rule.threshold}, row.id<SiteId>(2),
          row.id<DoorId>(1), row.id<EventId>(3));
}

Task<Outcome<StoredAlertRule>> store_rule(Transaction& tx, Context& context, Principal caller, StoredAlertRule stored,
                                          EventType type) {
  CARDEA_CO_TRY(check_name(stored.rule.name, "/name"));
  CARDEA_CO_TRY(alerts::check(stored.rule));
  CARDEA_CO_TRY(co_await check_known(tx, caller.workspace, stored.rule));
  co_await put_alert_rule(tx, caller.workspace, stored);
  co_await watch_offline_locks(tx, context, caller.workspace, stored.rule);
  co_await append_rule_event(tx, context, caller, type, stored.rule);
  co_return stored;
}

}  // namespace

Task<Outcome<Page<StoredAlert>>> list_alerts(Context& context, Viewer viewer, AlertQuery query) {
  CARDEA_CO_ASSIGN(AlertId before, id_of_cursor<AlertId>(query.page));
  if (query.page.cursor.empty()) before.bytes.fill(0xff);
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<StoredAlert>>> {
    // Each set of conditions is a statement of its own: an OR would keep the indexes out of it.
    static const std::string all =
        std::string(select_alerts()) + "WHERE workspace = ?1 AND alert < ?2 AND ?4 IS NULL AND ?5 IS NULL";
    static const std::string of_state =
        std::string(select_alerts()) + "WHERE workspace = ?1 AND alert < ?2 AND state = ?4 AND ?5 IS NULL";
    static const std::string of_lock =
        std::string(select_alerts()) + "WHERE workspace = ?1 AND alert < ?2 AND lock = ?5 AND (?4 IS NULL OR state = ?4)";
    static const std::string order = " AND " + door_is_within("alerts.door", 6) + " ORDER BY alert DESC LIMIT ?3";
    static const std::string statements[] = {all + order, of_state + order, of_lock + order};
    const std::string& sql = statements[query.lock ? 2 : query.state ? 1 : 0];
    const std::optional<std::string_view> state = query.state ? std::optional(alerts::name_of(*query.state)) : std::nullopt;
    const Rows rows = co_await tx.execute(sql, viewer.workspace, before, query.page.limit + 1, state, query.lock, viewer.limit);
    std::vector<StoredAlert> items;
    for (const Row row : rows) items.push_back(alert_of(row));
    co_return page_of(std::move(items), query.page, [](const StoredAlert& alert) { return alert.alert.id; });
  });
}

Task<Outcome<StoredAlert>> find_alert(Context& context, WorkspaceId workspace, AlertId alert) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_alert(tx, workspace, alert); });
}

Task<Outcome<StoredAlert>> acknowledge_alert(Context& context, Principal caller, AlertId alert, std::string note) {
  CARDEA_CO_TRY(check_note(note));
  co_return co_await context.store.write([&](Transaction& tx) { return acknowledge_in(tx, context, caller, alert, note); });
}

Task<Outcome<StoredAlert>> close_alert(Context& context, Principal caller, AlertId alert, std::string note) {
  CARDEA_CO_TRY(check_note(note));
  co_return co_await context.store.write([&](Transaction& tx) { return close_in(tx, context, caller, alert, note); });
}

Task<Outcome<Page<StoredAlertRule>>> list_alert_rules(Context& context, WorkspaceId workspace, PageRequest page) {
  CARDEA_CO_ASSIGN(const AlertRuleId after, id_of_cursor<AlertRuleId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<StoredAlertRule>>> {
    static const std::string sql =
        std::string(select_alert_rules()) + "WHERE workspace = ?1 AND rule > ?2 ORDER BY rule LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, workspace, after, page.limit + 1);
    std::vector<StoredAlertRule> items;
    for (const Row row : rows) items.push_back(alert_rule_of(row));
    co_return page_of(std::move(items), page, [](const StoredAlertRule& rule) { return rule.rule.id; });
  });
}

Task<Outcome<StoredAlertRule>> find_alert_rule(Context& context, WorkspaceId workspace, AlertRuleId rule) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_alert_rule(tx, workspace, rule); });
}

Task<Outcome<StoredAlertRule>> create_alert_rule(Context& context, Principal caller, alerts::AlertType type,
                                                 AlertRuleChange input) {
  if (alerts::facts_of(type).is_guard)
    co_return conflict("rule_is_guard", "Every workspace has one rule of this type. Change that one.");
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<StoredAlertRule>> {
    const Rows counted = co_await tx.execute("SELECT count(*) FROM alert_rules WHERE workspace = ?1", caller.workspace);
    if (counted.front().integer(0) >= static_cast<std::int64_t>(alert_rule_count_max))
      co_return conflict("rules_full",
                         fmt::format("A workspace has at most {} alert rules. Delete one first.", alert_rule_count_max));
    StoredAlertRule stored{alerts::default_rule(type), context.now(), std::nullopt};
    stored.rule.id = AlertRuleId::make();
    apply_to(input, stored.rule);
    co_return co_await store_rule(tx, context, caller, stored, EventType::kAlertRuleCreated);
  });
}

Task<Outcome<StoredAlertRule>> change_alert_rule(Context& context, Principal caller, AlertRuleId rule, AlertRuleChange change) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<StoredAlertRule>> {
    CARDEA_CO_ASSIGN(StoredAlertRule stored, co_await read_alert_rule(tx, caller.workspace, rule));
    apply_to(change, stored.rule);
    stored.changed_at = context.now();
    co_return co_await store_rule(tx, context, caller, stored, EventType::kAlertRuleChanged);
  });
}

Task<Outcome<Done>> delete_alert_rule(Context& context, Principal caller, AlertRuleId rule) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const StoredAlertRule stored, co_await read_alert_rule(tx, caller.workspace, rule));
    if (alerts::facts_of(stored.rule.type).is_guard)
      co_return conflict("rule_is_guard", "This rule tells the owners what insiders do. It cannot be deleted.");
    co_await tx.execute("DELETE FROM alert_waits WHERE workspace = ?1 AND rule = ?2", caller.workspace, rule);
    co_await tx.execute("DELETE FROM alert_rules WHERE workspace = ?1 AND rule = ?2", caller.workspace, rule);
    co_await append_rule_event(tx, context, caller, EventType::kAlertRuleDeleted, stored.rule);
    co_return Done{};
  });
}

}  // namespace cardea::server::usecases
