// SPDX-License-Identifier: Apache-2.0
#pragma once
// One HTTP connection of the server: a request's bytes in, an answer's bytes out, and how long each may take. Beast's reading
// is instantiated in connection.cpp alone.

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/task.hpp"
#include "server/http/internal/newcomers.hpp"
#include "server/http/internal/stream.hpp"
#include "server/http/message.hpp"

namespace cardea::server::http {

struct ServerOptions;
struct SocketRoute;

using Clock = std::chrono::steady_clock;
using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

inline std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

class Connection final : public Newcomer {
 public:
  enum class Phase : std::uint8_t { kHandshake, kReading, kHandling, kWriting, kDraining };

  /// It waits among `newcomers`, which outlive it, whenever it waits for its peer.
  Connection(TcpSocket connected, Newcomers& newcomers);

  /// TLS's handshake, as the server's side; the error that ended it, for the log.
  Task<ErrorCode> handshake(SslHandle ssl);
  /// The next request's line and headers, at most `header_size_max` bytes of them.
  Task<ErrorCode> read_head(std::uint32_t header_size_max, std::size_t body_size_max);
  /// Its body, at most `size_max` bytes; asks for it if the client waits for that.
  Task<ErrorCode> read_body(std::size_t size_max);
  /// False when the peer is gone. `bytes` stay valid until then.
  Task<bool> write(std::string_view bytes);
  /// Takes what the peer still sends, for a while: closing with bytes unread would take our answer away from it.
  Task<void> drain();

  [[nodiscard]] const Parser::value_type& message() const { return parser->get(); }
  /// Its line and headers as text again.
  [[nodiscard]] std::string head() const;
  /// True from a request's first byte on.
  [[nodiscard]] bool has_begun() const { return in.size() > 0 || (parser && parser->got_some()); }
  /// True when the peer's side has closed or broken off; nothing is read.
  [[nodiscard]] bool peer_is_gone() { return stream.peer_is_gone(); }

  void enter(Phase next);
  [[nodiscard]] Phase phase() const { return phase_; }
  /// From the server's timer: ends what is under way when it has taken too long.
  void tick(Clock::time_point now, const ServerOptions& options);
  [[nodiscard]] bool timed_out() const { return timed_out_; }
  /// Ends what is under way.
  void cancel() { stream.cancel(); }
  void close() { stream.close(); }

  Stream stream;
  std::string peer;  ///< its address, without the port
  boost::beast::flat_buffer in;
  std::optional<Parser> parser;
  std::string out;
  Request request;
  const SocketRoute* upgrade_route = nullptr;  ///< leaves the HTTP loop for this

 private:
  void give_way() override { cancel(); }
  [[nodiscard]] std::chrono::milliseconds allowed(const ServerOptions& options) const;

  Newcomers& newcomers_;
  Phase phase_ = Phase::kReading;
  Clock::time_point since_ = Clock::now();  // this phase, or the request's first byte, as the timer saw it
  bool begun_ = false;
  bool timed_out_ = false;
};

}  // namespace cardea::server::http
