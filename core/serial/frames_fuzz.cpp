// SPDX-License-Identifier: Apache-2.0
// A hostile line: whatever a reader takes for a frame, written again and read again, is the same frame.
#include <vector>

#include "core/serial/frames.hpp"

namespace {

using namespace cardea;
using namespace cardea::serial;

class Again final : public ByteSink {
 public:
  explicit Again(FrameReader& reader) : reader_(&reader) {}
  void write(ByteSpan bytes) override {
    for (const std::uint8_t byte : bytes)
      if (const auto frame = reader_->take(byte)) heard = frame;
  }
  std::optional<Frame> heard;

 private:
  FrameReader* reader_;
};

void check(const Frame& frame) {
  static Bytes<frame_size_bytes_max> buffer;
  FrameReader reader(buffer);
  Again again(reader);
  write_frame(frame, again);
  if (!again.heard || again.heard->type != frame.type || again.heard->number != frame.number) __builtin_trap();
  if (!std::equal(frame.body.begin(), frame.body.end(), again.heard->body.begin(), again.heard->body.end())) __builtin_trap();
}

}  // namespace

/// The first byte chooses the room.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::vector<std::uint8_t> buffer(data[0] == 0 ? frame_size_bytes_max : data[0]);
  FrameReader reader(buffer);
  for (std::size_t i = 1; i < size; ++i)
    if (const auto frame = reader.take(data[i])) check(*frame);
  return 0;
}
