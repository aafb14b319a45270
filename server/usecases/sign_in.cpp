// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/sign_in.hpp"

#include <fmt/format.h>

#include "server/usecases/internal/operator_rows.hpp"

namespace cardea::server::usecases {

namespace {

Problem refused() {
  return {
      401,
      "sign_in_refused",
      "This e-mail address and this password do not belong together. If the address is known in several workspaces, name one.",
      {},
      {}};
}

/// Charges both, or neither.
Outcome<Done> charge(Limits& limits, const std::string& network, const std::string& email) {
  if (auto charged = limits.charge(Limited::kAddress, network); !charged) return charged;
  auto charged = limits.charge(Limited::kAccount, email);
  if (!charged) limits.refund(Limited::kAddress, network);
  return charged;
}

void refund(Limits& limits, const std::string& network, const std::string& email) {
  limits.refund(Limited::kAddress, network);
  limits.refund(Limited::kAccount, email);
}

Task<Outcome<SignedIn>> begin_session(Transaction& tx, Context& context, OperatorRow looked_up, std::optional<std::string> code,
                                      Visitor visitor) {
  // Read again: while the password was hashed, somebody may have changed or ended the account.
  CARDEA_CO_ASSIGN(OperatorRow row, co_await read_operator(tx, looked_up.workspace, looked_up.who.id));
  if (!row.can_sign_in() || row.password_hash != looked_up.password_hash) co_return refused();
  if (row.who.second_factor) {
    if (!code)
      co_return Problem{401,
                        "second_factor_required",
                        "Send the code that the authenticator app shows, or a recovery code, as `code`.",
                        {},
                        {}};
    CARDEA_CO_TRY(co_await use_second_factor(tx, context, row, *code));
  }
  const NewSession session = co_await open_session(tx, context, row, std::move(visitor));
  row.who.recovery.reset();
  co_return SignedIn{row.who, row.workspace, session};
}

}  // namespace

Task<Outcome<SignedIn>> sign_in(Context& context, SignIn input, Visitor visitor) {
  const std::string email = lower_email(input.email);
  const std::string network = network_of(visitor.address);
  Limits& limits = context.auth.limits;
  CARDEA_CO_TRY(charge(limits, network, email));
  CARDEA_CO_ASSIGN(const auto row,
                   co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::optional<OperatorRow>>> {
                     co_return co_await find_by_email(tx, email, input.workspace);
                   }));
  std::string encoded = row ? row->password_hash : std::string();  // "" is nobody's: the same work, and no
  CARDEA_CO_ASSIGN(const bool same, co_await context.auth.passwords.verify(std::move(input.password), std::move(encoded)));
  if (!same || !row) co_return refused();
  auto signed_in =
      co_await context.store.write([&](Transaction& tx) { return begin_session(tx, context, *row, input.code, visitor); });
  // A guess at the second factor stays charged; asking for it is no guess.
  if (signed_in || signed_in.error().code == "second_factor_required") refund(limits, network, email);
  co_return signed_in;
}

Task<Outcome<std::vector<Session>>> list_sessions(Context& context, Principal caller) {
  CARDEA_CO_ASSIGN(auto sessions, co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::vector<Session>>> {
    const Rows rows = co_await tx.execute(
        "SELECT session, address, agent, created_at, seen_at, expires_at FROM sessions WHERE workspace = ?1 AND operator = ?2 "
        "AND ended_at IS NULL AND expires_at > ?3 ORDER BY session DESC",
        caller.workspace, caller.operator_id(), context.now());
    std::vector<Session> out;
    for (const Row row : rows)
      out.push_back({row.id<SessionId>(0), row.text(1), row.text(2), row.time(3), row.time(4), row.time(5)});
    co_return out;
  }));
  for (Session& session : sessions) session.seen_at = context.auth.sessions.seen_at(session.id, session.seen_at);
  std::erase_if(sessions,
                [&](const Session& session) { return session.seen_at.value + session_idle_s <= context.now().value; });
  co_return sessions;
}

Task<Outcome<Done>> end_session(Context& context, Principal caller, SessionId session) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const Rows ended = co_await tx.execute(
        "UPDATE sessions SET ended_at = ?4 WHERE workspace = ?1 AND operator = ?2 AND session = ?3 AND ended_at IS NULL",
        caller.workspace, caller.operator_id(), session, context.now());
    if (ended.changed == 0) co_return not_found("session");
    co_await append_operator_event(tx, context, caller.workspace, EventType::kSessionEnded, caller.operator_id(), caller.by(),
                                   fmt::format(R"(,"session":"{}")", session.text()));
    co_return Done{};
  });
}

Task<Outcome<Done>> end_all_sessions(Context& context, Principal caller) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    co_await end_sessions(tx, context, caller.workspace, caller.operator_id(), caller.by());
    co_return Done{};
  });
}

}  // namespace cardea::server::usecases
