// SPDX-License-Identifier: Apache-2.0
#pragma once
// Conditional requests (RFC 9110 §13): a GET says which state it shows, and a change may say which one it is for.
//
// An ETag is a hash of the answer's body, so whoever has the tag of a state has seen that state. What a thing reports of itself
// (when it was last seen, how many records it has sent) moves by itself and is nobody's edit: a tag is then of two parts, and
// If-Match compares the second one, which leaves that out.

#include "server/api/internal/scope.hpp"

namespace cardea::server::api {

/// What a GET with an ETag runs. A type of its own, so that a route which changes the same thing finds it in the route table
/// (std::function::target).
struct TaggedRead {
  Endpoint endpoint;
  Context* context;
  std::vector<std::string_view> reported;  ///< RouteOptions::reported

  /// The handler's answer with its ETag, or 304 when If-None-Match names it.
  Task<Response> operator()(const Request& request) const;
};

/// A PATCH, PUT or DELETE of what stands at the template `path`: as its handler has it, but that nothing is done when If-Match
/// names another state than there is (412 `precondition_failed`). Compared in the transaction of the handler's first change, so
/// no other change comes between. A success has the ETag of what there is now. The state is that of the GET at `path`, or of
/// the nearest one above it where `path` goes on with a literal: /v1/locks/{lock_id} for /v1/locks/{lock_id}/settings. Where
/// there is none, no If-Match is true.
Task<Response> run_guarded(Endpoint endpoint, Context& context, const Request& request, const http::Router& router,
                           std::string path);

/// 400 for an If-Match where none can be kept.
Outcome<Done> takes_no_if_match(const Request& request);

}  // namespace cardea::server::api
