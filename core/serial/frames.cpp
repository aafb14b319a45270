// SPDX-License-Identifier: Apache-2.0
#include "core/serial/frames.hpp"

#include "core/base/crc32.hpp"

namespace cardea::serial {
namespace {

constexpr std::uint8_t escape = 0xDB;
constexpr std::uint8_t escaped_end = 0xDC;
constexpr std::uint8_t escaped_escape = 0xDD;

bool belongs(const Frame& frame) {
  switch (frame.type) {
    case FrameType::kReady: return frame.number == 0 && frame.body.empty();
    case FrameType::kOpen:
    case FrameType::kOpened:
    case FrameType::kClosed: return frame.number != 0 && frame.body.empty();
    case FrameType::kMessage: return frame.number != 0 && !frame.body.empty() && frame.body.size() <= message_size_bytes_max;
  }
  return false;
}

/// Collects escaped bytes, so that the sink is called for many at once.
class EscapedWriter {
 public:
  explicit EscapedWriter(ByteSink& out) : out_(&out) {}
  void end() {
    put(frame_end);
    flush();
  }
  void begin() { put(frame_end); }
  void bytes(ByteSpan in) {
    for (const std::uint8_t byte : in) {
      if (byte == frame_end || byte == escape) put(escape);
      put(byte == frame_end ? escaped_end : byte == escape ? escaped_escape : byte);
    }
  }

 private:
  void put(std::uint8_t byte) {
    if (size_ == piece_.size()) flush();
    piece_[size_++] = byte;
  }
  void flush() {
    out_->write(ByteSpan(piece_).first(size_));
    size_ = 0;
  }

  ByteSink* out_;
  Bytes<64> piece_{};
  std::size_t size_ = 0;
};

}  // namespace

std::optional<Frame> FrameReader::take(std::uint8_t byte) {
  if (byte == frame_end) return finish();
  if (broken_) return std::nullopt;
  if (escaped_) {
    escaped_ = false;
    if (byte != escaped_end && byte != escaped_escape) {
      broken_ = true;
      return std::nullopt;
    }
    add(byte == escaped_end ? frame_end : escape);
    return std::nullopt;
  }
  if (byte == escape) {
    escaped_ = true;
  } else {
    add(byte);
  }
  return std::nullopt;
}

void FrameReader::add(std::uint8_t byte) {
  if (size_ == buffer_.size()) {
    broken_ = true;
    return;
  }
  buffer_[size_++] = byte;
}

std::optional<Frame> FrameReader::finish() {
  const std::size_t size = size_;
  const bool whole = !broken_ && !escaped_ && size >= head_size_bytes + crc_size_bytes;
  size_ = 0;
  escaped_ = false;
  broken_ = false;
  if (!whole) return std::nullopt;
  const ByteSpan bytes = buffer_.first(size);
  const ByteSpan checked = bytes.first(size - crc_size_bytes);
  if (crc32(checked) != load_be<std::uint32_t>(bytes.last(crc_size_bytes))) return std::nullopt;
  const Frame frame{static_cast<FrameType>(checked[0]), load_be<std::uint32_t>(checked.subspan(1, 4)),
                    checked.subspan(head_size_bytes)};
  if (!belongs(frame)) return std::nullopt;
  return frame;
}

void write_frame(const Frame& frame, ByteSink& out) {
  CARDEA_ASSERT(belongs(frame));
  Bytes<head_size_bytes> head{static_cast<std::uint8_t>(frame.type)};
  store_be(frame.number, std::span(head).subspan<1>());
  Bytes<crc_size_bytes> crc{};
  store_be(crc32_more(crc32(head), frame.body), crc);
  EscapedWriter writer(out);
  writer.begin();
  writer.bytes(head);
  writer.bytes(frame.body);
  writer.bytes(crc);
  writer.end();
}

}  // namespace cardea::serial
