// SPDX-License-Identifier: Apache-2.0
#include <poll.h>

#include <deque>

#include "apps/cardea-conform/bearer.hpp"
#include "apps/cardea/stop.hpp"
#include "apps/line/line.hpp"

namespace cardea::conform {
namespace {

using serial::FrameType;
using Clock = std::chrono::steady_clock;
constexpr Milliseconds line_patience{20'000};
constexpr Milliseconds look_again{100};

class SerialBearer final : public Bearer {
 public:
  SerialBearer(std::string name, std::uint32_t baud) : name_(std::move(name)), baud_(baud) { reset(); }

  bool accept(Milliseconds patience) override {
    const Clock::time_point end = Clock::now() + patience;
    hang_up();
    messages_.clear();
    while (wanted_ == 0 && read_until(end)) {
    }
    if (wanted_ == 0) return false;
    number_ = std::exchange(wanted_, 0);
    say(FrameType::kOpened, number_);
    return true;
  }
  [[nodiscard]] bool open() const override { return number_ != 0; }
  void send(ByteSpan message) override {
    if (open()) say(FrameType::kMessage, number_, message);
  }
  std::optional<Message> receive(Milliseconds patience) override {
    const Clock::time_point end = Clock::now() + patience;
    while (messages_.empty() && open() && read_until(end)) {
    }
    if (messages_.empty()) return std::nullopt;
    Message message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }
  void hang_up() override {
    if (open()) say(FrameType::kClosed, number_);
    number_ = 0;
  }
  void reset() override {
    number_ = wanted_ = 0;
    messages_.clear();
    line_.reset();
    reader_ = serial::FrameReader(buffer_);
    const Clock::time_point end = Clock::now() + line_patience;
    std::string why;
    while (!line_ && Clock::now() < end) {
      auto line = line::Line::open_named(name_, baud_);
      if (line.ok())
        line_ = std::move(line).value();
      else
        why = line.error();
      if (!line_) ::poll(nullptr, 0, static_cast<int>(look_again.count()));
    }
    if (!line_) throw client::unreachable(why + ".");
    say(FrameType::kReady, 0);
  }

 private:
  /// Takes what comes; false when the time is over or the line gone.
  bool read_until(Clock::time_point end) {
    const auto left = std::chrono::duration_cast<Milliseconds>(end - Clock::now());
    if (left.count() <= 0 || line_->broken()) return false;
    line_->wait(left);
    for (const std::uint8_t byte : line_->read())
      if (const auto frame = reader_.take(byte)) take(*frame);
    return true;
  }
  void take(const serial::Frame& frame) {
    if (frame.type == FrameType::kOpen) {
      if (frame.number == number_) return say(FrameType::kOpened, number_);
      if (frame.number == 0) return;
      number_ = 0;  // B3
      wanted_ = frame.number;
    } else if (frame.type == FrameType::kClosed) {
      if (frame.number == number_) number_ = 0;
      if (frame.number == wanted_) wanted_ = 0;
    } else if (frame.type == FrameType::kMessage) {
      if (frame.number == number_ && open()) messages_.emplace_back(frame.body.begin(), frame.body.end());
    }
  }
  void say(FrameType type, std::uint32_t number, ByteSpan body = {}) { serial::write_frame({type, number, body}, *line_); }

  std::string name_;
  std::uint32_t baud_;
  std::optional<line::Line> line_;
  Message buffer_ = Message(serial::frame_size_bytes_max);
  serial::FrameReader reader_{buffer_};
  std::uint32_t number_ = 0;
  std::uint32_t wanted_ = 0;
  std::deque<Message> messages_;
};

}  // namespace

std::unique_ptr<Bearer> make_serial_bearer(const std::string& line, std::uint32_t baud) {
  return std::make_unique<SerialBearer>(line, baud);
}

}  // namespace cardea::conform
