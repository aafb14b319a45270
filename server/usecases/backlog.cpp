// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/backlog.hpp"

namespace cardea::server::usecases {

Task<Outcome<Backlog>> view_backlog(Context& context) {
  co_return co_await context.store.read([](Transaction& tx) -> Task<Outcome<Backlog>> {
    Backlog out;
    const Rows queued = co_await tx.execute("SELECT count(*) FROM outbox WHERE state = 'queued' AND channel = 'email'");
    out.outbox_waiting = queued.front().integer(0);
    const Rows behind = co_await tx.execute("SELECT count(*) FROM webhooks WHERE state = 'active' AND attempts > 0");
    out.webhooks_behind = behind.front().integer(0);
    const Rows campaigns = co_await tx.execute(
        "SELECT count(CASE WHEN state = 'running' THEN 1 END), count(CASE WHEN state = 'halted' THEN 1 END) "
        "FROM firmware_campaigns");
    out.campaigns_running = campaigns.front().integer(0);
    out.campaigns_halted = campaigns.front().integer(1);
    co_return out;
  });
}

}  // namespace cardea::server::usecases
