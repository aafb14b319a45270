// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/json/json.hpp"
#include "server/usecases/operators.hpp"

namespace cardea::server::api {

/// An operator as every route of theirs shows it.
json::Any view_of(const usecases::Operator& who);

}  // namespace cardea::server::api
