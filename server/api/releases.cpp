// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/releases.hpp"

#include "server/api/internal/lock_views.hpp"
#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

Task<Outcome<Response>> release_lock(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const auto answered, co_await usecases::release_lock(context, request.principal, id));
  const std::string_view reason = name_of_reason(answered.said.reason);
  co_return answer(200, {{"outcome", answered.said.done ? "done" : "refused"},
                         {"reason", reason.empty() ? json::Any(nullptr) : json::Any(reason)},
                         {"label", answered.said.done ? json::Any(answered.label) : json::Any(nullptr)}});
}

Task<Outcome<Response>> get_release(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const auto release, co_await usecases::find_release(context, request.principal.workspace, id));
  co_return answer(200, {{"state", release.released_at ? "released" : "releasing"},
                         {"by", release.by},
                         {"released_at", json::value_of(release.released_at)},
                         {"label", release.released_at ? json::Any(release.label) : json::Any(nullptr)}});
}

Task<Outcome<Response>> write_off_lock(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const auto lock, co_await usecases::write_off_lock(context, request.principal, id));
  co_return answer(200, view_of(lock));
}

}  // namespace

void add_releases(http::Router& router, Context& context) {
  add(router, context, Method::kPost, "/v1/locks/{lock_id}/release", Permission::kLocksRelease, Reach::kPlaces, release_lock);
  add(router, context, Method::kGet, "/v1/locks/{lock_id}/release", Permission::kLocksRelease, Reach::kPlaces, get_release);
  add(router, context, Method::kPost, "/v1/locks/{lock_id}/write-off", Permission::kLocksRelease, Reach::kPlaces,
      write_off_lock);
}

}  // namespace cardea::server::api
