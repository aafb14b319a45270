// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps a lock's connection to its platform: a WebSocket at /v1/link, tried again with growing, jittered pauses.

#include <optional>
#include <random>
#include <vector>

#include "apps/cardea-lock/machine.hpp"
#include "lock/link/link.hpp"
#include "server/http/client.hpp"

namespace cardea::lock_process {

class PlatformLink final : private LinkSink {
 public:
  PlatformLink(Machine& machine, server::http::BaseUrl url);

  /// Connects if it is time, takes what came, says what there is to say. Blocks at most two seconds, while it connects.
  void poll();
  /// Readable when something came; -1 while there is no connection.
  [[nodiscard]] int descriptor() const { return socket_ ? socket_->descriptor() : -1; }
  /// update.md I6.
  [[nodiscard]] bool challenge_waits() const { return link_.challenge_waits(machine_->now()); }
  /// Tries again at once: the button was pressed.
  void hurry() { next_try_ = {}; }

 private:
  void send(ByteSpan message) override;
  void close() override;

  void connect();
  void receive();
  void disconnected();

  Machine* machine_;
  server::http::BaseUrl url_;
  Link link_;
  std::optional<server::http::SocketClient> socket_;
  bool broken_ = false;  ///< the connection is to be dropped, after the call that found it
  bool was_open_ = false;
  bool told_unreachable_ = false;
  RunMillis next_try_;
  std::uint32_t pause_ms_ = 0;
  std::minstd_rand jitter_{std::random_device{}()};
};

}  // namespace cardea::lock_process
