// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock's audit log: records sealed by the chain (event.md §4), durable in the audit region, dropped against a receipt or
// by the overflow policy only.
//
// The region may be ahead of the chain's key in the journal by up to 16 records (E4); start() makes the newer keys from it.

#include <optional>

#include "core/audit/chain.hpp"
#include "lock/audit/audit_region.hpp"
#include "lock/journal/journal.hpp"

namespace cardea {

/// How far the chain's key in the journal may lie behind the newest record.
inline constexpr std::uint32_t chain_behind_max = 16;
/// Free places that a lock which refuses when its log is full keeps for the outcome of what it began.
inline constexpr std::uint32_t log_reserve_count = 4;

/// What stands in the log, by numbers; 0 for none.
struct LogState {
  std::uint32_t first_seq = 0;
  std::uint32_t last_seq = 0;
  std::uint32_t receipt_seq = 0;
  audit::Tag last_tag{};
};

class AuditLog {
 public:
  /// All of them outlive the log. `scratch` is used within a call only.
  AuditLog(Provider& provider, Journal& journal, AuditRegion& region, Transaction& scratch)
      : provider_(&provider), journal_(&journal), region_(&region), scratch_(&scratch) {}

  /// Takes up where journal and region say; both are mounted. kNotReady: no chain, the lock is unclaimed. A region that has
  /// lost newer records than the journal knows is started anew, and the loss is recorded by the next append.
  Status start(const LockId& lock);
  [[nodiscard]] bool started() const { return started_; }

  void set_policy(AuditPolicy policy) { policy_ = policy; }

  /// Seals `record` (number and tag are the chain's) and makes it durable; returns its number. kFull: the policy refuses. A
  /// loss that the append caused is recorded behind it (records_lost).
  Result<std::uint32_t> append(audit::Record record);
  /// The outcome of an intention: uses the reserve too.
  Result<std::uint32_t> append_outcome(audit::Record record);
  /// True when the policy refuses whatever needs a record.
  [[nodiscard]] bool full() const;

  /// As AuditRegion::read.
  Status read(std::uint32_t seq, AuditRecordBytes& out) const { return region_->read(seq, out); }
  /// The newest record, if there is one and it can be read.
  [[nodiscard]] std::optional<audit::Record> newest() const;
  [[nodiscard]] LogState state() const;

  /// Makes durable that every record up to `seq` has a receipt; the caller has verified it. An older one changes nothing.
  Status acknowledge(std::uint32_t seq);

 private:
  Status take_up_region();
  Status store_chain();
  Status append_sealed(audit::Record& record);
  Status report_loss(const audit::Record& beside);
  Status store_number(ItemKey key, std::uint32_t number);

  Provider* provider_;
  Journal* journal_;
  AuditRegion* region_;
  Transaction* scratch_;
  LockId lock_;
  audit::ChainState chain_;
  std::uint32_t stored_seq_ = 0;  ///< chain_.next_seq as the journal has it
  std::uint32_t receipt_seq_ = 0;
  std::uint32_t lost_seq_ = 0;     ///< reported up to here
  std::uint32_t missing_seq_ = 0;  ///< the region no longer has records up to this one, and does not know
  AuditPolicy policy_ = AuditPolicy::kKeepNewest;
  bool started_ = false;
};

}  // namespace cardea
