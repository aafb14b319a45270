// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/restore.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/usecases/endings.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/lock_row.hpp"
#include "server/usecases/virtual_keys.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint16_t number_last = 65'535;

/// A number that is never used again; at the last one it stays.
std::uint16_t raised(std::uint16_t number, std::uint16_t by) {
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(number_last, std::uint32_t{number} + by));
}

Task<void> log_restore(Transaction& tx, KeyStore& keys, WorkspaceId workspace, UnixSeconds backup_made_at, UnixSeconds now) {
  co_await tx.execute("UPDATE workspaces SET event_position = event_position + ?2 WHERE workspace = ?1", workspace,
                      restored_positions);
  EventFacts facts;
  facts.type = EventType::kPlatformRestored;
  facts.at = now;
  facts.detail =
      fmt::format(R"({{"backup_made_at":"{}","positions_skipped":{}}})", text_of(backup_made_at), restored_positions);
  co_await append_event(tx, keys, workspace, std::move(facts), {}, now);
}

/// Ends what the lock holds; the number of credentials.
Task<std::size_t> end_credentials(Transaction& tx, KeyStore& keys, LockRow lock, UnixSeconds now) {
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND lock = ?2 AND ended_at IS NULL AND revoked_at IS NULL";
  const Rows rows = co_await tx.execute(sql, lock.workspace, lock.id);
  for (const Row row : rows) co_await revoke(tx, keys, lock.workspace, read_ending(row), "", now);
  co_return rows.size();
}

Task<void> raise_slots(Transaction& tx, LockRow lock) {
  co_await tx.execute("UPDATE slots SET generation = MIN(generation + ?3, ?4) WHERE workspace = ?1 AND lock = ?2",
                      lock.workspace, lock.id, restored_generations, number_last);
  co_await tx.execute(
      "UPDATE slots SET state = CASE state WHEN 'free' THEN 'retired' ELSE 'retiring' END "
      "WHERE workspace = ?1 AND lock = ?2 AND generation = ?3 AND state IN ('free', 'ending')",
      lock.workspace, lock.id, number_last);
  co_await tx.execute("UPDATE locks SET generation_floor = MIN(generation_floor + ?3, ?4) WHERE workspace = ?1 AND lock = ?2",
                      lock.workspace, lock.id, restored_generations, number_last);
}

/// Every version from here on is newer than whatever the lock has applied; the newest brings the epoch and ends all.
Task<void> raise_versions(Transaction& tx, LockRow lock, UnixSeconds now) {
  link::Settings settings = lock.settings;
  settings.codes.code_epoch = raised(settings.codes.code_epoch, restored_code_epochs);
  const std::string text = settings_text(settings);
  // Hours that were given out since the backup are as far ahead as any can be.
  const std::uint32_t schedule_until = hour_of(now).value + link::snapshot_hour_count_max;
  co_await tx.execute(
      "UPDATE locks SET settings = ?3, desired_version = desired_version + ?4, codes_version = desired_version + ?4, "
      "refused_status = NULL, schedule_until = CASE class WHEN 0 THEN MAX(schedule_until, ?5) ELSE schedule_until END "
      "WHERE workspace = ?1 AND lock = ?2",
      lock.workspace, lock.id, text, restored_versions, schedule_until);
  co_await tx.execute(
      "UPDATE credentials SET until_version = (SELECT desired_version FROM locks WHERE workspace = ?1 AND lock = ?2) "
      "WHERE workspace = ?1 AND lock = ?2 AND ended_at IS NULL",
      lock.workspace, lock.id);
  co_await tx.execute(
      "UPDATE slots SET until_version = (SELECT desired_version FROM locks WHERE workspace = ?1 AND lock = ?2) "
      "WHERE workspace = ?1 AND lock = ?2 AND state IN ('ending', 'retiring')",
      lock.workspace, lock.id);
}

Task<Restored> raise_all(Transaction& tx, KeyStore& keys, UnixSeconds backup_made_at, UnixSeconds now) {
  Restored out;
  const Rows workspaces = co_await tx.execute("SELECT workspace FROM workspaces");
  for (const Row row : workspaces) co_await log_restore(tx, keys, row.id<WorkspaceId>(0), backup_made_at, now);
  static const std::string sql = "SELECT " + std::string(lock_columns()) + " FROM locks WHERE state = 'active'";
  const Rows locks = co_await tx.execute(sql);
  for (const Row row : locks) {
    const LockRow lock = read_lock_row(row);
    out.credentials += co_await end_credentials(tx, keys, lock, now);
    co_await raise_slots(tx, lock);
    co_await raise_versions(tx, lock, now);
    co_await raise_keys(tx, lock.workspace, lock.id);
  }
  // What waited then was sent since, or is of no use any more.
  co_await tx.execute(
      "UPDATE outbox SET state = 'failed', last_failure = 'withdrawn by a restore', text_sealed = NULL WHERE state = 'queued'");
  // A phone that was lost since must not come back, nor a link that was used up.
  // One that was halted or cancelled since would go on.
  co_await tx.execute("UPDATE firmware_campaigns SET state = 'paused', wake_at = NULL WHERE state = 'running'");
  co_await tx.execute("UPDATE phones SET ended_at = ?1, ended_because = 'restored' WHERE ended_at IS NULL", now);
  co_await tx.execute("UPDATE invitations SET hash = NULL, cancelled_at = ?1 WHERE cancelled_at IS NULL", now);
  // Whoever was signed out since must not be in again.
  co_await tx.execute("UPDATE sessions SET ended_at = ?1 WHERE ended_at IS NULL", now);
  const Rows api_keys = co_await tx.execute("SELECT COUNT(*) FROM api_keys WHERE revoked_at IS NULL");
  out.workspaces = workspaces.size();
  out.locks = locks.size();
  out.api_keys = static_cast<std::size_t>(api_keys.front().integer(0));
  co_return out;
}

}  // namespace

Task<Outcome<Restored>> raise_past_backup(Store& store, KeyStore& keys, UnixSeconds backup_made_at, UnixSeconds now) {
  co_return co_await store.write(
      [&](Transaction& tx) -> Task<Outcome<Restored>> { co_return co_await raise_all(tx, keys, backup_made_at, now); });
}

}  // namespace cardea::server::usecases
