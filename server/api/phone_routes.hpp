// SPDX-License-Identifier: Apache-2.0
#pragma once
// The routes that the phone app needs. Its origin has these and no others, so that a fault of it reaches nothing else.

#include <span>

#include "server/http/router.hpp"

namespace cardea::server::api {

struct PhoneRoute {
  http::Method method;
  std::string_view path;  ///< the template
};

/// All of them. Each is public: a phone shows the token of an invitation, or proves itself by its own secret. What takes an API
/// key or a session is not among them, whatever this list says.
std::span<const PhoneRoute> phone_routes();
bool is_for_phones(const http::Route& route);

}  // namespace cardea::server::api
