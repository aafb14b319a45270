// SPDX-License-Identifier: Apache-2.0
// From reset to main(): vectors, memory as C++ expects it, static objects.

#include <cstdint>

#include "firmware/mps2/start.hpp"
#include "lock/port/mps2/board.hpp"

extern "C" {
extern std::uint32_t __stack_bottom[], __stack_top[];
extern std::uint32_t __data_start[], __data_end[], __data_load[];
extern std::uint32_t __bss_start[], __bss_end[];
extern void (*__init_array_start[])();
extern void (*__init_array_end[])();
int main();
[[noreturn]] void reset_handler();
[[noreturn]] void fault_handler();
[[noreturn]] void hang_handler();
void tick_handler();
void interrupt_handler();
}

namespace {

constexpr std::size_t system_vector_count = 15;
constexpr std::size_t interrupt_count = 64;
constexpr std::uint32_t paint = 0xC0DEC0DE;

struct Vectors {
  std::uint32_t* stack;
  void (*system[system_vector_count])();
  void (*interrupts[interrupt_count])();
};

constexpr Vectors make_vectors() {
  Vectors vectors{.stack = __stack_top, .system = {}, .interrupts = {}};
  for (auto& handler : vectors.system) handler = fault_handler;
  vectors.system[0] = reset_handler;
  vectors.system[1] = hang_handler;
  vectors.system[14] = tick_handler;
  for (auto& handler : vectors.interrupts) handler = interrupt_handler;
  return vectors;
}

[[gnu::section(".vectors"), gnu::used]] constinit const Vectors vectors = make_vectors();

}  // namespace

void tick_handler() { cardea::mps2::Tick::interrupt(); }

void fault_handler() {
  cardea::mps2::host_say("the image met a fault");
  cardea::mps2::end_emulation(cardea::mps2::end_by_fault);
}

/// The watchdog's NMI. Should even this not come to its end, the watchdog starts the board anew by itself.
void hang_handler() {
  cardea::mps2::host_say("the image hung, and is started anew");
  cardea::mps2::restart();
}

[[gnu::noinline]] void reset_handler() {
  cardea::mps2::Tick::start();
  // Up to the frame of this function, which keeps nothing below.
  const auto* const here = static_cast<std::uint32_t*>(__builtin_frame_address(0)) - 16;
  for (volatile std::uint32_t* word = __stack_bottom; word < here; ++word) *word = paint;
  const std::uint32_t* source = __data_load;
  for (std::uint32_t* word = __data_start; word < __data_end; ++word) *word = *source++;
  for (std::uint32_t* word = __bss_start; word < __bss_end; ++word) *word = 0;
  for (auto* constructor = __init_array_start; constructor < __init_array_end; ++constructor) (*constructor)();
  main();
  cardea::mps2::end_emulation(cardea::mps2::end_by_fault);
}

namespace cardea::firmware {

std::uint32_t stack_bytes() {
  const volatile std::uint32_t* word = __stack_bottom;
  while (word < __stack_top && *word == paint) ++word;
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(__stack_top) - reinterpret_cast<std::uintptr_t>(word));
}

}  // namespace cardea::firmware
