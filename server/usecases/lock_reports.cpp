// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/lock_reports.hpp"

#include <algorithm>

#include "server/usecases/endings.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/grant_rules.hpp"
#include "server/usecases/virtual_keys.hpp"

namespace cardea::server::usecases {

namespace {

Task<LockRow> known_lock(Transaction& tx, LockName lock) {
  auto row = co_await find_lock_row(tx, workspace_of(lock), lock_of(lock));
  if (!row) throw std::logic_error("a report of a lock that is not in its workspace");
  co_return *std::move(row);
}

std::string select_ending(std::string_view where) {
  return "SELECT " + std::string(ending_columns()) + " FROM credentials WHERE workspace = ?1 AND lock = ?2 AND " +
         std::string(where);
}

Task<std::optional<EndingCredential>> credential_of_slot(Transaction& tx, LockRow lock, SlotGeneration slot) {
  static const std::string sql = select_ending("slot = ?3 AND generation = ?4");
  const Rows rows = co_await tx.execute(sql, lock.workspace, lock.id, slot.slot, slot.generation);
  if (rows.empty()) co_return std::nullopt;
  co_return read_ending(rows.front());
}

/// The credential that a record speaks of.
Task<std::optional<EndingCredential>> credential_of(Transaction& tx, LockRow lock, audit::Record record) {
  const ByteSpan what = ByteSpan{record.detail}.first(audit::what_size_bytes);
  if (record.method == audit::Method::kApp || record.method == audit::Method::kSms) {
    const bool none = std::all_of(what.begin(), what.end(), [](std::uint8_t byte) { return byte == 0; });
    const auto use = audit::decode_token_use(what);
    if (none || !use) co_return std::nullopt;
    co_return co_await credential_of_slot(tx, lock, {use->slot, use->generation});
  }
  if (record.method == audit::Method::kPin) {
    const auto use = audit::decode_pin_use(what);
    if (!use || !use->known) co_return std::nullopt;
    co_return co_await credential_of_slot(tx, lock, {use->slot, use->generation});
  }
  if (record.method == audit::Method::kVirtualKey) {
    const auto use = audit::decode_key_use(what);
    if (!use) co_return std::nullopt;
    const auto credential = co_await credential_of_serial(tx, lock.workspace, lock.id, use->serial);
    if (!credential) co_return std::nullopt;
    static const std::string sql = select_ending("credential = ?3");
    const Rows rows = co_await tx.execute(sql, lock.workspace, lock.id, *credential);
    if (rows.empty()) co_return std::nullopt;
    co_return read_ending(rows.front());
  }
  if (record.method == audit::Method::kOffline) {
    const auto use = audit::decode_offline_use(what);
    if (!use || use->family >= family_count) co_return std::nullopt;
    const Descriptor descriptor{static_cast<Family>(use->family), use->code_class, use->start, use->index};
    const auto number = number_of(descriptor, 10);
    if (!number) co_return std::nullopt;
    static const std::string sql = select_ending("code_epoch = ?3 AND family = ?4 AND code_number = ?5");
    const Rows rows = co_await tx.execute(sql, lock.workspace, lock.id, use->epoch, use->family, *number);
    if (rows.empty()) co_return std::nullopt;
    co_return read_ending(rows.front());
  }
  co_return std::nullopt;
}

Task<void> end_all(Transaction& tx, KeyStore& keys, WorkspaceId workspace, Rows rows, UnixSeconds now) {
  for (const Row row : rows) co_await end(tx, keys, workspace, read_ending(row), now);
}

/// R9: the first use of an exclusive code ends those that start earlier.
Task<void> end_earlier_exclusives(Transaction& tx, KeyStore& keys, LockRow lock, audit::OfflineUse use, UnixSeconds now) {
  const Interval used = interval_of({Family::kExclusive, use.code_class, use.start, use.index});
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND lock = ?2 AND code_epoch = ?3 AND family = ?4 AND begins_at < ?5 "
      "AND ended_at IS NULL";
  Rows rows = co_await tx.execute(sql, lock.workspace, lock.id, use.epoch, static_cast<int>(Family::kExclusive), used.begins);
  co_await end_all(tx, keys, lock.workspace, std::move(rows), now);
}

/// R13: a clear code of everything ends windows that start before its t, and pool codes up to the newest that was used.
Task<void> end_cleared(Transaction& tx, KeyStore& keys, LockRow lock, audit::OfflineUse use, UnixSeconds now) {
  const Descriptor clear{Family::kClear, 0, 0, use.index};
  if (clears_one_pool_code(clear)) {
    static const std::string sql =
        "SELECT " + std::string(ending_columns()) +
        " FROM credentials WHERE workspace = ?1 AND lock = ?2 AND code_epoch = ?3 AND family = ?4 AND "
        "code_number = ?5 AND ended_at IS NULL";
    const auto index = static_cast<std::uint16_t>(use.index - tick_count);
    Rows rows = co_await tx.execute(sql, lock.workspace, lock.id, use.epoch, static_cast<int>(Family::kPool),
                                    stored_number(pool_code(index)));
    co_await end_all(tx, keys, lock.workspace, std::move(rows), now);
    co_return;
  }
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND lock = ?2 AND code_epoch = ?3 AND ended_at IS NULL AND "
      "((family <= ?4 AND begins_at < ?5) OR (family = ?6 AND code_number < ?7))";
  const std::uint16_t pool_next = lock.status ? lock.status->pool_next : std::uint16_t{0};
  const std::uint64_t pool_end = stored_number(pool_code(0)) + pool_next;
  Rows rows = co_await tx.execute(sql, lock.workspace, lock.id, use.epoch, static_cast<int>(Family::kOnce), time_of(clear),
                                  static_cast<int>(Family::kPool), pool_end);
  co_await end_all(tx, keys, lock.workspace, std::move(rows), now);
}

/// What a record means for credentials beyond its event.
Task<void> draw_consequences(Transaction& tx, KeyStore& keys, LockRow lock, audit::Record record,
                             std::optional<EndingCredential> credential, UnixSeconds now) {
  if (record.kind == audit::Kind::kOpening && credential)
    co_await tx.execute(
        "UPDATE credentials SET use_count = use_count + 1, first_used_at = COALESCE(first_used_at, ?3) WHERE workspace = ?1 "
        "AND "
        "credential = ?2",
        lock.workspace, credential->id, record.time == 0 ? now : UnixSeconds{record.time});
  if (record.method != audit::Method::kOffline) co_return;
  const auto use = audit::decode_offline_use(ByteSpan{record.detail}.first(audit::what_size_bytes));
  if (!use || use->family >= family_count) co_return;
  const auto family = static_cast<Family>(use->family);
  if (record.kind == audit::Kind::kCleared) co_await end_cleared(tx, keys, lock, *use, now);
  // The lock burns a code with the intention, before the motor moves.
  if (record.kind != audit::Kind::kOpening) co_return;
  if (family == Family::kExclusive) co_await end_earlier_exclusives(tx, keys, lock, *use, now);
  if ((family == Family::kOnce || family == Family::kPool) && credential)
    co_await end(tx, keys, lock.workspace, *credential, now);
}

/// P17: whether whoever typed this did so because somebody made them.
Task<bool> is_of_duress(Transaction& tx, WorkspaceId workspace, audit::Record record,
                        std::optional<EndingCredential> credential) {
  const bool typed = record.kind == audit::Kind::kOpening || record.kind == audit::Kind::kEntryRefused;
  if (!typed || !credential || record.method != audit::Method::kPin) co_return false;
  const Rows rows =
      co_await tx.execute("SELECT duress FROM credentials WHERE workspace = ?1 AND credential = ?2", workspace, credential->id);
  co_return rows.front().boolean(0);
}

Task<void> accept(Transaction& tx, KeyStore& keys, LockRow lock, audit::Record record, UnixSeconds now) {
  const auto credential = co_await credential_of(tx, lock, record);
  EventSubject subject;
  if (credential) subject = {credential->person, credential->grant, credential->id};
  EventFacts facts = co_await placed_at_lock(tx, lock.workspace, lock.id, facts_of(record));
  co_await append_event(tx, keys, lock.workspace, std::move(facts), subject, now, audit::encode(record));
  const bool duress = co_await is_of_duress(tx, lock.workspace, record, credential);
  if (duress) {
    EventFacts forced = co_await placed_at_lock(tx, lock.workspace, lock.id, facts_of(record));
    forced.type = EventType::kAccessDuress;
    co_await append_event(tx, keys, lock.workspace, std::move(forced), subject, now, audit::encode(record));
  }
  if (auto alert = alert_of(record)) {
    EventFacts placed = co_await placed_at_lock(tx, lock.workspace, lock.id, *std::move(alert));
    co_await append_event(tx, keys, lock.workspace, std::move(placed), {}, now, audit::encode(record));
  }
  co_await draw_consequences(tx, keys, lock, record, credential, now);
}

Task<void> append_plain(Transaction& tx, KeyStore& keys, LockName lock, EventType type, UnixSeconds now) {
  EventFacts facts;
  facts.type = type;
  facts.at = now;
  facts = co_await placed_at_lock(tx, workspace_of(lock), lock_of(lock), std::move(facts));
  co_await append_event(tx, keys, workspace_of(lock), std::move(facts), {}, now);
}

std::optional<LinkedLock> linked(Row found, UnixSeconds now) {
  const LockRow row = read_lock_row(found);
  if (row.state == LockState::kWrittenOff) return std::nullopt;
  if (row.state == LockState::kClaimed && row.claim_expires_at() <= now) return std::nullopt;
  LinkedLock out;
  out.name = row.name();
  out.door = row.door;
  out.active = row.state == LockState::kActive;
  out.lock_class = row.lock_class.value_or(link::LockClass::kUnprotected);
  out.wanted_class = row.wanted_class;
  out.claim_expires_at = row.claim_expires_at();
  out.claim_secret = row.claim_secret;
  out.keys = row.keys;
  out.chain = row.chain;
  out.key_id = row.key_id.value_or(0);
  out.session = row.session;
  std::copy_n(row.done.begin(), std::min(row.done.size(), out.done.size()), out.done.begin());
  out.next_seq = row.next_seq;
  out.desired_version = row.desired_version;
  out.applied_version = row.applied_version;
  out.chain_broken = row.chain_broken_at.has_value();
  return out;
}

}  // namespace

// The looks across workspaces: a lock that connects says its id or its key's number, and nothing else.
Task<std::optional<LinkedLock>> find_lock(Transaction& tx, LockId lock, UnixSeconds now) {
  static const std::string sql =
      "SELECT " + std::string(lock_columns()) + " FROM locks WHERE lock = ?1 AND state <> 'released'";
  const Rows rows = co_await tx.execute(sql, lock);
  if (rows.empty()) co_return std::nullopt;
  co_return linked(rows.front(), now);
}

Task<std::optional<LinkedLock>> find_lock_of_key(Transaction& tx, std::uint32_t key_id, UnixSeconds now) {
  static const std::string sql = "SELECT " + std::string(lock_columns()) + " FROM locks WHERE key_id = ?1";
  const Rows rows = co_await tx.execute(sql, key_id);
  if (rows.empty()) co_return std::nullopt;
  co_return linked(rows.front(), now);
}

Task<bool> session_agreed(Transaction& tx, LockName lock, const Blob& before, const Blob& after) {
  const Rows rows = co_await tx.execute(
      "UPDATE locks SET session_sealed = ?4, release_sealed = CASE state WHEN 'active' THEN NULL ELSE release_sealed END WHERE "
      "workspace = ?1 AND lock = ?2 AND session_sealed = ?3 RETURNING 1",
      workspace_of(lock), lock_of(lock), before, after);
  co_return !rows.empty();
}

Task<std::uint32_t> free_key_id(Transaction& tx, KeyStore& keys) {
  for (;;) {
    Bytes<4> bytes{};
    if (keys.provider().random(bytes) != Status::kOk) throw std::runtime_error("the machine gives no random numbers");
    const auto key_id = load_be<std::uint32_t>(bytes);
    const Rows rows = co_await tx.execute("SELECT 1 FROM locks WHERE key_id = ?1", key_id);
    if (rows.empty()) co_return key_id;
  }
}

Task<void> answer_made(Transaction& tx, LockName lock, const Activation& activation, link::LockClass lock_class,
                       std::uint8_t slot_count, std::uint32_t desired_version) {
  co_await tx.execute(
      "UPDATE locks SET state = 'answered', class = ?3, slot_count = ?4, keys_sealed = ?5, chain_sealed = ?6, done = ?7, "
      "next_seq = 1, last_tag = NULL, chain_broken_at = NULL, codes_version = ?8, applied_version = ?8, identity = ?9, key_id "
      "= ?10, session_sealed = "
      "?11 "
      "WHERE workspace = ?1 AND lock = ?2 AND state IN ('claimed', 'answered')",
      workspace_of(lock), lock_of(lock), static_cast<int>(lock_class), slot_count, activation.keys, activation.chain,
      ByteSpan(activation.done), desired_version, ByteSpan(activation.identity), activation.key_id, activation.session);
}

Task<void> activation_done(Transaction& tx, LockName lock, UnixSeconds now) {
  co_await tx.execute(
      "UPDATE locks SET state = 'active', activated_at = ?3, claim_sealed = NULL, done = NULL, release_sealed = NULL, "
      "released_at "
      "= NULL "
      "WHERE workspace = ?1 AND lock = ?2 AND state = 'answered'",
      workspace_of(lock), lock_of(lock), now);
}

Task<void> status_reported(Transaction& tx, LockName lock, const link::LockStatus& status, UnixSeconds now) {
  Bytes<256> buffer{};
  ByteWriter writer{buffer};
  link::encode(status, writer);
  CARDEA_ASSERT(writer.status() == Status::kOk);
  co_await tx.execute("UPDATE locks SET status = ?3, seen_at = ?4, slot_count = ?5 WHERE workspace = ?1 AND lock = ?2",
                      workspace_of(lock), lock_of(lock), writer.written(), now, status.slot_count_max);
}

Task<void> records_accepted(Transaction& tx, KeyStore& keys, LockName lock, std::span<const audit::Record> records,
                            const Blob& chain, std::uint32_t next_seq, UnixSeconds now) {
  const LockRow row = co_await known_lock(tx, lock);
  for (const audit::Record& record : records) co_await accept(tx, keys, row, record, now);
  const std::optional<audit::Tag> last_tag = records.empty() ? std::nullopt : std::optional(records.back().tag);
  co_await tx.execute(
      "UPDATE locks SET chain_sealed = ?3, next_seq = ?4, last_tag = COALESCE(?5, last_tag), seen_at = ?6 WHERE workspace = ?1 "
      "AND lock = ?2",
      row.workspace, row.id, chain, next_seq, last_tag, now);
}

Task<std::optional<audit::RecordBytes>> stored_record(Transaction& tx, LockName lock, std::uint32_t seq) {
  const Rows rows = co_await tx.execute(
      "SELECT record FROM events WHERE workspace = ?1 AND lock = ?2 AND lock_life = (SELECT life FROM locks "
      "WHERE workspace = ?1 AND lock = ?2) AND lock_seq = ?3 LIMIT 1",
      workspace_of(lock), lock_of(lock), seq);
  if (rows.empty() || rows.front().is_null(0)) co_return std::nullopt;
  audit::RecordBytes out{};
  const Blob& bytes = rows.front().blob(0);
  std::copy_n(bytes.begin(), std::min(bytes.size(), out.size()), out.begin());
  co_return out;
}

Task<void> chain_broke(Transaction& tx, KeyStore& keys, LockName lock, UnixSeconds now) {
  const Rows changed = co_await tx.execute(
      "UPDATE locks SET chain_broken_at = ?3 WHERE workspace = ?1 AND lock = ?2 AND chain_broken_at IS NULL",
      workspace_of(lock), lock_of(lock), now);
  if (changed.changed == 0) co_return;
  co_await append_plain(tx, keys, lock, EventType::kLockChainBroken, now);
}

Task<void> applied_reported(Transaction& tx, KeyStore& keys, LockName lock, link::Applied applied, UnixSeconds now) {
  const LockRow row = co_await known_lock(tx, lock);
  // A version that was never made is a lie or another platform's: it ends nothing here.
  if (applied.version > row.desired_version) co_return;
  if (applied.status != Status::kOk) {
    if (applied.version == row.desired_version)
      co_await tx.execute("UPDATE locks SET refused_status = ?3 WHERE workspace = ?1 AND lock = ?2", row.workspace, row.id,
                          static_cast<int>(applied.status));
    co_return;
  }
  if (applied.version <= row.applied_version) co_return;
  co_await tx.execute("UPDATE locks SET applied_version = ?3, refused_status = NULL WHERE workspace = ?1 AND lock = ?2",
                      row.workspace, row.id, applied.version);
  co_await end_up_to_version(tx, keys, row.workspace, row.id, applied.version, now);
}

namespace {

/// An ask that its lock should not send is told once an hour, however often it is repeated.
Task<void> ask_seen(Transaction& tx, KeyStore& keys, LockName lock, bool is_active, EventType event, UnixSeconds now) {
  constexpr std::uint64_t quiet_s = 3'600;
  const Rows changed = co_await tx.execute(
      "UPDATE locks SET reset_seen_at = ?3 WHERE workspace = ?1 AND lock = ?2 AND (state = 'active') = ?5 AND "
      "coalesce(reset_seen_at, 0) <= ?4",
      workspace_of(lock), lock_of(lock), now, UnixSeconds{now.value - std::min(now.value, quiet_s)}, is_active);
  if (changed.changed != 0) co_await append_plain(tx, keys, lock, event, now);
}

}  // namespace

Task<void> reset_seen(Transaction& tx, KeyStore& keys, LockName lock, UnixSeconds now) {
  return ask_seen(tx, keys, lock, true, EventType::kLockReset, now);
}

Task<void> identity_refused(Transaction& tx, KeyStore& keys, LockName lock, UnixSeconds now) {
  return ask_seen(tx, keys, lock, false, EventType::kLockIdentityRefused, now);
}

Task<void> presence_changed(Transaction& tx, KeyStore& keys, LockName lock, bool online, UnixSeconds now) {
  const Rows known = co_await tx.execute("UPDATE locks SET online = ?3 WHERE workspace = ?1 AND lock = ?2 RETURNING state",
                                         workspace_of(lock), lock_of(lock), online);
  // It ended with its owner, and that was said.
  if (!known.empty() && (known.front().text(0) == "released" || known.front().text(0) == "written_off")) co_return;
  co_await append_plain(tx, keys, lock, online ? EventType::kLockOnline : EventType::kLockOffline, now);
}

Task<DesiredState> desired_of(Transaction& tx, LockName lock, link::LockClass lock_class, UnixSeconds now) {
  const LockRow row = co_await known_lock(tx, lock);
  DesiredState out;
  out.version = row.desired_version;
  out.lock_class = lock_class;
  out.snapshot.settings = row.settings;
  static const std::string sql =
      "SELECT s.slot, s.generation, s.fixed, s.sms, c.pin_digest, " + std::string(slot_rule_columns) +
      " FROM slots AS s LEFT JOIN credentials AS c ON c.workspace = s.workspace AND c.credential = s.credential "
      "LEFT JOIN access_grants AS g ON g.workspace = c.workspace AND g.access_grant = c.access_grant "
      "WHERE s.workspace = ?1 AND s.lock = ?2 AND s.state = 'used' AND s.listed = 1 ORDER BY s.slot LIMIT ?3";
  const Rows slots = co_await tx.execute(sql, row.workspace, row.id, link::snapshot_slot_count_max);
  ScheduleGathering schedules;
  for (const Row slot : slots) {
    link::SnapshotSlot& place = out.snapshot.slots[out.snapshot.slot_count++];
    place.number = static_cast<std::uint8_t>(slot.integer(0));
    place.generation = static_cast<std::uint16_t>(slot.integer(1));
    place.fixed = slot.boolean(2);
    place.sms = slot.boolean(3);
    place.pin = !slot.is_null(4);
    if (place.pin) place.pin_digest = pin_digest_of(slot.blob(4));
    place.rule = slot_rule_of(slot, 5, schedules);
  }
  if (const auto denials = co_await denials_of(tx, row.workspace, row.id)) {
    out.snapshot.takes_keys = true;
    out.snapshot.denials = *denials;
  }
  const auto renew_at =
      co_await compile_for_door(tx, row.workspace, row.door, std::move(schedules), now, out.snapshot.schedules);
  co_await tx.execute("UPDATE locks SET schedules_renew_at = ?3 WHERE workspace = ?1 AND lock = ?2", row.workspace, row.id,
                      renew_at);
  if (lock_class == link::LockClass::kProtected) co_return out;
  const WorkspaceSettings settings = co_await find_workspace_settings(tx, row.workspace);
  // From the hour before: a code whose step began in it is good for half a minute more.
  out.snapshot.first_hour = hour_of(now).value - 1;
  out.snapshot.hour_count = settings.schedule_hours;
  const std::uint32_t last_hour = out.snapshot.first_hour + out.snapshot.hour_count - 1;
  co_await tx.execute("UPDATE locks SET schedule_until = MAX(schedule_until, ?3) WHERE workspace = ?1 AND lock = ?2",
                      row.workspace, row.id, last_hour);
  co_return out;
}

namespace {

/// Locks that know the schedules of grants for no more than half of the time for which they got them.
Task<std::vector<LockName>> renew_grant_schedules(Transaction& tx, UnixSeconds now) {
  const Rows rows = co_await tx.execute(
      "SELECT workspace, lock FROM locks WHERE schedules_renew_at <= ?1 AND state = 'active' AND applied_version >= "
      "desired_version LIMIT 1000",
      now);
  std::vector<LockName> renewed;
  for (const Row row : rows) {
    co_await next_desired_version(tx, row.id<WorkspaceId>(0), row.id<LockRef>(1));
    renewed.push_back(lock_name(row.id<WorkspaceId>(0), row.id<LockRef>(1)));
  }
  co_return renewed;
}

}  // namespace

Task<std::vector<LockName>> refresh_schedules(Transaction& tx, UnixSeconds now) {
  // A version that is on its way takes fresh hours along when it is sent.
  static const std::string sql =
      "SELECT " + std::string(lock_columns()) +
      ", workspaces.settings FROM locks JOIN workspaces ON workspaces.workspace = locks.workspace "
      "WHERE locks.state = 'active' AND locks.class = 0 AND locks.applied_version >= locks.desired_version";
  const Rows rows = co_await tx.execute(sql);
  std::vector<LockName> renewed;
  for (const Row row : rows) {
    const LockRow lock = read_lock_row(row);
    const WorkspaceSettings settings = workspace_settings_of(row.text(lock_column_count));
    const std::uint32_t holds_until = lock.status ? lock.status->last_hour : lock.schedule_until;
    if (holds_until >= hour_of(now).value + settings.schedule_hours / 2u) continue;
    co_await next_desired_version(tx, lock.workspace, lock.id);
    renewed.push_back(lock.name());
  }
  const auto expiring = co_await renew_grant_schedules(tx, now);
  renewed.insert(renewed.end(), expiring.begin(), expiring.end());
  co_return renewed;
}

}  // namespace cardea::server::usecases
