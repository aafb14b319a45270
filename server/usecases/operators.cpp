// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/operators.hpp"

#include <fmt/format.h>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/idempotency.hpp"
#include "server/usecases/internal/operator_rows.hpp"

namespace cardea::server::usecases {

namespace {

Problem ended() { return conflict("operator_ended", "This operator has ended. Invite the person anew."); }

std::optional<std::string_view> stored(const std::optional<Language>& language) {
  if (!language) return std::nullopt;
  return name_of(*language);
}

/// Read before it is written, in the same transaction: no two requests end the last two owners.
Task<Outcome<Done>> keeps_an_owner(Transaction& tx, OperatorRow leaving) {
  if (leaving.who.role != Role::kOwner || !leaving.can_sign_in()) co_return Done{};
  const Rows others = co_await tx.execute(
      "SELECT 1 FROM operators WHERE workspace = ?1 AND operator != ?2 AND role = 'owner' AND ended_at IS NULL "
      "AND accepted_at IS NOT NULL LIMIT 1",
      leaving.workspace, leaving.who.id);
  if (others.empty()) co_return conflict("last_owner", "This is the last owner who can sign in. Let another owner in first.");
  co_return Done{};
}

Task<InvitedOperator> invite(Transaction& tx, Context& context, OperatorRow row) {
  const Token token = make_token(invitation_prefix);
  const UnixSeconds expires_at{context.now().value + invitation_s};
  co_await tx.execute(
      "INSERT INTO operator_invitations (workspace, operator, hash, expires_at) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (workspace, operator) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at",
      row.workspace, row.who.id, token.hash, expires_at);
  const Rows workspaces = co_await tx.execute("SELECT name FROM workspaces WHERE workspace = ?1", row.workspace);
  mail::Values words{{"workspace", workspaces.front().text(0)},
                     {"role", std::string(name_of(row.who.role))},
                     {"expires", text_of(expires_at)},
                     {"word", context.console.empty() ? token.text : context.console + "/accept#" + token.text}};
  co_await queue_mail(tx, context, row, mail::Letter::kOperatorInvitation, std::move(words), expires_at);
  co_return InvitedOperator{row.who, {token.text, expires_at}};
}

std::string role_member(Role role) { return fmt::format(R"(,"role":"{}")", name_of(role)); }

/// Owners are the whole workspace's, or it would have none.
Task<Outcome<Done>> may_have(Transaction& tx, WorkspaceId workspace, Role role, std::optional<Scope> scope) {
  if (!scope) co_return Done{};
  if (role == Role::kOwner)
    co_return invalid("/scope",
                      "limits an owner, and owners are the whole workspace's. Choose another role, or lift the limit");
  co_return co_await check_scope(tx, workspace, *std::move(scope));
}

Task<void> change_scope(Transaction& tx, Context& context, Principal caller, OperatorRow& row, std::optional<Scope> scope) {
  row.who.scope = std::move(scope);
  row.who.is_limited = row.who.scope.has_value();
  co_await write_scope(tx, row.workspace, row.who.id.text(), row.who.scope);
  co_await forget_answers(tx, row.workspace, row.who.id.text());
  co_await append_operator_event(tx, context, row.workspace, EventType::kOperatorScopeChanged, row.who.id, caller.by());
}

Task<Outcome<InvitedOperator>> create_in(Transaction& tx, Context& context, Principal caller, OperatorCreate input) {
  const Rows same = co_await tx.execute(
      "SELECT operator FROM operators WHERE workspace = ?1 AND email = ?2 AND ended_at IS NULL", caller.workspace, input.email);
  if (!same.empty())
    co_return already_exists(same.front().id<OperatorId>(0).text(), "An operator with this e-mail address exists.");
  OperatorRow row;
  row.workspace = caller.workspace;
  row.who.id = OperatorId::make();
  row.who.name = input.name;
  row.who.email = input.email;
  row.who.role = input.role;
  row.who.language = input.language;
  row.who.scope = input.scope;
  row.who.is_limited = input.scope.has_value();
  CARDEA_CO_TRY(co_await may_have(tx, row.workspace, input.role, input.scope));
  row.who.created_at = context.now();
  row.who.created_by = caller.by();
  co_await tx.execute(
      "INSERT INTO operators (workspace, operator, name, email, role, created_at, created_by, language, is_limited) VALUES "
      "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      row.workspace, row.who.id, row.who.name, row.who.email, name_of(row.who.role), row.who.created_at, row.who.created_by,
      stored(row.who.language), row.who.is_limited);
  co_await write_scope(tx, row.workspace, row.who.id.text(), row.who.scope);
  co_await append_operator_event(tx, context, row.workspace, EventType::kOperatorCreated, row.who.id, caller.by(),
                                 role_member(input.role));
  co_return co_await invite(tx, context, row);
}

Task<Outcome<Operator>> update_in(Transaction& tx, Context& context, Principal caller, OperatorId who, OperatorUpdate input) {
  CARDEA_CO_ASSIGN(OperatorRow row, co_await read_operator(tx, caller.workspace, who));
  if (row.who.ended_at) co_return ended();
  CARDEA_CO_TRY(may_give(caller, permissions_of(row.who.role)));
  if (input.name) row.who.name = *input.name;
  if (input.role && *input.role != row.who.role) {
    CARDEA_CO_TRY(may_give(caller, permissions_of(*input.role)));
    CARDEA_CO_TRY(co_await keeps_an_owner(tx, row));
    row.who.role = *input.role;
    co_await append_operator_event(tx, context, row.workspace, EventType::kOperatorRoleChanged, who, caller.by(),
                                   role_member(*input.role));
  }
  if (input.language) row.who.language = *input.language;
  CARDEA_CO_TRY(co_await may_have(tx, row.workspace, row.who.role, input.scope.value_or(row.who.scope)));
  if (input.scope && *input.scope != row.who.scope) co_await change_scope(tx, context, caller, row, *input.scope);
  co_await tx.execute(
      "UPDATE operators SET name = ?3, role = ?4, language = ?5, is_limited = ?6 WHERE workspace = ?1 AND operator = ?2",
      row.workspace, who, row.who.name, name_of(row.who.role), stored(row.who.language), row.who.is_limited);
  co_return row.who;
}

Task<Outcome<Operator>> end_in(Transaction& tx, Context& context, Principal caller, OperatorId who) {
  CARDEA_CO_ASSIGN(OperatorRow row, co_await read_operator(tx, caller.workspace, who));
  if (row.who.ended_at) co_return row.who;
  CARDEA_CO_TRY(may_give(caller, permissions_of(row.who.role)));
  CARDEA_CO_TRY(co_await keeps_an_owner(tx, row));
  row.who.ended_at = context.now();
  co_await end_sessions(tx, context, row.workspace, who, caller.by());
  co_await drop_recovery(tx, row.workspace, who);
  co_await erase_second_factor(tx, row.workspace, who);
  co_await erase_passkeys(tx, row.workspace, who);
  co_await erase_oidc_links(tx, row.workspace, who);
  co_await tx.execute("DELETE FROM operator_invitations WHERE workspace = ?1 AND operator = ?2", row.workspace, who);
  co_await tx.execute("UPDATE operators SET ended_at = ?3, password_hash = NULL WHERE workspace = ?1 AND operator = ?2",
                      row.workspace, who, *row.who.ended_at);
  co_await append_operator_event(tx, context, row.workspace, EventType::kOperatorEnded, who, caller.by());
  row.who.second_factor = false;
  row.who.recovery.reset();
  co_return row.who;
}

}  // namespace

Task<Outcome<InvitedOperator>> create_operator(Context& context, Principal caller, OperatorCreate input) {
  CARDEA_CO_TRY(check_name(input.name, "/name"));
  CARDEA_CO_TRY(check_email(input.email, "/email"));
  CARDEA_CO_TRY(may_give(caller, permissions_of(input.role)));
  input.email = lower_email(input.email);
  co_return co_await context.store.write([&](Transaction& tx) { return create_in(tx, context, caller, input); });
}

Task<Outcome<InvitedOperator>> renew_invitation(Context& context, Principal caller, OperatorId who) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<InvitedOperator>> {
    CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_operator(tx, caller.workspace, who));
    if (row.who.ended_at) co_return ended();
    if (row.who.accepted_at)
      co_return conflict("operator_accepted",
                         "This operator has accepted already. Who forgot the password asks for a recovery.");
    CARDEA_CO_TRY(may_give(caller, permissions_of(row.who.role)));
    co_return co_await invite(tx, context, row);
  });
}

Task<Outcome<Page<Operator>>> list_operators(Context& context, WorkspaceId workspace, PageRequest page) {
  CARDEA_CO_ASSIGN(const OperatorId after, id_of_cursor<OperatorId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<Operator>>> {
    static const std::string sql =
        std::string(select_operators()) + "WHERE o.workspace = ?1 AND o.operator > ?2 ORDER BY o.operator LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, workspace, after, page.limit + 1);
    std::vector<Operator> items;
    for (const Row row : rows) items.push_back(co_await with_scope(tx, workspace, operator_of(row).who));
    co_return page_of(std::move(items), page, [](const Operator& who) { return who.id; });
  });
}

Task<Outcome<Operator>> find_operator(Context& context, WorkspaceId workspace, OperatorId who) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Operator>> {
    CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_operator(tx, workspace, who));
    co_return row.who;
  });
}

Task<Outcome<Operator>> update_operator(Context& context, Principal caller, OperatorId who, OperatorUpdate input) {
  if (input.name) CARDEA_CO_TRY(check_name(*input.name, "/name"));
  co_return co_await context.store.write([&](Transaction& tx) { return update_in(tx, context, caller, who, input); });
}

Task<Outcome<Operator>> end_operator(Context& context, Principal caller, OperatorId who) {
  co_return co_await context.store.write([&](Transaction& tx) { return end_in(tx, context, caller, who); });
}

Task<Outcome<Operator>> end_sessions_of_operator(Context& context, Principal caller, OperatorId who) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Operator>> {
    CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_operator(tx, caller.workspace, who));
    CARDEA_CO_TRY(may_give(caller, permissions_of(row.who.role)));
    co_await end_sessions(tx, context, row.workspace, who, caller.by());
    co_return row.who;
  });
}

Task<Outcome<Operator>> accept_invitation(Context& context, std::string invitation, std::string password, std::string address) {
  const std::string network = network_of(address);
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAddress, network));
  const Bytes<32> hash = hash_of_token(invitation);
  CARDEA_CO_ASSIGN(const OperatorRow row,
                   co_await context.store.read([&](Transaction& tx) { return invited_by(tx, hash, context.now()); }));
  context.auth.limits.refund(Limited::kAddress, network);
  CARDEA_CO_TRY(check_password(password, row.who.email, "/password"));
  CARDEA_CO_ASSIGN(const std::string hashed, co_await context.auth.passwords.hash(std::move(password)));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Operator>> {
    // Read again: somebody may have been faster.
    CARDEA_CO_ASSIGN(const OperatorRow invited, co_await accept_in(tx, context, hash, hashed));
    co_return invited.who;
  });
}

Task<Outcome<bool>> is_limited_now(Context& context, Principal caller) {
  const auto* who = std::get_if<OperatorId>(&caller.actor);
  if (who == nullptr) co_return caller.is_limited;  // of a key it never changes
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<bool>> {
    const Rows rows =
        co_await tx.execute("SELECT is_limited FROM operators WHERE workspace = ?1 AND operator = ?2", caller.workspace, *who);
    co_return rows.empty() || rows.front().boolean(0);
  });
}

}  // namespace cardea::server::usecases
