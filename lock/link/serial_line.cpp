// SPDX-License-Identifier: Apache-2.0
#include "lock/link/serial_line.hpp"

namespace cardea {
namespace {

using serial::FrameType;

constexpr std::uint64_t ask_again_ms = 5'000;  // B5
constexpr std::uint64_t ask_pause_ms = 500;    // B6

}  // namespace

SerialLine::SerialLine(Lock& lock, Activation& activation, serial::ByteSink& out, update::Updater* updater)
    : lock_(&lock), out_(&out), reader_(buffer_), sink_(*this), link_(lock, activation, sink_, updater) {}

void SerialLine::received(ByteSpan bytes, RunMillis now) {
  for (const std::uint8_t byte : bytes)
    if (const auto frame = reader_.take(byte)) take(*frame, now);
}

void SerialLine::poll(RunMillis now) {
  switch (phase_) {
    case Phase::kIdle:
      if (link_.wants_connection() && now >= next_ask_) ask(now);
      return;
    case Phase::kAsked:
      if (!link_.wants_connection()) return close();
      if (now.value - asked_at_.value < ask_again_ms) return;
      asked_at_ = now;
      return say(FrameType::kOpen, number_);
    case Phase::kOpen: link_.poll(now); return settle();
  }
}

void SerialLine::ask(RunMillis now) {
  Bytes<4> number{};
  if (lock_->provider().random(number) != Status::kOk) return;
  number_ = load_be<std::uint32_t>(number);
  if (number_ == 0) return;  // the next poll makes another
  phase_ = Phase::kAsked;
  asked_at_ = now;
  next_ask_ = {now.value + ask_pause_ms};
  say(FrameType::kOpen, number_);
}

void SerialLine::take(const serial::Frame& frame, RunMillis now) {
  const bool ours = phase_ != Phase::kIdle && frame.number == number_;
  switch (frame.type) {
    case FrameType::kReady: return dropped();
    case FrameType::kOpen: return;  // the lock's own
    case FrameType::kClosed:
      if (ours) dropped();
      return;
    case FrameType::kOpened: return ours ? take_opened(now) : say(FrameType::kClosed, frame.number);
    case FrameType::kMessage:
      if (!ours || phase_ != Phase::kOpen) return say(FrameType::kClosed, frame.number);
      link_.received(frame.body, now);
      return settle();
  }
}

void SerialLine::take_opened(RunMillis now) {
  if (phase_ == Phase::kOpen) return;  // said twice
  phase_ = Phase::kOpen;
  link_.connected(now);
  settle();
}

/// The connection is gone, whoever ended it.
void SerialLine::dropped() {
  if (phase_ == Phase::kOpen) link_.closed();
  phase_ = Phase::kIdle;
}

/// closed() follows when the link ended the connection itself.
void SerialLine::settle() {
  if (!ended_) return;
  ended_ = false;
  dropped();
}

void SerialLine::Sink::send(ByteSpan message) {
  if (!line_->ended_) line_->say(FrameType::kMessage, line_->number_, message);
}

void SerialLine::Sink::close() { line_->close(); }

void SerialLine::close() {
  if (ended_ || phase_ == Phase::kIdle) return;
  say(FrameType::kClosed, number_);
  ended_ = phase_ == Phase::kOpen;
  if (phase_ == Phase::kAsked) phase_ = Phase::kIdle;
}

void SerialLine::say(FrameType type, std::uint32_t number, ByteSpan body) { serial::write_frame({type, number, body}, *out_); }

}  // namespace cardea
