// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/json/json.hpp"
#include "server/usecases/access_grants.hpp"

namespace cardea::server::api {

json::Any view_of(const usecases::AccessGrant& grant, UnixSeconds now);

}  // namespace cardea::server::api
