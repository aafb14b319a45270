// SPDX-License-Identifier: Apache-2.0
#pragma once
// Batches of a maker's (spec/factory.md §1): who the locks are that it made. Whose batches are taken, says the workspace with
// the makers that it trusts (firmware.hpp).

#include "core/factory/batch.hpp"
#include "server/usecases/context.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

inline constexpr std::size_t lock_batch_size_bytes_max = factory::batch_size_bytes(factory::batch_entry_count_max);
inline constexpr std::int64_t lock_batch_count_max = 100;  ///< of a workspace

struct LockBatch {
  LockBatchId id;
  factory::Maker hardware;
  std::string maker;  ///< its name, "" when it was removed
  std::uint32_t lock_count = 0;
  UnixSeconds created_at;
  std::string created_by;
};

Task<Outcome<Page<LockBatch>>> list_lock_batches(Context& context, WorkspaceId workspace, PageRequest page);
/// `bytes`: the whole file. 400 `batch_malformed`; 409 `maker_unknown` when none of the workspace's makers signed it,
/// `already_exists`, `batches_full`, `batch_contradicts` when another batch names one of its locks.
Task<Outcome<LockBatch>> add_lock_batch(Context& context, Principal caller, ByteSpan bytes);
/// Its locks are nobody's word any more; those that are active stay so.
Task<Outcome<Done>> remove_lock_batch(Context& context, Principal caller, LockBatchId batch);

/// What a maker says of who this lock is; a step of the caller's transaction. Nothing for one that is in no batch.
Task<std::optional<P256Point>> vouched_identity(Transaction& tx, WorkspaceId workspace, LockRef lock);

}  // namespace cardea::server::usecases
