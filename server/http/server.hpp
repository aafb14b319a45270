// SPDX-License-Identifier: Apache-2.0
#pragma once
// The HTTP/1.1 server: keep-alive, pipelining, limits, WebSocket upgrades, and a stop that lets requests in flight finish.
// It runs on the loop's thread; handlers and sockets too, so nothing of theirs needs a lock.
//
// Answered before any handler, as application/problem+json: 400 malformed_request, 401 (Authenticator), 403
// permission_denied, 404 route_not_found, 405 method_not_allowed, 408 request_timeout, 413 body_too_large, 431
// headers_too_large, 501 method_unknown. An exception that leaves a handler is a 500 `internal`, and a log line.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "server/base/loop.hpp"
#include "server/base/task.hpp"
#include "server/http/router.hpp"
#include "server/http/tls_identity.hpp"

namespace cardea::server::http {

/// One WebSocket connection; binary messages. Shared: whoever keeps it longer than the connection only finds it closed.
class Socket {
 public:
  virtual ~Socket() = default;
  /// Queues one message. False when the socket is closed, or its queue was full: then it closes with 1013, because a peer that
  /// does not read must not fill our memory.
  virtual bool send(ByteSpan message) = 0;
  /// Closes after what is queued has been sent. `code` as in RFC 6455 §7.4. Later calls change nothing.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  /// The peer has shown who it is: it no longer gives way to others when places run out (ServerOptions::connection_count_max).
  virtual void admit() = 0;
  [[nodiscard]] virtual bool is_open() const = 0;
  /// Where the peer connects from, for the log.
  [[nodiscard]] virtual std::string peer() const = 0;
};

/// What a protocol does with one socket. Destroyed after on_close() has ended.
class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  /// One message; the next one is read when this has ended, so a slow handler slows its peer and nobody else. `message` is
  /// valid until then.
  virtual Task<void> on_message(ByteSpan message) = 0;
  /// Once, after the last on_message() has ended, for whatever reason.
  virtual Task<void> on_close() = 0;
};

struct SocketRoute {
  std::string path;                             ///< "/v1/link"
  std::string subprotocol;                      ///< "cardea.link.v1": a client that does not offer it gets a 400
  std::size_t message_size_bytes_max = 65'536;  ///< a larger one closes with 1009
  std::size_t queue_count_max = 256;            ///< messages that wait to be sent
  std::function<std::unique_ptr<SocketHandler>(std::shared_ptr<Socket>)> open;
};

/// One line of the access log.
struct Access {
  std::string_view id;
  std::string_view trace;
  std::string_view method;
  std::string_view path;
  std::string_view route;  ///< its template, "" for none
  std::uint16_t status;
  std::chrono::microseconds duration;
  const Principal* principal;  ///< null for who was not let in
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8480;                 ///< 0: any free port, see Server::port()
  std::size_t body_size_bytes_max = 65'536;  ///< of a route that says nothing else
  std::uint32_t header_size_bytes_max = 8'192;
  /// Addresses of proxies whose X-Forwarded-For is believed. Empty: the client's address is that of its connection.
  std::vector<std::string> trusted_proxies;
  std::size_t stream_count_max = 16;  ///< streams that one API key or session may hold open
  /// TLS with this certificate; null: plain, and then only for peers of the loopback and for trusted proxies.
  std::shared_ptr<TlsIdentity> tls;
  std::size_t connection_count_max = 32'000;  ///< beyond it the one that we have waited for longest gives way
  // Coarse: one timer looks at every connection once a second (or `tick`).
  std::chrono::milliseconds tick{1'000};
  std::chrono::milliseconds handshake_max{10'000};
  std::chrono::milliseconds idle_max{75'000};      ///< between requests
  std::chrono::milliseconds request_max{15'000};   ///< from a request's first byte to its last
  std::chrono::milliseconds response_max{30'000};  ///< for the peer to take a response
  std::chrono::milliseconds ping_every{30'000};  ///< on a silent socket; one that does not answer the next one either is closed
  std::function<bool(const Route&)> offers;      ///< the routes that are there at this address; empty: all. Others are a 404
  Handler pages;                                 ///< answers every GET and HEAD that no route does; empty: a 404 does
  std::function<void(const Access&)> on_access;  ///< may be empty
  std::function<void(const std::string& peer, const std::string& why)> on_handshake_failure;
  std::function<void(const std::string& what)> on_internal_error;  ///< an exception left a handler
};

/// True for what is an IP address.
bool is_address(const std::string& text);
/// True for "127.0.0.1" and its block, and "::1".
bool is_loopback(const std::string& address);

class Server {
 public:
  /// `router` and `authenticator` outlive the server.
  Server(Loop& loop, const Router& router, Authenticator& authenticator, ServerOptions options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  void add_socket(SocketRoute route);

  /// Binds and listens. The failure says what to do: "cannot listen on 127.0.0.1:8480: …"; `option` is the command
  /// line's that chose the address.
  Outcome<Done> listen(std::string_view option = "--listen");
  [[nodiscard]] std::uint16_t port() const;
  /// Those that are open, WebSockets not among them.
  [[nodiscard]] std::size_t connection_count() const;

  /// Graceful: accepts nothing more, finishes the requests in flight (their connections close), closes sockets with 1001,
  /// and returns when all are gone, or cuts what is left after `grace`.
  Task<void> stop(std::chrono::milliseconds grace = std::chrono::seconds(10));

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace cardea::server::http
