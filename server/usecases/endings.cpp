// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/endings.hpp"

#include "server/usecases/events.hpp"
#include "server/usecases/virtual_keys.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint16_t generation_last = 65'535;

Task<void> append_ending(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EventType type, EndingCredential credential,
                         std::string by, UnixSeconds now) {
  EventFacts facts;
  facts.type = type;
  facts.at = now;
  facts.lock = credential.lock;
  facts.by = std::move(by);
  facts = co_await placed_at_door(tx, workspace, credential.door, std::move(facts));
  const EventSubject subject{credential.person, credential.grant, credential.id};
  co_await append_event(tx, keys, workspace, std::move(facts), subject, now);
}

}  // namespace

std::string_view ending_columns() { return "credential, access_grant, person, door, lock, kind, slot, generation, revoked_at"; }

EndingCredential read_ending(Row row) {
  EndingCredential out;
  out.id = row.id<CredentialId>(0);
  out.grant = row.maybe(1, &Row::id<GrantId>);
  out.person = row.maybe(2, &Row::id<PersonId>);
  out.door = row.id<DoorId>(3);
  out.lock = row.id<LockRef>(4);
  out.kind = credential_type_of(row.text(5)).value();
  if (!row.is_null(6)) out.slot = static_cast<std::uint8_t>(row.integer(6));
  if (!row.is_null(7)) out.generation = static_cast<std::uint16_t>(row.integer(7));
  out.revoked = !row.is_null(8);
  return out;
}

Task<void> revoke(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EndingCredential credential, std::string by,
                  UnixSeconds now) {
  if (credential.revoked) co_return;
  std::optional<std::uint32_t> version;
  if (credential.slot) {
    version = co_await next_desired_version(tx, workspace, credential.lock);
    co_await deny(tx, workspace, credential.lock, credential.id, *version, now);
    // A generation never wraps: the last one stays, and the slot is retired once the lock has let go of it.
    co_await tx.execute(
        "UPDATE slots SET state = 'ending', until_version = ?4, generation = MIN(generation + 1, ?5), credential = NULL "
        "WHERE workspace = ?1 AND lock = ?2 AND slot = ?3",
        workspace, credential.lock, *credential.slot, *version, generation_last);
    if (credential.generation == generation_last)
      co_await tx.execute("UPDATE slots SET state = 'retiring' WHERE workspace = ?1 AND lock = ?2 AND slot = ?3", workspace,
                          credential.lock, *credential.slot);
  }
  co_await tx.execute("UPDATE credentials SET revoked_at = ?3, until_version = ?4 WHERE workspace = ?1 AND credential = ?2",
                      workspace, credential.id, now, version);
  co_await append_ending(tx, keys, workspace, EventType::kCredentialRevoked, credential, std::move(by), now);
}

Task<void> end(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EndingCredential credential, UnixSeconds now) {
  co_await tx.execute("UPDATE credentials SET ended_at = ?3 WHERE workspace = ?1 AND credential = ?2", workspace, credential.id,
                      now);
  co_await append_ending(tx, keys, workspace, EventType::kCredentialEnded, credential, "", now);
}

Task<void> end_up_to_version(Transaction& tx, KeyStore& keys, WorkspaceId workspace, LockRef lock, std::uint32_t version,
                             UnixSeconds now) {
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND lock = ?2 AND ended_at IS NULL AND until_version <= ?3 "
      "ORDER BY credential";
  const Rows rows = co_await tx.execute(sql, workspace, lock, version);
  for (const Row row : rows) co_await end(tx, keys, workspace, read_ending(row), now);
  co_await tx.execute(
      "UPDATE slots SET state = CASE state WHEN 'ending' THEN 'free' ELSE 'retired' END, until_version = NULL, freed_at = ?4 "
      "WHERE workspace = ?1 AND lock = ?2 AND state IN ('ending', 'retiring') AND until_version <= ?3",
      workspace, lock, version, now);
}

}  // namespace cardea::server::usecases
