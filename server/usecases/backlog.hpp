// SPDX-License-Identifier: Apache-2.0
#pragma once
// How much waits to go out, over all workspaces: numbers for whoever runs the platform, and nothing of whose they are.

#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

struct Backlog {
  std::int64_t outbox_waiting = 0;   ///< messages to be mailed
  std::int64_t webhooks_behind = 0;  ///< endpoints whose last delivery failed, and is tried again
  std::int64_t campaigns_running = 0;
  std::int64_t campaigns_halted = 0;  ///< by themselves: somebody must look
};
Task<Outcome<Backlog>> view_backlog(Context& context);

}  // namespace cardea::server::usecases
