// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/scope.hpp"

#include <algorithm>
#include <vector>

#include "server/auth/scopes.hpp"
#include "server/store/traced_store.hpp"
#include "server/usecases/checks.hpp"

namespace cardea::server::api {

namespace {

/// How the places of a thing are found: ?1 workspace, ?2 its id, ?3 whose scope. A row each, true when it lies within.
struct Finder {
  std::string prefix;
  std::string sql;
};

std::string of_grant(const std::string& from, const std::string& id) {
  return "SELECT " + door_is_within("g.door", 3) + " FROM " + from +
         " JOIN access_grant_doors AS g ON g.workspace = t.workspace AND g.access_grant = t.access_grant WHERE t.workspace = "
         "?1 AND t." +
         id + " = ?2";
}

std::string of_door(const std::string& table, const std::string& id) {
  return "SELECT " + door_is_within("t.door", 3) + " FROM " + table + " AS t WHERE t.workspace = ?1 AND t." + id + " = ?2";
}

const std::vector<Finder>& finders() {
  static const std::vector<Finder> all{
      // A site is all of its doors, also those that come later: whoever has some of them has it in part.
      {"site",
       "SELECT EXISTS (SELECT 1 FROM scope_sites AS s WHERE s.workspace = ?1 AND s.holder = ?3 AND s.site = ?2) UNION ALL "
       "SELECT 1 FROM sites AS t WHERE t.workspace = ?1 AND t.site = ?2 AND " +
           site_is_within("t.site", 3)},
      {"door", of_door("doors", "door")},
      {"lock", of_door("locks", "lock")},
      {"credential", of_door("credentials", "credential")},
      {"event", of_door("events", "event")},
      {"alert", of_door("alerts", "alert")},
      {"grant", of_grant("access_grants AS t", "access_grant")},
      {"invitation", of_grant("invitations AS t", "invitation")},
      {"campaign",
       "SELECT " + door_is_within("l.door", 3) +
           " FROM firmware_campaign_locks AS t JOIN locks AS l ON l.workspace = t.workspace AND l.lock = t.lock WHERE "
           "t.workspace = ?1 AND t.campaign = ?2"},
      // At the doors of all its grants; whoever does not see that of its invitation does not see it.
      {"phone", of_grant("phone_grants AS t", "phone") +
                    " AND EXISTS (SELECT 1 FROM phones AS p WHERE p.workspace = ?1 AND p.phone = ?2 AND " +
                    grant_is_within("p.access_grant", 3) + ")"},
      // Of all their grants, also those that are over.
      {"person", of_grant("access_grants AS t", "person") +
                     " UNION ALL SELECT 1 FROM persons WHERE workspace = ?1 AND person = ?2 AND created_by = ?3"}};
  return all;
}

const Finder* finder_of(std::string_view prefix) {
  const auto found = std::ranges::find(finders(), prefix, &Finder::prefix);
  return found == finders().end() ? nullptr : &*found;
}

/// What a request names: an id of a kind that lies somewhere.
struct Named {
  const Finder* finder;
  Bytes<16> id{};
  bool in_path = false;
};

void add_named(std::string_view text, bool in_path, std::vector<Named>& out) {
  const std::size_t line = text.find('_');
  if (line == std::string_view::npos) return;
  Named named{finder_of(text.substr(0, line)), {}, in_path};
  if (named.finder != nullptr && parse_hex(text.substr(line + 1), named.id) == Status::kOk) out.push_back(named);
}

/// Every text of the body, whatever it is called there: a handler may read any of them as an id.
void add_named(const json::Any& value, std::vector<Named>& out) {
  if (value.is_string()) return add_named(std::string_view(value.get_string()), false, out);
  if (value.is_array())
    for (const json::Any& one : value.get_array()) add_named(one, out);
  if (value.is_object())
    for (const auto& member : value.get_object()) add_named(member.value(), out);
}

std::vector<Named> named_in(const Request& request) {
  std::vector<Named> out;
  for (const auto& [name, text] : request.parameters) add_named(text, true, out);
  if (request.body.empty() || !request.expects_json()) return out;
  if (const auto body = json::parse(request.body)) add_named(*body, out);
  return out;  // what does not parse is the handler's to refuse
}

enum class Place : std::uint8_t { kOutside, kPartly, kInside };

Task<Place> place_of(Transaction& tx, Viewer viewer, Named named) {
  const Rows rows = co_await tx.execute(named.finder->sql, viewer.workspace, named.id, viewer.limit);
  std::size_t inside = 0;
  for (const Row row : rows)
    if (row.boolean(0)) ++inside;
  if (inside == 0) co_return Place::kOutside;
  co_return inside == rows.size() ? Place::kInside : Place::kPartly;
}

/// To read it, or to give somebody a key, it is enough that a part is theirs.
bool part_is_enough(const Request& request, const Named& named) {
  if (named.in_path) return request.method == Method::kGet;
  return named.finder->prefix == "person" || named.finder->prefix == "phone";
}

Task<Outcome<Done>> admit(Context& context, const Request& request) {
  const std::vector<Named> names = named_in(request);
  if (names.empty()) co_return Done{};
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Done>> {
    for (const Named& named : names) {
      const Place place = co_await place_of(tx, request.principal, named);
      if (place == Place::kOutside) co_return not_found(named.finder->prefix);
      if (place == Place::kPartly && !part_is_enough(request, named)) co_return usecases::out_of_scope();
    }
    co_return Done{};
  });
}

/// Names are unique in the workspace: that one is taken may be heard, but not by what.
Task<Outcome<Done>> hide_existing(Context& context, const Request& request, Problem& problem) {
  std::vector<Named> names;
  add_named(problem.existing_id, false, names);
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Done>> {
    for (const Named& named : names) {
      const Place place = co_await place_of(tx, request.principal, named);
      if (place == Place::kOutside) problem.existing_id.clear();
    }
    co_return Done{};
  });
}

Task<Outcome<Response>> run_within(Endpoint endpoint, Context& context, const Request& request) {
  if (endpoint.reach == Reach::kWorkspace) co_return usecases::out_of_scope();
  if (endpoint.reach == Reach::kPlaces) CARDEA_CO_TRY(co_await admit(context, request));
  auto done = co_await endpoint.handler(context, request);
  if (done || done.error().existing_id.empty()) co_return done;
  Problem problem = done.error();
  CARDEA_CO_TRY(co_await hide_existing(context, request, problem));
  co_return problem;
}

Task<Response> run_plain(Endpoint endpoint, Context& context, const Request& request) {
  Outcome<Response> outcome = co_await endpoint(context, request);
  if (!outcome) co_return http::response_of(outcome.error());
  co_return std::move(outcome).value();
}

}  // namespace

Task<Outcome<Response>> Endpoint::operator()(Context& context, const Request& request) const {
  if (!request.principal.is_limited) return handler(context, request);
  return run_within(*this, context, request);
}

Task<Response> run(Endpoint endpoint, Context& context, const Request& request) {
  // What only reads leaves no event, and may go on reading after its handler has ended: a stream.
  if (request.method == Method::kGet) co_return co_await run_plain(endpoint, context, request);
  TracedStore store(context.store, std::string(request.trace));
  Context traced = context.with(store);
  co_return co_await run_plain(endpoint, traced, request);
}

bool can_be_placed(std::string_view path) {
  for (std::size_t at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1)) {
    std::string_view name = path.substr(at + 1, path.find('}', at) - at - 1);
    if (!name.ends_with("_id")) return false;
    name.remove_suffix(3);
    if (finder_of(name) == nullptr) return false;
  }
  return true;
}

}  // namespace cardea::server::api
