// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/api_keys.hpp"

#include "server/api/internal/route.hpp"
#include "server/api/internal/scopes.hpp"

namespace cardea::server::api {

namespace {

struct KeyCreate {
  std::string name;
  std::optional<std::string> role;
  std::optional<std::vector<std::string>> permissions;
  std::optional<UnixSeconds> expires_at;
  std::optional<ScopeInput> scope;
};
BOOST_DESCRIBE_STRUCT(KeyCreate, (), (name, role, permissions, expires_at, scope))

json::Any view_of(const ApiKey& key) {
  boost::json::array permissions;
  for (std::size_t i = 1; i < permission_count; ++i)
    if (const auto permission = static_cast<Permission>(i); key.permissions.has(permission))
      permissions.emplace_back(name_of(permission));
  return {{"id", key.id.text()},
          {"name", key.name},
          {"hint", key.hint},
          {"permissions", std::move(permissions)},
          {"scope", view_of_scope(key.scope)},
          {"created_at", text_of(key.created_at)},
          {"created_by", json::value_of(key.created_by)},
          {"expires_at", json::value_of(key.expires_at)},
          {"last_used_at", json::value_of(key.last_used_at)}};
}

Outcome<PermissionSet> permissions_of(const KeyCreate& input) {
  if (input.role.has_value() == input.permissions.has_value())
    return invalid("", "needs either role (" + role_names() + ") or permissions");
  if (input.role) {
    const auto role = role_of(*input.role);
    if (!role) return invalid("/role", "is none of: " + role_names());
    return permissions_of(*role);
  }
  if (input.permissions->empty()) return invalid("/permissions", "must name at least one permission");
  PermissionSet set;
  for (std::size_t i = 0; i < input.permissions->size(); ++i) {
    const auto permission = permission_of((*input.permissions)[i]);
    if (!permission) return invalid("/permissions/" + std::to_string(i), "is no permission, such as doors:read");
    if (set.has(*permission)) return invalid("/permissions/" + std::to_string(i), "is named twice; name each permission once");
    set.add(*permission);
  }
  return set;
}

Task<Outcome<Response>> list_api_keys(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const ApiKeyId after, usecases::id_of_cursor<ApiKeyId>(page));
  CARDEA_CO_ASSIGN(auto keys, co_await context.auth.api_keys.list(request.principal.workspace));
  std::erase_if(keys, [&](const ApiKey& key) { return key.id <= after; });
  const auto shown = usecases::page_of(std::move(keys), page, [](const ApiKey& key) { return key.id; });
  co_return answer(200, view_of_page(shown, [](const ApiKey& key) { return view_of(key); }));
}

Task<Outcome<Response>> create_api_key(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const KeyCreate input, read_body<KeyCreate>(request));
  CARDEA_CO_ASSIGN(const PermissionSet permissions, permissions_of(input));
  usecases::ApiKeyCreate create{input.name, permissions, input.expires_at, scope_of(input.scope)};
  CARDEA_CO_ASSIGN(const NewApiKey made, co_await usecases::create_api_key(context, request.principal, std::move(create)));
  co_return answer(201, {{"api_key", view_of(made.key)}, {"key", made.text}});
}

Task<Outcome<Response>> revoke_api_key(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const ApiKeyId id, request.id_of<ApiKeyId>("api_key_id"));
  CARDEA_CO_TRY(co_await usecases::revoke_api_key(context, request.principal, id));
  co_return http::no_content();
}

}  // namespace

void add_api_keys(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/api-keys", Permission::kKeysRead, Reach::kWorkspace, list_api_keys);
  add(router, context, Method::kPost, "/v1/api-keys", Permission::kKeysWrite, Reach::kWorkspace, create_api_key);
  add(router, context, Method::kDelete, "/v1/api-keys/{api_key_id}", Permission::kKeysWrite, Reach::kWorkspace, revoke_api_key);
}

}  // namespace cardea::server::api
