// SPDX-License-Identifier: Apache-2.0
#include "lock/port/mps2/uart.hpp"

namespace cardea::mps2 {
namespace {

constexpr std::uintptr_t data = 0x00;
constexpr std::uintptr_t state = 0x04;
constexpr std::uintptr_t control = 0x08;
constexpr std::uintptr_t interrupt_clear = 0x0C;
constexpr std::uintptr_t baud_divider = 0x10;
constexpr std::uint32_t tx_full = 1u << 0;
constexpr std::uint32_t rx_full = 1u << 1;
constexpr std::uint32_t tx_and_rx_on = 0b0011;
constexpr std::uint32_t tx_interrupt_on = 0b0100;
constexpr std::uint32_t rx_interrupt_on = 0b1000;
constexpr std::uint32_t tx_and_rx_interrupts = 0b11;
constexpr std::uint64_t patience_ms = 1'000;

}  // namespace

void Uart::start(std::uint32_t baud) {
  write_register(base_ + baud_divider, board.clock_hz / baud);
  write_register(base_ + control, tx_and_rx_on | tx_interrupt_on | rx_interrupt_on);
  enable_irq(board.uart_rx_irq[which_]);
  enable_irq(board.uart_tx_irq[which_]);
}

void Uart::interrupt() {
  write_register(base_ + interrupt_clear, tx_and_rx_interrupts);
  while ((read_register(base_ + state) & rx_full) != 0) {
    const std::size_t next = (end_ + 1) % ring_.size();
    if (next == first_) {  // full: the byte stays in the UART until read() has made room
      write_register(base_ + control, tx_and_rx_on | tx_interrupt_on);
      return;
    }
    ring_[end_] = static_cast<std::uint8_t>(read_register(base_ + data));
    end_ = next;
  }
}

std::size_t Uart::read(MutableByteSpan out) {
  std::size_t size = 0;
  while (size < out.size() && !empty()) {
    out[size++] = ring_[first_];
    first_ = (first_ + 1) % ring_.size();
  }
  const InterruptGuard guard;
  write_register(base_ + control, tx_and_rx_on | tx_interrupt_on | rx_interrupt_on);
  interrupt();  // what waited for room raises no interrupt of its own
  return size;
}

void Uart::write(ByteSpan bytes) {
  for (const std::uint8_t byte : bytes) {
    if (!wait_for_room()) return;
    write_register(base_ + data, byte);
  }
}

bool Uart::wait_for_room() {
  const auto full = [this] { return (read_register(base_ + state) & tx_full) != 0; };
  if (!full()) {
    stuck_ = false;
    return true;
  }
  if (stuck_) return false;
  const RunMillis since = Tick::now();
  while (Tick::now().value - since.value < patience_ms) {
    {
      const InterruptGuard guard;
      if (full()) sleep_until_interrupt();
    }
    if (!full()) return true;
  }
  stuck_ = true;
  return false;
}

}  // namespace cardea::mps2
