// SPDX-License-Identifier: Apache-2.0
#pragma once
// A CMSDK UART: what comes is taken by interrupt into a ring, what goes waits for room asleep.

#include "core/serial/frames.hpp"
#include "lock/port/mps2/board.hpp"

namespace cardea::mps2 {

class Uart final : public serial::ByteSink {
 public:
  /// `which`: 0 the bearer's, 1 the panel's, 2 the near bearer's. `ring` is the caller's and outlives this: what may come while
  /// the lock computes.
  Uart(std::size_t which, MutableByteSpan ring) : base_(board.uart_base[which]), ring_(ring), which_(which) {}
  Uart(const Uart&) = delete;
  Uart& operator=(const Uart&) = delete;

  void start(std::uint32_t baud);
  /// Called by every interrupt.
  void interrupt();

  [[nodiscard]] bool empty() const { return first_ == end_; }
  /// What has come, at most `out.size()` bytes; how many.
  std::size_t read(MutableByteSpan out);
  /// All of it has gone to the UART when this returns; what a stuck line does not take within a second is dropped, and after
  /// that nothing is waited for until the line moves again.
  void write(ByteSpan bytes) override;

 private:
  bool wait_for_room();

  std::uintptr_t base_;
  MutableByteSpan ring_;
  std::size_t which_;
  volatile std::size_t first_ = 0;
  volatile std::size_t end_ = 0;
  bool stuck_ = false;
};

}  // namespace cardea::mps2
