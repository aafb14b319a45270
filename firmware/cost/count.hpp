// SPDX-License-Identifier: Apache-2.0
#pragma once
// For images that count what a call costs: cycles of the core's clock, which count instructions when the emulator is told so,
// and the deepest stack below the caller. What they found they say by semihosting, a line each: "name value".

#include <algorithm>
#include <initializer_list>

#include "core/base/text.hpp"
#include "firmware/mps2/start.hpp"
#include "lock/port/mps2/board.hpp"

extern "C" std::uint32_t __stack_bottom[];

namespace cardea::firmware {

inline constexpr int end_done = 0;
inline constexpr int end_failed = 1;
inline constexpr std::uint32_t paint = 0xC0DEC0DE;  // as the start-up has it

/// What a figure is called, in as many parts as its place in the code asks for.
inline void say(std::initializer_list<std::string_view> name, std::uint64_t value) {
  Bytes<64> line{};
  TextWriter text(MutableByteSpan(line).first(line.size() - 1));
  for (const std::string_view part : name) text.put(part);
  text.put(" ");
  text.put_number(value);
  mps2::host_say(reinterpret_cast<const char*>(line.data()));
}

inline void must(bool done) {
  if (!done) mps2::end_emulation(end_failed);
}

[[gnu::noinline]] inline void repaint() {
  const auto* const here = static_cast<std::uint32_t*>(__builtin_frame_address(0)) - 16;
  for (volatile std::uint32_t* word = __stack_bottom; word < here; ++word) *word = paint;
}

/// One counted call of the lock's: cycles, and the stack below the caller.
class Cost {
 public:
  template <class Call>
  [[gnu::noinline]] void count(const Call& call) {
    repaint();
    const std::uint32_t above = stack_bytes();
    const std::uint64_t before = mps2::Tick::cycles();
    must(call());
    cycles += mps2::Tick::cycles() - before;
    stack = std::max(stack, stack_bytes() - above);
  }
  std::uint64_t cycles = 0;
  std::uint32_t stack = 0;
};

/// Counts one call and says it.
template <class Call>
void say_cost(std::string_view name, const Call& call) {
  Cost cost;
  cost.count(call);
  say({name, "/cycles"}, cost.cycles);
  say({name, "/stack"}, cost.stack);
}

}  // namespace cardea::firmware
