// SPDX-License-Identifier: Apache-2.0
#pragma once
// The HTTP API under /v1, as spec/openapi.yaml has it: one route family a file. A handler reads its request strictly, calls one
// use case, and writes its answer; rules are in server/usecases and server/domain.

#include "server/http/router.hpp"
#include "server/usecases/context.hpp"

namespace cardea::server::api {

/// Adds every route. `context` outlives the router.
void add_routes(http::Router& router, usecases::Context& context);

}  // namespace cardea::server::api
