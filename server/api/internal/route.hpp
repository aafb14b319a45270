// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the route families share: a handler that may fail, strict queries and bodies, answers.

#include <initializer_list>
#include <string>
#include <string_view>

#include "server/domain/search.hpp"
#include "server/http/router.hpp"
#include "server/json/json.hpp"
#include "server/usecases/context.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::api {

using http::Method;
using http::Request;
using http::Response;
using usecases::Context;

/// A handler: an answer, or the problem that becomes one. The request lives until it has ended.
using Handler = Task<Outcome<Response>> (*)(Context& context, const Request& request);

/// JSON bodies are small; a longer one is 413 `too_large`.
inline constexpr std::size_t json_size_bytes_max = 65'536;

/// A route that integrators are to leave (docs/api.md). Every answer of it says so, refusals too.
struct Deprecation {
  UnixSeconds since;                       ///< `Deprecation` (RFC 9745)
  std::optional<UnixSeconds> sunset = {};  ///< `Sunset` (RFC 8594): when it may be gone
  std::string link;                        ///< what to do instead: `Link`, rel="deprecation"
};

/// Which part of a workspace a route is about, for callers who are limited to some of its places (scope.hpp).
enum class Reach : std::uint8_t {
  kEverybody,  ///< nothing that lies anywhere: one's own account, and what all of a workspace share
  kPlaces,     ///< things that lie at doors: those within a caller's scope, and there are no others
  kWorkspace,  ///< the workspace as a whole: 403 `out_of_scope`
};

/// What a route is beside its handler.
struct RouteOptions {
  std::size_t body_size_bytes_max = json_size_bytes_max;
  /// False for a GET whose answer is of the moment, or has a code in it: it gets no ETag.
  bool has_etag = true;
  /// JSON pointers of what the thing that a GET shows reports of itself, or what follows from that: If-Match leaves them out.
  std::vector<std::string_view> reported = {};
  std::optional<Deprecation> deprecation = {};
};

/// What is the same for all routes is done here, and a handler does nothing for it: every POST that needs a permission takes an
/// Idempotency-Key (idempotency.hpp), every GET has an ETag, and PATCH, PUT and DELETE keep If-Match (conditional.hpp) as long
/// as they change things through `context.store` alone. Nor can a handler be added without its permission and its reach; a path
/// of kPlaces names only what has a place (asserted).
void add(http::Router& router, Context& context, Method method, std::string_view path, Permission permission, Reach reach,
         Handler handler, const RouteOptions& options = {});

void add_alert_rules(http::Router& router, Context& context);
void add_alerts(http::Router& router, Context& context);
void add_api_keys(http::Router& router, Context& context);
void add_access_grants(http::Router& router, Context& context);
void add_campaigns(http::Router& router, Context& context);
void add_capacity(http::Router& router, Context& context);
void add_credentials(http::Router& router, Context& context);
void add_schedules(http::Router& router, Context& context);
void add_doors(http::Router& router, Context& context);
void add_events(http::Router& router, Context& context);
void add_explain(http::Router& router, Context& context);
void add_firmware(http::Router& router, Context& context);
void add_grant_changes(http::Router& router, Context& context);
void add_grant_invitations(http::Router& router, Context& context);
void add_health(http::Router& router, Context& context);
void add_homes(http::Router& router, Context& context);
void add_locks(http::Router& router, Context& context);
void add_lock_batches(http::Router& router, Context& context);
void add_releases(http::Router& router, Context& context);
void add_operators(http::Router& router, Context& context);
void add_account(http::Router& router, Context& context);
void add_sessions(http::Router& router, Context& context);
void add_passkeys(http::Router& router, Context& context);
void add_oidc(http::Router& router, Context& context);
void add_recoveries(http::Router& router, Context& context);
void add_outbox(http::Router& router, Context& context);
void add_invitation_page(http::Router& router, Context& context);
void add_persons(http::Router& router, Context& context);
void add_phone_orders(http::Router& router, Context& context);
void add_phones(http::Router& router, Context& context);
void add_sites(http::Router& router, Context& context);
void add_webhooks(http::Router& router, Context& context);
void add_workspace(http::Router& router, Context& context);

/// The query, read strictly. Problems are gathered: ask for every parameter, then check finish().
class Query {
 public:
  /// 400 for a parameter that is not in `allowed` or comes twice.
  static Outcome<Query> read(const Request& request, std::initializer_list<std::string_view> allowed);

  std::optional<std::string> text(std::string_view name);
  std::optional<UnixSeconds> instant(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t low, std::int64_t high);
  std::optional<bool> boolean(std::string_view name);
  /// What somebody typed to find something.
  std::optional<Search> search(std::string_view name);
  template <class AnyId>
  std::optional<AnyId> id(std::string_view name) {
    const auto found = text(name);
    if (!found) return std::nullopt;
    const auto id = AnyId::parse(*found);
    if (id) return *id;
    complaints_.add(std::string(name), "is not the id that belongs here, such as " + AnyId{}.text());
    return std::nullopt;
  }
  /// `limit` and `cursor`.
  usecases::PageRequest page();
  /// For what a parameter means to its route alone.
  void complain(std::string_view name, std::string detail) { complaints_.add(std::string(name), std::move(detail)); }
  Outcome<Done> finish();

 private:
  std::vector<std::pair<std::string, std::string>> values_;
  json::Complaints complaints_;
};

/// For requests that take no query, and no body either when `body` is false.
Outcome<Done> expects_nothing(const Request& request, bool body = false);

/// A JSON body of one described struct, and no query.
template <class T>
Outcome<T> read_body(const Request& request) {
  if (auto checked = expects_nothing(request, true); !checked) return checked.error();
  if (auto checked = request.expects_json(); !checked) return checked.error();
  return json::read<T>(request.body);
}

/// True when a described struct of optional members has none of them.
template <class T>
bool names_nothing(const T& change) {
  bool empty = true;
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>(
      [&](auto member) { empty = empty && !(change.*member.pointer).has_value(); });
  return empty;
}

/// The same of a change: a described struct of optional members, with one of them at least.
template <class T>
Outcome<T> read_change(const Request& request) {
  auto change = read_body<T>(request);
  if (change && names_nothing(*change)) return invalid("", "names nothing to change");
  return change;
}

inline Response answer(std::uint16_t status, const json::Any& value) { return http::json_response(status, json::print(value)); }

template <class T, class View>
json::Any view_of_page(const usecases::Page<T>& page, View view) {
  boost::json::array items;
  for (const T& item : page.items) items.push_back(view(item));
  return boost::json::object{{"items", std::move(items)}, {"next", json::value_of(page.next)}};
}

}  // namespace cardea::server::api
