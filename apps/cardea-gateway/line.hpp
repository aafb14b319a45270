// SPDX-License-Identifier: Apache-2.0
#pragma once
// A serial line as bytes: a terminal device (8 bits, no parity, one stop bit, no flow control), or a unix socket, such as the
// UART of an emulated board.

#include <string>

#include "core/serial/frames.hpp"

namespace cardea::gateway {

class Line final : public serial::ByteSink {
 public:
  /// The error is a sentence for people.
  static Result<Line, std::string> open(const std::string& path, std::uint32_t baud);
  Line(Line&& other) noexcept;
  Line& operator=(Line&& other) noexcept;
  ~Line();

  /// For poll(2).
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// What has come, without waiting; empty when nothing has. `broken()` when the line is gone.
  ByteSpan read();
  /// A line that takes no bytes for two seconds is gone.
  void write(ByteSpan bytes) override;
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  explicit Line(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
  bool broken_ = false;
  Bytes<4'096> buffer_{};
};

/// True for a speed that a terminal device can have.
bool is_baud(std::uint32_t baud);

}  // namespace cardea::gateway
