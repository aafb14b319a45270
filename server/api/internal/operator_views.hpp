// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/message.hpp"
#include "server/json/json.hpp"
#include "server/usecases/sign_in.hpp"

namespace cardea::server::api {

/// An operator as every route of theirs shows it.
json::Any view_of(const usecases::Operator& who);
/// A session that just began; with `cookie` it goes into one, and not into the body.
http::Response answer_of(const usecases::SignedIn& signed_in, bool cookie);

}  // namespace cardea::server::api
