// SPDX-License-Identifier: Apache-2.0
// A lock's serial line with anything on it: noise, and good frames of every type in any order. Held against it: it says only
// frames, carries no message without a connection, opens nothing, and answers a gateway that begins anew.
#include "core/base/testing/fuzz.hpp"
#include "lock/link/serial_line.hpp"
#include "lock/testing/platform/sim_lock.hpp"

namespace {

using namespace cardea;
using namespace cardea::testing;
using serial::FrameType;

/// The gateway's end: what the lock asked for last, and whether it may speak.
class Gateway final : public serial::ByteSink {
 public:
  void write(ByteSpan bytes) override {
    for (const std::uint8_t byte : bytes)
      if (const auto frame = reader_.take(byte)) take(*frame);
    line_ended_ = !bytes.empty() && bytes.back() == serial::frame_end;
  }
  [[nodiscard]] bool line_ended() const { return line_ended_; }
  std::optional<std::uint32_t> asked;  ///< by the newest *open*
  bool opened = false;

 private:
  void take(const serial::Frame& frame) {
    switch (frame.type) {
      case FrameType::kOpen: asked = frame.number; return;
      case FrameType::kClosed:
        if (asked == frame.number) asked.reset();
        return;
      case FrameType::kMessage: return require(opened && asked == frame.number && !frame.body.empty());
      case FrameType::kReady:
      case FrameType::kOpened: return require(false);  // the gateway's own
    }
  }

  Bytes<serial::frame_size_bytes_max> buffer_{};
  serial::FrameReader reader_{buffer_};
  bool line_ended_ = true;
};

class Recorder final : public serial::ByteSink {
 public:
  void write(ByteSpan bytes) override { line.insert(line.end(), bytes.begin(), bytes.end()); }
  std::vector<std::uint8_t> line;
};

class Bench {
 public:
  Bench(SimDoor& door) : door_(&door), line_(*door.lock, *door.activation, gateway_) {}

  void step(ByteReader& in) {
    const std::uint8_t op = in.u8();
    switch (op % 8) {
      case 0: line_.received(take_part(in), now_); break;
      case 1:
        now_.value += std::uint64_t{1} << op / 8 % 18;
        line_.poll(now_);
        break;
      case 2: say(FrameType::kOpened, gateway_.asked.value_or(op), {}); break;
      case 3: answer(); break;
      default: say(types[op / 8 % 5], op >= 128 ? gateway_.asked.value_or(op) : in.u32(), take_part(in)); break;
    }
    require(gateway_.line_ended());
    require(door_->world.motor.open_count == 0);
  }
  /// Whatever was said: a gateway that begins anew is asked.
  void begin_anew() {
    const Bytes<2> ends{serial::frame_end, serial::frame_end};
    line_.received(ends, now_);
    say(FrameType::kReady, 0, {});
    gateway_.asked.reset();
    gateway_.opened = false;
    now_.value += 10'000;
    line_.poll(now_);
    require(gateway_.asked.has_value());
  }

 private:
  static constexpr FrameType types[] = {FrameType::kReady, FrameType::kOpen, FrameType::kOpened, FrameType::kClosed,
                                        FrameType::kMessage};
  /// Only what belongs to its type: the rest is no frame (core/serial/frames_fuzz.cpp).
  void say(FrameType type, std::uint32_t number, ByteSpan body) {
    if (type == FrameType::kReady) number = 0;
    if (type != FrameType::kReady && number == 0) number = 1;
    if (type != FrameType::kMessage) body = {};
    if (type == FrameType::kMessage && body.empty()) return;
    if (type == FrameType::kOpened && gateway_.asked == number) gateway_.opened = true;
    Recorder recorder;
    serial::write_frame({type, number, body}, recorder);
    line_.received(recorder.line, now_);
  }
  /// An M2 that nobody has the key for.
  void answer() {
    if (gateway_.asked) say(FrameType::kMessage, *gateway_.asked, session::M2{session::m2_type});
  }

  SimDoor* door_;
  Gateway gateway_;
  RunMillis now_{1'000'000};
  SerialLine line_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static SimDoor door{link::LockClass::kProtected};
  if (!door.lock->claimed()) door.activate();
  Bench bench(door);
  ByteReader in(ByteSpan(data, size));
  for_each_step(in, [&bench](ByteReader& rest) { bench.step(rest); });
  bench.begin_anew();
  return 0;
}
