// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/route.hpp"
#include "server/usecases/places.hpp"

namespace cardea::server::api {

namespace {

struct SiteBody {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(SiteBody, (), (name))

json::Any view_of(const usecases::Site& site) {
  return {{"id", site.id.text()}, {"name", site.name}, {"created_at", text_of(site.created_at)}};
}

Task<Outcome<Response>> list_sites(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto sites, co_await usecases::list_sites(context, request.principal, page));
  co_return answer(200, view_of_page(sites, [](const usecases::Site& site) { return view_of(site); }));
}

Task<Outcome<Response>> create_site(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const SiteBody input, read_body<SiteBody>(request));
  CARDEA_CO_ASSIGN(const auto site, co_await usecases::create_site(context, request.principal.workspace, input.name));
  co_return answer(201, view_of(site));
}

Task<Outcome<Response>> get_site(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const SiteId id, request.id_of<SiteId>("site_id"));
  CARDEA_CO_ASSIGN(const auto site, co_await usecases::find_site(context, request.principal.workspace, id));
  co_return answer(200, view_of(site));
}

Task<Outcome<Response>> update_site(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const SiteId id, request.id_of<SiteId>("site_id"));
  CARDEA_CO_ASSIGN(const SiteBody input, read_body<SiteBody>(request));
  CARDEA_CO_ASSIGN(const auto site, co_await usecases::rename_site(context, request.principal.workspace, id, input.name));
  co_return answer(200, view_of(site));
}

}  // namespace

void add_sites(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/sites", Permission::kSitesRead, Reach::kPlaces, list_sites);
  add(router, context, Method::kPost, "/v1/sites", Permission::kSitesWrite, Reach::kWorkspace, create_site);
  add(router, context, Method::kGet, "/v1/sites/{site_id}", Permission::kSitesRead, Reach::kPlaces, get_site);
  add(router, context, Method::kPatch, "/v1/sites/{site_id}", Permission::kSitesWrite, Reach::kWorkspace, update_site);
}

}  // namespace cardea::server::api
