// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/locks.hpp"

#include "server/auth/scopes.hpp"
#include "server/domain/sandbox.hpp"
#include "server/usecases/endings.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/lock_batches.hpp"
#include "server/usecases/releases.hpp"
#include "server/usecases/typed_codes.hpp"

namespace cardea::server::usecases {

BoundPolicy LockView::bound_policy() const {
  BoundPolicy policy;
  policy.otp_digits = row.settings.codes.otp_digits;
  // A slot that is ending opens until the lock has acknowledged its end.
  policy.app_slots = static_cast<std::uint16_t>(slots_used + slots_ending - slots_pin);
  policy.pin_slots = slots_pin;
  policy.pin_digits = row.settings.codes.pin_digits;
  policy.sms_slots = slots_sms;
  policy.code_digits = row.settings.codes.code_digits;
  policy.has_code_key = row.lock_class != link::LockClass::kUnprotected;
  policy.activation_window_s = row.settings.codes.activation_window_s;
  policy.codes_in_use = row.status ? row.status->windowed_codes : std::uint16_t{0};
  return policy;
}

std::string_view state_name_of(const LockRow& row) {
  switch (row.state) {
    case LockState::kClaimed:
    case LockState::kAnswered: break;
    case LockState::kActive: return row.release.empty() ? "active" : "releasing";
    case LockState::kReleased: return "released";
    case LockState::kWrittenOff: return "written_off";
  }
  return "claimed";
}

namespace {

Task<LockView> view_of(Transaction& tx, Context& context, LockRow row) {
  const Rows rows = co_await tx.execute(
      "SELECT state, sms, pin FROM slots WHERE workspace = ?1 AND lock = ?2 AND state IN ('used', 'ending', 'retiring')",
      row.workspace, row.id);
  LockView view;
  if (row.identity) view.vouched = co_await vouched_identity(tx, row.workspace, row.id) == row.identity;
  view.online = context.links.is_online(row.name());
  for (const Row slot : rows) {
    ++(slot.text(0) == "used" ? view.slots_used : view.slots_ending);
    if (slot.boolean(1)) ++view.slots_sms;
    if (slot.boolean(2)) ++view.slots_pin;
  }
  view.row = std::move(row);
  co_return view;
}

Task<Outcome<LockView>> read_view(Transaction& tx, Context& context, WorkspaceId workspace, LockRef lock) {
  auto row = co_await find_lock_row(tx, workspace, lock);
  if (!row) co_return not_found("lock");
  co_return co_await view_of(tx, context, *std::move(row));
}

Task<Outcome<Done>> can_be_claimed(Transaction& tx, WorkspaceId workspace, DoorId door, LockRef lock) {
  const Rows doors = co_await tx.execute("SELECT 1 FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
  if (doors.empty()) co_return not_found("door");
  // Whoever shows the label holds the lock: that another workspace has it may be told, but not which.
  const Rows claimed = co_await tx.execute("SELECT workspace, state FROM locks WHERE lock = ?1 AND state <> 'released'", lock);
  if (!claimed.empty()) {
    const bool is_own = claimed.front().id<WorkspaceId>(0) == workspace;
    if (is_own && claimed.front().text(1) == "written_off") co_return is_written_off();
    Problem problem = conflict(
        "lock_claimed", "This lock is claimed already. Withdraw that claim first, or wait until it ends after 24 hours.");
    if (is_own) problem.existing_id = lock.text();
    co_return problem;
  }
  const auto other = co_await find_lock_of_door(tx, workspace, door);
  if (!other) co_return Done{};
  Problem problem = conflict(
      "door_taken", "This door has a lock. A door has one: claim this lock for another door, or withdraw the other claim.");
  problem.existing_id = other->id.text();
  co_return problem;
}

/// A lock that the workspace has had before keeps its row. Its new life has an epoch of offline codes of its own, and versions
/// and generations go on, so that nothing of the last one is taken for something of this one.
Task<bool> claim_again(Transaction& tx, WorkspaceId workspace, LockRef lock, DoorId door, std::optional<int> wanted,
                       link::Settings settings, Blob secret, UnixSeconds now) {
  const auto row = co_await find_lock_row(tx, workspace, lock);
  if (!row) co_return false;
  settings.codes.code_epoch = static_cast<std::uint16_t>(std::min(row->settings.codes.code_epoch + 1, 0xffff));
  const std::string text = settings_text(settings);
  co_await tx.execute(
      "UPDATE locks SET state = 'claimed', door = ?3, wanted_class = ?4, settings = ?5, claim_sealed = ?6, claimed_at = ?7, "
      "class "
      "= NULL, activated_at = NULL, desired_version = desired_version + 1, refused_status = NULL, schedule_until = 0, status = "
      "NULL, seen_at = NULL, identity = NULL, reset_seen_at = NULL, campaign = NULL WHERE workspace = ?1 AND lock = ?2",
      workspace, lock, door, wanted, text, secret, now);
  co_return true;
}

Task<void> insert_claim(Transaction& tx, KeyStore& keys, WorkspaceId workspace, LockClaim claim, activation::Label label,
                        UnixSeconds now) {
  const WorkspaceSettings policy = co_await find_workspace_settings(tx, workspace);
  link::Settings settings;
  settings.codes.otp_digits = policy.otp_digits;
  settings.codes.code_digits = policy.code_digits;
  settings.codes.pin_digits = policy.pin_digits;
  settings.codes.activation_window_s = policy.activation_window_s;
  const LockRef lock = lock_ref(label.lock);
  const Blob secret = must(keys.seal_claim_secret(lock_name(workspace, lock), label.secret));
  const std::string text = settings_text(settings);
  std::optional<int> wanted;
  if (claim.lock_class) wanted = static_cast<int>(*claim.lock_class);
  if (co_await claim_again(tx, workspace, lock, claim.door, wanted, settings, secret, now)) co_return;
  co_await tx.execute(
      "INSERT INTO locks (workspace, lock, door, state, wanted_class, settings, claim_sealed, claimed_at) VALUES (?1, ?2, ?3, "
      "'claimed', "
      "?4, ?5, ?6, ?7)",
      workspace, lock, claim.door, wanted, text, secret, now);
}

Task<Rows> open_offline_codes(Transaction& tx, LockRow lock, UnixSeconds now) {
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND lock = ?2 AND kind = 'offline' AND family <= ?3 AND ended_at IS NULL "
      "AND (ends_at IS NULL OR ends_at > ?4)";
  co_return co_await tx.execute(sql, lock.workspace, lock.id, static_cast<int>(Family::kPool), now);
}

/// A new epoch ends every offline code once the lock has applied `version`.
Task<void> revoke_offline_codes(Transaction& tx, KeyStore& keys, LockRow lock, std::uint32_t version, std::string by,
                                UnixSeconds now) {
  const Rows rows = co_await open_offline_codes(tx, lock, now);
  for (const Row row : rows) {
    const EndingCredential credential = read_ending(row);
    co_await revoke(tx, keys, lock.workspace, credential, by, now);
    co_await tx.execute("UPDATE credentials SET until_version = ?3 WHERE workspace = ?1 AND credential = ?2", lock.workspace,
                        credential.id, version);
  }
}

Task<Outcome<Done>> apply_change(Transaction& tx, KeyStore& keys, LockRow lock, LockSettingsChange change, std::string by,
                                 UnixSeconds now) {
  if (change.raise_code_epoch) {
    if (lock.settings.codes.code_epoch == 0xffff)
      co_return conflict("codes_full", "The code epoch of this lock is at its end, 65,535. Replace the lock.");
    change.patch.code_epoch = static_cast<std::uint16_t>(lock.settings.codes.code_epoch + 1);
  }
  CARDEA_CO_ASSIGN(const link::Settings next, apply(lock.settings, change.patch));
  if (next == lock.settings) co_return Done{};
  const bool other_digits = next.codes.code_digits != lock.settings.codes.code_digits;
  if (other_digits && !change.raise_code_epoch) {
    const Rows open = co_await open_offline_codes(tx, lock, now);
    if (!open.empty())
      co_return conflict("codes_in_use",
                         "Offline codes of this lock are still good, and another number of digits would end them. Send "
                         "raise_code_epoch with it "
                         "to end them, or wait until they are over.");
  }
  CARDEA_CO_TRY(co_await pins_allow(tx, lock, next));
  const std::uint32_t version = co_await next_desired_version(tx, lock.workspace, lock.id);
  const std::uint32_t codes_version = other_digits || change.raise_code_epoch ? version : lock.codes_version;
  const std::string text = settings_text(next);
  co_await tx.execute("UPDATE locks SET settings = ?3, codes_version = ?4 WHERE workspace = ?1 AND lock = ?2", lock.workspace,
                      lock.id, text, codes_version);
  if (change.raise_code_epoch) co_await revoke_offline_codes(tx, keys, lock, version, by, now);
  co_return Done{};
}

}  // namespace

Task<Outcome<Page<LockView>>> list_locks(Context& context, Viewer viewer, LockFilter filter, PageRequest page) {
  CARDEA_CO_ASSIGN(const LockRef after, id_of_cursor<LockRef>(page));
  // The zero id sorts before all but is an id that a lock may have.
  const std::int64_t from_start = page.cursor.empty();
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<LockView>>> {
    static const std::string sql = "SELECT " + std::string(lock_columns()) +
                                   " FROM locks WHERE workspace = ?1 AND (lock > ?2 OR ?3) AND (?4 IS NULL OR door = ?4) AND "
                                   "(?5 IS NULL OR EXISTS (SELECT 1 FROM doors WHERE doors.workspace = ?1 AND doors.door = "
                                   "locks.door AND doors.site = ?5)) AND (?6 IS NULL OR CASE WHEN state = 'answered' THEN "
                                   "'claimed' WHEN state = 'active' AND release_sealed IS NOT NULL "
                                   "THEN 'releasing' ELSE state END = ?6) AND " +
                                   door_is_within("locks.door", 8) + " ORDER BY lock LIMIT ?7";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, after, from_start, filter.door, filter.site, filter.state,
                                          page.limit + 1, viewer.limit);
    std::vector<LockView> items;
    for (const Row row : rows) items.push_back(co_await view_of(tx, context, read_lock_row(row)));
    co_return page_of(std::move(items), page, [](const LockView& lock) { return lock.row.id; });
  });
}

Task<Outcome<LockView>> view_lock(Context& context, WorkspaceId workspace, LockRef lock) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_view(tx, context, workspace, lock); });
}

Outcome<activation::Label> read_lock_label(KeyStore& keys, const std::string& text) {
  const auto label = activation::decode(keys.provider(), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  if (label && is_sandbox(lock_ref(label->lock)))
    return Problem{400, "label_malformed", "This is the id of a sandbox lock, and no lock that is made has one.", {}, {}};
  if (label) return *label;
  const char* what = "is no label of a lock: it begins with CARDEA1:";
  if (label.error() == Status::kTooShort) what = "is incomplete: characters are missing at its end";
  if (label.error() == Status::kCorrupt) what = "has a slip in it: read it once more";
  if (label.error() == Status::kCryptoFailed) throw KeyStoreFailure(label.error());
  Problem problem = invalid("/label", what);
  problem.code = "label_malformed";
  return problem;
}

Task<Outcome<Done>> claim_in(Transaction& tx, Context& context, WorkspaceId workspace, LockClaim claim,
                             const activation::Label& label) {
  CARDEA_CO_TRY(co_await can_be_claimed(tx, workspace, claim.door, lock_ref(label.lock)));
  co_await insert_claim(tx, context.keys, workspace, claim, label, context.now());
  co_return Done{};
}

Task<Outcome<LockView>> claim_lock(Context& context, WorkspaceId workspace, LockClaim claim) {
  CARDEA_CO_ASSIGN(const activation::Label label, read_lock_label(context.keys, claim.label));
  const LockRef lock = lock_ref(label.lock);
  auto claimed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<LockView>> {
    co_await delete_ended_claims(tx, context.now());
    CARDEA_CO_TRY(co_await claim_in(tx, context, workspace, claim, label));
    co_return co_await read_view(tx, context, workspace, lock);
  });
  if (claimed) context.links.claim_made(lock_name(workspace, lock));
  co_return claimed;
}

Task<Outcome<Done>> withdraw_claim(Context& context, WorkspaceId workspace, LockRef lock) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const auto row = co_await find_lock_row(tx, workspace, lock);
    if (!row) co_return not_found("lock");
    if (row->state == LockState::kActive)
      co_return conflict("lock_active", "This lock has its keys: there is no claim any more that could be withdrawn.");
    if (row->state == LockState::kReleased)
      co_return conflict("lock_released", "This lock was released: there is no claim that could be withdrawn.");
    if (row->state == LockState::kWrittenOff) co_return is_written_off();
    if (co_await back_to_released(tx, workspace, lock)) co_return Done{};
    co_await tx.execute("DELETE FROM locks WHERE workspace = ?1 AND lock = ?2", workspace, lock);
    co_return Done{};
  });
}

Task<void> delete_ended_claims(Transaction& tx, UnixSeconds now) {
  const UnixSeconds ended{now.value - std::min<std::uint64_t>(now.value, activation::claim_window_s)};
  const Rows again =
      co_await tx.execute("SELECT workspace, lock FROM locks WHERE state = 'claimed' AND claimed_at <= ?1 AND life > 0", ended);
  for (const Row row : again) co_await back_to_released(tx, row.id<WorkspaceId>(0), row.id<LockRef>(1));
  co_await tx.execute("DELETE FROM locks WHERE state = 'claimed' AND claimed_at <= ?1", ended);
}

Task<Outcome<LockView>> change_lock_settings(Context& context, Principal caller, LockRef lock, LockSettingsChange change) {
  auto changed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<LockView>> {
    auto row = co_await find_lock_row(tx, caller.workspace, lock);
    if (!row) co_return not_found("lock");
    if (row->state == LockState::kReleased)
      co_return conflict("lock_released", "This lock was released: its settings are its next owner's.");
    if (row->state == LockState::kWrittenOff) co_return is_written_off();
    CARDEA_CO_TRY(co_await apply_change(tx, context.keys, *std::move(row), change, caller.by(), context.now()));
    co_return co_await read_view(tx, context, caller.workspace, lock);
  });
  if (changed) context.links.desired_changed(lock_name(caller.workspace, lock));
  co_return changed;
}

namespace {

/// In the log before the lock is told to act: an opening from afar that nobody is named for must not happen.
Task<Outcome<Done>> log_command(Context& context, Principal caller, LockRef lock, link::Action action) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    EventFacts facts;
    facts.type = EventType::kCommandAsked;
    facts.at = context.now();
    facts.by = caller.by();
    facts.detail = action == link::Action::kUnlock ? R"({"action":"unlock"})" : R"({"action":"release_keypad"})";
    facts = co_await placed_at_lock(tx, caller.workspace, lock, std::move(facts));
    co_await append_event(tx, context.keys, caller.workspace, std::move(facts), {}, context.now());
    co_return Done{};
  });
}

}  // namespace

Task<Outcome<CommandAnswer>> run_command(Context& context, Principal caller, LockRef lock, link::Action action) {
  CARDEA_CO_ASSIGN(const LockView view, co_await view_lock(context, caller.workspace, lock));
  if (view.row.state == LockState::kReleased)
    co_return conflict("lock_released", "This lock was released: it hears its next owner, and nobody else.");
  if (view.row.state == LockState::kWrittenOff) co_return is_written_off();
  if (view.row.state != LockState::kActive)
    co_return conflict("lock_not_active", "This lock has no keys yet. Press its inside button to finish its activation.");
  Task<Outcome<Done>> logged = log_command(context, caller, lock, action);
  co_return co_await context.links.command(view.row.name(), action, std::move(logged));
}

Task<Outcome<Blob>> exchange_lock_file(Context& context, WorkspaceId workspace, LockRef lock, ByteSpan file) {
  CARDEA_CO_ASSIGN(const LockView view, co_await view_lock(context, workspace, lock));
  if (view.row.state == LockState::kWrittenOff) co_return is_written_off();
  co_return co_await context.links.exchange_file(view.row.name(), file);
}

}  // namespace cardea::server::usecases
