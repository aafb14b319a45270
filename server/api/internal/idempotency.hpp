// SPDX-License-Identifier: Apache-2.0
#pragma once
// The Idempotency-Key of a POST: draft-ietf-httpapi-idempotency-key-header.

#include <set>

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

/// The keys whose first request of one route is being worked on.
using RunningKeys = std::set<std::string>;

/// run(), for a request that may carry an Idempotency-Key: the first one is run, the others get its answer. 422
/// `idempotency_key_reused` for another request under the key, 409 `idempotency_key_in_use` while the first one runs, 409
/// `idempotency_answer_lost` when a crash came between its effect and its answer. An answer is kept when there was an effect,
/// or when the same request would be refused again: not 429, not 5xx.
Task<Response> run_once(const Handler& handler, Context& context, const Request& request, RunningKeys& running);

}  // namespace cardea::server::api
