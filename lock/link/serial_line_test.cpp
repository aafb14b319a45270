// SPDX-License-Identifier: Apache-2.0
#include "lock/link/serial_line.hpp"

#include <gtest/gtest.h>

#include "lock/testing/platform/sim_lock.hpp"

namespace cardea {
namespace {

using serial::FrameType;
using testing::SimDoor;

struct Heard {
  FrameType type;
  std::uint32_t number;
  std::vector<std::uint8_t> body;
};

/// The gateway's end of the line, and the platform behind it.
class Gateway final : public serial::ByteSink {
 public:
  void write(ByteSpan bytes) override {
    for (const std::uint8_t byte : bytes)
      if (const auto frame = reader_.take(byte))
        heard.push_back({frame->type, frame->number, {frame->body.begin(), frame->body.end()}});
  }
  std::vector<Heard> heard;

 private:
  Bytes<serial::frame_size_bytes_max> buffer_{};
  serial::FrameReader reader_{buffer_};
};

class Recorder final : public serial::ByteSink {
 public:
  void write(ByteSpan bytes) override { line.insert(line.end(), bytes.begin(), bytes.end()); }
  std::vector<std::uint8_t> line;
};

class SerialLineTest : public ::testing::Test {
 protected:
  void say(FrameType type, std::uint32_t number, ByteSpan body = {}) {
    Recorder recorder;
    serial::write_frame({type, number, body}, recorder);
    line.received(recorder.line, now);
  }
  /// The one frame that the lock has sent since the last call.
  Heard only() {
    EXPECT_EQ(gateway.heard.size(), 1u);
    const Heard frame = gateway.heard.empty() ? Heard{} : gateway.heard.front();
    gateway.heard.clear();
    return frame;
  }
  /// The lock asks; the number that it chose.
  std::uint32_t asked() {
    now.value += 1'000;
    line.poll(now);
    const Heard frame = only();
    EXPECT_EQ(frame.type, FrameType::kOpen);
    EXPECT_NE(frame.number, 0u);
    return frame.number;
  }
  /// Connects and plays the platform's half of the handshake.
  std::uint32_t greet() {
    const std::uint32_t number = asked();
    say(FrameType::kOpened, number);
    const Heard m1 = only();
    EXPECT_EQ(m1.type, FrameType::kMessage);
    EXPECT_EQ(m1.number, number);
    platform_.emplace(door.provider, door.platform.shared_key(), door.platform.record().session);
    say(FrameType::kMessage, number, *platform_->answer(m1.body));
    EXPECT_TRUE(line.open());
    EXPECT_FALSE(gateway.heard.empty());
    EXPECT_EQ(platform_->take_proof(gateway.heard.front().body), Status::kOk);
    door.platform.record().session = platform_->ratchet;
    gateway.heard.clear();
    return number;
  }
  std::vector<std::uint8_t> sealed(ByteSpan message) { return platform_->seal_bytes(message); }

  SimDoor door{link::LockClass::kProtected};
  Gateway gateway;
  RunMillis now{1'000'000};
  SerialLine line{*door.lock, *door.activation, gateway};

 private:
  std::optional<link::PlatformEnd> platform_;
};

constexpr std::uint8_t fetch[] = {0x41, 0, 0, 0, 1};

// [rule: B2] [rule: B5]
TEST_F(SerialLineTest, AsksWithOneNumberUntilItIsAnswered) {
  door.activate();
  const std::uint32_t number = asked();
  for (int second = 1; second <= 10; ++second) {
    now.value += 1'000;
    line.poll(now);
    if (second % 5 == 0) {
      const Heard again = only();
      EXPECT_EQ(again.type, FrameType::kOpen);
      EXPECT_EQ(again.number, number);
    }
    EXPECT_TRUE(gateway.heard.empty()) << second;
  }
  say(FrameType::kOpened, number);
  EXPECT_EQ(only().body.size(), session::m1_size_bytes);
  say(FrameType::kOpened, number);
  EXPECT_TRUE(gateway.heard.empty()) << "said twice, it begins nothing anew";
}

TEST_F(SerialLineTest, CarriesALinkBothWays) {
  door.activate();
  const std::uint32_t number = greet();
  say(FrameType::kMessage, number, sealed(fetch));
  EXPECT_TRUE(line.open());
  EXPECT_FALSE(gateway.heard.empty()) << "the records from the first";
  for (const Heard& frame : gateway.heard) {
    EXPECT_EQ(frame.type, FrameType::kMessage);
    EXPECT_EQ(frame.number, number);
  }
}

// [rule: B2]
TEST_F(SerialLineTest, HearsNothingUnderAnotherNumber) {
  door.activate();
  const std::uint32_t number = greet();
  say(FrameType::kClosed, number + 1);
  EXPECT_TRUE(line.open());
  EXPECT_TRUE(gateway.heard.empty());
  for (const FrameType type : {FrameType::kMessage, FrameType::kOpened}) {
    say(type, number + 1, type == FrameType::kMessage ? ByteSpan(fetch) : ByteSpan());
    const Heard answer = only();
    EXPECT_EQ(answer.type, FrameType::kClosed);
    EXPECT_EQ(answer.number, number + 1);
    EXPECT_TRUE(line.open());
  }
}

TEST_F(SerialLineTest, TakesNoMessageBeforeTheConnectionStands) {
  door.activate();
  const std::uint32_t number = asked();
  say(FrameType::kMessage, number, fetch);
  EXPECT_EQ(only().type, FrameType::kClosed);
  EXPECT_FALSE(line.open());
}

// [rule: B3] [rule: B6]
TEST_F(SerialLineTest, AGatewayThatStartsAgainIsAskedAgainWithAnotherNumber) {
  door.activate();
  std::uint32_t number = greet();
  say(FrameType::kReady, 0);
  EXPECT_FALSE(line.open());
  EXPECT_TRUE(gateway.heard.empty());
  EXPECT_NE(std::exchange(number, greet()), number);
  say(FrameType::kClosed, number);
  EXPECT_FALSE(line.open());
  EXPECT_NE(asked(), number);
  say(FrameType::kReady, 0);
  line.poll(now);
  EXPECT_TRUE(gateway.heard.empty()) << "half a second passes between two numbers";
  now.value += 500;
  line.poll(now);
  EXPECT_EQ(only().type, FrameType::kOpen);
}

// [rule: B6]
TEST_F(SerialLineTest, SaysSoWhenItEndsTheConnection) {
  door.activate();
  const std::uint32_t number = greet();
  say(FrameType::kMessage, number, fetch);  // no frame of the session
  EXPECT_FALSE(line.open());
  const Heard last = only();
  EXPECT_EQ(last.type, FrameType::kClosed);
  EXPECT_EQ(last.number, number);
  say(FrameType::kMessage, number, sealed(fetch));
  EXPECT_EQ(only().type, FrameType::kClosed) << "what was on its way belongs to no connection";
}

// [rule: B6]
TEST_F(SerialLineTest, AnUnclaimedLockAsksOnlyWhileItMayBeClaimed) {
  line.poll(now);
  EXPECT_TRUE(gateway.heard.empty());
  ASSERT_TRUE(door.lock->press().opened);
  const std::uint32_t number = asked();
  door.world.counter.advance(activation::button_window_s + 1);
  now.value += 1'000;
  line.poll(now);
  const Heard last = only();
  EXPECT_EQ(last.type, FrameType::kClosed);
  EXPECT_EQ(last.number, number);
  now.value += 10'000;
  line.poll(now);
  EXPECT_TRUE(gateway.heard.empty());
}

// [rule: B1]
TEST_F(SerialLineTest, AFrameThatTheLineLostEndsTheConnectionAtTheNextOne) {
  door.activate();
  const std::uint32_t number = greet();
  static_cast<void>(sealed(fetch));  // lost
  say(FrameType::kMessage, number, sealed(fetch));
  EXPECT_FALSE(line.open());
  EXPECT_EQ(only().type, FrameType::kClosed);
}

}  // namespace
}  // namespace cardea
