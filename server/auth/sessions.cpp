// SPDX-License-Identifier: Apache-2.0
#include "server/auth/sessions.hpp"

namespace cardea::server {
namespace {

constexpr std::size_t agent_bytes_max = 200;
constexpr std::uint64_t kept_after_end_s = 30 * 86'400;

Problem unauthorized() { return {401, "unauthorized", "This session is unknown or has ended. Sign in again.", {}, {}}; }

}  // namespace

Task<NewSession> start_session(Transaction& tx, WorkspaceId workspace, OperatorId who, Visitor visitor, UnixSeconds now) {
  const Token token = make_token(session_prefix);
  NewSession made{SessionId::make(), token.text, {now.value + session_s}};
  visitor.agent.resize(std::min(visitor.agent.size(), agent_bytes_max));
  co_await tx.execute(
      "INSERT INTO sessions (workspace, session, operator, hash, address, agent, created_at, seen_at, expires_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)",
      workspace, made.id, who, token.hash, visitor.address, visitor.agent, now, made.expires_at);
  co_return made;
}

UnixSeconds Sessions::seen_at(SessionId session, UnixSeconds stored) const {
  const auto noted = seen_.find(session);
  return noted == seen_.end() ? stored : std::max(noted->second.at, stored);
}

Task<Outcome<Principal>> Sessions::find(std::string text) {
  const Bytes<32> hash = hash_of_token(text);
  CARDEA_CO_ASSIGN(const Rows rows, co_await store_->read([&](Transaction& tx) -> Task<Outcome<Rows>> {
    co_return co_await tx.execute(
        "SELECT s.workspace, s.session, s.operator, s.seen_at, s.expires_at, o.role, o.is_limited FROM sessions s "
        "JOIN operators o ON o.workspace = s.workspace AND o.operator = s.operator "
        "WHERE s.hash = ?1 AND s.ended_at IS NULL AND o.ended_at IS NULL",
        hash);
  }));
  if (rows.empty()) co_return unauthorized();
  const Row row = rows.front();
  const SessionId session = row.id<SessionId>(1);
  const UnixSeconds now = now_();
  if (row.time(4) <= now || seen_at(session, row.time(3)).value + session_idle_s <= now.value) co_return unauthorized();
  const auto role = role_of(row.text(5));
  if (!role) co_return unauthorized();  // of a newer version
  Principal principal{row.id<WorkspaceId>(0), row.id<OperatorId>(2), permissions_of(*role), session, row.boolean(6)};
  principal.permissions.add(Permission::kAccountOwn);
  seen_[session] = {principal.workspace, now};
  co_return principal;
}

Task<Outcome<Done>> Sessions::store_seen() {
  const auto noted = std::exchange(seen_, {});
  const UnixSeconds now = now_();
  const UnixSeconds past{now.value > kept_after_end_s ? now.value - kept_after_end_s : 0};
  auto stored = co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
    for (const auto& [session, seen] : noted)
      co_await tx.execute("UPDATE sessions SET seen_at = MAX(seen_at, ?3) WHERE workspace = ?1 AND session = ?2",
                          seen.workspace, session, seen.at);
    co_await tx.execute("DELETE FROM sessions WHERE expires_at < ?1", past);
    co_return Done{};
  });
  if (!stored) seen_.insert(noted.begin(), noted.end());  // what was noted meanwhile is newer and stays
  co_return stored;
}

}  // namespace cardea::server
