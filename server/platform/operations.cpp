// SPDX-License-Identifier: Apache-2.0
#include "server/platform/operations.hpp"

namespace cardea::server {
namespace {

/// Whoever reaches the loopback may look; nothing else is served here.
class Nobody final : public http::Authenticator {
 public:
  Task<Outcome<Principal>> authenticate(const http::Request&) override {
    co_return Problem{401, "unauthorized", "There is nothing here that needs a key.", {}, {}};
  }
};

http::ServerOptions options_for(std::string address, std::uint16_t port) {
  http::ServerOptions options;
  options.address = std::move(address);
  options.port = port;
  options.connection_count_max = 32;
  return options;
}

}  // namespace

struct Operations::State {
  State(Loop& loop, std::string where, std::uint16_t port, std::function<Task<std::string>()> text)
      : address(std::move(where)), metrics(std::move(text)), server(loop, router, nobody, options_for(address, port)) {
    router.add(http::Method::kGet, "/metrics", Permission::kPublic, [this](const http::Request&) -> Task<http::Response> {
      http::Response response{200, "text/plain; version=0.0.4; charset=utf-8", {}, {}};
      response.body = co_await metrics();
      co_return response;
    });
  }

  std::string address;
  std::function<Task<std::string>()> metrics;
  Nobody nobody;
  http::Router router;
  http::Server server;
};

Operations::Operations(Loop& loop, std::string address, std::uint16_t port, std::function<Task<std::string>()> metrics)
    : state_(std::make_unique<State>(loop, std::move(address), port, std::move(metrics))) {}
Operations::~Operations() = default;

Outcome<Done> Operations::listen() {
  if (!http::is_loopback(state_->address))
    return Problem{400,
                   "address_malformed",
                   "metrics are served on the loopback only, and " + state_->address +
                       " is not of it. Let a collector on this machine, or a proxy that asks who comes, carry them on.",
                   {},
                   {}};
  return state_->server.listen();
}

std::uint16_t Operations::port() const { return state_->server.port(); }

Task<void> Operations::stop() { co_await state_->server.stop(std::chrono::seconds(1)); }

}  // namespace cardea::server
