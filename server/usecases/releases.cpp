// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/releases.hpp"

#include "server/domain/sandbox.hpp"
#include "server/usecases/campaign_course.hpp"
#include "server/usecases/endings.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/virtual_keys.hpp"

namespace cardea::server::usecases {

namespace {

using ClaimSecret = Secret<activation::claim_secret_size_bytes>;

/// The secret that goes to the lock: a fresh one, unless the lock may have an earlier one already (A16).
struct Offer {
  ClaimSecret secret;
  Blob sealed;
  bool is_fresh = false;
};

Problem is_released() {
  return conflict("lock_released",
                  "This lock was released and belongs to nobody here. Claim it by its label to use it again "
                  "(GET /v1/locks/{lock_id}/release shows it to its last owner).");
}

Problem not_known() {
  return {
      504,
      "lock_did_not_answer",
      "Nobody knows yet whether the lock has let go of its owner. It says so when it is next heard: press its inside button "
      "once more, then look at GET /v1/locks/{lock_id}/release.",
      {},
      {}};
}

/// Both ways to let go of a lock begin with one that has its keys.
Task<Outcome<LockRow>> releasable(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  auto row = co_await find_lock_row(tx, workspace, lock);
  if (!row) co_return not_found("lock");
  if (is_sandbox(lock))
    co_return conflict("sandbox_lock", "A sandbox lock is no device: nobody else can have it, and it cannot be lost.");
  if (row->state == LockState::kReleased) co_return is_released();
  if (row->state == LockState::kWrittenOff) co_return is_written_off();
  if (row->state != LockState::kActive)
    co_return conflict("lock_not_active", "This lock has no keys yet: withdraw its claim instead (DELETE .../claim).");
  co_return *std::move(row);
}

Offer offer_for(KeyStore& keys, const LockRow& row) {
  if (!row.release.empty()) return {must(keys.open_claim_secret(row.name(), row.release)), row.release, false};
  Offer offer{.secret = {}, .sealed = {}, .is_fresh = true};
  if (keys.provider().random(offer.secret.mutable_bytes()) != Status::kOk)
    throw std::runtime_error("the machine gives no random numbers");
  offer.sealed = must(keys.seal_claim_secret(row.name(), offer.secret));
  return offer;
}

std::string label_of(KeyStore& keys, const LockRow& row) {
  const activation::Label label{row.name().lock, must(keys.open_claim_secret(row.name(), row.release))};
  const auto text = must(activation::encode(keys.provider(), label));
  return std::string(text.bytes().begin(), text.bytes().end());
}

/// Before the lock can hear of it: who asked, and the secret without which nobody could claim it ever again.
Task<Outcome<Done>> log_release(Context& context, Principal caller, LockRef lock, Blob sealed) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_TRY(co_await releasable(tx, caller.workspace, lock));
    const Rows rows = co_await tx.execute(
        "UPDATE locks SET release_sealed = ?3, release_by = ?4 WHERE workspace = ?1 AND lock = ?2 AND coalesce(release_sealed, "
        "?3) "
        "= ?3 RETURNING 1",
        caller.workspace, lock, sealed, caller.by());
    if (rows.empty()) co_return conflict("lock_busy", "Somebody else is releasing this lock. Look at its release in a moment.");
    EventFacts facts;
    facts.type = EventType::kCommandAsked;
    facts.at = context.now();
    facts.by = caller.by();
    facts.detail = R"({"action":"release"})";
    facts = co_await placed_at_lock(tx, caller.workspace, lock, std::move(facts));
    co_await append_event(tx, context.keys, caller.workspace, std::move(facts), {}, context.now());
    co_return Done{};
  });
}

/// The lock is the owner's as before.
Task<Outcome<Done>> forget_offer(Context& context, WorkspaceId workspace, LockRef lock, Blob sealed) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    co_await tx.execute(
        "UPDATE locks SET release_sealed = NULL, release_by = NULL WHERE workspace = ?1 AND lock = ?2 AND state = 'active' AND "
        "release_sealed = ?3",
        workspace, lock, sealed);
    co_return Done{};
  });
}

Task<Outcome<Release>> read_release(Transaction& tx, KeyStore& keys, WorkspaceId workspace, LockRef lock) {
  const auto row = co_await find_lock_row(tx, workspace, lock);
  if (!row) co_return not_found("lock");
  if (row->release.empty()) co_return not_found("release");
  Release release{.released_at = row->released_at, .by = row->release_by, .label = {}};
  if (release.released_at) release.label = label_of(keys, *row);
  co_return release;
}

/// Its slots are free for the next time, with numbers that no credential of this one has.
Task<void> free_slots(Transaction& tx, WorkspaceId workspace, LockRef lock, UnixSeconds now) {
  co_await tx.execute(
      "UPDATE slots SET state = CASE WHEN state = 'retiring' OR (state = 'used' AND generation = 65535) THEN 'retired' ELSE "
      "'free' END, generation = CASE WHEN state = 'used' THEN MIN(generation + 1, 65535) ELSE generation END, credential = "
      "NULL, "
      "until_version = NULL, freed_at = ?3 WHERE workspace = ?1 AND lock = ?2 AND state IN ('used', 'ending', 'retiring')",
      workspace, lock, now);
  co_await tx.execute("DELETE FROM replaced_pins WHERE workspace = ?1 AND lock = ?2", workspace, lock);
}

Task<void> end_credentials(Transaction& tx, KeyStore& keys, LockRow lock, UnixSeconds now) {
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND lock = ?2 AND ended_at IS NULL ORDER BY credential";
  const Rows rows = co_await tx.execute(sql, lock.workspace, lock.id);
  for (const Row row : rows) {
    const EndingCredential credential = read_ending(row);
    co_await tx.execute(
        "UPDATE credentials SET revoked_at = COALESCE(revoked_at, ?3), pin_digest = NULL WHERE workspace = ?1 AND credential = "
        "?2",
        lock.workspace, credential.id, now);
    co_await end(tx, keys, lock.workspace, credential, now);
  }
}

}  // namespace

Task<Outcome<ReleaseAnswer>> release_lock(Context& context, Principal caller, LockRef lock) {
  CARDEA_CO_ASSIGN(const LockRow row,
                   co_await context.store.read([&](Transaction& tx) { return releasable(tx, caller.workspace, lock); }));
  const Offer offer = offer_for(context.keys, row);
  Task<Outcome<Done>> logged = log_release(context, caller, lock, offer.sealed);
  const Order order(offer.secret);
  const Outcome<CommandAnswer> said = co_await context.links.command(row.name(), order, std::move(logged));
  const bool is_unknown = !said && said.error().code == "lock_did_not_answer";
  if (is_unknown) co_return not_known();
  const bool may_have_earlier_one = !said && !offer.is_fresh;
  if ((!said || !said->done) && !may_have_earlier_one)
    CARDEA_CO_TRY(co_await forget_offer(context, caller.workspace, lock, offer.sealed));
  if (!said) co_return said.error();
  if (!said->done) co_return ReleaseAnswer{*said, {}};
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<ReleaseAnswer>> {
    co_await release_done(tx, context.keys, row.name(), context.now());
    CARDEA_CO_ASSIGN(const Release release, co_await read_release(tx, context.keys, caller.workspace, lock));
    co_return ReleaseAnswer{*said, release.label};
  });
}

Task<Outcome<Release>> find_release(Context& context, WorkspaceId workspace, LockRef lock) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_release(tx, context.keys, workspace, lock); });
}

Task<void> release_done(Transaction& tx, KeyStore& keys, LockName name, UnixSeconds now) {
  const auto row = co_await find_lock_row(tx, workspace_of(name), lock_of(name));
  if (!row || row->state != LockState::kActive || row->release.empty()) co_return;
  co_await end_credentials(tx, keys, *row, now);
  co_await free_slots(tx, row->workspace, row->id, now);
  co_await raise_keys(tx, row->workspace, row->id);
  co_await leave_campaigns(tx, name, now);
  EventFacts facts;
  facts.type = EventType::kLockReleased;
  facts.at = now;
  facts.by = row->release_by;
  facts = co_await placed_at_lock(tx, row->workspace, row->id, std::move(facts));
  co_await append_event(tx, keys, row->workspace, std::move(facts), {}, now);
  co_await tx.execute(
      "UPDATE locks SET state = 'released', released_at = ?3, keys_sealed = NULL, chain_sealed = NULL, session_sealed = NULL, "
      "key_id = NULL, schedules_renew_at = NULL, life = life + 1 WHERE workspace = ?1 AND lock = ?2",
      row->workspace, row->id, now);
}

Task<bool> released_by_ask(Transaction& tx, KeyStore& keys, LockName name, ByteSpan ask, UnixSeconds now) {
  const auto row = co_await find_lock_row(tx, workspace_of(name), lock_of(name));
  if (!row || row->state != LockState::kActive || row->release.empty()) co_return false;
  const ClaimSecret secret = must(keys.open_claim_secret(name, row->release));
  if (activation::verify_ask(keys.provider(), secret, ask) != Status::kOk) co_return false;
  co_await release_done(tx, keys, name, now);
  co_return true;
}

namespace {

/// What was issued for it is revoked and does not end: nobody will hear from the lock that it has.
Task<void> revoke_credentials(Transaction& tx, KeyStore& keys, LockRow lock, std::string by, UnixSeconds now) {
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND lock = ?2 AND ended_at IS NULL ORDER BY credential";
  const Rows rows = co_await tx.execute(sql, lock.workspace, lock.id);
  for (const Row row : rows) {
    const EndingCredential credential = read_ending(row);
    co_await revoke(tx, keys, lock.workspace, credential, by, now);
  }
}

/// From here on no handshake, file or ask of it finds anything (A18).
Task<void> forget_lock(Transaction& tx, LockRow lock) {
  co_await tx.execute(
      "UPDATE locks SET state = 'written_off', claim_sealed = NULL, keys_sealed = NULL, chain_sealed = NULL, session_sealed = "
      "NULL, key_id = NULL, release_sealed = NULL, release_by = NULL, done = NULL, schedules_renew_at = NULL, online = 0 "
      "WHERE workspace = ?1 AND lock = ?2",
      lock.workspace, lock.id);
}

}  // namespace

Task<void> write_off(Transaction& tx, KeyStore& keys, LockRow lock, std::string by, UnixSeconds now) {
  co_await revoke_credentials(tx, keys, lock, by, now);
  EventFacts facts;
  facts.type = EventType::kLockWrittenOff;
  facts.at = now;
  facts.by = std::move(by);
  facts = co_await placed_at_lock(tx, lock.workspace, lock.id, std::move(facts));
  co_await append_event(tx, keys, lock.workspace, std::move(facts), {}, now);
  co_await leave_campaigns(tx, lock.name(), now);
  co_await forget_lock(tx, lock);
}

Task<Outcome<LockView>> write_off_lock(Context& context, Principal caller, LockRef lock) {
  CARDEA_CO_TRY(co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const LockRow row, co_await releasable(tx, caller.workspace, lock));
    co_await write_off(tx, context.keys, row, caller.by(), context.now());
    co_return Done{};
  }));
  context.links.keys_forgotten(lock_name(caller.workspace, lock));
  co_return co_await view_lock(context, caller.workspace, lock);
}

Task<bool> back_to_released(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  const Rows rows = co_await tx.execute(
      "UPDATE locks SET state = 'released', claim_sealed = NULL, keys_sealed = NULL, chain_sealed = NULL, session_sealed = "
      "NULL, "
      "key_id = NULL, done = NULL WHERE workspace = ?1 AND lock = ?2 AND state IN ('claimed', 'answered') AND life > 0 "
      "RETURNING "
      "1",
      workspace, lock);
  co_return !rows.empty();
}

}  // namespace cardea::server::usecases
