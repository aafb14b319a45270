// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

void add_sandbox(http::Router& router, Context& context);

}  // namespace cardea::server::api
