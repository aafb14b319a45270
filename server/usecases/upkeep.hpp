// SPDX-License-Identifier: Apache-2.0
#pragma once
// What time alone brings about: grants end, claims expire, schedules of unprotected locks are renewed, texts are erased,
// campaigns go on. Run it
// every half minute or so.

#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

Task<Outcome<Done>> upkeep(Context& context);

}  // namespace cardea::server::usecases
