// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-gateway/gateway.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace cardea::gateway {
namespace {

using namespace std::chrono_literals;
using serial::FrameType;

constexpr std::chrono::milliseconds pause_first = 500ms;
constexpr std::chrono::milliseconds pause_max = 15s;
constexpr auto connect_patience = 2s;
constexpr auto interest = 20s;     // B5
constexpr auto good_enough = 10s;  // B4
constexpr int reads_at_once = 16;  // and then the platform has its turn
constexpr std::uint16_t close_normal = 1000;

void log(const std::string& line) {
  fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
}

}  // namespace

void Pause::begin(Clock::time_point now) {
  length_ = std::clamp(length_ * 2, pause_first, pause_max);
  until_ = now + length_ / 2 + std::chrono::milliseconds(jitter_() % static_cast<std::uint32_t>(length_.count() / 2));
}

void Gateway::run_once(std::chrono::milliseconds patience) {
  if (!line_ && line_pause_.over(options_.now())) find_line();
  if (line_) read_line();
  if (line_ && wanted_ && !socket_ && platform_pause_.over(options_.now())) connect();
  if (socket_) read_platform();
  if (line_ && line_->broken()) lose_line();
  wait(patience);
}

void Gateway::find_line() {
  auto line = line::Line::open(options_.serial, options_.baud);
  if (!line.ok()) {
    if (!std::exchange(told_no_line_, true)) log(line.error() + ". The gateway tries again until it is there.");
    return line_pause_.begin(options_.now());
  }
  line_pause_.reset();
  told_no_line_ = false;
  line_ = std::move(line).value();
  reader_ = serial::FrameReader(buffer_);
  say(FrameType::kReady, 0);
  log(fmt::format("the line {} is open", options_.serial));
}

void Gateway::lose_line() {
  log(fmt::format("the line {} is gone", options_.serial));
  line_.reset();
  line_pause_.begin(options_.now());
  end_connection();
  platform_pause_.reset();
}

void Gateway::read_line() {
  for (int i = 0; i < reads_at_once; ++i)
    for (const std::uint8_t byte : line_->read())
      if (const auto frame = reader_.take(byte)) take(*frame);
}

void Gateway::take(const serial::Frame& frame) {
  switch (frame.type) {
    case FrameType::kReady: return;  // the gateway's own
    case FrameType::kOpen: return take_open(frame.number);
    case FrameType::kOpened: return say(FrameType::kClosed, frame.number);
    case FrameType::kClosed:
      if (is(frame.number)) end_connection();
      return;
    case FrameType::kMessage: return take_message(frame);
  }
}

void Gateway::take_open(std::uint32_t number) {
  if (!is(number)) end_connection();  // B3
  wanted_ = {number, options_.now()};
  if (socket_) say(FrameType::kOpened, number);
}

void Gateway::take_message(const serial::Frame& frame) {
  if (!is(frame.number) || !socket_) return say(FrameType::kClosed, frame.number);
  if (socket_->send(frame.body)) return;
  say(FrameType::kClosed, frame.number);
  end_connection();
}

void Gateway::connect() {
  if (options_.now() - wanted_->heard_at > interest) return wanted_.reset();
  auto socket = server::http::SocketClient::connect(options_.platform, options_.platform.prefix + "/v1/link", "cardea.link.v1",
                                                    connect_patience);
  platform_pause_.begin(options_.now());
  if (!socket.ok()) {
    if (!std::exchange(told_unreachable_, true)) log(socket.error().message + " The gateway tries again.");
    return;
  }
  told_unreachable_ = false;
  socket_ = std::move(socket).value();
  connected_at_ = options_.now();
  log("connected for the lock");
  say(FrameType::kOpened, wanted_->number);
}

void Gateway::read_platform() {
  std::vector<std::uint8_t> message;
  while (socket_) {
    switch (socket_->receive(message, 0ms)) {
      case server::http::SocketClient::Event::kNothing: return;
      case server::http::SocketClient::Event::kClosed:
        log(fmt::format("the platform ended the lock's connection ({})", socket_->close_code()));
        say(FrameType::kClosed, wanted_->number);
        return end_connection();
      case server::http::SocketClient::Event::kMessage:
        if (!message.empty() && message.size() <= serial::message_size_bytes_max) {
          say(FrameType::kMessage, wanted_->number, message);
          break;
        }
        log(fmt::format("the platform sent {} bytes, which no line carries", message.size()));
        say(FrameType::kClosed, wanted_->number);
        return end_connection();
    }
  }
}

void Gateway::end_connection() {
  if (socket_) {
    socket_->close(close_normal);
    if (options_.now() - connected_at_ >= good_enough) platform_pause_.reset();
  }
  socket_.reset();
  wanted_.reset();
}

void Gateway::wait(std::chrono::milliseconds patience) const {
  pollfd wanted[2] = {{line_ ? line_->descriptor() : -1, POLLIN, 0}, {socket_ ? socket_->descriptor() : -1, POLLIN, 0}};
  ::poll(wanted, 2, static_cast<int>(patience.count()));
}

void Gateway::say(FrameType type, std::uint32_t number, ByteSpan body) {
  if (line_) serial::write_frame({type, number, body}, *line_);
}

}  // namespace cardea::gateway
