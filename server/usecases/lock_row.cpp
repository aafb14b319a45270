// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/lock_row.hpp"

#include "server/json/json.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint8_t stored_digits = 10;

LockState state_of(std::string_view text) {
  if (text == "claimed") return LockState::kClaimed;
  if (text == "answered") return LockState::kAnswered;
  if (text == "active") return LockState::kActive;
  if (text == "released") return LockState::kReleased;
  if (text == "written_off") return LockState::kWrittenOff;
  throw std::logic_error("a lock's row has a state that is none");
}

template <class T>
std::optional<T> maybe_integer(Row row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<T>(row.integer(column));
}

Blob maybe_blob(Row row, std::size_t column) { return row.is_null(column) ? Blob{} : row.blob(column); }

std::optional<P256Point> maybe_point(Row row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  const Blob& bytes = row.blob(column);
  P256Point out{};
  if (bytes.size() != out.size()) throw std::runtime_error("a stored point has another length");
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

template <class Patch>
Patch stored_patch(std::string_view text) {
  auto patch = json::read<Patch>(text);
  if (!patch) throw std::runtime_error("stored settings do not read: " + patch.error().detail);
  return *std::move(patch);
}

/// Most locks have the same settings as the one before: what was read last is not read again.
template <class Settings, class Patch>
Settings stored_settings(std::string_view text) {
  thread_local std::string last_text;
  thread_local Settings last;
  if (!last_text.empty() && text == last_text) return last;
  auto settings = apply(Settings{}, stored_patch<Patch>(text));
  if (!settings) throw std::runtime_error("stored settings are out of range: " + settings.error().detail);
  last_text = text;
  last = *settings;
  return last;
}

}  // namespace

std::string_view lock_columns() {
  return "locks.workspace, locks.lock, locks.door, locks.state, locks.wanted_class, locks.class, locks.slot_count, "
         "locks.settings, "
         "locks.claim_sealed, locks.claimed_at, locks.keys_sealed, locks.chain_sealed, locks.done, locks.activated_at, "
         "locks.next_seq, "
         "locks.chain_broken_at, locks.desired_version, locks.applied_version, locks.refused_status, locks.codes_version, "
         "locks.schedule_until, locks.status, locks.seen_at, locks.identity, locks.key_id, locks.session_sealed, "
         "locks.release_sealed, locks.release_by, locks.released_at";
}

LockRow read_lock_row(Row row) {
  LockRow out;
  out.workspace = row.id<WorkspaceId>(0);
  out.id = row.id<LockRef>(1);
  out.door = row.id<DoorId>(2);
  out.state = state_of(row.text(3));
  out.wanted_class = maybe_integer<link::LockClass>(row, 4);
  out.lock_class = maybe_integer<link::LockClass>(row, 5);
  out.slot_count = static_cast<std::uint8_t>(row.integer(6));
  out.settings = lock_settings_of(row.text(7));
  out.claim_secret = maybe_blob(row, 8);
  out.claimed_at = row.time(9);
  out.keys = maybe_blob(row, 10);
  out.chain = maybe_blob(row, 11);
  out.done = maybe_blob(row, 12);
  out.activated_at = row.maybe(13, &Row::time);
  out.next_seq = static_cast<std::uint32_t>(row.integer(14));
  out.chain_broken_at = row.maybe(15, &Row::time);
  out.desired_version = static_cast<std::uint32_t>(row.integer(16));
  out.applied_version = static_cast<std::uint32_t>(row.integer(17));
  out.refused = maybe_integer<Status>(row, 18);
  out.codes_version = static_cast<std::uint32_t>(row.integer(19));
  out.schedule_until = static_cast<std::uint32_t>(row.integer(20));
  if (!row.is_null(21)) {
    const auto status = link::decode_status(row.blob(21));
    if (!status) throw std::runtime_error("a stored status message does not read");
    out.status = *status;
  }
  out.seen_at = row.maybe(22, &Row::time);
  out.identity = maybe_point(row, 23);
  out.key_id = maybe_integer<std::uint32_t>(row, 24);
  out.session = maybe_blob(row, 25);
  out.release = maybe_blob(row, 26);
  if (!row.is_null(27)) out.release_by = row.text(27);
  out.released_at = row.maybe(28, &Row::time);
  return out;
}

Task<std::optional<LockRow>> find_lock_row(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  static const std::string sql = "SELECT " + std::string(lock_columns()) + " FROM locks WHERE workspace = ?1 AND lock = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, lock);
  if (rows.empty()) co_return std::nullopt;
  co_return read_lock_row(rows.front());
}

std::string is_at_door(std::string_view table) {
  const std::string state = std::string(table) + ".state";
  return "(" + state + " <> 'released' AND " + state + " <> 'written_off')";
}

Problem is_written_off() {
  return conflict("lock_written_off",
                  "This lock was written off: the platform has no keys of it any more, and takes nothing from it and gives it "
                  "nothing. A device that turns up again is for its maker to make anew.");
}

Task<std::optional<LockRow>> find_lock_of_door(Transaction& tx, WorkspaceId workspace, DoorId door) {
  static const std::string sql =
      "SELECT " + std::string(lock_columns()) + " FROM locks WHERE workspace = ?1 AND door = ?2 AND " + is_at_door("locks");
  const Rows rows = co_await tx.execute(sql, workspace, door);
  if (rows.empty()) co_return std::nullopt;
  co_return read_lock_row(rows.front());
}

Task<std::uint32_t> next_desired_version(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  const Rows rows = co_await tx.execute(
      "UPDATE locks SET desired_version = desired_version + 1, refused_status = NULL WHERE workspace = ?1 AND lock = ?2 "
      "RETURNING desired_version",
      workspace, lock);
  if (rows.empty()) throw std::logic_error("a new desired version of no lock");
  co_return static_cast<std::uint32_t>(rows.front().integer(0));
}

Task<EventFacts> placed_at_door(Transaction& tx, WorkspaceId workspace, DoorId door, EventFacts facts) {
  const Rows rows = co_await tx.execute("SELECT site FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
  if (!rows.empty()) facts.site = rows.front().id<SiteId>(0);
  facts.door = door;
  co_return facts;
}

Task<EventFacts> placed_at_lock(Transaction& tx, WorkspaceId workspace, LockRef lock, EventFacts facts) {
  const Rows rows = co_await tx.execute("SELECT door FROM locks WHERE workspace = ?1 AND lock = ?2", workspace, lock);
  facts.lock = lock;
  if (rows.empty()) co_return facts;
  co_return co_await placed_at_door(tx, workspace, rows.front().id<DoorId>(0), std::move(facts));
}

std::string settings_text(const link::Settings& settings) { return json::write(patch_of(settings)); }
std::string settings_text(const WorkspaceSettings& settings) { return json::write(patch_of(settings)); }
link::Settings lock_settings_of(std::string_view text) { return stored_settings<link::Settings, LockSettingsPatch>(text); }
WorkspaceSettings workspace_settings_of(std::string_view text) {
  return stored_settings<WorkspaceSettings, WorkspaceSettingsPatch>(text);
}

Task<WorkspaceSettings> find_workspace_settings(Transaction& tx, WorkspaceId workspace) {
  const Rows rows = co_await tx.execute("SELECT settings FROM workspaces WHERE workspace = ?1", workspace);
  if (rows.empty()) throw std::logic_error("settings of no workspace");
  co_return workspace_settings_of(rows.front().text(0));
}

PinDigest pin_digest_of(const Blob& stored) {
  PinDigest out{};
  if (stored.size() != out.size()) throw std::runtime_error("a stored digest of a PIN has another length");
  std::copy(stored.begin(), stored.end(), out.begin());
  return out;
}

std::uint64_t stored_number(const Descriptor& descriptor) {
  const auto number = number_of(descriptor, stored_digits);
  CARDEA_ASSERT(number.ok());
  return *number;
}

Descriptor descriptor_of_stored(std::uint64_t number) {
  const auto descriptor = descriptor_of(number, stored_digits);
  CARDEA_ASSERT(descriptor.ok());
  return *descriptor;
}

}  // namespace cardea::server::usecases
