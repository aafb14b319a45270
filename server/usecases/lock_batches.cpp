// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/lock_batches.hpp"

#include <fmt/format.h>

#include "server/usecases/events.hpp"

namespace cardea::server::usecases {

namespace {

/// A batch that a maker of the workspace signed.
struct Signed {
  factory::Batch batch;
  Digest signer{};
};

Problem malformed() {
  return {400,
          "batch_malformed",
          "This is no batch of a maker's (spec/factory.md): send the file as the station signed it.",
          {},
          {}};
}

/// MF2: a batch names no key. The one that is good for it says whose it is.
Outcome<Signed> open_signed(const Rows& makers, ByteSpan bytes, Provider& provider) {
  for (const Row maker : makers) {
    P256Point key{};
    std::ranges::copy(maker.blob(1), key.begin());
    const auto batch = factory::open_batch(bytes, key, provider);
    if (batch.status() == Status::kForged) continue;
    if (!batch.ok()) return malformed();
    Signed out{*batch, {}};
    std::ranges::copy(maker.blob(0), out.signer.begin());
    return out;
  }
  return conflict("maker_unknown",
                  "None of this workspace's makers signed this batch. Add the maker's public key first (POST "
                  "/v1/firmware-makers), if you trust it.");
}

constexpr std::string_view select_batches =
    "SELECT b.batch, b.vendor, b.device_class, m.name, b.lock_count, b.created_at, b.created_by FROM lock_batches b LEFT JOIN "
    "firmware_makers m ON m.workspace = b.workspace AND m.key_name = b.signer WHERE b.workspace = ?1 ";

LockBatch read_batch(Row row) {
  LockBatch out;
  out.id = row.id<LockBatchId>(0);
  std::ranges::copy(row.blob(1), out.hardware.vendor.begin());
  std::ranges::copy(row.blob(2), out.hardware.device_class.begin());
  if (!row.is_null(3)) out.maker = row.text(3);
  out.lock_count = static_cast<std::uint32_t>(row.integer(4));
  out.created_at = row.time(5);
  out.created_by = row.text(6);
  return out;
}

Task<Outcome<LockBatch>> read_one(Transaction& tx, WorkspaceId workspace, LockBatchId id) {
  static const std::string sql = std::string(select_batches) + "AND b.batch = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, id);
  if (rows.empty()) co_return not_found("batch");
  co_return read_batch(rows.front());
}

Task<Outcome<Done>> check_new(Transaction& tx, WorkspaceId workspace, Digest digest) {
  const Rows same =
      co_await tx.execute("SELECT batch FROM lock_batches WHERE workspace = ?1 AND digest = ?2", workspace, digest);
  if (!same.empty()) co_return already_exists(same.front().id<LockBatchId>(0).text(), "This very batch is here already.");
  const Rows counted = co_await tx.execute("SELECT count(*) FROM lock_batches WHERE workspace = ?1", workspace);
  if (counted.front().integer(0) < lock_batch_count_max) co_return Done{};
  co_return conflict("batches_full", fmt::format("A workspace keeps at most {} batches. Delete one whose locks are all gone.",
                                                 lock_batch_count_max));
}

/// A lock leaves its factory once.
Task<Outcome<Done>> store_entries(Transaction& tx, WorkspaceId workspace, LockBatchId id, const factory::Batch& batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const factory::Entry entry = batch.entry(i);
    const LockRef lock = lock_ref(entry.lock);
    const Rows stored = co_await tx.execute(
        "INSERT INTO lock_identities (workspace, lock, batch, identity) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING "
        "RETURNING 1",
        workspace, lock, id, ByteSpan(entry.identity));
    if (stored.empty())
      co_return conflict("batch_contradicts",
                         fmt::format("{} is in another batch already, and a lock is made once. Ask its maker which of them is "
                                     "right; nothing of this one was taken.",
                                     lock.text()));
  }
  co_return Done{};
}

Task<void> append_batch_event(Transaction& tx, Context& context, Principal caller, EventType type, LockBatchId batch) {
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.by = caller.by();
  facts.detail = fmt::format(R"({{"batch":"{}"}})", batch.text());
  co_await append_event(tx, context.keys, caller.workspace, std::move(facts), {}, context.now());
}

}  // namespace

Task<Outcome<Page<LockBatch>>> list_lock_batches(Context& context, WorkspaceId workspace, PageRequest page) {
  CARDEA_CO_ASSIGN(const LockBatchId after, id_of_cursor<LockBatchId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<LockBatch>>> {
    static const std::string sql = std::string(select_batches) + "AND b.batch > ?2 ORDER BY b.batch LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, workspace, after, page.limit + 1);
    std::vector<LockBatch> items;
    for (const Row row : rows) items.push_back(read_batch(row));
    co_return page_of(std::move(items), page, [](const LockBatch& batch) { return batch.id; });
  });
}

Task<Outcome<LockBatch>> add_lock_batch(Context& context, Principal caller, ByteSpan bytes) {
  const WorkspaceId workspace = caller.workspace;
  Digest digest;
  must(context.keys.provider().sha256(bytes, digest));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<LockBatch>> {
    const Rows makers = co_await tx.execute("SELECT key_name, public_key FROM firmware_makers WHERE workspace = ?1", workspace);
    CARDEA_CO_ASSIGN(const Signed read, open_signed(makers, bytes, context.keys.provider()));
    CARDEA_CO_TRY(co_await check_new(tx, workspace, digest));
    const LockBatchId id = LockBatchId::make();
    const std::string by = caller.by();
    co_await tx.execute(
        "INSERT INTO lock_batches (workspace, batch, digest, signer, vendor, device_class, lock_count, created_at, created_by) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        workspace, id, digest, read.signer, read.batch.maker().vendor, read.batch.maker().device_class, read.batch.size(),
        context.now(), by);
    CARDEA_CO_TRY(co_await store_entries(tx, workspace, id, read.batch));
    co_await append_batch_event(tx, context, caller, EventType::kLockBatchAdded, id);
    co_return co_await read_one(tx, workspace, id);
  });
}

Task<Outcome<Done>> remove_lock_batch(Context& context, Principal caller, LockBatchId batch) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_TRY(co_await read_one(tx, caller.workspace, batch));
    co_await tx.execute("DELETE FROM lock_identities WHERE workspace = ?1 AND batch = ?2", caller.workspace, batch);
    co_await tx.execute("DELETE FROM lock_batches WHERE workspace = ?1 AND batch = ?2", caller.workspace, batch);
    co_await append_batch_event(tx, context, caller, EventType::kLockBatchRemoved, batch);
    co_return Done{};
  });
}

Task<std::optional<P256Point>> vouched_identity(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  const Rows rows =
      co_await tx.execute("SELECT identity FROM lock_identities WHERE workspace = ?1 AND lock = ?2", workspace, lock);
  if (rows.empty()) co_return std::nullopt;
  P256Point out{};
  std::ranges::copy(rows.front().blob(0), out.begin());
  co_return out;
}

}  // namespace cardea::server::usecases
