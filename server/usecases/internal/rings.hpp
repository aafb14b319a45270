// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which lock is in which ring of a campaign.

#include <span>

#include "server/usecases/campaigns.hpp"

namespace cardea::server::usecases {

/// The ring of each of `locks`, in their order; 400 with the pointer below "/rings" when the rings make no sense: two name one
/// lock, one names a lock that the campaign has not, or some lock is in none. Locks that a ring names are no other's; percents
/// take the first of those left, in the order of `locks`.
Outcome<std::vector<std::uint32_t>> assign_rings(std::span<const LockRef> locks, const std::vector<RingOrder>& rings);

/// How many of a ring's `lock_count` locks may fail.
std::uint32_t failures_allowed(const RingOrder& ring, std::size_t lock_count);

}  // namespace cardea::server::usecases
