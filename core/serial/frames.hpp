// SPDX-License-Identifier: Apache-2.0
#pragma once
// Frames on a serial line between a lock and its gateway. Bytes: spec/bearer-serial.md §1. The same code at both ends.

#include <optional>

#include "core/base/bytes.hpp"

namespace cardea::serial {

inline constexpr std::size_t message_size_bytes_max = 8'192;
inline constexpr std::size_t head_size_bytes = 1 + 4;
inline constexpr std::size_t crc_size_bytes = 4;
inline constexpr std::size_t frame_size_bytes_max = head_size_bytes + message_size_bytes_max + crc_size_bytes;
inline constexpr std::uint8_t frame_end = 0xC0;

enum class FrameType : std::uint8_t { kReady = 0x01, kOpen = 0x02, kOpened = 0x03, kClosed = 0x04, kMessage = 0x10 };

struct Frame {
  FrameType type = FrameType::kReady;
  std::uint32_t number = 0;
  ByteSpan body = {};
};

/// Takes the line's bytes one by one and says when one of them ends a frame. What is no frame is dropped (B1).
class FrameReader {
 public:
  /// `buffer` is the caller's, outlives this, and bounds the frames: head, body and CRC.
  explicit FrameReader(MutableByteSpan buffer) : buffer_(buffer) {}

  /// The frame that `byte` ends; its body points into the buffer, until the next call.
  std::optional<Frame> take(std::uint8_t byte);

 private:
  void add(std::uint8_t byte);
  std::optional<Frame> finish();

  MutableByteSpan buffer_;
  std::size_t size_ = 0;
  bool escaped_ = false;
  bool broken_ = true;  ///< until the first 0xC0
};

/// Where a frame's bytes go, in pieces.
class ByteSink {
 public:
  /// To be sent or copied before this returns.
  virtual void write(ByteSpan bytes) = 0;

 protected:
  ~ByteSink() = default;
};

/// Writes a frame as it stands on the line, with a 0xC0 before it and behind it.
void write_frame(const Frame& frame, ByteSink& out);

}  // namespace cardea::serial
