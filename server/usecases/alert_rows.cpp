// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "server/json/json.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/internal/alert_rows.hpp"
#include "server/usecases/messages.hpp"

namespace cardea::server::usecases {

namespace {

struct StepText {
  std::uint32_t after_min = 0;
  std::vector<std::string> tell;
};
BOOST_DESCRIBE_STRUCT(StepText, (), (after_min, tell))

std::string text_of_steps(const std::vector<alerts::Step>& steps) {
  std::vector<StepText> out;
  for (const alerts::Step& step : steps) {
    StepText& text = out.emplace_back();
    text.after_min = step.after_min;
    for (const alerts::Recipient& recipient : step.tell) text.tell.push_back(alerts::text_of(recipient));
  }
  return json::write(out);
}

std::vector<alerts::Step> steps_of(const std::string& text) {
  const auto read = json::read<std::vector<StepText>>(text);
  if (!read) throw std::runtime_error("the steps of an alert rule do not read");
  std::vector<alerts::Step> steps;
  for (const StepText& step : *read) {
    alerts::Step& out = steps.emplace_back();
    out.after_min = step.after_min;
    for (const std::string& recipient : step.tell)
      if (const auto found = alerts::recipient_of(recipient)) out.tell.push_back(*found);
  }
  return steps;
}

std::string text_of_places(const alerts::Rule& rule) {
  std::string text;
  for (const SiteId& site : rule.sites) text += (text.empty() ? "" : " ") + site.text();
  for (const DoorId& door : rule.doors) text += (text.empty() ? "" : " ") + door.text();
  return text;
}

void read_places(std::string_view text, alerts::Rule& rule) {
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(name.size() + 1, text.size()));
    if (const auto site = SiteId::parse(name)) rule.sites.push_back(*site);
    if (const auto door = DoorId::parse(name)) rule.doors.push_back(*door);
  }
}

template <class T>
T known(std::optional<T> value) {
  if (!value) throw std::runtime_error("an alert of a newer version of the platform");
  return *value;
}

}  // namespace

std::string_view select_alert_rules() {
  return "SELECT rule, type, name, enabled, severity, threshold, places, steps, created_at, changed_at FROM alert_rules ";
}

StoredAlertRule alert_rule_of(Row row) {
  StoredAlertRule out;
  out.rule.id = row.id<AlertRuleId>(0);
  out.rule.type = known(alerts::alert_type_of(row.text(1)));
  out.rule.name = row.text(2);
  out.rule.is_enabled = row.boolean(3);
  out.rule.severity = known(alerts::severity_of(row.text(4)));
  out.rule.threshold = static_cast<std::uint32_t>(row.integer(5));
  read_places(row.text(6), out.rule);
  out.rule.steps = steps_of(row.text(7));
  out.created_at = row.time(8);
  out.changed_at = row.maybe(9, &Row::time);
  return out;
}

Task<void> put_alert_rule(Transaction& tx, WorkspaceId workspace, StoredAlertRule stored) {
  const alerts::Rule& rule = stored.rule;
  co_await tx.execute(
      "INSERT INTO alert_rules (workspace, rule, type, name, enabled, severity, threshold, places, steps, created_at, "
      "changed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (workspace, rule) DO UPDATE SET "
      "name = excluded.name, enabled = excluded.enabled, severity = excluded.severity, threshold = excluded.threshold, "
      "places = excluded.places, steps = excluded.steps, changed_at = excluded.changed_at",
      workspace, rule.id, alerts::name_of(rule.type), rule.name, rule.is_enabled, alerts::name_of(rule.severity),
      rule.threshold, text_of_places(rule), text_of_steps(rule.steps), stored.created_at, stored.changed_at);
}

Task<Outcome<StoredAlertRule>> read_alert_rule(Transaction& tx, WorkspaceId workspace, AlertRuleId rule) {
  static const std::string sql = std::string(select_alert_rules()) + "WHERE workspace = ?1 AND rule = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, rule);
  if (rows.empty()) co_return not_found("rule");
  co_return alert_rule_of(rows.front());
}

std::string_view select_alerts() {
  return "SELECT alert, rule, subject, type, severity, steps, site, door, lock, event, state, count, opened_at, last_at, "
         "over_at, steps_done, next_step_at, acknowledged_at, acknowledged_by, note, closed_at, closed_by FROM alerts ";
}

StoredAlert alert_of(Row row) {
  StoredAlert out;
  alerts::Alert& alert = out.alert;
  alert.id = row.id<AlertId>(0);
  alert.rule = row.id<AlertRuleId>(1);
  std::copy_n(row.blob(2).begin(), std::min(row.blob(2).size(), out.subject.size()), out.subject.begin());
  alert.type = known(alerts::alert_type_of(row.text(3)));
  alert.severity = known(alerts::severity_of(row.text(4)));
  alert.steps = steps_of(row.text(5));
  out.site = row.maybe(6, &Row::id<SiteId>);
  out.door = row.maybe(7, &Row::id<DoorId>);
  out.lock = row.maybe(8, &Row::id<LockRef>);
  out.event = row.id<EventId>(9);
  alert.state = known(alerts::state_of(row.text(10)));
  alert.count = static_cast<std::uint32_t>(row.integer(11));
  alert.opened_at = row.time(12);
  alert.last_at = row.time(13);
  alert.over_at = row.maybe(14, &Row::time);
  alert.steps_done = static_cast<std::size_t>(row.integer(15));
  alert.next_step_at = row.maybe(16, &Row::time);
  alert.acknowledged_at = row.maybe(17, &Row::time);
  alert.acknowledged_by = row.text(18);
  alert.note = row.text(19);
  alert.closed_at = row.maybe(20, &Row::time);
  alert.closed_by = row.text(21);
  return out;
}

Task<Outcome<StoredAlert>> read_alert(Transaction& tx, WorkspaceId workspace, AlertId alert) {
  static const std::string sql = std::string(select_alerts()) + "WHERE workspace = ?1 AND alert = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, alert);
  if (rows.empty()) co_return not_found("alert");
  co_return alert_of(rows.front());
}

Task<void> insert_alert(Transaction& tx, WorkspaceId workspace, StoredAlert stored) {
  const alerts::Alert& alert = stored.alert;
  co_await tx.execute(
      "INSERT INTO alerts (workspace, alert, rule, subject, type, severity, steps, site, door, lock, event, state, count, "
      "opened_at, last_at, steps_done, next_step_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
      "?16, ?17)",
      workspace, alert.id, alert.rule, stored.subject, alerts::name_of(alert.type), alerts::name_of(alert.severity),
      text_of_steps(alert.steps), stored.site, stored.door, stored.lock, stored.event, alerts::name_of(alert.state),
      alert.count, alert.opened_at, alert.last_at, alert.steps_done, alert.next_step_at);
}

Task<void> update_alert(Transaction& tx, WorkspaceId workspace, alerts::Alert alert) {
  co_await tx.execute(
      "UPDATE alerts SET state = ?3, count = ?4, last_at = ?5, over_at = ?6, steps_done = ?7, next_step_at = ?8, "
      "acknowledged_at = ?9, acknowledged_by = ?10, note = ?11, closed_at = ?12, closed_by = ?13, opened_at = ?14 "
      "WHERE workspace = ?1 AND alert = ?2",
      workspace, alert.id, alerts::name_of(alert.state), alert.count, alert.last_at, alert.over_at, alert.steps_done,
      alert.next_step_at, alert.acknowledged_at, alert.acknowledged_by, alert.note, alert.closed_at, alert.closed_by,
      alert.opened_at);
}

Task<void> append_alert_event(Transaction& tx, Context& context, WorkspaceId workspace, EventType type, StoredAlert stored,
                              std::string by, std::string more) {
  const alerts::Alert& alert = stored.alert;
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.site = stored.site;
  facts.door = stored.door;
  facts.lock = stored.lock;
  facts.by = std::move(by);
  facts.detail =
      fmt::format(R"({{"alert":"{}","rule":"{}","type":"{}","severity":"{}","count":{}{}}})", alert.id.text(),
                  alert.rule.text(), alerts::name_of(alert.type), alerts::name_of(alert.severity), alert.count, more);
  co_await append_event(tx, context.keys, workspace, std::move(facts), {}, context.now());
}

}  // namespace cardea::server::usecases
