// SPDX-License-Identifier: Apache-2.0
#pragma once
// What locks and the platform say to each other of images, as routes: a test that has many locks needs no link for each.

#include "server/http/router.hpp"
#include "server/usecases/context.hpp"

namespace cardea::server::api::testing {

/// POST /v1/test/reports takes a lock's *image* in as server/link does; GET /v1/test/desired/{lock_id} shows what it would be
/// offered now: its campaign, or null; or for how long nothing.
void add_image_routes(http::Router& router, usecases::Context& context);

}  // namespace cardea::server::api::testing
