// SPDX-License-Identifier: Apache-2.0
#include "server/http/server.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <openssl/rand.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <cerrno>
#include <ctime>
#include <unordered_set>

#include "server/http/internal/socket_session.hpp"

namespace cardea::server::http {
namespace {

namespace beast_http = boost::beast::http;
using Parser = beast_http::request_parser<beast_http::string_body>;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

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

/// So soon does a stream end after its caller's key.
constexpr std::chrono::milliseconds let_in_again_every{500};

Problem too_large(std::size_t size_max) {
  return {413, "too_large", fmt::format("The body is longer than the {} bytes that this route takes.", size_max), {}, {}};
}

/// What to answer to bytes that are no request; nothing when there is nobody to answer, or nothing to say.
std::optional<Problem> problem_of(const ErrorCode& error, const ServerOptions& options, std::size_t body_size_max) {
  if (error == beast_http::error::header_limit || error == beast_http::error::buffer_overflow)
    return Problem{431,
                   "headers_too_large",
                   fmt::format("The request line and headers are longer than {} bytes.", options.header_size_bytes_max),
                   {},
                   {}};
  if (error == beast_http::error::body_limit) return too_large(body_size_max);
  if (error == beast_http::error::end_of_stream || error == beast_http::error::partial_message) return std::nullopt;
  if (error.category() != make_error_code(beast_http::error::bad_method).category()) return std::nullopt;
  return Problem{400, "malformed_request", "This is not HTTP/1.1: " + error.message() + ".", {}, {}};
}

std::string refusal_of(Permission permission, const Principal& principal) {
  if (permission == Permission::kAccountOwn) return "This is for operators who have signed in; an API key has no account.";
  return fmt::format("This {} lacks the permission {}.", principal.session ? "role" : "API key", name_of(permission));
}

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

std::string http_date(std::time_t now) {
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

/// A request's line and headers as text again.
std::string head_of(const beast_http::request<beast_http::string_body>& request) {
  std::string out = fmt::format("{} {} HTTP/1.1\r\n", view(request.method_string()), view(request.target()));
  for (const auto& field : request)
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", view(field.name_string()), view(field.value()));
  return out + "\r\n";
}

struct Connection {
  enum class Phase : std::uint8_t { kReading, kHandling, kWriting, kDraining };

  explicit Connection(TcpSocket connected) : socket(std::move(connected)), since(Clock::now()) {
    ErrorCode ignored;
    auto address = socket.remote_endpoint(ignored).address();
    // On a socket for both kinds an IPv4 client is told as ::ffff:192.0.2.1.
    if (address.is_v6() && address.to_v6().is_v4_mapped())
      address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    peer = address.to_string();
  }

  /// True from a request's first byte on.
  [[nodiscard]] bool has_begun() const { return in.size() > 0 || (parser && parser->got_some()); }
  void enter(Phase next) {
    phase = next;
    since = Clock::now();
    begun = false;
  }

  TcpSocket socket;
  std::string peer;
  boost::beast::flat_buffer in;
  std::optional<Parser> parser;
  std::string out;
  Request request;
  Phase phase = Phase::kReading;
  const SocketRoute* upgrade_route = nullptr;  // leaves the HTTP loop for this
  Clock::time_point since;                     // this phase, or the request's first byte, as the timer saw it
  bool begun = false;
  bool timed_out = false;
};

/// One exchange while it is answered.
struct Exchange {
  bool keep_alive = false;
  bool head_only = false;
  std::uint16_t status = 0;
  std::string_view method = "-";
  std::string_view path = "-";
  bool let_in = false;
  const Route* route = nullptr;
  std::string id;
  Clock::time_point started = Clock::now();
};

}  // namespace

struct Server::State : std::enable_shared_from_this<State> {
  State(Loop& on, const Router& routes, Authenticator& who, ServerOptions what)
      : loop(on), router(routes), authenticator(who), options(std::move(what)), acceptor(on.native().get_executor()) {
    std::uint32_t start = 0;
    CARDEA_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(&start), sizeof start) == 1);
    id_prefix = fmt::format("{:08x}", start);
    date = http_date(std::time(nullptr));
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
      if (connections.size() + sessions.size() >= options.connection_count_max) continue;
      ErrorCode ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      spawn(serve(self, std::make_unique<Connection>(std::move(socket))));
    }
    accepting = false;
    tell_if_empty();
  }

  // `self` keeps the state alive.
  Task<void> serve([[maybe_unused]] std::shared_ptr<State> self, std::unique_ptr<Connection> connection) {
    connections.insert(connection.get());
    while (!stopping && co_await exchange(*connection)) {
    }
    connections.erase(connection.get());
    if (connection->upgrade_route != nullptr && !stopping) {
      const auto session = make_socket_session(std::move(connection->socket), *connection->upgrade_route);
      sessions.insert(session.get());
      std::string head = head_of(connection->parser->get());
      connection.reset();
      co_await session->run(std::move(head));
      sessions.erase(session.get());
    }
    tell_if_empty();
  }

  // --- One request ---

  /// False when the connection ends.
  Task<bool> exchange(Connection& c) {
    c.enter(Connection::Phase::kReading);
    c.parser.emplace();
    c.parser->header_limit(options.header_size_bytes_max);
    c.parser->body_limit(body_size_max);
    auto [error, size] =
        co_await Operation([&](auto done) { beast_http::async_read_header(c.socket, c.in, *c.parser, std::move(done)); });
    Exchange x;
    if (!error) {
      if (const SocketRoute* route = socket_route(c)) co_return co_await upgrade(c, *route, x);
      error = co_await read_body(c);
    }
    if (error) co_return co_await refuse(c, error, x);
    c.enter(Connection::Phase::kHandling);
    const Response response = co_await answer(c, x);
    if (response.stream) co_return co_await send_stream(c, response, x);
    co_return co_await write(c, response, x) && x.keep_alive;
  }

  Task<ErrorCode> read_body(Connection& c) {
    if (c.parser->is_done()) co_return ErrorCode{};
    const std::size_t size_max = body_size_of_route(c);
    if (c.parser->content_length().value_or(0) > size_max) co_return make_error_code(beast_http::error::body_limit);
    c.parser->body_limit(size_max);
    if (view(c.parser->get()[beast_http::field::expect]) == "100-continue") {
      const std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await Operation(
          [&](auto done) { asio::async_write(c.socket, asio::buffer(go_on.data(), go_on.size()), std::move(done)); });
    }
    const auto [error, size] =
        co_await Operation([&](auto done) { beast_http::async_read(c.socket, c.in, *c.parser, std::move(done)); });
    co_return error;
  }

  std::size_t body_size_of_route(const Connection& c) const {
    const auto method = method_of(c.parser->get().method());
    const std::string_view target = view(c.parser->get().target());
    std::vector<std::pair<std::string_view, std::string>> ignored;
    if (!method) return options.body_size_bytes_max;
    const auto route = router.find(*method, target.substr(0, target.find('?')), ignored);
    return route && (*route)->body_size_bytes_max != 0 ? (*route)->body_size_bytes_max : options.body_size_bytes_max;
  }

  /// Bytes that are no request, or a request that takes too long: an answer if there is one, and the end.
  Task<bool> refuse(Connection& c, const ErrorCode& error, Exchange& x) {
    std::optional<Problem> problem = problem_of(error, options, body_size_of_route(c));
    if (c.timed_out && c.has_begun())
      problem = Problem{408,
                        "request_timeout",
                        fmt::format("The request was not complete within {} ms.", options.request_max.count()),
                        {},
                        {}};
    if (!problem) co_return false;
    next_id(x);
    if (co_await write(c, response_of(*problem), x)) co_await drain(c);
    co_return false;
  }

  /// Takes what the peer still sends, for a while: closing with bytes unread would take our answer away from it.
  Task<void> drain(Connection& c) {
    c.enter(Connection::Phase::kDraining);
    ErrorCode ignored;
    c.socket.shutdown(tcp::socket::shutdown_send, ignored);
    std::array<char, 4'096> trash;
    for (std::size_t taken = 0; taken < (1u << 20);) {
      const auto [error, size] =
          co_await Operation([&](auto done) { c.socket.async_read_some(asio::buffer(trash), std::move(done)); });
      if (error) co_return;
      taken += size;
    }
  }

  void next_id(Exchange& x) { x.id = fmt::format("{}-{:x}", id_prefix, ++request_count); }

  Task<Response> answer(Connection& c, Exchange& x) {
    next_id(x);
    const auto& message = c.parser->get();
    x.keep_alive = message.keep_alive() && !stopping;
    x.head_only = message.method() == beast_http::verb::head;
    x.method = view(message.method_string());
    const std::string_view target = view(message.target());
    const std::size_t question = target.find('?');
    x.path = target.substr(0, question);
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
    const auto route = router.find(*method, x.path, request.parameters);
    if (!route) {
      Response response = response_of(route.error());
      if (response.status == 405) response.headers.emplace_back("Allow", router.allowed_at(x.path));
      co_return response;
    }
    request.method = *method;
    request.path = x.path;
    request.query = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
    request.body = message.body();
    request.id = x.id;
    request.peer = c.peer;
    request.headers.clear();
    for (const auto& field : message) request.headers.emplace_back(view(field.name_string()), view(field.value()));
    if (!options.trusted_proxies.empty()) request.peer = client_behind(c.peer, request);
    x.route = *route;
    co_return co_await call(**route, request, x);
  }

  [[nodiscard]] bool is_trusted(std::string_view address) const {
    return std::find(options.trusted_proxies.begin(), options.trusted_proxies.end(), address) != options.trusted_proxies.end();
  }

  /// Each proxy adds at the end whom it speaks for: the last address that is no proxy of ours is the client's, and what stands
  /// before it is whatever the client wrote.
  [[nodiscard]] std::string_view client_behind(std::string_view peer, const Request& request) const {
    const auto forwarded = request.elements("x-forwarded-for");
    for (auto named = forwarded.rbegin(); named != forwarded.rend() && is_trusted(peer); ++named) peer = *named;
    return peer;
  }

  Task<Response> call(const Route& route, Request& request, Exchange& x) {
    try {
      request.principal = {};
      if (route.permission != Permission::kPublic) {
        auto principal = co_await authenticator.authenticate(request);
        if (!principal) co_return response_of(principal.error());
        request.principal = *std::move(principal);
        x.let_in = true;
        if (!request.principal.permissions.has(route.permission))
          co_return response_of(forbidden("forbidden", refusal_of(route.permission, request.principal)));
      }
      co_return co_await route.handler(request);
    } catch (const std::exception& error) {
      if (options.on_internal_error)
        options.on_internal_error(fmt::format("{} {} {}: {}", x.id, x.method, x.path, error.what()));
    }
    co_return response_of(
        {500, "internal", "The platform made a mistake. Its log has more under request " + x.id + ".", {}, {}});
  }

  void render(const Response& response, const Exchange& x, std::string& out) const {
    render_head(response, x, out);
    if (response.status != 204) fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", response.body.size());
    out += "\r\n";
    if (!x.head_only) out += response.body;
  }

  /// Without the length of the body, and the empty line.
  void render_head(const Response& response, const Exchange& x, std::string& out) const {
    out.clear();
    const auto append = std::back_inserter(out);
    const std::string_view reason = view(beast_http::obsolete_reason(static_cast<beast_http::status>(response.status)));
    fmt::format_to(append, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason, date);
    if (!response.content_type.empty()) fmt::format_to(append, "Content-Type: {}\r\n", response.content_type);
    fmt::format_to(append, "Cache-Control: no-store\r\nX-Request-Id: {}\r\n", x.id);
    if (!x.keep_alive) out += "Connection: close\r\n";
    for (const auto& [name, value] : response.headers) fmt::format_to(append, "{}: {}\r\n", name, value);
  }

  /// False when the peer is gone.
  Task<bool> write(Connection& c, const Response& response, Exchange& x) {
    c.enter(Connection::Phase::kWriting);
    if (stopping) x.keep_alive = false;
    x.status = response.status;
    render(response, x, c.out);
    const auto [error, size] =
        co_await Operation([&](auto done) { asio::async_write(c.socket, asio::buffer(c.out), std::move(done)); });
    note_access(c, x);
    co_return !error;
  }

  void note_access(const Connection& c, const Exchange& x) const {
    if (!options.on_access) return;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - x.started);
    options.on_access({x.id, x.method, x.path, x.status, took, x.let_in ? &c.request.principal : nullptr});
  }

  // --- Streams ---

  class StreamWriter final : public BodyWriter {
   public:
    StreamWriter(State& state, Connection& connection, const Exchange& exchange, bool chunked)
        : state_(state), c_(connection), x_(exchange), chunked_(chunked) {}

    Task<bool> write(std::string bytes) override { return write_piece(*this, std::move(bytes)); }

    static Task<bool> write_piece(StreamWriter& self, std::string bytes) {
      const bool is_open = co_await self.look();
      if (!is_open) co_return false;
      if (bytes.empty()) co_return true;  // an empty chunk would be the last one
      std::string chunk = self.chunked_ ? fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes) : std::move(bytes);
      const bool sent = co_await self.send(std::move(chunk));
      co_return sent;
    }
    Task<bool> look() {
      if (state_.stopping || peer_is_gone()) open_ = false;
      if (!open_ || Clock::now() - let_in_at_ < let_in_again_every) co_return open_;
      let_in_at_ = Clock::now();
      open_ = co_await state_.is_still_let_in(c_, x_);
      co_return open_;
    }
    Task<bool> send(std::string bytes) {
      c_.enter(Connection::Phase::kWriting);
      const auto [error, size] =
          co_await Operation([&](auto done) { asio::async_write(c_.socket, asio::buffer(bytes), std::move(done)); });
      c_.enter(Connection::Phase::kHandling);
      if (error) open_ = false;
      co_return open_;
    }

   private:
    /// A peer that has closed its side reads no more: nobody half-closes a stream that it wants to go on.
    [[nodiscard]] bool peer_is_gone() const {
      char byte = 0;
      const auto got = ::recv(c_.socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
      return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
    }
    State& state_;
    Connection& c_;
    const Exchange& x_;
    bool chunked_;
    bool open_ = true;
    Clock::time_point let_in_at_ = Clock::now();
  };

  /// Keys are revoked while streams run. Asking too often is no reason to end: the stream itself asks.
  Task<bool> is_still_let_in(const Connection& c, const Exchange& x) {
    if (x.route->permission == Permission::kPublic) co_return true;
    Request again = c.request;
    again.principal = {};
    const auto principal = co_await authenticator.authenticate(again);
    if (!principal.ok()) co_return principal.error().status == 429;
    co_return principal->permissions.has(x.route->permission);
  }

  /// Always false: the connection ends with the stream. A body that was cut short has no last chunk, and so shows.
  Task<bool> send_stream(Connection& c, const Response& response, Exchange& x) {
    x.keep_alive = false;
    x.status = response.status;
    const bool chunked = c.parser->get().version() == 11;
    render_head(response, x, c.out);
    if (chunked) c.out += "Transfer-Encoding: chunked\r\n";
    c.out += "\r\n";
    StreamWriter writer(*this, c, x, chunked);
    const bool begun = co_await writer.send(c.out);
    if (begun && !x.head_only) {
      try {
        co_await response.stream(writer);
        if (chunked && !c.timed_out) co_await writer.send("0\r\n\r\n");
      } catch (const std::exception& error) {
        if (options.on_internal_error)
          options.on_internal_error(fmt::format("{} {} {}: {}", x.id, x.method, x.path, error.what()));
      }
    }
    note_access(c, x);
    co_return false;
  }

  // --- Upgrades ---

  const SocketRoute* socket_route(const Connection& c) const {
    const auto& message = c.parser->get();
    if (!boost::beast::websocket::is_upgrade(message)) return nullptr;
    const std::string_view target = view(message.target());
    for (const auto& route : socket_routes)
      if (route->path == target) return route.get();
    return nullptr;
  }

  /// Always false: the connection leaves the HTTP loop, as a socket or for good.
  Task<bool> upgrade(Connection& c, const SocketRoute& route, Exchange& x) {
    if (lists(view(c.parser->get()[beast_http::field::sec_websocket_protocol]), route.subprotocol)) {
      c.upgrade_route = &route;
      co_return false;
    }
    next_id(x);
    const Problem problem{
        400, "malformed_request", "This WebSocket speaks the subprotocol " + route.subprotocol + " only.", {}, {}};
    co_await write(c, response_of(problem), x);
    co_return false;
  }

  // --- Time and the end ---

  void tick() {
    date = http_date(std::time(nullptr));
    const auto now = Clock::now();
    for (Connection* c : connections) {
      if (c->phase == Connection::Phase::kHandling) continue;
      if (c->phase == Connection::Phase::kReading && !c->begun && c->has_begun()) {
        c->begun = true;
        c->since = now;
      }
      if (now - c->since < allowed(*c)) continue;
      c->timed_out = true;
      ErrorCode ignored;
      c->socket.cancel(ignored);
    }
    // A tick may end a session, which leaves the set when its read has been told.
    for (SocketSession* session : std::vector<SocketSession*>(sessions.begin(), sessions.end()))
      session->tick(now, options.ping_every);
  }

  [[nodiscard]] std::chrono::milliseconds allowed(const Connection& c) const {
    switch (c.phase) {
      case Connection::Phase::kReading: return c.begun ? options.request_max : options.idle_max;
      case Connection::Phase::kWriting: return options.response_max;
      case Connection::Phase::kHandling:
      case Connection::Phase::kDraining: break;
    }
    return std::chrono::seconds(2);
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
    ErrorCode ignored;
    for (Connection* c : connections)
      if (c->phase == Connection::Phase::kReading && !c->has_begun()) c->socket.cancel(ignored);
    for (SocketSession* session : std::vector<SocketSession*>(sessions.begin(), sessions.end()))
      session->close(1001, "the platform stops");
  }

  void cut_all() {
    ErrorCode ignored;
    for (Connection* c : connections) c->socket.close(ignored);
    for (SocketSession* session : std::vector<SocketSession*>(sessions.begin(), sessions.end())) session->cut();
  }

  Loop& loop;
  const Router& router;
  Authenticator& authenticator;
  ServerOptions options;
  Acceptor acceptor;
  std::vector<std::unique_ptr<SocketRoute>> socket_routes;
  std::unordered_set<Connection*> connections;
  std::unordered_set<SocketSession*> sessions;
  bool accepting = false;
  std::size_t body_size_max = 0;
  std::string id_prefix;
  std::uint64_t request_count = 0;
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

Outcome<Done> Server::listen() {
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
    const std::string why = error == asio::error::address_in_use
                                ? "it is in use. Stop what listens there, or choose another address with --listen."
                                : error.message() + ". Choose another address with --listen.";
    return Problem{409, "address_unavailable", fmt::format("cannot listen on {}: {}", where, why), {}, {}};
  }
  state.body_size_max = state.options.body_size_bytes_max;
  for (const auto& route : state.router.routes())
    state.body_size_max = std::max(state.body_size_max, route->body_size_bytes_max);
  state.timer = state.loop.every(state.options.tick, [raw = &state] { raw->tick(); });
  spawn(state.accept_all(state_));
  return Done{};
}

std::uint16_t Server::port() const {
  ErrorCode ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

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
