// SPDX-License-Identifier: Apache-2.0
#pragma once
// Callers who are limited to some sites or doors (Principal::is_limited), for every route alike.
//
// Two halves. On the way in, here: every id that the path or the body names is looked up before the handler runs. What lies
// outside is answered as what is nowhere, by this file in both cases, so the two cannot be told apart; what lies on both sides
// may be read and not changed. On the way out, in the use cases: whatever lists takes a Viewer and keeps within it.

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

/// A handler behind its reach. It lives until its task has ended; context and request too.
struct Endpoint {
  Handler handler = nullptr;
  Reach reach = Reach::kWorkspace;

  Task<Outcome<Response>> operator()(Context& context, const Request& request) const;
};

/// An endpoint's answer, or its problem as one.
Task<Response> run(Endpoint endpoint, Context& context, const Request& request);

/// False for a path with the id of a thing that nobody here knows the place of.
bool can_be_placed(std::string_view path);

}  // namespace cardea::server::api
