// SPDX-License-Identifier: Apache-2.0
#include "server/api/phone_routes.hpp"

#include <algorithm>

namespace cardea::server::api {
namespace {

using http::Method;

constexpr PhoneRoute routes[] = {
    {Method::kGet, "/v1/health"},
    {Method::kPost, "/v1/homes"},
    {Method::kPost, "/v1/invitations/claim"},
    {Method::kPost, "/v1/invitations/open"},
    {Method::kPost, "/v1/invitations/pin"},
    {Method::kPost, "/v1/phones/end"},
    {Method::kPost, "/v1/phones/events"},
    {Method::kPost, "/v1/phones/keys"},
    {Method::kPost, "/v1/phones/leases"},
    {Method::kPost, "/v1/phones/link"},
    {Method::kPost, "/v1/phones/schedule"},
    {Method::kPost, "/v1/phones/shares"},
    {Method::kPost, "/v1/phones/shares/end"},
    {Method::kPost, "/v1/phones/shares/list"},
    {Method::kPost, "/v1/phones/unlock"},
};

}  // namespace

std::span<const PhoneRoute> phone_routes() { return routes; }

bool is_for_phones(const http::Route& route) {
  const auto is_it = [&](const PhoneRoute& one) { return one.method == route.method && one.path == route.path; };
  return route.permission == Permission::kPublic && std::ranges::any_of(routes, is_it);
}

}  // namespace cardea::server::api
