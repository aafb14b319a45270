// SPDX-License-Identifier: Apache-2.0
#pragma once
// Arm's MPS2 boards as QEMU emulates them: where things are, interrupts, the tick, and what the host of the emulator lends.
// One file a board (an385.cpp, an505.cpp) says the facts; the build takes one of them.

#include "core/base/time.hpp"
#include "lock/port/port.hpp"

namespace cardea::mps2 {

struct BoardFacts {
  const char* name;
  std::uint32_t clock_hz;
  std::uintptr_t uart_base[3];  ///< the bearer's, the panel's, the near bearer's
  std::uint8_t uart_rx_irq[3];
  std::uint8_t uart_tx_irq[3];
  std::uintptr_t watchdog_base;
  std::uintptr_t timer_base;  ///< a CMSDK timer that the lock leaves alone
  std::uint8_t timer_irq;
  std::uintptr_t nor_base;  ///< 16 MiB of RAM that the emulator keeps in a file
};
extern const BoardFacts board;

inline std::uint32_t read_register(std::uintptr_t address) { return *reinterpret_cast<volatile std::uint32_t*>(address); }
inline void write_register(std::uintptr_t address, std::uint32_t value) {
  *reinterpret_cast<volatile std::uint32_t*>(address) = value;
}

void enable_irq(std::uint8_t number);

/// While one lives, interrupts wait. A wfi inside ends when one is pending, so that nothing is missed between a look and a
/// sleep.
class InterruptGuard {
 public:
  InterruptGuard() { asm volatile("cpsid i" ::: "memory"); }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard() { asm volatile("cpsie i" ::: "memory"); }
};
inline void sleep_until_interrupt() { asm volatile("dsb\n\twfi" ::: "memory"); }

/// The core's own timer: an interrupt every 250 ms, and time between two.
class Tick {
 public:
  static constexpr std::uint32_t length_ms = 250;
  /// Once, first of all: counts from here.
  static void start();
  /// Called by its interrupt.
  static void interrupt();
  [[nodiscard]] static RunMillis now();
  /// Cycles of the core's clock since start().
  [[nodiscard]] static std::uint64_t cycles();
};

/// The board starts anew, as after power-on; its memory keeps what it holds.
[[noreturn]] void restart();
/// Gives the core to a program in memory, which begins with its vectors, in the state of a reset: no interrupt is enabled, no
/// tick runs. What the board is told to do by itself, as the watchdog is, it goes on with.
[[noreturn]] void run_program(std::uintptr_t vectors);

// --- what the host lends, by semihosting -------------------------------------------------------------------------------------

/// The emulator ends, with this exit status.
[[noreturn]] void end_emulation(int status);
inline constexpr int end_by_fault = 99;
inline constexpr int end_by_assertion = 98;
inline constexpr int end_by_power_cut = 77;
/// A line for whoever looks at the emulator.
void host_say(const char* text);
/// Seconds of the host's clock.
std::uint32_t host_seconds();
/// Bytes of the host kernel's random generator: these boards have none of their own.
Status host_random(MutableByteSpan out);

}  // namespace cardea::mps2
