// SPDX-License-Identifier: Apache-2.0
#include "server/http/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/websocket/rfc6455.hpp>
#include <ctime>
#include <unordered_set>

#include "server/http/internal/answering.hpp"
#include "server/http/internal/body_stream.hpp"
#include "server/http/internal/socket_session.hpp"

namespace cardea::server::http {
namespace {

/// True when the list "a, b" of a header names `wanted`.
bool lists(std::string_view header, std::string_view wanted) {
  while (!header.empty()) {
    std::string_view item = header.substr(0, header.find(','));
    header.remove_prefix(std::min(item.size() + 1, header.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item == wanted) return true;
  }
  return false;
}

}  // namespace

bool is_address(const std::string& text) {
  ErrorCode error;
  asio::ip::make_address(text, error);
  return !error;
}

bool is_loopback(const std::string& address) {
  ErrorCode error;
  const auto parsed = asio::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

struct Server::State : std::enable_shared_from_this<State> {
  State(Loop& on, const Router& routes, Authenticator& who, ServerOptions what)
      : loop(on), options(std::move(what)), answering(routes, who, options), acceptor(on.native().get_executor()) {
    date = http_date({static_cast<std::uint64_t>(std::time(nullptr))});
  }

  // --- Accepting ---

  Task<void> accept_all(std::shared_ptr<State> self) {
    accepting = true;
    while (!stopping) {
      TcpSocket socket(loop.native().get_executor());
      const auto [error, size] = co_await Operation([&](auto done) { acceptor.async_accept(socket, std::move(done)); });
      if (stopping) break;
      if (error) {  // out of descriptors: some will come back
        co_await loop.sleep(std::chrono::milliseconds(100));
        continue;
      }
      if (connections.size() + sessions.size() >= options.connection_count_max && !newcomers.make_room()) continue;
      ErrorCode ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      spawn(serve(self, std::make_unique<Connection>(std::move(socket), newcomers)));
    }
    accepting = false;
    tell_if_empty();
  }

  // `self` keeps the state alive.
  Task<void> serve([[maybe_unused]] std::shared_ptr<State> self, std::unique_ptr<Connection> connection) {
    connections.insert(connection.get());
    bool goes_on = options.tls || is_loopback(connection->peer) || answering.is_trusted(connection->peer);
    if (options.tls) goes_on = co_await shake_hands(*connection);
    while (goes_on && !stopping) goes_on = co_await exchange(*connection);
    connections.erase(connection.get());
    if (connection->upgrade_route != nullptr && !stopping) {
      const auto session = make_socket_session(std::move(connection->stream), *connection->upgrade_route, newcomers);
      sessions.insert(session.get());
      std::string head = connection->head();
      connection.reset();
      co_await session->run(std::move(head));
      sessions.erase(session.get());
    }
    tell_if_empty();
  }

  Task<bool> shake_hands(Connection& c) {
    const ErrorCode error = co_await c.handshake(options.tls->accept_one());
    if (error && options.on_handshake_failure)
      options.on_handshake_failure(c.peer, c.timed_out() ? "it took too long" : error.message());
    co_return !error;
  }

  // --- One request ---

  /// False when the connection ends.
  Task<bool> exchange(Connection& c) {
    ErrorCode error = co_await c.read_head(options.header_size_bytes_max, body_size_max);
    Exchange x;
    if (!error) {
      if (const SocketRoute* route = socket_route(c)) co_return co_await upgrade(c, *route, x);
      error = co_await c.read_body(answering.body_size_max_of(c));
    }
    if (error) co_return co_await refuse(c, error, x);
    c.enter(Connection::Phase::kHandling);
    const Response response = co_await answering.answer(c, x);
    if (response.stream) {
      co_await send_stream(answering, c, response, x, date, stopping);
      co_return false;
    }
    co_return co_await write(c, response, x) && x.keep_alive;
  }

  /// Bytes that are no request, or a request that takes too long: an answer if there is one, and the end.
  Task<bool> refuse(Connection& c, const ErrorCode& error, Exchange& x) {
    const std::optional<Problem> problem = answering.problem_of(c, error);
    if (!problem) co_return false;
    answering.next_id(x);
    const Response response = Answering::traced(response_of(*problem), x);
    if (co_await write(c, response, x)) co_await c.drain();
    co_return false;
  }

  /// False when the peer is gone.
  Task<bool> write(Connection& c, const Response& response, Exchange& x) {
    c.enter(Connection::Phase::kWriting);
    if (stopping) x.keep_alive = false;
    x.status = response.status;
    render(response, x, date, c.out);
    const bool sent = co_await c.write(c.out);
    answering.note_access(c, x);
    co_return sent;
  }

  // --- Upgrades ---

  const SocketRoute* socket_route(const Connection& c) const {
    const auto& message = c.message();
    if (!boost::beast::websocket::is_upgrade(message)) return nullptr;
    const std::string_view target = view(message.target());
    for (const auto& route : socket_routes)
      if (route->path == target) return route.get();
    return nullptr;
  }

  /// Always false: the connection leaves the HTTP loop, as a socket or for good.
  Task<bool> upgrade(Connection& c, const SocketRoute& route, Exchange& x) {
    if (lists(view(c.message()[boost::beast::http::field::sec_websocket_protocol]), route.subprotocol)) {
      c.upgrade_route = &route;
      co_return false;
    }
    answering.next_id(x);
    const Problem problem{
        400, "malformed_request", "This WebSocket speaks the subprotocol " + route.subprotocol + " only.", {}, {}};
    const Response response = Answering::traced(response_of(problem), x);
    co_await write(c, response, x);
    co_return false;
  }

  // --- Time and the end ---

  void tick() {
    date = http_date({static_cast<std::uint64_t>(std::time(nullptr))});
    const auto now = Clock::now();
    for (Connection* c : connections) c->tick(now, options);
    // A tick may end a session, which leaves the set when its read has been told.
    for (SocketSession* session : std::vector<SocketSession*>(sessions.begin(), sessions.end()))
      session->tick(now, options.ping_every);
  }

  void tell_if_empty() {
    if (!stopping || !is_empty()) return;
    for (EndWaiter* waiter : std::exchange(end_waiters, {})) loop.post([waiter] { waiter->caller.resume(); });
  }
  [[nodiscard]] bool is_empty() const { return !accepting && connections.empty() && sessions.empty(); }

  /// Awaits until everything is gone, at most `limit`.
  struct EndWaiter {
    State& state;
    std::chrono::milliseconds limit;
    Timer timer = {};
    std::coroutine_handle<> caller = {};
    bool await_ready() const { return state.is_empty(); }
    void await_suspend(std::coroutine_handle<> who) {
      caller = who;
      state.end_waiters.push_back(this);
      timer = state.loop.after(limit, [this] {
        if (std::erase(state.end_waiters, this) != 0) caller.resume();
      });
    }
    void await_resume() const noexcept {}
  };

  void close_what_is_idle() {
    for (Connection* c : connections) {
      const bool is_idle = c->phase() == Connection::Phase::kReading && !c->has_begun();
      if (is_idle || c->phase() == Connection::Phase::kHandshake) c->cancel();
    }
    for (SocketSession* session : std::vector<SocketSession*>(sessions.begin(), sessions.end()))
      session->close(1001, "the platform stops");
  }

  void cut_all() {
    for (Connection* c : connections) c->close();
    for (SocketSession* session : std::vector<SocketSession*>(sessions.begin(), sessions.end())) session->cut();
  }

  Loop& loop;
  ServerOptions options;
  Answering answering;
  Acceptor acceptor;
  std::vector<std::unique_ptr<SocketRoute>> socket_routes;
  Newcomers newcomers;
  std::unordered_set<Connection*> connections;
  std::unordered_set<SocketSession*> sessions;
  bool accepting = false;
  std::size_t body_size_max = 0;
  std::string date;
  bool stopping = false;
  std::vector<EndWaiter*> end_waiters;
  Timer timer;
};

Server::Server(Loop& loop, const Router& router, Authenticator& authenticator, ServerOptions options)
    : state_(std::make_shared<State>(loop, router, authenticator, std::move(options))) {}

Server::~Server() {
  state_->stopping = true;
  state_->timer.cancel();
  ErrorCode ignored;
  state_->acceptor.close(ignored);
  state_->cut_all();
}

void Server::add_socket(SocketRoute route) { state_->socket_routes.push_back(std::make_unique<SocketRoute>(std::move(route))); }

Outcome<Done> Server::listen(std::string_view option) {
  State& state = *state_;
  const std::string where = fmt::format("{}:{}", state.options.address, state.options.port);
  ErrorCode error;
  const auto address = asio::ip::make_address(state.options.address, error);
  if (error) return Problem{400, "address_malformed", fmt::format("cannot listen on {}: it is no IP address.", where), {}, {}};
  const tcp::endpoint endpoint(address, state.options.port);
  state.acceptor.open(endpoint.protocol(), error);
  if (!error) state.acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) state.acceptor.bind(endpoint, error);
  if (!error) state.acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    const std::string why =
        error == asio::error::address_in_use
            ? fmt::format("it is in use. Stop what listens there, or choose another address with {}.", option)
            : fmt::format("{}. Choose another address with {}.", error.message(), option);
    return Problem{409, "address_unavailable", fmt::format("cannot listen on {}: {}", where, why), {}, {}};
  }
  state.body_size_max = state.answering.body_size_max();
  state.timer = state.loop.every(state.options.tick, [raw = &state] { raw->tick(); });
  spawn(state.accept_all(state_));
  return Done{};
}

std::uint16_t Server::port() const {
  ErrorCode ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

std::size_t Server::connection_count() const { return state_->connections.size(); }

Task<void> Server::stop(std::chrono::milliseconds grace) {
  const auto state = state_;
  state->stopping = true;
  ErrorCode ignored;
  state->acceptor.close(ignored);
  state->close_what_is_idle();
  // Named: g++ 12 destroys an aggregate temporary of a co_await twice.
  State::EndWaiter until_idle{*state, grace};
  co_await until_idle;
  state->cut_all();
  State::EndWaiter until_cut{*state, std::chrono::seconds(1)};
  co_await until_cut;
  state->timer.cancel();
}

}  // namespace cardea::server::http
