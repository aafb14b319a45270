// SPDX-License-Identifier: Apache-2.0
#pragma once
// An event as the API, the stream and webhooks show it.

#include "server/json/json.hpp"
#include "server/usecases/events.hpp"

namespace cardea::server::usecases {

/// The header's members in the API's words, then whom it is about.
json::Any view_of(const StoredEvent& event);

}  // namespace cardea::server::usecases
