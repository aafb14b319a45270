// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/platform_link.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cardea::lock_process {
namespace {

constexpr std::uint32_t pause_first_ms = 500;
constexpr std::uint32_t pause_max_ms = 15'000;
constexpr auto connect_patience = std::chrono::seconds(2);
constexpr std::uint16_t close_normal = 1000;

void say(const std::string& line) {
  fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
}

}  // namespace

PlatformLink::PlatformLink(Machine& machine, server::http::BaseUrl url)
    : machine_(&machine),
      url_(std::move(url)),
      link_(machine.lock(), machine.activation(), *this, machine.images() ? &machine.images()->updater() : nullptr) {}

void PlatformLink::poll() {
  if (!socket_ && link_.wants_connection() && machine_->now() >= next_try_) connect();
  if (socket_) receive();
  if (socket_) link_.poll(machine_->now());
  if (socket_ && broken_) disconnected();
}

void PlatformLink::connect() {
  auto socket = server::http::SocketClient::connect(url_, url_.prefix + "/v1/link", "cardea.link.v1", connect_patience);
  if (!socket.ok()) {
    if (!std::exchange(told_unreachable_, true)) say(socket.error().message + " The lock runs on, and tries again.");
    return disconnected();
  }
  told_unreachable_ = false;
  broken_ = false;
  socket_ = std::move(socket).value();
  link_.connected(machine_->now());
}

void PlatformLink::receive() {
  std::vector<std::uint8_t> message;
  while (socket_ && !broken_) {
    switch (socket_->receive(message, std::chrono::milliseconds(0))) {
      case server::http::SocketClient::Event::kNothing: return;
      case server::http::SocketClient::Event::kClosed:
        say(fmt::format("the platform ended the link ({})", socket_->close_code()));
        return disconnected();
      case server::http::SocketClient::Event::kMessage: {
        const bool claimed = machine_->lock().claimed();
        link_.received(message, machine_->now());
        if (!claimed && machine_->lock().claimed()) say("activated: the lock now belongs to a door");
        if (claimed && !machine_->lock().claimed()) say("released: the lock belongs to nobody");
        break;
      }
    }
    if (link_.open() && !std::exchange(was_open_, true)) {
      say("linked to the platform");
      pause_ms_ = 0;
    }
  }
}

/// After a link that stood, and after an activation, the next try is at once; else after a pause that grows.
void PlatformLink::disconnected() {
  const bool try_now = std::exchange(was_open_, false) && pause_ms_ == 0;
  socket_.reset();
  broken_ = false;
  link_.closed();
  pause_ms_ = std::clamp(pause_ms_ * 2, pause_first_ms, pause_max_ms);
  const std::uint32_t pause_ms = try_now ? pause_first_ms : pause_ms_;
  next_try_ = {machine_->now().value + pause_ms / 2 + jitter_() % pause_ms};
}

void PlatformLink::send(ByteSpan message) {
  if (socket_ && !broken_) broken_ = !socket_->send(message);
}

void PlatformLink::close() {
  if (socket_ && !broken_) socket_->close(close_normal);
  broken_ = true;
}

}  // namespace cardea::lock_process
