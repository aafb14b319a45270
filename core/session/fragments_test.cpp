// SPDX-License-Identifier: Apache-2.0
#include "core/session/fragments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace cardea::session {
namespace {

using Buffer = std::vector<std::uint8_t>;
using Packets = std::vector<Buffer>;

Buffer message_of(std::size_t size) {
  Buffer message(size);
  for (std::size_t i = 0; i < size; ++i) message[i] = static_cast<std::uint8_t>(i * 7 + size);
  return message;
}

Packets cut(const Buffer& message, std::uint8_t number, std::size_t packet_size) {
  Packets packets;
  for (Fragmenter fragmenter(message, number, packet_size); !fragmenter.done();) {
    Buffer packet(packet_size);
    packet.resize(fragmenter.next(packet));
    packets.push_back(packet);
  }
  return packets;
}

/// What came whole of these packets, refusals left out.
std::vector<Buffer> put_together(Reassembler& reassembler, const Packets& packets) {
  std::vector<Buffer> messages;
  for (const Buffer& packet : packets) {
    const auto whole = reassembler.take(packet);
    if (whole.ok() && *whole) messages.emplace_back((*whole)->begin(), (*whole)->end());
  }
  return messages;
}

struct Receiver {
  Receiver() { reassembler.set_limit(message_size_bytes_max); }
  Reassembler::Memory<message_size_bytes_max> memory;
  Reassembler reassembler{memory};
};

// [rule: SE12]
TEST(SessionFragments, EverySizeComesTogetherOverEveryBearer) {
  for (const std::size_t packet_size : {4u, 5u, 20u, 51u, 250u}) {
    for (std::size_t size = 1; size <= 300; ++size) {
      Receiver receiver;
      const Buffer message = message_of(size);
      Packets packets = cut(message, 3, packet_size);
      std::ranges::reverse(packets);
      EXPECT_EQ(put_together(receiver.reassembler, packets), std::vector<Buffer>{message}) << size << " in " << packet_size;
    }
  }
  Receiver receiver;
  const Buffer longest = message_of(message_size_bytes_max);
  EXPECT_EQ(put_together(receiver.reassembler, cut(longest, 0, 20)), std::vector<Buffer>{longest});
}

// [rule: SE12]
TEST(SessionFragments, SurviveLossDoublingAndAnyOrderAmongRepeats) {
  std::mt19937 draw(9528);
  for (int round = 0; round < 300; ++round) {
    Receiver receiver;
    const Buffer message = message_of(1 + draw() % 600);
    Packets all;
    const Packets once = cut(message, static_cast<std::uint8_t>(round % 8), round % 2 == 0 ? 20 : 51);
    const Packets others = cut(message, static_cast<std::uint8_t>(round % 8), 32);  // a repeat may be cut in another way
    for (const Packets* packets : {&once, &others, &once})
      for (const Buffer& packet : *packets)
        if (draw() % 3 != 0) all.push_back(packet);
    all.insert(all.end(), once.begin(), once.end());  // every piece at least once
    std::ranges::shuffle(all, draw);
    const std::vector<Buffer> whole = put_together(receiver.reassembler, all);
    ASSERT_FALSE(whole.empty()) << round;
    for (const Buffer& one : whole) EXPECT_EQ(one, message);
  }
}

// [rule: SE12]
TEST(SessionFragments, ARepeatOfAWholeMessageBringsItAgainWithItsLastPiece) {
  Receiver receiver;
  const Buffer message = message_of(50);
  const Packets packets = cut(message, 1, 20);
  EXPECT_EQ(put_together(receiver.reassembler, packets).size(), 1u);
  EXPECT_EQ(receiver.reassembler.take(packets[0]).status(), Status::kStale);
  EXPECT_EQ(put_together(receiver.reassembler, packets), std::vector<Buffer>{message});
  Buffer other = packets.back();
  other.back() ^= 1;
  EXPECT_EQ(receiver.reassembler.take(other).status(), Status::kStale);
}

// [rule: SE13]
TEST(SessionFragments, ANewerMessageEndsAnOlderAndALateOneIsDropped) {
  for (std::uint8_t ahead = 1; ahead < fragment_number_count; ++ahead) {
    Receiver receiver;
    const Packets first = cut(message_of(30), 6, 20);
    const Packets second = cut(message_of(40), static_cast<std::uint8_t>((6 + ahead) % 8), 20);
    ASSERT_TRUE(receiver.reassembler.take(first[0]).ok());
    const Status status = receiver.reassembler.take(second[0]).status();
    EXPECT_EQ(status, ahead <= 4 ? Status::kOk : Status::kStale) << int{ahead};
    const bool first_is_whole = !put_together(receiver.reassembler, {first[1]}).empty();
    EXPECT_EQ(first_is_whole, ahead > 4);
    receiver.reassembler.reset();
    EXPECT_EQ(put_together(receiver.reassembler, second).size(), 1u) << "after a new connection any number is taken";
  }
}

// [rule: SE13]
TEST(SessionFragments, AStrangerFillsOneSmallMessageAndNoMore) {
  Reassembler::Memory<1'024> memory;
  Reassembler reassembler(memory);
  const Packets packets = cut(message_of(1'024), 0, 20);
  std::size_t held = 0;
  for (const Buffer& packet : packets) held += reassembler.take(packet).ok() ? packet.size() - 2 : 0;
  EXPECT_LE(held, handshake_size_bytes_max);
  EXPECT_EQ(reassembler.take(packets.back()).status(), Status::kOutOfRange);
  reassembler.set_limit(message_size_bytes_max);  // a session stands; the memory is the bound
  EXPECT_EQ(put_together(reassembler, packets).size(), 1u);
  EXPECT_EQ(reassembler.take(cut(message_of(1'026), 1, 255)[4]).status(), Status::kOutOfRange);
}

// [rule: SE14]
TEST(SessionFragments, ABadPieceIsDroppedAlone) {
  Receiver receiver;
  const Buffer message = message_of(50);
  const Packets packets = cut(message, 0, 20);
  ASSERT_TRUE(receiver.reassembler.take(packets[0]).ok());
  EXPECT_EQ(receiver.reassembler.take({}).status(), Status::kTooShort);
  EXPECT_EQ(receiver.reassembler.take(Buffer{0, 0}).status(), Status::kTooShort) << "empty";
  EXPECT_EQ(receiver.reassembler.take(Buffer{0, 4, 1}).status(), Status::kMalformed) << "odd, and not the last";
  EXPECT_EQ(receiver.reassembler.take(Buffer{0x80, 0, 1, 2}).status(), Status::kMalformed) << "ends before what there is";
  ASSERT_TRUE(receiver.reassembler.take(packets[2]).ok());
  EXPECT_EQ(receiver.reassembler.take(Buffer{0x80, 15, 1, 2}).status(), Status::kMalformed) << "another end";
  EXPECT_EQ(receiver.reassembler.take(Buffer{0, 25, 1, 2}).status(), Status::kMalformed) << "beyond the end";
  EXPECT_EQ(receiver.reassembler.take(Buffer{0x8f, 0xff, 1, 2, 3}).status(), Status::kOutOfRange);
  EXPECT_EQ(put_together(receiver.reassembler, {packets[1]}), std::vector<Buffer>{message});
}

}  // namespace
}  // namespace cardea::session
