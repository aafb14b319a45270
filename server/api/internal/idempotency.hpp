// SPDX-License-Identifier: Apache-2.0
#pragma once
// The Idempotency-Key of a POST: draft-ietf-httpapi-idempotency-key-header.

#include <functional>
#include <set>

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

/// What is done once: over a context whose store carries the key's row.
using Work = std::function<Task<Response>(Context& context)>;

/// The keys whose first request of one route is being worked on.
using RunningKeys = std::set<std::string>;

/// Does `work` for a request that may carry an Idempotency-Key: that of the first one is done, the others get its answer. 422
/// `idempotency_key_reused` for another request under the key, 409 `idempotency_key_in_use` while the first one runs, 409
/// `idempotency_answer_lost` when a crash came between its effect and its answer. An answer is kept when there was an effect,
/// or when the same request would be refused again: not 429, not 5xx.
/// `work` and `running` live until the task has ended.
Task<Response> run_once(const Work& work, Context& context, const Request& request, RunningKeys& running);

}  // namespace cardea::server::api
