// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/capacity.hpp"

#include "server/usecases/grant_rules.hpp"

namespace cardea::server::usecases {

Task<Outcome<LockCapacity>> lock_capacity(Context& context, WorkspaceId workspace, LockRef lock) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<LockCapacity>> {
    auto row = co_await find_lock_row(tx, workspace, lock);
    if (!row) co_return not_found("lock");
    if (row->state != LockState::kActive)
      co_return conflict("lock_not_active",
                         "This lock has no keys yet, and nothing was given out at it. Press its inside button to finish its "
                         "activation.");
    LockCapacity out;
    out.lock = *std::move(row);
    out.slots = co_await count_slots(tx, out.lock);
    out.pins = co_await count_pins(tx, out.lock, context.now());
    out.pool = co_await count_pool_codes(tx, out.lock);
    out.schedules = co_await count_schedules(tx, workspace, lock);
    co_return out;
  });
}

}  // namespace cardea::server::usecases
