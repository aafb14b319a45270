// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/credential_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/places.hpp"

namespace cardea::server::api {

namespace {

struct DoorCreate {
  SiteId site_id;
  std::string name;
  std::string zone;
};
BOOST_DESCRIBE_STRUCT(DoorCreate, (), (site_id, name, zone))

struct DoorUpdate {
  std::optional<std::string> name;
  std::optional<std::string> zone;
};
BOOST_DESCRIBE_STRUCT(DoorUpdate, (), (name, zone))

json::Any view_of(const usecases::Door& door) {
  return {{"id", door.id.text()}, {"site_id", door.site.text()},          {"name", door.name},
          {"zone", door.zone},    {"lock_id", json::value_of(door.lock)}, {"created_at", text_of(door.created_at)}};
}

Task<Outcome<Response>> list_doors(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor", "site_id", "has_lock", "q"}));
  const auto page = query.page();
  const usecases::DoorFilter filter{query.id<SiteId>("site_id"), query.boolean("has_lock"), query.search("q")};
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto doors, co_await usecases::list_doors(context, request.principal, filter, page));
  co_return answer(200, view_of_page(doors, [](const usecases::Door& door) { return view_of(door); }));
}

Task<Outcome<Response>> create_door(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const DoorCreate input, read_body<DoorCreate>(request));
  usecases::DoorCreate create{input.site_id, input.name, input.zone};
  CARDEA_CO_ASSIGN(const auto door, co_await usecases::create_door(context, request.principal.workspace, std::move(create)));
  co_return answer(201, view_of(door));
}

Task<Outcome<Response>> get_door(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const DoorId id, request.id_of<DoorId>("door_id"));
  CARDEA_CO_ASSIGN(const auto door, co_await usecases::find_door(context, request.principal.workspace, id));
  co_return answer(200, view_of(door));
}

Task<Outcome<Response>> update_door(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const DoorId id, request.id_of<DoorId>("door_id"));
  CARDEA_CO_ASSIGN(const DoorUpdate input, read_change<DoorUpdate>(request));
  usecases::DoorUpdate update{input.name, input.zone};
  CARDEA_CO_ASSIGN(const auto door,
                   co_await usecases::update_door(context, request.principal.workspace, id, std::move(update)));
  co_return answer(200, view_of(door));
}

Task<Outcome<Response>> list_access(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const DoorId id, request.id_of<DoorId>("door_id"));
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto access, co_await usecases::list_access(context, request.principal.workspace, id, page));
  const UnixSeconds now = context.now();
  co_return answer(200, view_of_page(access, [&](const usecases::AccessItem& item) -> json::Any {
                     return {{"person_name", item.person_name},
                             {"credential", api::view_of(item.credential, request.principal, now)}};
                   }));
}

}  // namespace

void add_doors(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/doors", Permission::kDoorsRead, Reach::kPlaces, list_doors);
  add(router, context, Method::kPost, "/v1/doors", Permission::kDoorsWrite, Reach::kPlaces, create_door);
  add(router, context, Method::kGet, "/v1/doors/{door_id}", Permission::kDoorsRead, Reach::kPlaces, get_door);
  add(router, context, Method::kPatch, "/v1/doors/{door_id}", Permission::kDoorsWrite, Reach::kPlaces, update_door);
  add(router, context, Method::kGet, "/v1/doors/{door_id}/access", Permission::kCredentialsRead, Reach::kPlaces, list_access);
}

}  // namespace cardea::server::api
