// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/recoveries.hpp"

#include "server/usecases/checks.hpp"
#include "server/usecases/internal/operator_rows.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::size_t asked_count_max = 1'000;

Problem no_recovery() {
  return not_found("recovery", "There is no such recovery: it was completed, ended or is too old. Ask for a new one.");
}

/// A new first link; the wait runs from when it was asked for first, so asking again neither shortens nor prolongs it.
Task<void> begin_in(Transaction& tx, Context& context, AskedRecovery asked) {
  const auto row = co_await find_by_email(tx, asked.email, asked.workspace);
  if (!row) co_return;
  const UnixSeconds now = context.now();
  const bool again = row->who.recovery.has_value();
  const UnixSeconds opens_at = again ? row->who.recovery->opens_at : UnixSeconds{now.value + recovery_wait_s};
  const UnixSeconds expires_at{opens_at.value + recovery_open_s};
  const Token token = make_token(recovery_prefix);
  co_await tx.execute(
      "INSERT INTO recoveries (workspace, operator, hash, asked_at, opens_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
      "ON CONFLICT (workspace, operator) DO UPDATE SET hash = excluded.hash",
      row->workspace, row->who.id, token.hash, now, opens_at, expires_at);
  mail::Values words{{"word", token.text}};
  if (!row->who.second_factor) words.push_back({"opens", text_of(opens_at)});
  const auto letter = row->who.second_factor ? mail::Letter::kRecoveryBegunTotp : mail::Letter::kRecoveryBegun;
  co_await queue_mail(tx, context, *row, letter, std::move(words), expires_at);
  if (again) co_return;
  co_await append_operator_event(tx, context, row->workspace, EventType::kRecoveryAsked, row->who.id, "");
  static const std::string owners = std::string(select_operators()) +
                                    "WHERE o.workspace = ?1 AND o.operator != ?2 AND o.role = 'owner' AND o.ended_at IS NULL "
                                    "AND o.accepted_at IS NOT NULL ORDER BY o.operator LIMIT 20";
  const Rows others = co_await tx.execute(owners, row->workspace, row->who.id);
  for (const Row other : others) {
    const OperatorRow owner = operator_of(other);
    mail::Values about{{"who", row->who.name}, {"email", row->who.email}};
    co_await queue_mail(tx, context, owner, mail::Letter::kRecoveryNotice, std::move(about), expires_at);
  }
}

struct Found {
  OperatorRow row;
  bool late = false;  ///< by the second link
};
Task<Outcome<Found>> find_recovery(Transaction& tx, Context& context, Bytes<32> hash) {
  const Rows rows = co_await tx.execute(
      "SELECT workspace, operator, late_hash = ?1 FROM recoveries WHERE (hash = ?1 OR late_hash = ?1) AND expires_at > ?2",
      hash, context.now());
  if (rows.empty()) co_return no_recovery();
  const Row row = rows.front();
  CARDEA_CO_ASSIGN(OperatorRow who, co_await read_operator(tx, row.id<WorkspaceId>(0), row.id<OperatorId>(1)));
  if (!who.can_sign_in()) co_return no_recovery();
  co_return Found{who, !row.is_null(2) && row.boolean(2)};
}

/// Whether what was shown is enough; uses up the code.
Task<Outcome<Done>> may_complete(Transaction& tx, Context& context, Found found, std::optional<std::string> code) {
  const bool approved = found.row.who.recovery->approved;
  if (approved || (found.late && !found.row.who.second_factor)) co_return Done{};
  if (found.row.who.second_factor && code) co_return co_await use_second_factor(tx, context, found.row, *code);
  co_return forbidden(
      "recovery_waits",
      found.row.who.second_factor
          ? "This link alone is not enough. Send a code of the authenticator app or a recovery code with it, or let "
            "somebody who may change operators approve the recovery."
          : "This link alone is not enough. Wait for the second mail, or let somebody who may change operators "
            "approve the recovery.");
}

Task<Outcome<Operator>> complete_in(Transaction& tx, Context& context, Bytes<32> hash, std::string password_hash,
                                    std::optional<std::string> code) {
  CARDEA_CO_ASSIGN(Found found, co_await find_recovery(tx, context, hash));
  OperatorRow& row = found.row;
  CARDEA_CO_TRY(co_await may_complete(tx, context, found, code));
  if (row.who.recovery->approved && !code) {
    co_await erase_second_factor(tx, row.workspace, row.who.id);
    co_await erase_passkeys(tx, row.workspace, row.who.id);
    co_await erase_oidc_links(tx, row.workspace, row.who.id);
    row.who.second_factor = false;
  }
  co_await drop_recovery(tx, row.workspace, row.who.id);
  row.who.recovery.reset();
  co_await end_sessions(tx, context, row.workspace, row.who.id, row.who.id.text());
  co_await tx.execute("UPDATE operators SET password_hash = ?3 WHERE workspace = ?1 AND operator = ?2", row.workspace,
                      row.who.id, password_hash);
  co_await append_operator_event(tx, context, row.workspace, EventType::kRecoveryCompleted, row.who.id, row.who.id.text());
  co_return row.who;
}

}  // namespace

Outcome<Done> ask_recovery(Context& context, std::string email, std::optional<WorkspaceId> workspace, std::string address) {
  email = lower_email(email);
  Limits& limits = context.auth.limits;
  if (auto charged = limits.charge(Limited::kAddress, network_of(address)); !charged) return charged;
  if (auto charged = limits.charge(Limited::kRecovery, email); !charged) return charged;
  auto& asked = context.auth.asked_recoveries;
  if (asked.size() >= asked_count_max)
    return unavailable("busy", "Too many recoveries were asked for at this moment. Send it again in a minute.", 60);
  asked.push_back({std::move(email), workspace});
  return Done{};
}

Task<Outcome<Done>> begin_asked_recoveries(Context& context) {
  const auto asked = std::exchange(context.auth.asked_recoveries, {});
  for (const AskedRecovery& one : asked)
    CARDEA_CO_TRY(co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await begin_in(tx, context, one);
      co_return Done{};
    }));
  co_return Done{};
}

Task<void> advance_recoveries(Transaction& tx, Context& context) {
  const UnixSeconds now = context.now();
  const Rows over = co_await tx.execute("DELETE FROM recoveries WHERE expires_at <= ?1 RETURNING workspace, operator", now);
  for (const Row row : over)
    co_await append_operator_event(tx, context, row.id<WorkspaceId>(0), EventType::kRecoveryCancelled, row.id<OperatorId>(1),
                                   "");
  static const std::string due =
      std::string(select_operators()) +
      "WHERE r.opens_at <= ?1 AND r.late_hash IS NULL AND o.totp_confirmed_at IS NULL AND o.ended_at IS NULL";
  const Rows opening = co_await tx.execute(due, now);
  for (const Row found : opening) {
    const OperatorRow row = operator_of(found);
    const Token token = make_token(recovery_prefix);
    const UnixSeconds expires_at{row.who.recovery->opens_at.value + recovery_open_s};
    co_await tx.execute("UPDATE recoveries SET late_hash = ?3 WHERE workspace = ?1 AND operator = ?2", row.workspace,
                        row.who.id, token.hash);
    mail::Values words{{"word", token.text}, {"expires", text_of(expires_at)}};
    co_await queue_mail(tx, context, row, mail::Letter::kRecoveryOpen, std::move(words), expires_at);
  }
}

Task<Outcome<Operator>> complete_recovery(Context& context, RecoveryComplete input, std::string address) {
  const std::string network = network_of(address);
  Limits& limits = context.auth.limits;
  CARDEA_CO_TRY(limits.charge(Limited::kAddress, network));
  const Bytes<32> hash = hash_of_token(input.recovery);
  CARDEA_CO_ASSIGN(const Found found,
                   co_await context.store.read([&](Transaction& tx) { return find_recovery(tx, context, hash); }));
  const std::string email = found.row.who.email;
  CARDEA_CO_TRY(check_password(input.password, email, "/password"));
  CARDEA_CO_TRY(limits.charge(Limited::kAccount, email));
  CARDEA_CO_ASSIGN(const std::string hashed, co_await context.auth.passwords.hash(std::move(input.password)));
  auto completed =
      co_await context.store.write([&](Transaction& tx) { return complete_in(tx, context, hash, hashed, input.code); });
  if (completed) {
    limits.refund(Limited::kAddress, network);
    limits.refund(Limited::kAccount, email);
  }
  co_return completed;
}

Task<Outcome<Operator>> approve_recovery(Context& context, Principal caller, OperatorId who) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Operator>> {
    CARDEA_CO_ASSIGN(OperatorRow row, co_await read_operator(tx, caller.workspace, who));
    if (!row.who.recovery) co_return no_recovery();
    if (caller.by() == who.text()) co_return forbidden("own_recovery", "Nobody vouches for themselves. Ask another owner.");
    CARDEA_CO_TRY(may_give(caller, permissions_of(row.who.role)));
    if (row.who.recovery->approved) co_return row.who;
    co_await tx.execute("UPDATE recoveries SET approved_at = ?3, approved_by = ?4 WHERE workspace = ?1 AND operator = ?2",
                        row.workspace, who, context.now(), caller.by());
    co_await append_operator_event(tx, context, row.workspace, EventType::kRecoveryApproved, who, caller.by());
    row.who.recovery->approved = true;
    co_return row.who;
  });
}

Task<Outcome<Operator>> cancel_recovery(Context& context, Principal caller, OperatorId who) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Operator>> {
    CARDEA_CO_ASSIGN(OperatorRow row, co_await read_operator(tx, caller.workspace, who));
    if (!row.who.recovery) co_return no_recovery();
    co_await cancel_recovery_of(tx, context, row, caller.by());
    row.who.recovery.reset();
    co_return row.who;
  });
}

}  // namespace cardea::server::usecases
