// SPDX-License-Identifier: Apache-2.0
#pragma once
// A near bearer on a line of bytes (spec/grant.md §5): frames of bearer-serial.md around packets of 20 bytes, which stands for
// a radio on a development board and under an emulator.
//
//   line.received(bytes, now);               bytes came
//   line.poll(now);                          every second or so

#include "core/serial/frames.hpp"
#include "lock/near/near.hpp"

namespace cardea {

inline constexpr std::size_t near_packet_size_bytes = 20;

class NearLine final : public NearSink {
 public:
  /// All of them outlive the line.
  NearLine(Lock& lock, serial::ByteSink& out) : out_(&out), reader_(buffer_), near_(lock, *this, near_packet_size_bytes) {}

  void received(ByteSpan bytes, RunMillis now);
  void poll(RunMillis now) { near_.poll(now); }
  [[nodiscard]] bool open() const { return near_.open(); }

  void send(ByteSpan packet) override;

 private:
  void take(const serial::Frame& frame, RunMillis now);

  serial::ByteSink* out_;
  std::optional<std::uint32_t> number_;  ///< of the connection
  Bytes<serial::head_size_bytes + near_packet_size_bytes + serial::crc_size_bytes> buffer_{};
  serial::FrameReader reader_;
  Near near_;
};

}  // namespace cardea
