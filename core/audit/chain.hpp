// SPDX-License-Identifier: Apache-2.0
#pragma once
// The chain of audit records: one MAC key a record, each made from the one before and then forgotten. The lock seals with
// it, the platform checks with it. Rules: spec/event.md §4.

#include "core/audit/record.hpp"
#include "core/crypto/provider.hpp"

namespace cardea::audit {

/// How many keys a checker steps over at once (event.md E5).
inline constexpr std::uint32_t skip_count_max = 100'000;

/// A(n), and n. The key is in the clear here because both sides must store it: the lock in its journal, the platform sealed.
struct ChainState {
  KeyBytes key;
  std::uint32_t next_seq = 1;
};

/// Gives `record` the number and the tag of the chain's next record, and moves the chain on.
/// On kCryptoFailed the chain and the record are unchanged.
Status seal(Provider& provider, const LockId& lock, ChainState& chain, Record& record);

/// Checks that `bytes` is the record with the chain's next number and has its tag; then the chain has moved on.
/// kOutOfRange or kMalformed: no record; kStale: a number before the next; kNotFound: a number beyond it (a gap);
/// kForged: a bad tag. On any failure the chain is unchanged.
Result<Record> open(Provider& provider, const LockId& lock, ChainState& chain, ByteSpan bytes);

/// Steps to the key of record `seq` without seeing the records between. kStale when `seq` lies behind, kOutOfRange when it is
/// more than skip_count_max ahead; then the chain is unchanged.
Status skip_to(Provider& provider, ChainState& chain, std::uint32_t seq);

}  // namespace cardea::audit
