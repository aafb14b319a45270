// SPDX-License-Identifier: Apache-2.0
#pragma once
// A small blocking HTTP client and a WebSocket client, for the command line, the lock's process and tests. One object, one
// thread. Over https the server's certificate is checked, always: TLS 1.3, a trusted authority, the host's name.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

namespace cardea::server::http {

/// "http://host:port" or "https://host:port/prefix", IPv6 as "http://[::1]:8480". Port 80, or 443, unless named.
struct BaseUrl {
  std::string host;
  std::string port;
  std::string prefix;  ///< "" or "/…" without a final slash
  bool tls = false;
  std::string ca_file = {};  ///< PEM: the authorities to believe, in place of the system's
};
/// Nothing when `text` is no such URL.
std::optional<BaseUrl> parse_base_url(std::string_view text);

/// The other side could not be reached, or did not speak HTTP: exit status 3. `message` is for people: "cannot reach
/// http://127.0.0.1:8480: connection refused. Is cardea-server running?"
struct Unreachable {
  std::string message;
};

struct ClientRequest {
  std::string method = "GET";
  std::string path = "/";  ///< "/v1/doors?limit=10"
  std::string body = {};
  std::string content_type = "application/json";  ///< sent with a body only
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct ClientResponse {
  std::uint16_t status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Keeps its connection between calls, and connects anew when the server has closed it.
class Client {
 public:
  explicit Client(BaseUrl url, std::chrono::milliseconds timeout = std::chrono::seconds(30));
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();
  /// `timeout` spans the whole exchange. A request whose connection was found closed before it was sent is sent again, once.
  Result<ClientResponse, Unreachable> send(const ClientRequest& request);

  /// The same for a body without an end: while the status is 200, hands each piece to `take` as it comes, until it returns
  /// false or the stream ends. Any other status comes back with its body. Unreachable also when nothing came for `silence_max`
  /// or the stream broke off.
  Result<ClientResponse, Unreachable> follow(const ClientRequest& request, std::chrono::milliseconds silence_max,
                                             const std::function<bool(std::string_view)>& take);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A WebSocket, binary messages. Everything blocks at most as long as its timeout, and nothing runs in between: made for a poll
/// loop of one thread. Pings are answered inside receive().
class SocketClient {
 public:
  /// Connects and upgrades `path` with `subprotocol`.
  static Result<SocketClient, Unreachable> connect(const BaseUrl& url, std::string_view path, std::string_view subprotocol,
                                                   std::chrono::milliseconds timeout);
  SocketClient(SocketClient&&) noexcept;
  SocketClient& operator=(SocketClient&&) noexcept;
  ~SocketClient();

  /// False when the connection is gone.
  bool send(ByteSpan message);

  enum class Event : std::uint8_t { kMessage, kNothing, kClosed };
  /// The next message into `out`; kNothing when none came within `timeout` (0: look, do not wait); kClosed when the
  /// connection has ended: close_code() then says how.
  Event receive(std::vector<std::uint8_t>& out, std::chrono::milliseconds timeout);

  void close(std::uint16_t code);
  /// 1006 when the connection broke without a word.
  [[nodiscard]] std::uint16_t close_code() const;
  /// For poll(2): readable means that receive(out, 0) is worth a call; call it until it says kNothing.
  [[nodiscard]] int descriptor() const;

 private:
  struct State;
  explicit SocketClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cardea::server::http
