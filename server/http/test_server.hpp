// SPDX-License-Identifier: Apache-2.0
#pragma once
// For the tests of this folder: a real server on an ephemeral port of the loopback, in a thread of its own, and raw sockets.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "server/http/client.hpp"
#include "server/http/server.hpp"

namespace cardea::server::http {

/// "Bearer good" may read doors; everything else is nobody.
class TestAuthenticator final : public Authenticator {
 public:
  Task<Outcome<Principal>> authenticate(const Request& request) override {
    if (request.header("authorization") != "Bearer good") co_return Problem{401, "unauthorized", "no", {}, {}};
    Principal principal;
    principal.permissions.add(Permission::kDoorsRead);
    co_return principal;
  }
};

class TestServer {
 public:
  explicit TestServer(ServerOptions options = {}) : server_(loop_, router_, authenticator_, on_any_port(std::move(options))) {}
  ~TestServer() { stop(std::chrono::seconds(5)); }

  Router& router() { return router_; }
  Loop& loop() { return loop_; }
  Server& server() { return server_; }

  void start() {
    ASSERT_TRUE(server_.listen().ok());
    port_ = server_.port();
    thread_ = std::thread([this] { loop_.run(); });
  }
  /// Graceful; returns when the server is gone.
  void stop(std::chrono::milliseconds grace) {
    if (!thread_.joinable()) return;
    loop_.post([this, grace] { spawn(stop_then_end(grace)); });
    thread_.join();
  }
  [[nodiscard]] BaseUrl url() const { return {"127.0.0.1", std::to_string(port_), ""}; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  static ServerOptions on_any_port(ServerOptions options) {
    options.port = 0;
    return options;
  }
  Task<void> stop_then_end(std::chrono::milliseconds grace) {
    co_await server_.stop(grace);
    loop_.stop();
  }

  Loop loop_;
  Router router_;
  TestAuthenticator authenticator_;
  Server server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// A connection that sends whatever it is told.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] int descriptor() const { return socket_; }
  void send(std::string_view bytes) { (void)!::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// Everything until the server closes, or until `enough` has been seen; gives up after 20 s.
  std::string receive(std::string_view enough = {}) {
    std::string out;
    char piece[4'096];
    while (enough.empty() || out.find(enough) == std::string::npos) {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, 20'000) != 1) return out + "<silence>";
      const ssize_t size = ::recv(socket_, piece, sizeof piece, 0);
      if (size <= 0) return out;
      out.append(piece, static_cast<std::size_t>(size));
    }
    return out;
  }

 private:
  int socket_;
};

}  // namespace cardea::server::http
