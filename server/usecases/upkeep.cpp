// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/upkeep.hpp"

#include "server/usecases/campaign_course.hpp"
#include "server/usecases/credentials.hpp"
#include "server/usecases/homes.hpp"
#include "server/usecases/idempotency.hpp"
#include "server/usecases/lock_reports.hpp"
#include "server/usecases/locks.hpp"
#include "server/usecases/outbox.hpp"
#include "server/usecases/recoveries.hpp"

namespace cardea::server::usecases {

Task<Outcome<Done>> upkeep(Context& context) {
  const UnixSeconds now = context.now();
  std::vector<LockName> offered;
  auto locks = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<std::vector<LockName>>> {
    auto concerned = co_await close_ended_grants(tx, context.keys, now);
    const auto begun = co_await list_due_tokens(tx, now);
    concerned.insert(concerned.end(), begun.begin(), begun.end());
    const auto renewed = co_await refresh_schedules(tx, now);
    concerned.insert(concerned.end(), renewed.begin(), renewed.end());
    co_await end_past_codes(tx, context.keys, now);
    co_await delete_ended_claims(tx, now);
    co_await delete_unproven_homes(tx, now);
    co_await erase_expired_texts(tx, now);
    co_await delete_expired_keys(tx, now);
    co_await advance_recoveries(tx, context);
    offered = co_await advance_campaigns(tx, context.keys, now);
    co_return concerned;
  });
  if (!locks) co_return locks.error();
  for (const LockName& lock : *locks) context.links.desired_changed(lock);
  for (const LockName& lock : offered) context.links.image_changed(lock);
  co_return co_await begin_asked_recoveries(context);
}

}  // namespace cardea::server::usecases
