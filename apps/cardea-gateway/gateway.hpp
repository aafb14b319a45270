// SPDX-License-Identifier: Apache-2.0
#pragma once
// The gateway's end of a serial line (spec/bearer-serial.md §2): holds the connection to the platform that the lock asked for,
// and carries messages between the two. It reads none of them.

#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "apps/line/line.hpp"
#include "server/http/client.hpp"

namespace cardea::gateway {

/// A pause that doubles with every failure, from half a second to 15 s, with jitter.
class Pause {
 public:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] bool over(Clock::time_point now) const { return now >= until_; }
  void begin(Clock::time_point now);
  /// The next one is short again.
  void reset() { length_ = {}; }

 private:
  std::chrono::milliseconds length_{};
  Clock::time_point until_{};
  std::minstd_rand jitter_{std::random_device{}()};
};

struct GatewayOptions {
  std::string serial;  ///< a device or a unix socket
  std::uint32_t baud = 115'200;
  server::http::BaseUrl platform;
  std::function<Pause::Clock::time_point()> now = Pause::Clock::now;  ///< for tests, whose time is their own
};

class Gateway {
 public:
  explicit Gateway(GatewayOptions options) : options_(std::move(options)) {}

  /// Takes what came from either side and hands it on; waits at most `patience` for something to come, and longer only while it
  /// connects.
  void run_once(std::chrono::milliseconds patience);

 private:
  using Clock = std::chrono::steady_clock;
  struct Wanted {
    std::uint32_t number = 0;
    Clock::time_point heard_at;
  };

  void find_line();
  void lose_line();
  void read_line();
  void take(const serial::Frame& frame);
  void take_open(std::uint32_t number);
  void take_message(const serial::Frame& frame);
  void connect();
  void read_platform();
  void end_connection();
  void wait(std::chrono::milliseconds patience) const;
  void say(serial::FrameType type, std::uint32_t number, ByteSpan body = {});
  [[nodiscard]] bool is(std::uint32_t number) const { return wanted_ && wanted_->number == number; }

  GatewayOptions options_;
  std::optional<line::Line> line_;
  Pause line_pause_;
  bool told_no_line_ = false;
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(serial::frame_size_bytes_max);
  serial::FrameReader reader_{buffer_};

  std::optional<Wanted> wanted_;
  std::optional<server::http::SocketClient> socket_;
  Clock::time_point connected_at_;
  Pause platform_pause_;
  bool told_unreachable_ = false;
};

}  // namespace cardea::gateway
