// SPDX-License-Identifier: Apache-2.0
#include "server/http/internal/connection.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include "server/http/server.hpp"

namespace cardea::server::http {
namespace beast_http = boost::beast::http;

/// What is taken of a body that was refused, before the connection is cut: twice the largest that any route takes, a firmware
/// image.
constexpr std::size_t drained_size_bytes_max = 8 * 1'024 * 1'024;

Connection::Connection(TcpSocket connected, Newcomers& newcomers) : stream(std::move(connected)), newcomers_(newcomers) {
  ErrorCode ignored;
  auto address = stream.socket().remote_endpoint(ignored).address();
  // On a socket for both kinds an IPv4 client is told as ::ffff:192.0.2.1.
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  peer = address.to_string();
}

Task<ErrorCode> Connection::handshake(SslHandle ssl) {
  enter(Phase::kHandshake);
  stream.start_tls(std::move(ssl));
  const auto [error, size] = co_await Operation([&](auto done) { stream.async_handshake(std::move(done)); });
  co_return error;
}

Task<ErrorCode> Connection::read_head(std::uint32_t header_size_max, std::size_t body_size_max) {
  enter(Phase::kReading);
  parser.emplace();
  parser->header_limit(header_size_max);
  parser->body_limit(body_size_max);
  const auto [error, size] =
      co_await Operation([&](auto done) { beast_http::async_read_header(stream, in, *parser, std::move(done)); });
  co_return error;
}

Task<ErrorCode> Connection::read_body(std::size_t size_max) {
  if (parser->is_done()) co_return ErrorCode{};
  if (parser->content_length().value_or(0) > size_max) co_return make_error_code(beast_http::error::body_limit);
  parser->body_limit(size_max);
  if (view(message()[beast_http::field::expect]) == "100-continue") {
    const std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await write(go_on);
  }
  const auto [error, size] =
      co_await Operation([&](auto done) { beast_http::async_read(stream, in, *parser, std::move(done)); });
  co_return error;
}

Task<bool> Connection::write(std::string_view bytes) {
  const auto [error, size] = co_await Operation(
      [&](auto done) { asio::async_write(stream, asio::buffer(bytes.data(), bytes.size()), std::move(done)); });
  co_return !error;
}

Task<void> Connection::drain() {
  enter(Phase::kDraining);
  stream.shutdown_send();
  std::array<char, 4'096> trash;
  for (std::size_t taken = 0; taken < drained_size_bytes_max;) {
    const auto [error, size] =
        co_await Operation([&](auto done) { stream.socket().async_read_some(asio::buffer(trash), std::move(done)); });
    if (error) co_return;
    taken += size;
  }
}

std::string Connection::head() const {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", view(message().method_string()), view(message().target()));
  for (const auto& field : message())
    fmt::format_to(std::back_inserter(text), "{}: {}\r\n", view(field.name_string()), view(field.value()));
  return text + "\r\n";
}

void Connection::enter(Phase next) {
  phase_ = next;
  since_ = Clock::now();
  begun_ = false;
  // A request that is worked on, and its answer, are wanted; a peer that we wait for may not come.
  if (next == Phase::kHandling || next == Phase::kWriting)
    Newcomers::leave(*this);
  else
    newcomers_.join(*this);
}

void Connection::tick(Clock::time_point now, const ServerOptions& options) {
  if (phase_ == Phase::kHandling) return;
  if (phase_ == Phase::kReading && !begun_ && has_begun()) {
    begun_ = true;
    since_ = now;
  }
  if (now - since_ < allowed(options)) return;
  timed_out_ = true;
  cancel();
}

std::chrono::milliseconds Connection::allowed(const ServerOptions& options) const {
  switch (phase_) {
    case Phase::kHandshake: return options.handshake_max;
    case Phase::kReading: return begun_ ? options.request_max : options.idle_max;
    case Phase::kWriting: return options.response_max;
    case Phase::kHandling:
    case Phase::kDraining: break;
  }
  return std::chrono::seconds(2);
}

}  // namespace cardea::server::http
