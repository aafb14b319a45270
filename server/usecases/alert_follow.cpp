// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/alert_follow.hpp"

#include <set>

#include "server/domain/sandbox.hpp"
#include "server/json/json.hpp"
#include "server/usecases/internal/alert_rows.hpp"
#include "server/usecases/lock_reports.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::size_t page_count_max = 4;
constexpr std::size_t events_in_page = 250;
constexpr std::size_t due_count_max = 200;
constexpr std::size_t workspace_count_max = 64;
constexpr std::size_t locks_in_step = 500;

/// An event with what the alert that comes of it keeps.
struct Seen {
  alerts::LoggedEvent event;
  std::string reason;
  std::string quality;
  std::string by;
  EventId id;
  std::optional<SiteId> site;
  std::optional<DoorId> door;
  std::optional<LockRef> lock;
  std::optional<PersonId> person;
};

std::string text_in(const boost::json::object& header, std::string_view name) {
  const json::Any* found = header.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string{};
}

std::uint32_t number_in(const boost::json::object& header, std::initializer_list<std::string_view> names) {
  const json::Any* detail = header.if_contains("detail");
  if (detail == nullptr || !detail->is_object()) return 0;
  for (const std::string_view name : names)
    if (const json::Any* found = detail->as_object().if_contains(name); found != nullptr && found->is_int64())
      return static_cast<std::uint32_t>(found->as_int64());
  return 0;
}

/// Most events tell of nothing: their headers are not read.
bool may_matter(EventType type, std::string_view header) {
  switch (type) {
    case EventType::kDoorForced:
    case EventType::kDoorLeftOpen:
    case EventType::kDoorClosed:
    case EventType::kLockTampered:
    case EventType::kLockTamperEnded:
    case EventType::kLockBattery:
    case EventType::kClockSet:
    case EventType::kClockRefused:
    case EventType::kLockRestarted:
    case EventType::kAccessFailed:
    case EventType::kAccessGranted:
    case EventType::kAccessDuress:
    case EventType::kKeypadAlert:
    case EventType::kKeypadReleased:
    case EventType::kLockOffline:
    case EventType::kLockOnline:
    case EventType::kLockReset:
    case EventType::kLockReleased:
    case EventType::kLockWrittenOff:
    case EventType::kLockConfigured:
    case EventType::kLockRecordsLost:
    case EventType::kLockChainBroken:
    case EventType::kWebhookDisabled:
    case EventType::kPlatformCertificateEnding:
    case EventType::kPlatformCertificateRenewed:
    case EventType::kAlertRuleChanged:
    case EventType::kAlertRuleDeleted:
    case EventType::kCampaignHalted:
    case EventType::kGrantCreated:
    case EventType::kGrantChanged:
    case EventType::kCredentialIssued:
    case EventType::kCredentialRevealed:
    case EventType::kCredentialPinChanged:
    case EventType::kCredentialChanged:
    case EventType::kCredentialRevoked:
    case EventType::kCredentialEnded: return true;
    default: return header.find(R"("quality":"lost")") != header.npos || header.find(R"("quality":"coarse")") != header.npos;
  }
}

/// ?: event, type, at, recorded_at, header, door, lock, person.
std::optional<Seen> seen_in(Row row) {
  const auto type = event_type_of(row.text(1));
  if (!type || !may_matter(*type, row.text(4))) return std::nullopt;
  const auto parsed = json::parse(row.text(4));
  if (!parsed) throw std::runtime_error("a stored event's header does not read");
  const boost::json::object& header = parsed->as_object();
  Seen seen;
  seen.id = row.id<EventId>(0);
  seen.reason = text_in(header, "reason");
  seen.quality = text_in(header, "quality");
  seen.by = text_in(header, "by");
  if (const auto site = SiteId::parse(text_in(header, "site"))) seen.site = *site;
  seen.door = row.maybe(5, &Row::id<DoorId>);
  seen.lock = row.maybe(6, &Row::id<LockRef>);
  seen.person = row.maybe(7, &Row::id<PersonId>);
  const UnixSeconds recorded_at = row.time(3);
  seen.event = {.type = *type,
                .at = std::min(row.maybe(2, &Row::time).value_or(recorded_at), recorded_at),
                .recorded_at = recorded_at,
                .reason = {},
                .quality = {},
                .value = number_in(header, {"percent", "level", "open_s", "version", "days"})};
  return seen;
}

/// What an alert is about: one at a time of a rule and a subject.
Bytes<16> subject_of(alerts::AlertType type, const Seen& seen) {
  if (type == alerts::AlertType::kInsiderAccess && seen.person) return seen.person->bytes;
  if (type == alerts::AlertType::kCertificateEnds) return {};  // the platform's, and there is one
  if (!alerts::facts_of(type).is_guard && seen.lock) return seen.lock->bytes;
  return seen.id.bytes;
}

// --- what only the store can say ------------------------------------------------------------------------------------------

/// Since when the lock has waited for something of its desired state; nothing when it has all of it.
/// `applied`: a version that its records say it has. Most locks have all, and then no credential is looked at.
Task<std::optional<UnixSeconds>> undelivered_since(Transaction& tx, WorkspaceId workspace, LockRef lock,
                                                   std::uint32_t applied = 0) {
  const Rows rows = co_await tx.execute(
      "SELECT min(CASE WHEN c.until_version > max(l.applied_version, ?3) THEN coalesce(c.revoked_at, c.issued_at) "
      "WHEN c.since_version > max(l.applied_version, ?3) THEN c.issued_at ELSE c.rule_changed_at END) FROM locks l JOIN "
      "credentials c ON c.workspace = l.workspace AND c.lock = l.lock WHERE l.workspace = "
      "?1 AND l.lock = ?2 AND l.state = 'active' AND l.desired_version > max(l.applied_version, ?3) AND c.ended_at IS NULL AND "
      "(c.since_version > max(l.applied_version, ?3) OR "
      "c.until_version > max(l.applied_version, ?3) OR c.rule_version > max(l.applied_version, ?3))",
      workspace, lock, applied);
  co_return rows.front().maybe(0, &Row::time);
}

/// Whether whoever let `person` in is that person, as far as the records show it, or has no business letting anybody in.
Task<bool> is_insider(Transaction& tx, WorkspaceId workspace, std::string by, PersonId person) {
  const auto who = OperatorId::parse(by);
  if (!who) co_return false;
  const Rows rows = co_await tx.execute(
      "SELECT 1 FROM operators o, persons p WHERE o.workspace = ?1 AND o.operator = ?2 AND p.workspace = ?1 AND p.person = ?3 "
      "AND (o.role = 'support' OR lower(p.email) = o.email OR lower(p.name) = lower(o.name))",
      workspace, *who, person);
  co_return !rows.empty();
}

Task<std::vector<alerts::Signal>> all_signals(Transaction& tx, WorkspaceId workspace, Seen seen) {
  seen.event.reason = seen.reason;
  seen.event.quality = seen.quality;
  std::vector<alerts::Signal> out = alerts::signals_of(seen.event);
  switch (seen.event.type) {
    case EventType::kCredentialIssued:
    case EventType::kCredentialChanged:
    case EventType::kCredentialRevoked:
    case EventType::kCredentialEnded:
    case EventType::kLockConfigured:
      if (seen.lock) {
        const auto since = co_await undelivered_since(tx, workspace, *seen.lock, seen.event.value);
        out.push_back({alerts::AlertType::kUndelivered, since.has_value(), 0, since.value_or(seen.event.at)});
      }
      break;
    default: break;
  }
  const EventType type = seen.event.type;
  const bool lets_in = type == EventType::kGrantCreated || type == EventType::kGrantChanged ||
                       type == EventType::kCredentialIssued || type == EventType::kCredentialRevealed ||
                       type == EventType::kCredentialPinChanged;
  if (!lets_in || !seen.person) co_return out;
  const bool insider = co_await is_insider(tx, workspace, seen.by, *seen.person);
  if (insider) out.push_back({alerts::AlertType::kInsiderAccess, true, 0, seen.event.at});
  co_return out;
}

// --- what becomes of it ---------------------------------------------------------------------------------------------------

/// What an alert or a wait is about, and where.
struct About {
  Bytes<16> subject{};
  std::optional<SiteId> site;
  std::optional<DoorId> door;
  std::optional<LockRef> lock;
  EventId event;
};

Task<std::optional<StoredAlert>> unclosed(Transaction& tx, WorkspaceId workspace, AlertRuleId rule, Bytes<16> subject) {
  static const std::string sql =
      std::string(select_alerts()) + "WHERE workspace = ?1 AND rule = ?2 AND subject = ?3 AND state <> 'closed'";
  const Rows rows = co_await tx.execute(sql, workspace, rule, subject);
  if (rows.empty()) co_return std::nullopt;
  co_return alert_of(rows.front());
}

Task<void> drop_wait(Transaction& tx, WorkspaceId workspace, AlertRuleId rule, Bytes<16> subject) {
  co_await tx.execute("DELETE FROM alert_waits WHERE workspace = ?1 AND rule = ?2 AND subject = ?3", workspace, rule, subject);
}

Task<void> raise_again(Transaction& tx, Context& context, WorkspaceId workspace, StoredAlert found, EventId event) {
  alerts::begin_again(found.alert, context.now());
  found.event = event;
  co_await tx.execute("UPDATE alerts SET event = ?3 WHERE workspace = ?1 AND alert = ?2", workspace, found.alert.id, event);
  co_await append_alert_event(tx, context, workspace, EventType::kAlertOpened, found, {});
  co_await carry_out_steps(tx, context, workspace, found);
}

Task<void> raise(Transaction& tx, Context& context, WorkspaceId workspace, alerts::Rule rule, About about) {
  const UnixSeconds now = context.now();
  if (auto found = co_await unclosed(tx, workspace, rule.id, about.subject)) {
    if (alerts::facts_of(rule.type).begins_again) co_return co_await raise_again(tx, context, workspace, *found, about.event);
    alerts::happened_again(found->alert, now);
    co_return co_await update_alert(tx, workspace, found->alert);
  }
  StoredAlert stored{alerts::open(rule, now), about.subject, about.site, about.door, about.lock, about.event};
  stored.alert.id = AlertId::make();
  co_await insert_alert(tx, workspace, stored);
  co_await append_alert_event(tx, context, workspace, EventType::kAlertOpened, stored, {});
  co_await carry_out_steps(tx, context, workspace, stored);
}

Task<void> end(Transaction& tx, Context& context, WorkspaceId workspace, AlertRuleId rule, Bytes<16> subject) {
  co_await drop_wait(tx, workspace, rule, subject);
  auto found = co_await unclosed(tx, workspace, rule, subject);
  if (!found) co_return;
  if (alerts::became_over(found->alert, context.now())) co_return co_await tell_of_closing(tx, context, workspace, *found, {});
  co_await update_alert(tx, workspace, found->alert);
}

/// What is waited for already began no later.
Task<void> wait_until(Transaction& tx, WorkspaceId workspace, AlertRuleId rule, About about, UnixSeconds due_at) {
  co_await tx.execute(
      "INSERT INTO alert_waits (workspace, rule, subject, due_at, site, door, lock, event) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
      workspace, rule, about.subject, due_at, about.site, about.door, about.lock, about.event);
}

using RuleList = std::vector<alerts::Rule>;

Task<RuleList> rules_of(Transaction& tx, WorkspaceId workspace) {
  static const std::string sql = std::string(select_alert_rules()) + "WHERE workspace = ?1";
  const Rows rows = co_await tx.execute(sql, workspace);
  RuleList rules;
  for (const Row row : rows) rules.push_back(alert_rule_of(row).rule);
  co_return rules;
}

Task<void> take(Transaction& tx, Context& context, WorkspaceId workspace, const RuleList& rules, Seen seen) {
  if (seen.lock && is_sandbox(*seen.lock)) co_return;  // somebody tries something out
  const std::vector<alerts::Signal> signals = co_await all_signals(tx, workspace, seen);
  for (const alerts::Signal& signal : signals)
    for (const alerts::Rule& rule : rules) {
      const About about{subject_of(rule.type, seen), seen.site, seen.door, seen.lock, seen.id};
      switch (alerts::reaction(rule, signal)) {
        case alerts::Reaction::kNone: break;
        case alerts::Reaction::kOpen:
          if (rule.concerns(seen.site, seen.door)) co_await raise(tx, context, workspace, rule, about);
          break;
        case alerts::Reaction::kWait:
          if (rule.concerns(seen.site, seen.door))
            co_await wait_until(tx, workspace, rule.id, about, alerts::due_at(rule, signal, seen.event.recorded_at));
          break;
        case alerts::Reaction::kEnd: co_await end(tx, context, workspace, rule.id, about.subject); break;
      }
    }
}

// --- one workspace --------------------------------------------------------------------------------------------------------

/// A rule for each type from the `had`-th on.
Task<void> add_rules(Transaction& tx, Context& context, WorkspaceId workspace, std::size_t had) {
  for (std::size_t i = had; i < alerts::alert_type_count; ++i) {
    StoredAlertRule stored{alerts::default_rule(static_cast<alerts::AlertType>(i)), context.now(), std::nullopt};
    stored.rule.id = AlertRuleId::make();
    co_await put_alert_rule(tx, workspace, stored);
  }
  co_await tx.execute("UPDATE workspaces SET alert_types = ?2 WHERE workspace = ?1", workspace, alerts::alert_type_count);
}

/// The rules that it begins with. What happened before is no alert any more.
Task<std::int64_t> begin_workspace(Transaction& tx, Context& context, WorkspaceId workspace, std::int64_t newest) {
  co_await add_rules(tx, context, workspace, 0);
  co_await tx.execute("UPDATE workspaces SET alerts_position = ?2 WHERE workspace = ?1", workspace, newest);
  co_return newest;
}

/// True when every event was looked at.
Task<bool> follow_events(Transaction& tx, Context& context, WorkspaceId workspace) {
  const Rows rows =
      co_await tx.execute("SELECT alerts_position, event_position FROM workspaces WHERE workspace = ?1", workspace);
  if (rows.empty()) co_return false;
  const std::int64_t newest = rows.front().integer(1);
  std::int64_t position = rows.front().is_null(0) ? -1 : rows.front().integer(0);
  if (position < 0) position = co_await begin_workspace(tx, context, workspace, newest);
  if (position >= newest) co_return true;
  const RuleList rules = co_await rules_of(tx, workspace);
  for (std::size_t page = 0; page < page_count_max && position < newest; ++page) {
    const Rows events = co_await tx.execute(
        "SELECT event, type, at, recorded_at, header, door, lock, person, position FROM events WHERE workspace = ?1 AND "
        "position > ?2 ORDER BY position LIMIT ?3",
        workspace, position, events_in_page);
    if (events.empty()) position = newest;
    for (const Row row : events) {
      if (auto seen = seen_in(row)) co_await take(tx, context, workspace, rules, *std::move(seen));
      position = row.integer(8);
    }
  }
  co_await tx.execute("UPDATE workspaces SET alerts_position = ?2 WHERE workspace = ?1", workspace, position);
  co_return position >= newest;
}

/// Whether what was waited for holds still, and long enough; a new time when it is another one by now.
Task<std::optional<UnixSeconds>> holds_since(Transaction& tx, WorkspaceId workspace, alerts::Rule rule, About about,
                                             UnixSeconds due_at) {
  const UnixSeconds began{due_at.value - std::min<std::uint64_t>(due_at.value, rule.threshold)};
  if (!about.lock) co_return began;
  if (rule.type == alerts::AlertType::kUndelivered) co_return co_await undelivered_since(tx, workspace, *about.lock);
  if (rule.type != alerts::AlertType::kLockOffline) co_return began;
  const Rows rows = co_await tx.execute("SELECT online FROM locks WHERE workspace = ?1 AND lock = ?2", workspace, *about.lock);
  if (rows.empty() || rows.front().boolean(0)) co_return std::nullopt;
  co_return began;
}

Task<void> end_waits(Transaction& tx, Context& context, WorkspaceId workspace) {
  const UnixSeconds now = context.now();
  const Rows rows = co_await tx.execute(
      "SELECT rule, subject, due_at, site, door, lock, event FROM alert_waits WHERE due_at <= ?2 AND workspace = ?1 "
      "ORDER BY due_at LIMIT ?3",
      workspace, now, due_count_max);
  for (const Row row : rows) {
    const AlertRuleId rule = row.id<AlertRuleId>(0);
    About about{{},
                row.maybe(3, &Row::id<SiteId>),
                row.maybe(4, &Row::id<DoorId>),
                row.maybe(5, &Row::id<LockRef>),
                row.id<EventId>(6)};
    std::copy_n(row.blob(1).begin(), about.subject.size(), about.subject.begin());
    co_await drop_wait(tx, workspace, rule, about.subject);
    const auto stored = co_await read_alert_rule(tx, workspace, rule);
    if (!stored || !stored->rule.is_enabled) continue;
    const auto since = co_await holds_since(tx, workspace, stored->rule, about, row.time(2));
    if (!since) continue;
    const UnixSeconds due_at{since->value + stored->rule.threshold};
    if (due_at > now)
      co_await wait_until(tx, workspace, rule, about, due_at);
    else
      co_await raise(tx, context, workspace, stored->rule, about);
  }
}

Task<void> escalate(Transaction& tx, Context& context, WorkspaceId workspace) {
  static const std::string sql =
      std::string(select_alerts()) + "WHERE next_step_at <= ?2 AND workspace = ?1 ORDER BY next_step_at LIMIT ?3";
  const Rows rows = co_await tx.execute(sql, workspace, context.now(), due_count_max);
  for (const Row row : rows) co_await carry_out_steps(tx, context, workspace, alert_of(row));
}

Task<Outcome<Done>> look_at(Context& context, WorkspaceId workspace) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    // What has lasted too long may be over already, in an event that nobody has looked at.
    const bool caught_up = co_await follow_events(tx, context, workspace);
    if (!caught_up) co_return Done{};
    co_await end_waits(tx, context, workspace);
    co_await escalate(tx, context, workspace);
    co_return Done{};
  });
}

Task<Outcome<std::set<WorkspaceId>>> busy_workspaces(Context& context) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::set<WorkspaceId>>> {
    const UnixSeconds now = context.now();
    std::set<WorkspaceId> out;
    const Rows behind = co_await tx.execute(
        "SELECT workspace FROM workspaces WHERE alerts_position IS NULL OR alerts_position < event_position LIMIT ?1",
        workspace_count_max);
    const Rows waits =
        co_await tx.execute("SELECT workspace FROM alert_waits WHERE due_at <= ?1 LIMIT ?2", now, workspace_count_max);
    const Rows steps =
        co_await tx.execute("SELECT workspace FROM alerts WHERE next_step_at <= ?1 LIMIT ?2", now, workspace_count_max);
    for (const Rows* rows : {&behind, &waits, &steps})
      for (const Row row : *rows) out.insert(row.id<WorkspaceId>(0));
    co_return out;
  });
}

Task<Outcome<bool>> forget_some_presence(Context& context) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<bool>> {
    const Rows rows = co_await tx.execute("SELECT workspace, lock FROM locks WHERE online = 1 LIMIT ?1", locks_in_step);
    for (const Row row : rows)
      co_await presence_changed(tx, context.keys, lock_name(row.id<WorkspaceId>(0), row.id<LockRef>(1)), false, context.now());
    co_return !rows.empty();
  });
}

}  // namespace

Task<Outcome<Done>> prepare_alerts(Context& context) {
  bool more = true;
  while (more) {
    CARDEA_CO_ASSIGN(more, co_await forget_some_presence(context));
  }
  CARDEA_CO_TRY(co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const Rows rows = co_await tx.execute("SELECT workspace FROM workspaces WHERE alerts_position IS NULL");
    for (const Row row : rows) co_await follow_events(tx, context, row.id<WorkspaceId>(0));
    const Rows older =
        co_await tx.execute("SELECT workspace, alert_types FROM workspaces WHERE alert_types < ?1", alerts::alert_type_count);
    for (const Row row : older)
      co_await add_rules(tx, context, row.id<WorkspaceId>(0), static_cast<std::size_t>(row.integer(1)));
    co_await tx.execute(
        "UPDATE alert_waits SET due_at = max(due_at, ?1) WHERE rule IN (SELECT rule FROM alert_rules WHERE type = "
        "'lock_offline')",
        UnixSeconds{context.now().value + come_back_s});
    co_return Done{};
  }));
  co_return Done{};
}

Task<Outcome<bool>> follow_alerts(Context& context) {
  CARDEA_CO_ASSIGN(const auto workspaces, co_await busy_workspaces(context));
  for (const WorkspaceId workspace : workspaces) CARDEA_CO_TRY(co_await look_at(context, workspace));
  co_return !workspaces.empty();
}

}  // namespace cardea::server::usecases
