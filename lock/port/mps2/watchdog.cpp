// SPDX-License-Identifier: Apache-2.0
#include "lock/port/mps2/watchdog.hpp"

namespace cardea::mps2 {
namespace {

constexpr std::uintptr_t load = 0x00;
constexpr std::uintptr_t control = 0x08;
constexpr std::uintptr_t interrupt_clear = 0x0C;
constexpr std::uintptr_t lock = 0xC00;
constexpr std::uint32_t unlocked = 0x1ACCE551;
constexpr std::uint32_t counts_interrupts_and_resets = 0b11;

void write(std::uintptr_t offset, std::uint32_t value) {
  write_register(board.watchdog_base + lock, unlocked);  // a program gone wild does not write this by chance
  write_register(board.watchdog_base + offset, value);
  write_register(board.watchdog_base + lock, 0);
}

}  // namespace

void Watchdog::start() {
  write(load, board.clock_hz / 1'000 * patience_ms);
  write(control, counts_interrupts_and_resets);
}

void Watchdog::feed() { write(interrupt_clear, 1); }  // which loads it anew

}  // namespace cardea::mps2
