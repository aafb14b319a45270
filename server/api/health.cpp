// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/route.hpp"
#include "server/auth/auth.hpp"

namespace cardea::server::api {

namespace {

/// Whoever shows a key or a session that may see the workspace. To everybody else it is as if they had shown none.
Task<bool> sees_the_platform(Context& context, const Request& request) {
  if (request.header("authorization").empty() && request.header("cookie").empty()) co_return false;
  const auto caller = co_await context.auth.authenticate(request);
  co_return caller.ok() && caller->permissions.has(Permission::kWorkspaceRead) && !caller->is_limited;
}

Task<Outcome<Response>> get_health(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_TRY(co_await context.store.read([](Transaction& tx) -> Task<Outcome<Done>> {
    co_await tx.execute("SELECT 1");
    co_return Done{};
  }));
  boost::json::object health{{"status", "ok"}, {"version", "1"}, {"homes", context.homes}};
  const bool sees = co_await sees_the_platform(context, request);
  if (sees) {
    const auto ends_at = context.certificate_ends_at ? context.certificate_ends_at() : std::nullopt;
    health.emplace("certificate_ends_at", json::value_of(ends_at));
  }
  co_return answer(200, health);
}

}  // namespace

void add_health(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/health", Permission::kPublic, Reach::kEverybody, get_health);
}

}  // namespace cardea::server::api
