// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock's keypad, button, sensors and factory station as lines of text over a UART: what a bench, an emulator or a person with
// a terminal program uses. A request is a line, and so is its answer: "ok …" or "no" and the name of a Status. README.md has
// the table. Whoever holds this line stands in front of the lock, on both sides of the door.

#include "core/serial/frames.hpp"
#include "lock/lock.hpp"
#include "lock/update/updater.hpp"

namespace cardea::firmware {

/// What the image measured of itself.
struct Figures {
  std::uint64_t boot_cycles = 0;  ///< of the core's clock, from reset to a lock that takes entries
  std::uint32_t stack_bytes = 0;  ///< the deepest that the stack has been
};

/// The firmware image that runs, and what the lock would tell its platform of images (update.md §3).
struct RunningImage {
  update::Version version;
  update::SlotIndex slot = 0;
  update::Report report;
};

/// What of the board the panel moves.
class Bench {
 public:
  virtual void set_door(DoorState door) = 0;
  virtual void set_cover_off(bool off) = 0;
  virtual void set_battery(std::uint8_t percent) = 0;
  virtual void advance(std::uint64_t seconds) = 0;
  virtual void lose_counter() = 0;
  /// The power goes at this flash operation, 1 being the next.
  virtual void cut_at(std::uint64_t operation) = 0;
  [[nodiscard]] virtual Figures figures() const = 0;
  /// None of a lock that takes no images.
  [[nodiscard]] virtual std::optional<RunningImage> image() const = 0;
  /// Of the core's clock, from some moment on.
  [[nodiscard]] virtual std::uint64_t cycles() const = 0;

 protected:
  ~Bench() = default;
};

/// The longest request: make, an id, a secret, a class.
inline constexpr std::size_t panel_line_size_bytes_max = 96;
/// The longest answer: a status, in hexadecimal.
inline constexpr std::size_t panel_answer_size_bytes_max = 256;

class Panel {
 public:
  /// All of them outlive the panel.
  Panel(Lock& lock, Bench& bench, serial::ByteSink& out) : lock_(&lock), bench_(&bench), out_(&out) {}
  Panel(const Panel&) = delete;
  Panel& operator=(const Panel&) = delete;
  ~Panel() { wipe(line_); }

  /// Carries out each line that ends in these bytes.
  void received(ByteSpan bytes);
  /// False while a line is being typed.
  [[nodiscard]] bool idle() const { return size_ == 0 && !too_long_; }

 private:
  void carry_out(std::string_view line);

  Lock* lock_;
  Bench* bench_;
  serial::ByteSink* out_;
  Bytes<panel_line_size_bytes_max> line_{};
  std::size_t size_ = 0;
  bool too_long_ = false;
};

}  // namespace cardea::firmware
