// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <thread>

#include "server/http/server.hpp"
#include "tests/attacks/places/places.hpp"

namespace cardea::attacks {
namespace {

namespace http = server::http;

class Nobody final : public http::Authenticator {
 public:
  server::Task<server::Outcome<server::Principal>> authenticate(const http::Request&) override {
    co_return server::Problem{401, "unauthorized", "nobody is known here", {}, {}};
  }
};

http::ServerOptions few_places() {
  http::ServerOptions options;
  options.port = 0;
  options.connection_count_max = place_count;
  return options;
}

class ShippedPlaces final : public Places {
 public:
  ShippedPlaces() : server_(loop_, router_, nobody_, few_places()) {
    const auto greet = [](const http::Request&) -> server::Task<http::Response> { co_return http::json_response(200, "{}"); };
    router_.add(http::Method::kGet, "/", server::Permission::kPublic, greet);
    router_.add(http::Method::kPost, "/", server::Permission::kPublic, greet);
    if (!server_.listen().ok()) std::abort();
    port_ = server_.port();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~ShippedPlaces() override {
    loop_.post([this] { spawn(end()); });
    thread_.join();
  }
  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  server::Task<void> end() {
    co_await server_.stop(std::chrono::seconds(1));
    loop_.stop();
  }
  server::Loop loop_;
  http::Router router_;
  Nobody nobody_;
  http::Server server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Places> make_shipped_places() { return std::make_unique<ShippedPlaces>(); }

}  // namespace cardea::attacks
