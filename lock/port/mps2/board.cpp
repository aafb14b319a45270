// SPDX-License-Identifier: Apache-2.0
#include "lock/port/mps2/board.hpp"

#include "core/base/assert.hpp"

namespace cardea::mps2 {
namespace {

constexpr std::uintptr_t systick_control = 0xE000E010;
constexpr std::uintptr_t systick_reload = 0xE000E014;
constexpr std::uintptr_t systick_value = 0xE000E018;
constexpr std::uint32_t systick_on = 0b111;  // the core's clock, with interrupt
constexpr std::uintptr_t nvic_enable = 0xE000E100;
constexpr std::uintptr_t nvic_disable = 0xE000E180;
constexpr std::uintptr_t nvic_unpend = 0xE000E280;
constexpr std::uintptr_t nvic_register_count = 8;  // of each
constexpr std::uintptr_t interrupt_state = 0xE000ED04;
constexpr std::uint32_t unpend_tick = 1u << 25;
constexpr std::uintptr_t vector_table = 0xE000ED08;
constexpr std::uintptr_t reset_control = 0xE000ED0C;
constexpr std::uint32_t reset_request = 0x05FA'0004;

volatile std::uint32_t ticks = 0;

std::uint32_t tick_cycles() { return board.clock_hz / (1'000 / Tick::length_ms); }

enum class Call : std::uint32_t { kOpen = 0x01, kClose = 0x02, kWriteText = 0x04, kRead = 0x06, kTime = 0x11, kExit = 0x20 };
constexpr std::uint32_t open_binary = 1;
constexpr std::uint32_t stopped_by_application = 0x20026;

std::int32_t host(Call call, const void* block) {
  register std::uint32_t r0 asm("r0") = static_cast<std::uint32_t>(call);
  register const void* r1 asm("r1") = block;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return static_cast<std::int32_t>(r0);
}

std::uint32_t word_of(const void* pointer) { return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(pointer)); }

}  // namespace

void enable_irq(std::uint8_t number) { write_register(nvic_enable + 4u * (number / 32u), 1u << (number % 32u)); }

void Tick::start() {
  write_register(systick_reload, tick_cycles() - 1);
  write_register(systick_value, 0);
  write_register(systick_control, systick_on);
  while (read_register(systick_value) == 0) {
  }
}

void Tick::interrupt() { ticks = ticks + 1; }

std::uint64_t Tick::cycles() {
  std::uint32_t before = 0;
  std::uint32_t left = 0;
  do {
    before = ticks;
    left = read_register(systick_value);
  } while (before != ticks);
  return std::uint64_t{before} * tick_cycles() + (tick_cycles() - 1 - left);
}

RunMillis Tick::now() { return {cycles() / (board.clock_hz / 1'000)}; }

void restart() {
  asm volatile("dsb" ::: "memory");
  write_register(reset_control, reset_request);
  asm volatile("dsb" ::: "memory");
  while (true) {
  }
}

void run_program(std::uintptr_t vectors) {
  asm volatile("cpsid i" ::: "memory");
  write_register(systick_control, 0);
  write_register(interrupt_state, unpend_tick);
  for (std::uintptr_t i = 0; i < nvic_register_count; ++i) {
    write_register(nvic_disable + 4 * i, ~0u);
    write_register(nvic_unpend + 4 * i, ~0u);
  }
  write_register(vector_table, static_cast<std::uint32_t>(vectors));
  const std::uint32_t stack = read_register(vectors);
  const std::uint32_t entry = read_register(vectors + 4);
  asm volatile("dsb\n\tisb\n\tmsr msp, %0\n\tcpsie i\n\tbx %1" : : "r"(stack), "r"(entry) : "memory");
  __builtin_unreachable();
}

void end_emulation(int status) {
  const std::uint32_t block[] = {stopped_by_application, static_cast<std::uint32_t>(status)};
  host(Call::kExit, block);
  while (true) sleep_until_interrupt();
}

void host_say(const char* text) {
  host(Call::kWriteText, text);
  host(Call::kWriteText, "\n");
}

std::uint32_t host_seconds() { return static_cast<std::uint32_t>(host(Call::kTime, nullptr)); }

Status host_random(MutableByteSpan out) {
  constexpr char path[] = "/dev/urandom";
  const std::uint32_t open_block[] = {word_of(path), open_binary, sizeof path - 1};
  const std::int32_t file = host(Call::kOpen, open_block);
  if (file < 0) return Status::kCryptoFailed;
  const std::uint32_t read_block[] = {static_cast<std::uint32_t>(file), word_of(out.data()),
                                      static_cast<std::uint32_t>(out.size())};
  const std::int32_t missing = host(Call::kRead, read_block);
  const std::uint32_t close_block[] = {static_cast<std::uint32_t>(file)};
  host(Call::kClose, close_block);
  return missing == 0 ? Status::kOk : Status::kCryptoFailed;
}

}  // namespace cardea::mps2

namespace cardea {

/// The motor of these boards rests unless it is told to open. A product resets here; an emulator ends, so that somebody looks.
[[noreturn]] void assertion_failed() {
  char text[] = "assertion failed before 0x00000000";
  auto address = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  for (std::size_t i = sizeof text - 2; address != 0; --i, address >>= 4) text[i] = "0123456789abcdef"[address & 0xf];
  mps2::host_say(text);
  mps2::end_emulation(mps2::end_by_assertion);
}

}  // namespace cardea
