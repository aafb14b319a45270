// SPDX-License-Identifier: Apache-2.0
#include "core/serial/frames.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "core/base/crc32.hpp"

namespace cardea::serial {
namespace {

using Line = std::vector<std::uint8_t>;

class Recorder final : public ByteSink {
 public:
  void write(ByteSpan bytes) override { line.insert(line.end(), bytes.begin(), bytes.end()); }
  Line line;
};

Line line_of(const Frame& frame) {
  Recorder recorder;
  write_frame(frame, recorder);
  return recorder.line;
}

struct Heard {
  FrameType type;
  std::uint32_t number;
  Line body;
  bool operator==(const Heard&) const = default;
};

std::vector<Heard> read(const Line& line, std::size_t room = frame_size_bytes_max) {
  std::vector<std::uint8_t> buffer(room);
  FrameReader reader(buffer);
  std::vector<Heard> heard;
  for (const std::uint8_t byte : line)
    if (const auto frame = reader.take(byte))
      heard.push_back({frame->type, frame->number, {frame->body.begin(), frame->body.end()}});
  return heard;
}

const Line body = {0x00, 0xC0, 0xDB, 0xDC, 0xDD, 0xFF, 0xC0};
const Frame message{FrameType::kMessage, 0xC0DB0001, body};

// The CRC of 02 01020304 by Python's zlib.crc32: 2b9a80ac.
// [rule: B1]
TEST(SerialFrames, StandOnTheLineAsThePageSays) {
  EXPECT_EQ(line_of({FrameType::kOpen, 0x01020304}), (Line{0xC0, 0x02, 0x01, 0x02, 0x03, 0x04, 0x2B, 0x9A, 0x80, 0xAC, 0xC0}));
  const Line line = line_of(message);
  EXPECT_EQ((Line{line.begin(), line.begin() + 8}), (Line{0xC0, 0x10, 0xDB, 0xDC, 0xDB, 0xDD, 0x00, 0x01}));
}

// [rule: B1]
TEST(SerialFrames, AnyFlippedBitAndAnyLostByteLosesTheFrameAndNotTheNext) {
  const Line good = line_of(message);
  const Line next = line_of({FrameType::kClosed, 7});
  const Heard closed{FrameType::kClosed, 7, {}};
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      Line bad = good;
      bad[at] = static_cast<std::uint8_t>(bad[at] ^ (1 << bit));
      bad.insert(bad.end(), next.begin(), next.end());
      EXPECT_EQ(read(bad), std::vector<Heard>{closed}) << at << ' ' << bit;
    }
    Line shorter = good;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(at));
    shorter.insert(shorter.end(), next.begin(), next.end());
    const std::vector<Heard> heard = read(shorter);
    ASSERT_FALSE(heard.empty());
    EXPECT_EQ(heard.back(), closed) << at;
  }
}

// [rule: B1]
TEST(SerialFrames, DropsWhatHasTheRightSumAndIsNoFrame) {
  struct Wrong {
    std::uint8_t type;
    std::uint32_t number;
    Line body;
  };
  const Wrong wrongs[] = {{0x00, 1, {}},  {0x05, 1, {}},  {0x11, 1, {1}}, {0x01, 1, {}}, {0x01, 0, {1}}, {0x02, 0, {}},
                          {0x02, 1, {1}}, {0x03, 1, {1}}, {0x04, 0, {}},  {0x10, 1, {}}, {0x10, 0, {1}}};
  for (const Wrong& wrong : wrongs) {
    Line bytes{wrong.type, 0, 0, 0, static_cast<std::uint8_t>(wrong.number)};
    bytes.insert(bytes.end(), wrong.body.begin(), wrong.body.end());
    Bytes<crc_size_bytes> crc{};
    store_be(crc32(bytes), crc);
    bytes.insert(bytes.end(), crc.begin(), crc.end());
    Line line{frame_end};
    line.insert(line.end(), bytes.begin(), bytes.end());
    line.push_back(frame_end);
    EXPECT_TRUE(read(line).empty()) << int{wrong.type} << ' ' << wrong.number;
  }
}

// [rule: B1]
TEST(SerialFrames, DropsAFrameThatHasNoRoomAndReadsTheNext) {
  Line line = line_of(message);
  const Line next = line_of({FrameType::kOpened, 1});
  line.insert(line.end(), next.begin(), next.end());
  EXPECT_EQ(read(line, head_size_bytes + body.size() + crc_size_bytes - 1), (std::vector<Heard>{{FrameType::kOpened, 1, {}}}));
  EXPECT_EQ(read(line, head_size_bytes + body.size() + crc_size_bytes).size(), 2u);
}

TEST(SerialFrames, FindsItsPlaceInTheMiddleOfAFrame) {
  Line line = line_of(message);
  line.erase(line.begin(), line.begin() + 5);
  const Line next = line_of({FrameType::kReady, 0});
  line.insert(line.end(), next.begin(), next.end());
  EXPECT_EQ(read(line), (std::vector<Heard>{{FrameType::kReady, 0, {}}}));
}

TEST(SerialFrames, CarriesTheLongestMessageAndNeighboursThatShareAnEnd) {
  Line longest(message_size_bytes_max);
  std::iota(longest.begin(), longest.end(), std::uint8_t{0xC0});
  Line line = line_of({FrameType::kMessage, 5, longest});
  line.pop_back();
  const Line next = line_of({FrameType::kClosed, 5});
  line.insert(line.end(), next.begin(), next.end());
  EXPECT_EQ(read(line), (std::vector<Heard>{{FrameType::kMessage, 5, longest}, {FrameType::kClosed, 5, {}}}));
}

}  // namespace
}  // namespace cardea::serial
