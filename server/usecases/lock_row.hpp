// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock as the store has it, and the small steps that several use cases take with it.

#include <optional>

#include "core/link/messages.hpp"
#include "server/domain/delivery.hpp"
#include "server/domain/event.hpp"
#include "server/domain/settings.hpp"
#include "server/store/store.hpp"
#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

enum class LockState : std::uint8_t {
  kClaimed,   ///< waits for the lock to ask
  kAnswered,  ///< was given keys and has not shown that it has them
  kActive,
  kReleased,    ///< its owner let go of it: it belongs to nobody here, and to no door
  kWrittenOff,  ///< its owner will not see it again: no keys of it are here, it is at no door, and nobody can claim it
};

struct LockRow {
  WorkspaceId workspace;
  LockRef id;
  DoorId door;
  LockState state = LockState::kClaimed;
  std::optional<link::LockClass> wanted_class;
  std::optional<link::LockClass> lock_class;
  std::uint8_t slot_count = 0;
  link::Settings settings;
  Blob claim_secret;
  UnixSeconds claimed_at;
  Blob keys;
  Blob chain;
  Blob done;
  std::optional<UnixSeconds> activated_at;
  std::uint32_t next_seq = 1;
  std::optional<UnixSeconds> chain_broken_at;
  std::uint32_t desired_version = 0;
  std::uint32_t applied_version = 0;
  std::optional<Status> refused;
  std::uint32_t codes_version = 0;
  std::uint32_t schedule_until = 0;
  std::optional<link::LockStatus> status;
  std::optional<UnixSeconds> seen_at;
  std::optional<P256Point> identity;
  std::optional<std::uint32_t> key_id;
  Blob session;
  Blob release;  ///< the sealed secret of its next label; of an active lock: the lock may have it
  std::string release_by;
  std::optional<UnixSeconds> released_at;

  [[nodiscard]] LockName name() const { return lock_name(workspace, id); }
  [[nodiscard]] KeyedLock keyed() const { return {name(), keys}; }
  [[nodiscard]] bool is_protected() const { return lock_class == link::LockClass::kProtected; }
  [[nodiscard]] UnixSeconds claim_expires_at() const { return {claimed_at.value + activation::claim_window_s}; }
  [[nodiscard]] LockFacts facts() const {
    return {lock_class.value_or(link::LockClass::kUnprotected), applied_version, schedule_until};
  }
};

/// The columns of read_lock_row(), of the table `locks`.
std::string_view lock_columns();
inline constexpr std::size_t lock_column_count = 29;
LockRow read_lock_row(Row row);

Task<std::optional<LockRow>> find_lock_row(Transaction& tx, WorkspaceId workspace, LockRef lock);
/// Whether a lock of this table is at its door: the text of a condition, the very one of the index `locks_by_door`.
std::string is_at_door(std::string_view table);
/// One that was released or written off is at no door.
Task<std::optional<LockRow>> find_lock_of_door(Transaction& tx, WorkspaceId workspace, DoorId door);

/// 409 `lock_written_off`.
Problem is_written_off();

/// One more version of what the lock is to hold; returns it.
Task<std::uint32_t> next_desired_version(Transaction& tx, WorkspaceId workspace, LockRef lock);

/// Adds site, door and lock.
Task<EventFacts> placed_at_lock(Transaction& tx, WorkspaceId workspace, LockRef lock, EventFacts facts);
Task<EventFacts> placed_at_door(Transaction& tx, WorkspaceId workspace, DoorId door, EventFacts facts);

std::string settings_text(const link::Settings& settings);
std::string settings_text(const WorkspaceSettings& settings);
link::Settings lock_settings_of(std::string_view text);
WorkspaceSettings workspace_settings_of(std::string_view text);
Task<WorkspaceSettings> find_workspace_settings(Transaction& tx, WorkspaceId workspace);

/// A PIN's digest as the store has it.
PinDigest pin_digest_of(const Blob& stored);

/// The number by which the store knows a descriptor, whatever the lock's digits: its P with n = 10.
std::uint64_t stored_number(const Descriptor& descriptor);
Descriptor descriptor_of_stored(std::uint64_t number);

}  // namespace cardea::server::usecases
