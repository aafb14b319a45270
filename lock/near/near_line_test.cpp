// SPDX-License-Identifier: Apache-2.0
#include "lock/near/near_line.hpp"

#include <gtest/gtest.h>

#include "lock/near/testing/sim_near.hpp"

namespace cardea {
namespace {

using serial::Frame;
using serial::FrameType;
using testing::NearBuffer;
using testing::SimNearDoor;
using testing::SimPhone;

/// The phone's end of a line: frames go to the lock as bytes, and what the lock writes is read as frames.
class NearLineTest : public ::testing::Test, public serial::ByteSink {
 protected:
  void write(ByteSpan bytes) override { to_lock_.insert(to_lock_.end(), bytes.begin(), bytes.end()); }
  void say(const Frame& frame) {
    to_lock_.clear();
    serial::write_frame(frame, *this);
    line.received(to_lock_, now);
  }
  /// All messages of the lock since the last call; frames that carry none are counted by type.
  struct FromLock final : serial::ByteSink {
    void write(ByteSpan bytes) override {
      for (const std::uint8_t byte : bytes)
        if (const auto frame = reader.take(byte)) take(*frame);
    }
    void take(const Frame& frame) {
      number = frame.number;
      opened_count += frame.type == FrameType::kOpened ? 1 : 0;
      if (frame.type != FrameType::kMessage) return;
      EXPECT_LE(frame.body.size(), near_packet_size_bytes);
      ++packet_count;
      const auto whole = reassembler.take(frame.body);
      if (whole.ok() && *whole) message.assign((*whole)->begin(), (*whole)->end());
    }
    Bytes<64> buffer{};
    serial::FrameReader reader{buffer};
    session::Reassembler::Memory<512> memory;
    session::Reassembler reassembler{memory};
    NearBuffer message;
    std::uint32_t number = 0;
    int opened_count = 0;
    int packet_count = 0;
  };
  NearBuffer exchange(std::uint32_t connection, ByteSpan message) {
    from_lock.message.clear();
    session::Fragmenter pieces(message, ++message_number_ % session::fragment_number_count, near_packet_size_bytes);
    Bytes<near_packet_size_bytes> packet{};
    while (!pieces.done()) {
      const std::size_t size = pieces.next(packet);
      say({FrameType::kMessage, connection, ByteSpan(packet).first(size)});
    }
    return from_lock.message;
  }
  std::optional<grant::Answer> visit(std::uint32_t connection) {
    const auto visitor = std::make_unique<grant::Visitor>(door.door.provider, door.lease_of(phone));
    NearBuffer out(grant::visitor_message_size_bytes_max);
    Result<std::size_t> size = visitor->begin(out);
    while (size.ok() && *size > 0 && !visitor->answer()) {
      const NearBuffer answer = exchange(connection, ByteSpan(out).first(*size));
      if (answer.empty()) return std::nullopt;
      size = visitor->take(answer, out);
    }
    return visitor->answer();
  }

  SimNearDoor door;
  SimPhone phone{door.door.provider};
  FromLock from_lock;
  NearLine line{*door.door.lock, from_lock};
  RunMillis now{1'000};

 private:
  NearBuffer to_lock_;
  std::uint8_t message_number_ = 0;
};

TEST_F(NearLineTest, CarriesAVisitInPacketsOf20Bytes) {
  door.lease(phone, door.grant(1));
  say({FrameType::kOpen, 7});
  EXPECT_EQ(from_lock.opened_count, 1);
  const std::optional<grant::Answer> answer = visit(7);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->opened);
  EXPECT_TRUE(line.open());
  EXPECT_GT(from_lock.packet_count, 3);
  say({FrameType::kClosed, 7});
  EXPECT_FALSE(line.open());
}

// [rule: G11]
TEST_F(NearLineTest, DropsWhatBelongsToNoConnectionOrIsTooLong) {
  door.lease(phone, door.grant(1));
  EXPECT_FALSE(visit(7)) << "nothing was opened";
  say({FrameType::kOpen, 7});
  EXPECT_FALSE(visit(8)) << "another connection's";
  const Bytes<near_packet_size_bytes + 1> long_packet{0x80, 0x00, 0x03};
  say({FrameType::kMessage, 7, long_packet});
  EXPECT_EQ(from_lock.packet_count, 0);
  ASSERT_TRUE(visit(7));
  say({FrameType::kClosed, 8});
  EXPECT_TRUE(line.open()) << "another's end";
  say({FrameType::kOpen, 9});
  EXPECT_FALSE(line.open()) << "a connection ends the one before";
  say({FrameType::kClosed, 9});
  EXPECT_FALSE(visit(9)) << "closed";
}

}  // namespace
}  // namespace cardea
