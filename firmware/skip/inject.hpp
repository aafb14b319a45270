// SPDX-License-Identifier: Apache-2.0
#pragma once
// A call in which the core leaves one instruction out. The core's own timer interrupts the call after so many instructions
// (the emulator's clock counts them: -icount shift=7), and the interrupt returns behind the instruction that was next. Whatever
// becomes of the call then, the caller goes on: a fault, an endless loop and a failed assertion end the call.

#include <cstdint>

namespace cardea::firmware {

/// How a call ended.
enum class End : std::uint32_t { kReturned = 0, kFault = 1, kEndless = 2, kAssertion = 3 };

/// Before an instruction: where it stands, and the sum of return address and stack pointer, so that two runs can be compared.
struct Moment {
  std::uint32_t pc = 0;
  std::uint32_t sum = 0;
  bool operator==(const Moment&) const = default;
};

/// Takes the core's vectors over. Once, first of all.
void start_injecting();

/// Runs `call` and writes each moment of it; returns how many there were. More than `count_max` are not written.
std::uint32_t trace(void (*call)(), Moment* out, std::uint32_t count_max);

struct Skipped {
  End end = End::kReturned;
  Moment at;  ///< all zero when the call ended before
};
/// After so many instructions behind the one that is left out, a call is endless. Fewer than it takes to overwrite all memory,
/// where the stack of the caller lies at the other end.
inline constexpr std::uint32_t instructions_max = 1'000'000;
/// No instruction: all of them are carried out.
inline constexpr std::uint32_t whole = 100'000'000;
/// Runs `call` without its instruction `number`, from 0.
Skipped run_without(void (*call)(), std::uint32_t number);

}  // namespace cardea::firmware
