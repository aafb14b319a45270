// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/way_back.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <ostream>

#include "apps/cardea/api.hpp"
#include "apps/cardea/stop.hpp"
#include "apps/cardea/table.hpp"
#include "server/http/server.hpp"

namespace cardea::client {
namespace {

using namespace cardea::server;

constexpr std::string_view path = "/sign-in/oidc";
constexpr std::chrono::minutes patience{10};  // as long as the platform waits

struct Nobody final : http::Authenticator {
  Task<Outcome<Principal>> authenticate(const http::Request&) override {
    co_return Problem{401, "unauthorized", "There is nothing else here.", {}, {}};
  }
};

http::Response page(std::uint16_t status, std::string text) {
  return {status, "text/plain; charset=utf-8", std::move(text), {}};
}

http::ServerOptions options_of(std::uint16_t port) {
  http::ServerOptions options;
  options.address = "127.0.0.1";
  options.port = port;
  return options;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned value = 0;
    const bool is_escape = text[at] == '%' && at + 2 < text.size() &&
                           std::from_chars(&text[at + 1], &text[at + 1] + 2, value, 16).ptr == &text[at + 1] + 2;
    out += is_escape ? static_cast<char>(value) : text[at] == '+' ? ' ' : text[at];
    if (is_escape) at += 2;
  }
  return out;
}

}  // namespace

std::string query_member(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return decoded(pair.substr(name.size() + 1));
  }
  return {};
}

struct WayBack::State {
  explicit State(std::uint16_t port) : server(loop, router, nobody, options_of(port)) {
    router.add(http::Method::kGet, path, Permission::kPublic, [this](const http::Request& request) -> Task<http::Response> {
      http::Response response = take(request.query);
      co_return response;
    });
  }

  http::Response take(std::string_view query) {
    if (done || state.empty() || query_member(query, "state") != state)
      return page(400, "This is not the way back of the sign-in that is under way. Begin again at the terminal.\n");
    done = true;
    code = query_member(query, "code");
    error = query_member(query, "error");
    loop.post([this] { spawn(end()); });
    return page(200, code.empty() ? "The provider did not sign you in; the terminal says more.\n"
                                  : "Thank you. Go on at the terminal; this page can be closed.\n");
  }
  Task<void> end() {
    co_await server.stop(std::chrono::seconds(2));  // the page is on its way
    ended = true;
    loop.stop();
  }

  Loop loop;
  http::Router router;
  Nobody nobody;
  http::Server server;
  std::string state;
  bool done = false;
  bool ended = false;
  std::string code;
  std::string error;
};

WayBack::WayBack(std::uint16_t port) : state_(std::make_unique<State>(port)) {
  if (const auto listening = state_->server.listen(); !listening) throw usage(listening.error().detail);
}

WayBack::~WayBack() {
  if (state_->ended) return;
  // What has begun to accept ends on the loop.
  state_->loop.post([this] { spawn(state_->end()); });
  state_->loop.run();
}

std::string WayBack::redirect_uri() const { return fmt::format("http://127.0.0.1:{}{}", state_->server.port(), path); }

std::string WayBack::wait_for_code(const std::string& state) {
  state_->state = state;
  const Timer late = state_->loop.after(patience, [this] { spawn(state_->end()); });
  state_->loop.run();
  if (!state_->done) throw unreachable("nobody came back from the provider within ten minutes. Begin again.");
  if (state_->code.empty())
    throw refused(fmt::format("the provider did not sign you in: {}.",
                              state_->error.empty() ? "it sent no code" : printable(state_->error)));
  return state_->code;
}

boost::json::object WayBack::go_and_wait(std::ostream& out, const boost::json::value& offer) {
  const std::string url = text(offer, "authorization_url");
  out << fmt::format("Open this address in a browser on this machine:\n{}\n", printable(url)) << std::flush;
  const std::string state = query_member(std::string_view(url).substr(std::min(url.find('?'), url.size() - 1) + 1), "state");
  return {{"handle", offer.at("handle")}, {"state", state}, {"code", wait_for_code(state)}};
}

}  // namespace cardea::client
