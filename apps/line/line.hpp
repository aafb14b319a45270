// SPDX-License-Identifier: Apache-2.0
#pragma once
// A line to a device as bytes: a terminal device (8 bits, no parity, one stop bit, no flow control), a unix socket, such as the
// UART of an emulated board, or TCP, such as a terminal server.

#include <chrono>
#include <string>

#include "core/serial/frames.hpp"

namespace cardea::line {

class Line final : public serial::ByteSink {
 public:
  /// The error is a sentence for people.
  static Result<Line, std::string> open(const std::string& path, std::uint32_t baud);
  /// By a name that says what it is: "serial:DEVICE", "unix:PATH" or "tcp:HOST:PORT".
  static Result<Line, std::string> open_named(const std::string& name, std::uint32_t baud);
  /// True for a name that open_named() understands.
  static bool is_name(const std::string& name);
  Line(Line&& other) noexcept;
  Line& operator=(Line&& other) noexcept;
  ~Line();

  /// For poll(2).
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// What has come, without waiting; empty when nothing has. `broken()` when the line is gone.
  ByteSpan read();
  /// Waits until something has come, or for so long.
  void wait(std::chrono::milliseconds patience) const;
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

}  // namespace cardea::line
