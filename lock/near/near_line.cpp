// SPDX-License-Identifier: Apache-2.0
#include "lock/near/near_line.hpp"

namespace cardea {

using serial::FrameType;

void NearLine::received(ByteSpan bytes, RunMillis now) {
  for (const std::uint8_t byte : bytes)
    if (const auto frame = reader_.take(byte)) take(*frame, now);
}

void NearLine::take(const serial::Frame& frame, RunMillis now) {
  if (frame.type == FrameType::kOpen) {
    if (number_ != frame.number) near_.connected();
    number_ = frame.number;
    return serial::write_frame({FrameType::kOpened, frame.number}, *out_);
  }
  if (number_ != frame.number) return;  // G11
  if (frame.type == FrameType::kMessage) return near_.received(frame.body, now);
  if (frame.type != FrameType::kClosed) return;
  near_.closed();
  number_.reset();
}

void NearLine::send(ByteSpan packet) {
  if (number_) serial::write_frame({FrameType::kMessage, *number_, packet}, *out_);
}

}  // namespace cardea
