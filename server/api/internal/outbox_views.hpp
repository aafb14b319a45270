// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/json/json.hpp"
#include "server/usecases/outbox.hpp"

namespace cardea::server::api {

/// A message without its text.
json::Any view_of(const usecases::OutboxMessage& message);

}  // namespace cardea::server::api
