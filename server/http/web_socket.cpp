// SPDX-License-Identifier: Apache-2.0
#include "server/http/internal/web_socket.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace cardea::server::http {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr std::size_t kept_size_bytes_max = 1'024;

struct WebSocket::State {
  explicit State(Stream below) : stream(std::move(below)) {}
  websocket::stream<Stream, false> stream;
  beast::flat_buffer in;
};

namespace {

/// One type for every handler: one instantiation for every operation.
struct Handler {
  WebSocket::Done done;
  void operator()(ErrorCode error) { done(error); }
  void operator()(ErrorCode error, std::size_t) { done(error); }
};

template <class Message>
auto set_subprotocol(const std::string& subprotocol) {
  return websocket::stream_base::decorator(
      [subprotocol](Message& message) { message.set(beast::http::field::sec_websocket_protocol, subprotocol); });
}

}  // namespace

WebSocket::WebSocket(Stream stream, std::size_t message_size_bytes_max) : state_(std::make_unique<State>(std::move(stream))) {
  const auto never = websocket::stream_base::none();
  state_->stream.set_option(websocket::stream_base::timeout{never, never, false});
  state_->stream.read_message_max(message_size_bytes_max);
  state_->stream.binary(true);
}

WebSocket::~WebSocket() = default;

Stream& WebSocket::stream() { return state_->stream.next_layer(); }

void WebSocket::accept(const std::string& head, const std::string& subprotocol, Done done) {
  state_->stream.set_option(set_subprotocol<websocket::response_type>(subprotocol));
  state_->stream.async_accept(asio::buffer(head), Handler{std::move(done)});
}

void WebSocket::handshake(const std::string& host, const std::string& target, const std::string& subprotocol, Done done) {
  state_->stream.set_option(set_subprotocol<websocket::request_type>(subprotocol));
  state_->stream.async_handshake(host, target, Handler{std::move(done)});
}

void WebSocket::read(Done done) {
  // What one long message needed is not kept for the short ones that follow.
  state_->in.consume(state_->in.size());
  if (state_->in.capacity() > kept_size_bytes_max) state_->in.shrink_to_fit();
  state_->stream.async_read(state_->in, Handler{std::move(done)});
}

ByteSpan WebSocket::message() const {
  const auto data = state_->in.data();
  return {static_cast<const std::uint8_t*>(data.data()), data.size()};
}

bool WebSocket::message_is_binary() const { return state_->stream.got_binary(); }

void WebSocket::write(ByteSpan message, Done done) {
  state_->stream.async_write(asio::const_buffer(message.data(), message.size()), Handler{std::move(done)});
}

void WebSocket::ping(Done done) { state_->stream.async_ping({}, Handler{std::move(done)}); }

void WebSocket::close(std::uint16_t code, std::string_view reason, Done done) {
  // With a control callback, a read that finds the peer's close in its buffer waits a turn before it says so. Our close then
  // waits for that read, that read for our close, and neither ever ends (Boost 1.81).
  state_->stream.control_callback();
  const websocket::close_reason why(static_cast<websocket::close_code>(code), beast::string_view(reason.data(), reason.size()));
  state_->stream.async_close(why, Handler{std::move(done)});
}

void WebSocket::on_control(std::function<void()> callback) {
  state_->stream.control_callback([callback = std::move(callback)](websocket::frame_type, beast::string_view) { callback(); });
}

std::uint16_t WebSocket::peer_close_code() const { return static_cast<std::uint16_t>(state_->stream.reason().code); }

bool WebSocket::is_close(const ErrorCode& error) { return error == websocket::error::closed; }

}  // namespace cardea::server::http
