// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "server/auth/scopes.hpp"
#include "server/auth/totp.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/internal/operator_rows.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::string_view select =
    "SELECT o.workspace, o.operator, o.name, o.email, o.role, o.password_hash, o.totp_sealed, o.totp_confirmed_at, "
    "o.totp_last_step, o.created_at, o.created_by, o.accepted_at, o.ended_at, r.asked_at, r.opens_at, r.approved_at, "
    "o.language, o.is_limited "
    "FROM operators o LEFT JOIN recoveries r ON r.workspace = o.workspace AND r.operator = o.operator ";

}  // namespace

std::string_view select_operators() { return select; }

OperatorRow operator_of(Row row) {
  OperatorRow out;
  out.workspace = row.id<WorkspaceId>(0);
  out.who.id = row.id<OperatorId>(1);
  out.who.name = row.text(2);
  out.who.email = row.text(3);
  out.who.role = role_of(row.text(4)).value_or(Role::kSupport);
  if (!row.is_null(5)) out.password_hash = row.text(5);
  out.totp_sealed = row.maybe(6, &Row::blob);
  out.who.second_factor = !row.is_null(7);
  out.totp_last_step = static_cast<std::uint64_t>(row.integer(8));
  out.who.created_at = row.time(9);
  out.who.created_by = row.text(10);
  out.who.accepted_at = row.maybe(11, &Row::time);
  out.who.ended_at = row.maybe(12, &Row::time);
  if (!row.is_null(13)) out.who.recovery = Operator::Recovery{row.time(13), row.time(14), !row.is_null(15)};
  if (!row.is_null(16)) out.who.language = language_of(row.text(16));
  out.who.is_limited = row.boolean(17);
  return out;
}

std::string lower_email(std::string_view email) {
  std::string out(email);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

Task<Operator> with_scope(Transaction& tx, WorkspaceId workspace, Operator who) {
  if (who.is_limited) who.scope = co_await read_scope(tx, workspace, who.id.text());
  co_return who;
}

Task<Outcome<OperatorRow>> read_operator(Transaction& tx, WorkspaceId workspace, OperatorId who) {
  static const std::string sql = std::string(select) + "WHERE o.workspace = ?1 AND o.operator = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, who);
  if (rows.empty()) co_return not_found("operator");
  OperatorRow row = operator_of(rows.front());
  row.who = co_await with_scope(tx, workspace, std::move(row.who));
  co_return row;
}

Task<std::optional<OperatorRow>> find_by_email(Transaction& tx, std::string email, std::optional<WorkspaceId> workspace) {
  static const std::string sql = std::string(select) +
                                 "WHERE o.email = ?1 AND o.ended_at IS NULL AND o.password_hash IS NOT NULL "
                                 "AND (?2 IS NULL OR o.workspace = ?2) LIMIT 2";
  const Rows rows = co_await tx.execute(sql, email, workspace);
  if (rows.size() != 1) co_return std::nullopt;
  co_return operator_of(rows.front());
}

Task<void> append_operator_event(Transaction& tx, Context& context, WorkspaceId workspace, EventType type, OperatorId who,
                                 std::string by, std::string more) {
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.by = std::move(by);
  facts.detail = fmt::format(R"({{"operator":"{}"{}}})", who.text(), more);
  co_await append_event(tx, context.keys, workspace, std::move(facts), {}, context.now());
}

Task<void> end_sessions(Transaction& tx, Context& context, WorkspaceId workspace, OperatorId who, std::string by,
                        std::optional<SessionId> but) {
  const UnixSeconds now = context.now();
  const Rows rows = co_await tx.execute(
      "UPDATE sessions SET ended_at = ?3 WHERE workspace = ?1 AND operator = ?2 AND ended_at IS NULL AND expires_at > ?3 "
      "AND (?4 IS NULL OR session != ?4) RETURNING session",
      workspace, who, now, but);
  for (const Row row : rows)
    co_await append_operator_event(tx, context, workspace, EventType::kSessionEnded, who, by,
                                   fmt::format(R"(,"session":"{}")", row.id<SessionId>(0).text()));
}

Task<void> drop_recovery(Transaction& tx, WorkspaceId workspace, OperatorId who) {
  co_await tx.execute("DELETE FROM recoveries WHERE workspace = ?1 AND operator = ?2", workspace, who);
}

Task<void> erase_second_factor(Transaction& tx, WorkspaceId workspace, OperatorId who) {
  co_await tx.execute(
      "UPDATE operators SET totp_sealed = NULL, totp_confirmed_at = NULL, totp_last_step = 0 WHERE workspace = ?1 AND operator "
      "= "
      "?2",
      workspace, who);
  co_await tx.execute("DELETE FROM recovery_codes WHERE workspace = ?1 AND operator = ?2", workspace, who);
}

Task<NewSession> open_session(Transaction& tx, Context& context, OperatorRow row, Visitor visitor) {
  const NewSession session = co_await start_session(tx, row.workspace, row.who.id, std::move(visitor), context.now());
  co_await append_operator_event(tx, context, row.workspace, EventType::kSessionStarted, row.who.id, row.who.id.text(),
                                 fmt::format(R"(,"session":"{}")", session.id.text()));
  co_await cancel_recovery_of(tx, context, row, row.who.id.text());
  co_return session;
}

Task<void> cancel_recovery_of(Transaction& tx, Context& context, OperatorRow row, std::string by) {
  if (!row.who.recovery) co_return;
  co_await drop_recovery(tx, row.workspace, row.who.id);
  co_await append_operator_event(tx, context, row.workspace, EventType::kRecoveryCancelled, row.who.id, std::move(by));
}

Task<void> erase_passkeys(Transaction& tx, WorkspaceId workspace, OperatorId who) {
  co_await tx.execute("DELETE FROM passkeys WHERE workspace = ?1 AND operator = ?2", workspace, who);
}

Task<void> erase_oidc_links(Transaction& tx, WorkspaceId workspace, OperatorId who) {
  co_await tx.execute("DELETE FROM oidc_links WHERE workspace = ?1 AND operator = ?2", workspace, who);
}

Task<Outcome<OperatorRow>> invited_by(Transaction& tx, Bytes<32> hash, UnixSeconds now) {
  const Rows rows = co_await tx.execute(
      "SELECT workspace, operator FROM operator_invitations WHERE hash = ?1 AND expires_at > ?2", hash, now);
  if (rows.empty())
    co_return not_found("invitation", "This invitation is unknown, was used or has expired. Ask for a new one.");
  co_return co_await read_operator(tx, rows.front().id<WorkspaceId>(0), rows.front().id<OperatorId>(1));
}

Task<Outcome<OperatorRow>> accept_in(Transaction& tx, Context& context, Bytes<32> hash,
                                     std::optional<std::string> password_hash) {
  CARDEA_CO_ASSIGN(OperatorRow invited, co_await invited_by(tx, hash, context.now()));
  invited.who.accepted_at = context.now();
  invited.password_hash = password_hash.value_or("");
  co_await tx.execute("DELETE FROM operator_invitations WHERE workspace = ?1 AND operator = ?2", invited.workspace,
                      invited.who.id);
  co_await tx.execute("UPDATE operators SET password_hash = ?3, accepted_at = ?4 WHERE workspace = ?1 AND operator = ?2",
                      invited.workspace, invited.who.id, password_hash, *invited.who.accepted_at);
  co_await append_operator_event(tx, context, invited.workspace, EventType::kOperatorAccepted, invited.who.id,
                                 invited.who.id.text());
  co_return invited;
}

std::string totp_place(OperatorId who) { return "operators/" + who.text() + "/totp"; }

Task<Outcome<Done>> use_second_factor(Transaction& tx, Context& context, OperatorRow row, std::string code) {
  const UnixSeconds now = context.now();
  if (is_recovery_code(code)) {
    const Rows used = co_await tx.execute(
        "UPDATE recovery_codes SET used_at = ?4 WHERE workspace = ?1 AND operator = ?2 AND hash = ?3 AND used_at IS NULL",
        row.workspace, row.who.id, hash_of_recovery_code(code), now);
    if (used.changed == 1) co_return Done{};
  } else if (row.totp_sealed) {
    const std::string place = totp_place(row.who.id);
    Blob opened = must(context.keys.open_row(row.workspace.bytes, bytes_of(place), *row.totp_sealed));
    const TotpKey key{ByteSpan(opened).first<totp_key_size_bytes>()};
    wipe(opened);
    if (const auto step = totp_step_of(key, code, now, row.totp_last_step)) {
      co_await tx.execute("UPDATE operators SET totp_last_step = ?3 WHERE workspace = ?1 AND operator = ?2", row.workspace,
                          row.who.id, *step);
      co_return Done{};
    }
  }
  co_return forbidden(
      "second_factor_refused",
      "This is not the code that the authenticator app shows now, or it was used already. Wait for the next one; "
      "or use one of the recovery codes.");
}

Task<Outcome<Done>> prove_password(Context& context, OperatorRow row, std::string password) {
  if (row.password_hash.empty())
    co_return forbidden(
        "password_refused",
        "This account has no password: it signs in at the provider. For one, let an owner end it and invite you anew.");
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAccount, row.who.email));
  CARDEA_CO_ASSIGN(const bool same, co_await context.auth.passwords.verify(std::move(password), row.password_hash));
  if (!same) co_return forbidden("password_refused", "This is not the account's password.");
  context.auth.limits.refund(Limited::kAccount, row.who.email);
  co_return Done{};
}

Task<void> queue_mail(Transaction& tx, Context& context, OperatorRow row, mail::Letter letter, mail::Values values,
                      UnixSeconds expires_at) {
  Outgoing mail;
  mail.letter = letter;
  mail.values = std::move(values);
  mail.values.push_back({"person", row.who.name});
  mail.to = row.who.email;
  mail.language = row.who.language;
  mail.operator_id = row.who.id;
  mail.expires_at = expires_at;
  co_await enqueue(tx, context, row.workspace, mail);
}

}  // namespace cardea::server::usecases
