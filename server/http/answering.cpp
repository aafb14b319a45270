// SPDX-License-Identifier: Apache-2.0
#include "server/http/internal/answering.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <boost/beast/http/error.hpp>

namespace cardea::server::http {
namespace {

namespace beast_http = boost::beast::http;

std::optional<Method> method_of(beast_http::verb verb) {
  switch (verb) {
    case beast_http::verb::get:
    case beast_http::verb::head: return Method::kGet;
    case beast_http::verb::post: return Method::kPost;
    case beast_http::verb::put: return Method::kPut;
    case beast_http::verb::patch: return Method::kPatch;
    case beast_http::verb::delete_: return Method::kDelete;
    default: return std::nullopt;
  }
}

std::string refusal_of(Permission permission, const Principal& principal) {
  if (permission == Permission::kAccountOwn) return "This is for operators who have signed in; an API key has no account.";
  return fmt::format("This {} lacks the permission {}.", principal.session ? "role" : "API key", name_of(permission));
}

/// A stream whose reader went away is noticed within so long.
constexpr std::uint32_t stream_retry_after_s = 2;

}  // namespace

Answering::Answering(const Router& router, Authenticator& authenticator, const ServerOptions& options)
    : router_(router), authenticator_(authenticator), options_(options) {
  std::uint32_t start = 0;
  CARDEA_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(&start), sizeof start) == 1);
  id_prefix_ = fmt::format("{:08x}", start);
}

void Answering::next_id(Exchange& x) {
  x.id = fmt::format("{}-{:x}", id_prefix_, ++request_count_);
  x.trace = make_trace_id();
}

Response Answering::traced(Response response, const Exchange& x) {
  if (response.content_type == "application/problem+json") response.headers.emplace_back("Trace-Id", x.trace.text);
  return response;
}

Task<Response> Answering::answer(Connection& c, Exchange& x) {
  next_id(x);
  const auto& message = c.message();
  if (message.count("traceparent") == 1)
    if (auto theirs = parse_traceparent(view(message["traceparent"]))) x.trace = *std::move(theirs);
  Response response = co_await find_answer(c, x);
  co_return traced(std::move(response), x);
}

std::size_t Answering::body_size_max_of(const Connection& c) const {
  const auto method = method_of(c.message().method());
  const std::string_view target = view(c.message().target());
  std::vector<std::pair<std::string_view, std::string>> ignored;
  if (!method) return options_.body_size_bytes_max;
  const auto route = find_route(*method, target.substr(0, target.find('?')), ignored);
  return route && (*route)->body_size_bytes_max != 0 ? (*route)->body_size_bytes_max : options_.body_size_bytes_max;
}

std::size_t Answering::body_size_max() const {
  std::size_t size_max = options_.body_size_bytes_max;
  for (const auto& route : router_.routes()) size_max = std::max(size_max, route->body_size_bytes_max);
  return size_max;
}

std::optional<Problem> Answering::problem_of(const Connection& c, const ErrorCode& error) const {
  if (c.timed_out() && c.has_begun())
    return Problem{408,
                   "request_timeout",
                   fmt::format("The request was not complete within {} ms.", options_.request_max.count()),
                   {},
                   {}};
  if (error == beast_http::error::header_limit || error == beast_http::error::buffer_overflow)
    return Problem{431,
                   "headers_too_large",
                   fmt::format("The request line and headers are longer than {} bytes.", options_.header_size_bytes_max),
                   {},
                   {}};
  if (error == beast_http::error::body_limit)
    return Problem{413,
                   "too_large",
                   fmt::format("The body is longer than the {} bytes that this route takes.", body_size_max_of(c)),
                   {},
                   {}};
  if (error == beast_http::error::end_of_stream || error == beast_http::error::partial_message) return std::nullopt;
  if (error.category() != make_error_code(beast_http::error::bad_method).category()) return std::nullopt;
  return Problem{400, "malformed_request", "This is not HTTP/1.1: " + error.message() + ".", {}, {}};
}

Task<Response> Answering::find_answer(Connection& c, Exchange& x) {
  const auto& message = c.message();
  x.keep_alive = message.keep_alive();
  x.head_only = message.method() == beast_http::verb::head;
  x.method = view(message.method_string());
  const std::string_view target = view(message.target());
  x.path = target.substr(0, target.find('?'));
  if (!target.starts_with('/') || (message.version() == 11 && message.count(beast_http::field::host) != 1)) {
    x.keep_alive = false;
    co_return response_of(
        {400, "malformed_request", "The request needs a path that begins with / and exactly one Host header.", {}, {}});
  }
  const auto method = method_of(message.method());
  if (!method)
    co_return response_of({501, "method_unknown", fmt::format("The method {} is not known here.", x.method), {}, {}});

  Request& request = c.request;
  request.parameters.clear();
  request.method = *method;
  const auto route = find_route(*method, x.path, request.parameters);
  if (!route) co_return co_await find_page(route.error(), c, x);
  fill(request, c, x);
  x.route = *route;
  Response response = co_await call(**route, request, x);
  if (response.stream && x.let_in) response = with_place(std::move(response), request, x);
  response.headers.insert(response.headers.end(), (*route)->headers.begin(), (*route)->headers.end());
  co_return response;
}

Outcome<const Route*> Answering::find_route(Method method, std::string_view path,
                                            std::vector<std::pair<std::string_view, std::string>>& parameters) const {
  auto found = router_.find(method, path, parameters);
  if (found && options_.offers && !options_.offers(**found)) return no_route(path);
  return found;
}

Task<Response> Answering::find_page(const Problem& no_route, Connection& c, Exchange& x) {
  Response response = response_of(no_route);
  if (response.status == 405) response.headers.emplace_back("Allow", router_.allowed_at(x.path));
  if (response.status != 404 || c.request.method != Method::kGet || !options_.pages) co_return response;
  c.request.principal = {};
  fill(c.request, c, x);
  co_return co_await options_.pages(c.request);
}

Response Answering::with_place(Response response, const Request& request, Exchange& x) {
  const Principal& caller = request.principal;
  x.stream_place = stream_places_.take(caller.session ? caller.session->text() : caller.by(), options_.stream_count_max);
  if (x.stream_place != nullptr) return response;
  return response_of(
      {429,
       "too_many_streams",
       fmt::format(
           "This {} holds {} streams open, which is all it may. Close one; or let your programs share one, or give each "
           "an API key of its own.",
           caller.session ? "session" : "API key", options_.stream_count_max),
       {},
       {},
       stream_retry_after_s});
}

void Answering::fill(Request& request, const Connection& c, const Exchange& x) const {
  const std::string_view target = view(c.message().target());
  request.path = x.path;
  request.query = x.path.size() == target.size() ? std::string_view{} : target.substr(x.path.size() + 1);
  request.body = c.message().body();
  request.id = x.id;
  request.trace = x.trace.text;
  request.peer = c.peer;
  request.headers.clear();
  for (const auto& field : c.message()) request.headers.emplace_back(view(field.name_string()), view(field.value()));
  if (!options_.trusted_proxies.empty()) request.peer = client_behind(c.peer, request);
}

bool Answering::is_trusted(std::string_view address) const {
  return std::find(options_.trusted_proxies.begin(), options_.trusted_proxies.end(), address) != options_.trusted_proxies.end();
}

/// Each proxy adds at the end whom it speaks for: the last address that is no proxy of ours is the client's, and what stands
/// before it is whatever the client wrote.
std::string_view Answering::client_behind(std::string_view peer, const Request& request) const {
  const auto forwarded = request.elements("x-forwarded-for");
  for (auto named = forwarded.rbegin(); named != forwarded.rend() && is_trusted(peer); ++named) peer = *named;
  return peer;
}

Task<Response> Answering::call(const Route& route, Request& request, Exchange& x) {
  try {
    request.principal = {};
    if (route.permission != Permission::kPublic) {
      auto principal = co_await authenticator_.authenticate(request);
      if (!principal) co_return response_of(principal.error());
      request.principal = *std::move(principal);
      x.let_in = true;
      if (!request.principal.permissions.has(route.permission))
        co_return response_of(forbidden("forbidden", refusal_of(route.permission, request.principal)));
    }
    co_return co_await route.handler(request);
  } catch (const std::exception& error) {
    note_exception(x, error);
  }
  co_return response_of({500, "internal", "The platform made a mistake. Its log has more under request " + x.id + ".", {}, {}});
}

Task<bool> Answering::is_still_let_in(const Connection& c, const Exchange& x) {
  if (x.route->permission == Permission::kPublic) co_return true;
  Request again = c.request;
  again.principal = {};
  const auto principal = co_await authenticator_.authenticate(again);
  if (!principal.ok()) co_return principal.error().status == 429;
  // Whoever was limited meanwhile comes back, and hears of their own places.
  co_return principal->permissions.has(x.route->permission) && principal->is_limited == c.request.principal.is_limited;
}

void Answering::note_access(const Connection& c, const Exchange& x) const {
  if (!options_.on_access) return;
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - x.started);
  options_.on_access({x.id, x.trace.text, x.method, x.path, x.route == nullptr ? std::string_view{} : x.route->path, x.status,
                      took, x.let_in ? &c.request.principal : nullptr});
}

void Answering::note_exception(const Exchange& x, const std::exception& error) const {
  if (options_.on_internal_error)
    options_.on_internal_error(fmt::format("{} {} {}: {} (trace {})", x.id, x.method, x.path, error.what(), x.trace.text));
}

}  // namespace cardea::server::http
