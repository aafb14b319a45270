// SPDX-License-Identifier: Apache-2.0
#pragma once
// Beast's WebSocket behind plain callbacks, so that its templates, the heaviest of the server, are compiled once for both
// sides. Binary messages, no compression. One read and one write under way at most; ping and close may run beside them.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "server/http/internal/stream.hpp"

namespace cardea::server::http {

class WebSocket {
 public:
  using Done = std::move_only_function<void(ErrorCode)>;

  WebSocket(Stream stream, std::size_t message_size_bytes_max);
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;
  ~WebSocket();

  /// What is below, to connect or cut it.
  Stream& stream();

  /// The server's side: answers the upgrade request `head` (as it was read, up to its empty line).
  void accept(const std::string& head, const std::string& subprotocol, Done done);
  /// The client's side.
  void handshake(const std::string& host, const std::string& target, const std::string& subprotocol, Done done);

  /// One message, then in message() until the next read().
  void read(Done done);
  [[nodiscard]] ByteSpan message() const;
  [[nodiscard]] bool message_is_binary() const;
  /// `message` stays valid until `done`.
  void write(ByteSpan message, Done done);
  void ping(Done done);
  void close(std::uint16_t code, std::string_view reason, Done done);

  /// Called for each ping, pong and close that arrives before close().
  void on_control(std::function<void()> callback);
  /// The peer's close code after a read failed with "closed"; 0 when it said none.
  [[nodiscard]] std::uint16_t peer_close_code() const;
  /// True for the error of a read that ended with the peer's close.
  static bool is_close(const ErrorCode& error);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cardea::server::http
