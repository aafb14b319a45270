// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/route.hpp"
#include "server/api/api.hpp"
#include "server/api/internal/bulk.hpp"
#include "server/api/internal/conditional.hpp"
#include "server/api/internal/idempotency.hpp"
#include "server/api/internal/sandbox.hpp"
#include "server/api/internal/scope.hpp"

namespace cardea::server::api {

void add_routes(http::Router& router, Context& context) {
  add_health(router, context);
  add_workspace(router, context);
  add_sites(router, context);
  add_doors(router, context);
  add_locks(router, context);
  add_releases(router, context);
  add_persons(router, context);
  add_access_grants(router, context);
  add_schedules(router, context);
  add_capacity(router, context);
  add_credentials(router, context);
  add_grant_changes(router, context);
  add_grant_invitations(router, context);
  add_phones(router, context);
  add_phone_orders(router, context);
  add_homes(router, context);
  add_invitation_page(router, context);
  add_outbox(router, context);
  add_events(router, context);
  add_explain(router, context);
  add_webhooks(router, context);
  add_alerts(router, context);
  add_alert_rules(router, context);
  add_firmware(router, context);
  add_lock_batches(router, context);
  add_campaigns(router, context);
  add_api_keys(router, context);
  add_operators(router, context);
  add_sessions(router, context);
  add_account(router, context);
  add_recoveries(router, context);
  add_passkeys(router, context);
  add_oidc(router, context);
  add_bulk(router, context);
  add_sandbox(router, context);
}

namespace {

Task<Response> run_post(Endpoint endpoint, Context& context, const Request& request, RunningKeys* running) {
  if (const auto checked = takes_no_if_match(request); !checked) co_return http::response_of(checked.error());
  if (running == nullptr) co_return co_await run(endpoint, context, request);
  const Work work = [endpoint, &request](Context& inside) { return run(endpoint, inside, request); };
  co_return co_await run_once(work, context, request, *running);
}

}  // namespace

Task<Response> Post::operator()(const Request& request) const { return run_post(endpoint, *context, request, running.get()); }

namespace {

http::Handler handler_of(http::Router& router, Context& context, Method method, std::string_view path, Permission permission,
                         Endpoint endpoint, const RouteOptions& options) {
  if (method == Method::kGet && options.has_etag && permission != Permission::kPublic)
    return TaggedRead{endpoint, &context, options.reported};
  if (method == Method::kGet) return [endpoint, &context](const Request& request) { return run(endpoint, context, request); };
  if (method != Method::kPost)
    return [endpoint, &context, &router, path = std::string(path)](const Request& request) {
      return run_guarded(endpoint, context, request, router, path);
    };
  auto running = permission == Permission::kPublic ? nullptr : std::make_shared<RunningKeys>();
  return Post{endpoint, &context, std::move(running)};
}

http::Headers headers_of(const std::optional<Deprecation>& deprecation) {
  if (!deprecation) return {};
  http::Headers headers{{"Deprecation", "@" + std::to_string(deprecation->since.value)}};
  if (deprecation->sunset) headers.emplace_back("Sunset", http::http_date(*deprecation->sunset));
  headers.emplace_back("Link", "<" + deprecation->link + ">; rel=\"deprecation\"; type=\"text/html\"");
  return headers;
}

}  // namespace

void add(http::Router& router, Context& context, Method method, std::string_view path, Permission permission, Reach reach,
         Handler handler, const RouteOptions& options) {
  CARDEA_ASSERT(reach != Reach::kPlaces || can_be_placed(path));
  router.add(method, path, permission, handler_of(router, context, method, path, permission, Endpoint{handler, reach}, options),
             options.body_size_bytes_max, headers_of(options.deprecation));
}

Outcome<Query> Query::read(const Request& request, std::initializer_list<std::string_view> allowed) {
  auto values = request.query_parameters(allowed);
  if (!values) return values.error();
  Query query;
  query.values_ = *std::move(values);
  return query;
}

std::optional<std::string> Query::text(std::string_view name) {
  for (const auto& [key, value] : values_)
    if (key == name) return value;
  return std::nullopt;
}

std::optional<UnixSeconds> Query::instant(std::string_view name) {
  const auto found = text(name);
  if (!found) return std::nullopt;
  const auto time = parse_instant(*found);
  if (!time) complaints_.add(std::string(name), "is not an RFC 3339 instant, such as 2026-11-21T09:30:00Z");
  return time;
}

std::optional<std::int64_t> Query::integer(std::string_view name, std::int64_t low, std::int64_t high) {
  const auto found = text(name);
  if (!found) return std::nullopt;
  std::int64_t value = 0;
  const char* end = found->data() + found->size();
  const auto [stop, error] = std::from_chars(found->data(), end, value);
  if (error == std::errc{} && stop == end && value >= low && value <= high) return value;
  complaints_.add(std::string(name), "must be a whole number, " + std::to_string(low) + " to " + std::to_string(high));
  return std::nullopt;
}

std::optional<bool> Query::boolean(std::string_view name) {
  const auto found = text(name);
  if (!found) return std::nullopt;
  if (*found != "true" && *found != "false") complaints_.add(std::string(name), "must be true or false");
  return *found == "true";
}

std::optional<Search> Query::search(std::string_view name) {
  const auto found = text(name);
  if (!found) return std::nullopt;
  auto search = search_for(*found);
  if (!search) complaints_.add(std::string(name), "must have 1 to 100 characters, and not blanks alone");
  return search;
}

usecases::PageRequest Query::page() {
  usecases::PageRequest page;
  if (const auto limit = integer("limit", 1, usecases::page_size_max)) page.limit = static_cast<std::uint32_t>(*limit);
  if (auto cursor = text("cursor")) {
    if (cursor->empty() || cursor->size() > 512) complaints_.add("cursor", "is not the `next` of a page");
    page.cursor = *std::move(cursor);
  }
  return page;
}

Outcome<Done> Query::finish() {
  if (complaints_.empty()) return Done{};
  return std::move(complaints_).problem();
}

Outcome<Done> expects_nothing(const Request& request, bool body) {
  if (auto query = request.query_parameters({}); !query) return query.error();
  if (!body && !request.body.empty()) return invalid("", "This request takes no body. Send it without one.");
  return Done{};
}

}  // namespace cardea::server::api
