// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/virtual_keys.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint16_t epoch_last = 65'535;
constexpr std::uint16_t restored_epochs = 16;
constexpr std::uint32_t restored_serials = 1u << 20;

Task<bool> takes_keys(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  const Rows rows =
      co_await tx.execute("SELECT 1 FROM virtual_keys WHERE workspace = ?1 AND lock = ?2 LIMIT 1", workspace, lock);
  co_return !rows.empty();
}

/// spec/grant.md §3: there is no room for one more.
Task<void> begin_epoch(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  co_await tx.execute("UPDATE locks SET key_epoch = MIN(key_epoch + 1, ?3) WHERE workspace = ?1 AND lock = ?2", workspace, lock,
                      epoch_last);
  co_await tx.execute("UPDATE virtual_keys SET denied = 0 WHERE workspace = ?1 AND lock = ?2", workspace, lock);
}

}  // namespace

Task<std::optional<grant::Denials>> denials_of(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  if (!co_await takes_keys(tx, workspace, lock)) co_return std::nullopt;
  const Rows locks =
      co_await tx.execute("SELECT key_epoch, denials_number FROM locks WHERE workspace = ?1 AND lock = ?2", workspace, lock);
  grant::Denials out;
  out.epoch = static_cast<std::uint16_t>(locks.front().integer(0));
  out.number = static_cast<std::uint32_t>(locks.front().integer(1));
  const Rows rows = co_await tx.execute(
      "SELECT serial FROM virtual_keys WHERE workspace = ?1 AND lock = ?2 AND denied = 1 ORDER BY serial LIMIT ?3", workspace,
      lock, grant::denied_count_max);
  for (const Row row : rows) out.serials[out.count++] = static_cast<std::uint32_t>(row.integer(0));
  co_return out;
}

Task<std::uint32_t> serial_of(Transaction& tx, WorkspaceId workspace, LockRef lock, CredentialId credential, bool& changed) {
  const Rows known =
      co_await tx.execute("SELECT serial FROM virtual_keys WHERE workspace = ?1 AND credential = ?2", workspace, credential);
  if (!known.empty()) co_return static_cast<std::uint32_t>(known.front().integer(0));
  const bool is_first = !co_await takes_keys(tx, workspace, lock);
  const Rows next = co_await tx.execute(
      "UPDATE locks SET key_serial = key_serial + 1 WHERE workspace = ?1 AND lock = ?2 RETURNING key_serial", workspace, lock);
  const auto serial = static_cast<std::uint32_t>(next.front().integer(0));
  co_await tx.execute("INSERT INTO virtual_keys (workspace, lock, serial, credential) VALUES (?1, ?2, ?3, ?4)", workspace, lock,
                      serial, credential);
  if (!is_first) co_return serial;
  const std::uint32_t version = co_await next_desired_version(tx, workspace, lock);
  co_await tx.execute("UPDATE locks SET denials_number = ?3 WHERE workspace = ?1 AND lock = ?2", workspace, lock, version);
  changed = true;
  co_return serial;
}

Task<void> lease_given(Transaction& tx, WorkspaceId workspace, CredentialId credential, UnixSeconds until) {
  co_await tx.execute("UPDATE virtual_keys SET lease_until = MAX(lease_until, ?3) WHERE workspace = ?1 AND credential = ?2",
                      workspace, credential, until);
  co_await tx.execute(
      "UPDATE credentials SET phone_keys_until = MAX(phone_keys_until, ?3) WHERE workspace = ?1 AND credential = ?2", workspace,
      credential, until);
}

Task<void> deny(Transaction& tx, WorkspaceId workspace, LockRef lock, CredentialId credential, std::uint32_t version,
                UnixSeconds now) {
  const Rows denied = co_await tx.execute(
      "UPDATE virtual_keys SET denied = 1 WHERE workspace = ?1 AND credential = ?2 AND lease_until > ?3 RETURNING serial",
      workspace, credential, now);
  if (denied.empty()) co_return;
  co_await tx.execute(
      "UPDATE virtual_keys SET denied = 0 WHERE workspace = ?1 AND lock = ?2 AND denied = 1 AND lease_until <= ?3", workspace,
      lock, now);
  const Rows count = co_await tx.execute("SELECT COUNT(*) FROM virtual_keys WHERE workspace = ?1 AND lock = ?2 AND denied = 1",
                                         workspace, lock);
  if (static_cast<std::size_t>(count.front().integer(0)) > grant::denied_count_max) co_await begin_epoch(tx, workspace, lock);
  co_await tx.execute("UPDATE locks SET denials_number = ?3 WHERE workspace = ?1 AND lock = ?2", workspace, lock, version);
}

Task<void> raise_keys(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  co_await tx.execute(
      "UPDATE locks SET key_serial = key_serial + ?3, key_epoch = MIN(key_epoch + ?4, ?5), denials_number = desired_version "
      "WHERE workspace = ?1 AND lock = ?2",
      workspace, lock, restored_serials, restored_epochs, epoch_last);
  co_await tx.execute("UPDATE virtual_keys SET denied = 0 WHERE workspace = ?1 AND lock = ?2", workspace, lock);
}

Task<std::optional<CredentialId>> credential_of_serial(Transaction& tx, WorkspaceId workspace, LockRef lock,
                                                       std::uint32_t serial) {
  const Rows rows = co_await tx.execute(
      "SELECT credential FROM virtual_keys WHERE workspace = ?1 AND lock = ?2 AND serial = ?3", workspace, lock, serial);
  if (rows.empty()) co_return std::nullopt;
  co_return rows.front().id<CredentialId>(0);
}

}  // namespace cardea::server::usecases
