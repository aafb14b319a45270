// SPDX-License-Identifier: Apache-2.0
// Whom an alert is told to, and how.
#include <fmt/format.h>

#include <set>

#include "server/auth/scopes.hpp"
#include "server/json/json.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/internal/alert_rows.hpp"
#include "server/usecases/messages.hpp"

namespace cardea::server::usecases {

namespace {

/// After so long nobody needs to hear of it by mail any more: the list has it.
constexpr std::uint64_t mail_s = 86'400;
constexpr std::size_t operators_of_role_max = 100;

struct Addressee {
  std::string email;
  std::string name;
  std::optional<Language> language;
  std::optional<OperatorId> operator_id;
  bool operator<(const Addressee& other) const { return email < other.email; }
};
using Addressees = std::set<Addressee>;

Addressee addressee_of(Row row) {
  return {row.text(1), row.text(2), row.is_null(3) ? std::nullopt : language_of(row.text(3)), row.id<OperatorId>(0)};
}

/// Whoever is limited to some places hears of these alone.
Task<bool> may_know(Transaction& tx, WorkspaceId workspace, OperatorId who, std::optional<DoorId> door) {
  if (!door) co_return false;
  co_return co_await is_within(tx, workspace, who.text(), *door);
}

/// Operators who may sign in, for an alert at `door`; whoever has left is told nothing.
Task<void> add_addressees(Transaction& tx, WorkspaceId workspace, alerts::Recipient recipient, std::optional<DoorId> door,
                          Addressees& out) {
  if (const auto* address = std::get_if<std::string>(&recipient)) {
    out.insert({*address, *address, std::nullopt, std::nullopt});
    co_return;
  }
  Rows rows;
  if (const auto* who = std::get_if<OperatorId>(&recipient))
    rows = co_await tx.execute(
        "SELECT operator, email, name, language, is_limited FROM operators WHERE workspace = ?1 AND operator = ?2 AND ended_at "
        "IS NULL "
        "AND accepted_at IS NOT NULL",
        workspace, *who);
  else
    rows = co_await tx.execute(
        "SELECT operator, email, name, language, is_limited FROM operators WHERE workspace = ?1 AND role = ?2 AND ended_at IS "
        "NULL AND "
        "accepted_at IS NOT NULL ORDER BY operator LIMIT ?3",
        workspace, server::name_of(std::get<Role>(recipient)), operators_of_role_max);
  for (const Row row : rows) {
    const bool knows = !row.boolean(4) || co_await may_know(tx, workspace, row.id<OperatorId>(0), door);
    if (knows) out.insert(addressee_of(row));
  }
}

/// "Front, House"; the workspace's name for what is at no door.
Task<std::string> place_of(Transaction& tx, WorkspaceId workspace, std::optional<DoorId> door) {
  if (door) {
    const Rows rows = co_await tx.execute(
        "SELECT d.name, s.name FROM doors d JOIN sites s ON s.workspace = d.workspace AND s.site = d.site "
        "WHERE d.workspace = ?1 AND d.door = ?2",
        workspace, *door);
    if (!rows.empty()) co_return rows.front().text(0) + ", " + rows.front().text(1);
  }
  const Rows rows = co_await tx.execute("SELECT name FROM workspaces WHERE workspace = ?1", workspace);
  co_return rows.front().text(0);
}

/// When it happened; of something that is still to come, when it will.
Task<UnixSeconds> when_of(Transaction& tx, WorkspaceId workspace, StoredAlert stored) {
  if (stored.alert.type != alerts::AlertType::kCertificateEnds) co_return stored.alert.opened_at;
  const Rows rows =
      co_await tx.execute("SELECT header FROM events WHERE workspace = ?1 AND event = ?2", workspace, stored.event);
  const auto header = json::parse(rows.front().text(0));
  if (!header) throw std::runtime_error("a stored event's header does not read");
  co_return parse_instant(header->at("detail").at("ends_at").as_string()).value();
}

}  // namespace

Task<std::size_t> tell_of_alert(Transaction& tx, Context& context, WorkspaceId workspace, StoredAlert stored, std::size_t first,
                                std::size_t last, alerts::Telling telling) {
  const alerts::Alert& alert = stored.alert;
  const UnixSeconds now = context.now();
  Addressees addressees;
  for (std::size_t i = first; i < last && i < alert.steps.size(); ++i)
    for (const alerts::Recipient& recipient : alert.steps[i].tell)
      co_await add_addressees(tx, workspace, recipient, stored.door, addressees);
  if (addressees.empty()) co_return 0;
  const std::string where = co_await place_of(tx, workspace, stored.door);
  const std::uint64_t minutes = (now.value - std::min(now.value, alert.opened_at.value)) / 60;
  UnixSeconds when = co_await when_of(tx, workspace, stored);
  if (telling == alerts::Telling::kOver) when = alert.over_at.value_or(now);
  for (const Addressee& addressee : addressees) {
    const Language language = co_await language_for(tx, workspace, addressee.language);
    Outgoing message;
    message.letter = mail::Letter::kAlert;
    message.values = {{"person", addressee.name},
                      {"what", alerts::headline(alert.type, telling, language, minutes)},
                      {"where", where},
                      {"when", text_of(when)},
                      {"advice", alerts::advice(alert.type, telling, language)}};
    message.to = addressee.email;
    message.language = language;
    message.operator_id = addressee.operator_id;
    message.expires_at = {now.value + mail_s};
    co_await enqueue(tx, context, workspace, std::move(message));
  }
  co_return addressees.size();
}

Task<void> carry_out_steps(Transaction& tx, Context& context, WorkspaceId workspace, StoredAlert stored) {
  const UnixSeconds now = context.now();
  while (const auto step = alerts::take_step(stored.alert, now)) {
    const bool is_first = *step == 0;
    if (!is_first)
      co_await append_alert_event(tx, context, workspace, EventType::kAlertEscalated, stored, {},
                                  fmt::format(R"(,"step":{})", *step + 1));
    const auto telling = is_first ? alerts::Telling::kOpened : alerts::Telling::kEscalated;
    const std::size_t told = co_await tell_of_alert(tx, context, workspace, stored, *step, *step + 1, telling);
    if (told == 0 && !stored.alert.steps[*step].tell.empty()) alerts::hurry(stored.alert, now);
  }
  co_await update_alert(tx, workspace, stored.alert);
}

Task<void> tell_of_closing(Transaction& tx, Context& context, WorkspaceId workspace, StoredAlert stored, std::string by) {
  co_await update_alert(tx, workspace, stored.alert);
  co_await append_alert_event(tx, context, workspace, EventType::kAlertClosed, stored, by);
  if (by.empty()) co_await tell_of_alert(tx, context, workspace, stored, 0, stored.alert.steps_done, alerts::Telling::kOver);
}

}  // namespace cardea::server::usecases
