// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a POST runs, alone or as one operation of many.

#include "server/api/internal/idempotency.hpp"
#include "server/api/internal/scope.hpp"

namespace cardea::server::api {

/// A type of its own, so that POST /v1/bulk finds it in the route table (std::function::target).
struct Post {
  Endpoint endpoint;
  Context* context;
  std::shared_ptr<RunningKeys> running;  ///< null: takes no Idempotency-Key

  Task<Response> operator()(const Request& request) const;
};

void add_bulk(http::Router& router, Context& context);

}  // namespace cardea::server::api
