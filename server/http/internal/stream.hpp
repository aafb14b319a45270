// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bytes of a connection, in plain or under TLS, as Asio's and Beast's algorithms want them: an AsyncStream. Plain bytes go
// straight to the socket.

#include <algorithm>
#include <array>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <memory>
#include <span>
#include <utility>

#include "server/http/internal/tls_channel.hpp"

namespace cardea::server::http {

/// One step of a channel, tried until it is done. Holds the channel, not the stream: that may be gone when it runs.
template <class Try, class Handler>
class TlsOperation {
 public:
  using executor_type = asio::associated_executor_t<Handler, Executor>;
  using allocator_type = asio::associated_allocator_t<Handler>;

  TlsOperation(std::shared_ptr<TlsChannel> channel, Executor executor, Try attempt, Handler handler)
      : channel_(std::move(channel)), executor_(executor), attempt_(std::move(attempt)), handler_(std::move(handler)) {}

  executor_type get_executor() const noexcept { return asio::get_associated_executor(handler_, executor_); }
  allocator_type get_allocator() const noexcept { return asio::get_associated_allocator(handler_); }

  /// `try_now`: without waiting for the socket first. Never calls the handler before it returns.
  void start(bool try_now) {
    if (!try_now) return wait(TlsChannel::Next::kWaitToRead);
    const TlsChannel::Step step = attempt_once();
    if (step.next != TlsChannel::Next::kDone) return wait(step.next);
    const auto executor = get_executor();
    asio::post(executor, boost::beast::bind_front_handler(std::move(handler_), step.error, step.size));
  }

  void operator()(ErrorCode error) {
    if (error) return handler_(error, std::size_t{0});
    const TlsChannel::Step step = attempt_once();
    if (step.next != TlsChannel::Next::kDone) return wait(step.next);
    handler_(step.error, step.size);
  }

 private:
  TlsChannel::Step attempt_once() {
    if (channel_->socket() == nullptr) return {.error = asio::error::operation_aborted};
    return attempt_(*channel_);
  }
  void wait(TlsChannel::Next next) {
    TcpSocket& socket = *channel_->socket();
    socket.async_wait(next == TlsChannel::Next::kWaitToRead ? TcpSocket::wait_read : TcpSocket::wait_write, std::move(*this));
  }

  std::shared_ptr<TlsChannel> channel_;
  Executor executor_;
  Try attempt_;
  Handler handler_;
};

class Stream {
 public:
  using executor_type = Executor;

  explicit Stream(TcpSocket socket) : socket_(std::move(socket)) {}
  Stream(Stream&& other) noexcept : socket_(std::move(other.socket_)), channel_(std::move(other.channel_)) {
    if (channel_) channel_->moved(socket_);
  }
  Stream& operator=(Stream&&) = delete;
  ~Stream() { close(); }

  executor_type get_executor() { return socket_.get_executor(); }
  /// To connect it, and for its options; it is closed by close() alone.
  TcpSocket& socket() { return socket_; }
  [[nodiscard]] const TcpSocket& socket() const { return socket_; }
  /// Null in plain.
  [[nodiscard]] TlsChannel* tls() const { return channel_.get(); }

  /// From now on everything is under TLS; async_handshake() comes first.
  void start_tls(SslHandle ssl) {
    ErrorCode ignored;
    socket_.native_non_blocking(true, ignored);
    channel_ = std::make_shared<TlsChannel>(socket_, std::move(ssl));
  }

  /// `handler(error, 0)`.
  template <class Handler>
  void async_handshake(Handler handler) {
    start([](TlsChannel& channel) { return channel.handshake(); }, std::move(handler), true);
  }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (!channel_) return socket_.async_read_some(buffers, std::forward<Handler>(handler)), void();
    const asio::mutable_buffer out = first_of<asio::mutable_buffer>(buffers);
    const auto read = [out](TlsChannel& channel) -> TlsChannel::Step {
      if (out.size() == 0) return {};
      return channel.read({static_cast<char*>(out.data()), out.size()});
    };
    start(read, std::decay_t<Handler>(std::forward<Handler>(handler)), out.size() == 0 || channel_->has_pending());
  }

  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (!channel_) return socket_.async_write_some(buffers, std::forward<Handler>(handler)), void();
    const auto write = [buffers](TlsChannel& channel) { return write_gathered(channel, buffers); };
    start(write, std::decay_t<Handler>(std::forward<Handler>(handler)), true);
  }

  /// True when the peer's side has closed or broken off; nothing is read.
  [[nodiscard]] bool peer_is_gone();
  /// Ends what is under way with operation_aborted.
  void cancel();
  /// Tells the peer that nothing more comes.
  void shutdown_send();
  void close();

 private:
  /// A record's most; what is written in several pieces goes out as one record, and by one call.
  static constexpr std::size_t record_size_bytes_max = 16'384;

  template <class Buffer, class Buffers>
  static Buffer first_of(const Buffers& buffers) {
    for (auto it = asio::buffer_sequence_begin(buffers); it != asio::buffer_sequence_end(buffers); ++it)
      if (Buffer(*it).size() != 0) return *it;
    return {};
  }

  template <class Buffers>
  static TlsChannel::Step write_gathered(TlsChannel& channel, const Buffers& buffers) {
    const auto first = first_of<asio::const_buffer>(buffers);
    if (first.size() == 0) return {};
    if (first.size() == asio::buffer_size(buffers) || first.size() >= record_size_bytes_max)
      return channel.write({static_cast<const char*>(first.data()), std::min(first.size(), record_size_bytes_max)});
    static thread_local std::array<char, record_size_bytes_max> record;
    const std::size_t size = asio::buffer_copy(asio::buffer(record), buffers);
    return channel.write({record.data(), size});
  }

  template <class Try, class Handler>
  void start(Try attempt, Handler handler, bool try_now) {
    TlsOperation<Try, Handler>(channel_, get_executor(), std::move(attempt), std::move(handler)).start(try_now);
  }

  TcpSocket socket_;
  std::shared_ptr<TlsChannel> channel_;
};

// What Beast's WebSocket asks of a stream at its end.

inline void teardown(boost::beast::role_type role, Stream& stream, boost::beast::error_code& error) {
  if (stream.tls() != nullptr) stream.tls()->say_goodbye();
  boost::beast::websocket::teardown(role, stream.socket(), error);
}
template <class Handler>
void async_teardown(boost::beast::role_type role, Stream& stream, Handler&& handler) {
  if (stream.tls() != nullptr) stream.tls()->say_goodbye();
  boost::beast::websocket::async_teardown(role, stream.socket(), std::forward<Handler>(handler));
}
inline void beast_close_socket(Stream& stream) { stream.close(); }

}  // namespace cardea::server::http
