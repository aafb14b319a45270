// SPDX-License-Identifier: Apache-2.0
#include "server/auth/auth.hpp"

namespace cardea::server {
namespace {

using http::Request;

/// A cookie's value, "" when it was not sent.
std::string_view cookie_of(const Request& request, std::string_view name) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    std::string_view pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
  }
  return {};
}

/// True when the page that sent it is one of the host that it was sent to.
bool is_from_our_pages(const Request& request) {
  if (request.method == http::Method::kGet) return true;  // changes nothing, and its answer is for our own pages only
  const std::string_view origin = request.header("origin");
  for (const std::string_view scheme : {"https://", "http://"})
    if (origin.starts_with(scheme)) return origin.substr(scheme.size()) == request.header("host");
  return false;
}

}  // namespace

Auth::Auth(Loop& loop, Store& store, const LimitOptions& limit_options, std::function<UnixSeconds()> now, Limits::Clock clock)
    : api_keys(store, now), sessions(store, now), passwords(loop), limits(limit_options, std::move(clock)) {}

Task<Outcome<Principal>> Auth::authenticate(const Request& request) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view authorization = request.header("authorization");
  if (authorization.empty()) {
    const std::string_view cookie = cookie_of(request, session_cookie);
    if (cookie.empty()) co_return unauthorized("This needs an API key or a session. Send it as Authorization: Bearer KEY.");
    if (!is_from_our_pages(request))
      co_return forbidden("origin_refused",
                          "A request with a cookie must come from this platform's own pages, and its Origin says otherwise.");
    if (is_token(session_prefix, cookie)) co_return co_await find_session(std::string(cookie), request.peer);
    co_return unauthorized("The cookie holds no session. Sign in again.");
  }
  const std::string_view text = authorization.starts_with(scheme) ? authorization.substr(scheme.size()) : std::string_view{};
  if (is_token(session_prefix, text)) co_return co_await find_session(std::string(text), request.peer);
  if (is_token(api_key_prefix, text)) co_return co_await find_key(std::string(text), request.peer);
  co_return unauthorized(
      "The Authorization header holds no API key and no session. Send it as Authorization: Bearer KEY, where KEY begins with "
      "cardea_.");
}

Task<Outcome<Principal>> Auth::find_key(std::string text, std::string_view peer) {
  std::optional<Outcome<Principal>> found = api_keys.cached(text);
  if (!found) {
    const std::string network = network_of(peer);
    CARDEA_CO_TRY(limits.charge(Limited::kAddress, network));
    found.emplace(co_await api_keys.find(std::move(text)));
    if (*found) limits.refund(Limited::kAddress, network);
  }
  if (!*found) co_return found->error();
  CARDEA_CO_TRY(limits.charge(Limited::kKey, (*found)->by()));
  co_return *std::move(*found);
}

Task<Outcome<Principal>> Auth::find_session(std::string text, std::string_view peer) {
  const std::string network = network_of(peer);
  CARDEA_CO_TRY(limits.charge(Limited::kAddress, network));
  auto found = co_await sessions.find(std::move(text));
  if (found) limits.refund(Limited::kAddress, network);
  co_return found;
}

Task<Outcome<Done>> Auth::store_use() {
  CARDEA_CO_TRY(co_await api_keys.store_used());
  co_return co_await sessions.store_seen();
}

}  // namespace cardea::server
