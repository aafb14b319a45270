// SPDX-License-Identifier: Apache-2.0
#pragma once
// How much room a lock has for what is typed, and what to do when it is full: counted by the allocator that gives it out
// (typed_codes.hpp), so that nobody who asks before hears otherwise afterwards.

#include "server/usecases/context.hpp"
#include "server/usecases/typed_codes.hpp"

namespace cardea::server::usecases {

struct LockCapacity {
  LockRow lock;
  SlotCount slots;
  PinCount pins;
  PoolCount pool;
  std::uint32_t schedules = 0;
};
/// 404 `lock_not_found`, 409 `lock_not_active`.
Task<Outcome<LockCapacity>> lock_capacity(Context& context, WorkspaceId workspace, LockRef lock);

}  // namespace cardea::server::usecases
