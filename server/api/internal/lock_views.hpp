// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/json/json.hpp"
#include "server/usecases/locks.hpp"

namespace cardea::server::api {

json::Any view_of(const usecases::LockView& lock);

}  // namespace cardea::server::api
