// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock's end of a serial line to a gateway (spec/bearer-serial.md): asks for a connection when the link wants one, and
// carries the link's messages. Whoever has a UART feeds it:
//
//   line.received(bytes, now);               bytes came
//   line.poll(now);                          every second or so, and after anything happened at the lock
//
// Allocates nothing: a Link, and one buffer as large as the largest message that a lock has to read.

#include "core/serial/frames.hpp"
#include "lock/link/link.hpp"

namespace cardea {

class SerialLine {
 public:
  /// All of them outlive the line. `updater`: none for a lock that takes no firmware images.
  SerialLine(Lock& lock, Activation& activation, serial::ByteSink& out, update::Updater* updater = nullptr);
  SerialLine(const SerialLine&) = delete;
  SerialLine& operator=(const SerialLine&) = delete;

  void received(ByteSpan bytes, RunMillis now);
  void poll(RunMillis now);
  /// True between the link's handshake and the end of its connection.
  [[nodiscard]] bool open() const { return link_.open(); }
  /// update.md I6: a command waits for its run.
  [[nodiscard]] bool challenge_waits(RunMillis now) const { return link_.challenge_waits(now); }

 private:
  enum class Phase : std::uint8_t { kIdle, kAsked, kOpen };

  /// Where the link's messages go.
  class Sink final : public LinkSink {
   public:
    explicit Sink(SerialLine& line) : line_(&line) {}
    void send(ByteSpan message) override;
    void close() override;

   private:
    SerialLine* line_;
  };

  void take(const serial::Frame& frame, RunMillis now);
  void take_opened(RunMillis now);
  void ask(RunMillis now);
  void close();
  void dropped();
  void settle();
  void say(serial::FrameType type, std::uint32_t number, ByteSpan body = {});

  Lock* lock_;
  serial::ByteSink* out_;
  Phase phase_ = Phase::kIdle;
  std::uint32_t number_ = 0;
  RunMillis asked_at_;
  RunMillis next_ask_;
  bool ended_ = false;  ///< the link ended the connection, inside the call that is under way
  Bytes<serial::head_size_bytes + link_in_size_bytes + serial::crc_size_bytes> buffer_{};
  serial::FrameReader reader_;
  Sink sink_;
  Link link_;
};

}  // namespace cardea
