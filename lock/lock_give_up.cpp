// SPDX-License-Identifier: Apache-2.0
// The end of an owner (activation.md §4): what one write decides, and what is erased behind it.
#include "lock/lock.hpp"

namespace cardea {
namespace {

constexpr audit::ReasonCode fault = static_cast<audit::ReasonCode>(Reason::kFault);

/// What a lock is and knows without an owner: all else was the owner's.
bool outlives_owner(ItemKey key) {
  return key == factory_item || key == claim_item || key == identity_item || key == sealed_item || key == leftover_item ||
         key == clock_set_item || key == clock_seen_item || key == clock_drift_item;
}

}  // namespace

audit::ReasonCode Lock::give_up(std::uint64_t command, const Secret<activation::claim_secret_size_bytes>& secret,
                                audit::RecordBytes& last) {
  if (!ready_ || !claimed_) return fault;
  if (!pressed_within(activation::button_window_s)) return audit::reason_not_pressed;
  if (const LogState log = log_.state(); log.last_seq > log.receipt_seq) return audit::reason_records_unsent;
  const What what = what_of_command(command);
  const Result<std::uint32_t> seq = try_record(audit::Kind::kGivingUp, what, audit::detail_of(what.bytes), audit::reason_none);
  if (!seq.ok() || log_.read(*seq, last) != Status::kOk) return fault;
  if (put_given_up(secret) != Status::kOk || commit() != Status::kOk) return fault;
  claimed_ = false;
  static_cast<void>(boot() == Status::kOk);  // erases what is left, now or at a later start
  return audit::reason_none;
}

bool Lock::pressed_within(std::uint32_t seconds) {
  return pressed_at_ && clock_.read().run.value - pressed_at_->value <= seconds;
}

/// A14: the keys and all that makes it this owner's; what only takes up room goes behind it.
Status Lock::put_given_up(const Secret<activation::claim_secret_size_bytes>& secret) {
  tx_.clear();
  for (const ItemKey key : {owner_item, key_item, done_item, session_item, chain_item, desired_item, file_item})
    if (journal_.contains(key)) CARDEA_TRY(tx_.erase(key));
  CARDEA_TRY(tx_.put(sealed_item, Bytes<1>{1}));
  CARDEA_TRY(tx_.put(leftover_item, Bytes<1>{1}));
  return tx_.put(claim_item, secret.bytes());
}

/// A15: until this has ended, the lock is not ready for anything.
Status Lock::erase_leftover() {
  do {
    tx_.clear();
    journal_.for_each([this](ItemKey key) {
      if (!outlives_owner(key)) static_cast<void>(tx_.erase(key) == Status::kOk);  // what has no room goes with the next write
    });
    CARDEA_TRY(journal_.commit(tx_));
  } while (!tx_.empty());
  CARDEA_TRY(region_.format());
  CARDEA_TRY(journal_.scrub());
  CARDEA_TRY(tx_.erase(leftover_item));
  return journal_.commit(tx_);
}

}  // namespace cardea
