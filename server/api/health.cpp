// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

Task<Outcome<Response>> get_health(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_TRY(co_await context.store.read([](Transaction& tx) -> Task<Outcome<Done>> {
    co_await tx.execute("SELECT 1");
    co_return Done{};
  }));
  co_return answer(200, {{"status", "ok"}, {"version", "1"}});
}

}  // namespace

void add_health(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/health", Permission::kPublic, Reach::kEverybody, get_health);
}

}  // namespace cardea::server::api
