// SPDX-License-Identifier: Apache-2.0
#include "firmware/skip/inject.hpp"

#include <iterator>

#include "lock/port/mps2/board.hpp"

extern "C" {
extern std::uint8_t __code_start[];  // of the ROM (CMakeLists.txt)
[[noreturn]] void __real__ZN6cardea4mps213end_emulationEi(int);
}

namespace cardea::firmware {
namespace {

constexpr std::uintptr_t vector_table_register = 0xE000ED08;
constexpr std::size_t vector_count = 16 + 32;
constexpr std::size_t call_stack_words = 6 * 1'024;

// One instruction takes 128 ns of the emulator's clock. In cycles of the core's, times 100:
constexpr std::uint32_t instruction_cycles_x100(std::uint32_t clock_hz) { return clock_hz / 1'000 * 128 / 10'000; }
/// The cycles from a start of the timer to an interrupt behind `count` instructions: into the middle of the last one.
std::uint32_t cycles_of(std::uint32_t count) {
  const std::uint64_t one = instruction_cycles_x100(mps2::board.clock_hz);
  return static_cast<std::uint32_t>((count * one - one / 2) / 100);
}
constexpr std::uint32_t instructions_of_return = 1;  // between a start of the timer and the call that goes on

/// What lies above the stack pointer in an interrupt.
struct Frame {
  std::uint32_t r[4];
  std::uint32_t r12, lr, pc, psr;
};

enum class Mode : std::uint32_t { kIdle, kTrace, kSkip, kWatch };

/// What the interrupts and the caller share. The assembly below knows where the first four are. It lies far from all memory
/// that a call uses: one that went astray shall not break it (CMakeLists.txt says where).
struct Shared {
  std::uint32_t main_stack;  ///< where the caller's registers lie
  std::uint32_t* call_stack;
  std::uintptr_t timer;
  Mode mode;
  Moment* out;
  std::uint32_t count, count_max;
  std::uint32_t watch_cycles;
  Moment at;
};

}  // namespace

extern "C" Shared inject_shared;

namespace {

Shared& shared() { return inject_shared; }

/// The other registers may hold what an earlier call left on the stack, and interrupts write there.
Moment moment_of(const Frame& frame) {
  return {frame.pc, frame.lr ^ static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&frame))};
}

/// The instruction after this one is next; within an IT block, its own condition.
void step_over(Frame& frame) {
  const std::uint16_t first = *reinterpret_cast<const std::uint16_t*>(frame.pc);
  frame.pc += (first >> 11) >= 0x1D ? 4 : 2;
  const std::uint32_t it = (frame.psr >> 25 & 0x3) | (frame.psr >> 8 & 0xFC);
  if (it == 0) return;
  const std::uint32_t next = (it & 0x7) == 0 ? 0 : (it & 0xE0) | (it << 1 & 0x1F);
  frame.psr = (frame.psr & ~0x0600FC00u) | (next & 0x3) << 25 | (next & 0xFC) << 8;
}

}  // namespace

/// Returns for how many cycles the timer runs next, 0 for not at all.
extern "C" std::uint32_t inject_tick(Frame* frame, std::uint32_t* end) {
  Shared& s = shared();
  switch (s.mode) {
    case Mode::kIdle: return 0;
    case Mode::kTrace:
      if (s.count < s.count_max) s.out[s.count] = moment_of(*frame);
      ++s.count;
      return cycles_of(instructions_of_return + 1);
    case Mode::kSkip:
      s.at = moment_of(*frame);
      step_over(*frame);
      s.mode = Mode::kWatch;
      return s.watch_cycles;
    case Mode::kWatch: *end = static_cast<std::uint32_t>(End::kEndless); return 0;
  }
  return 0;
}

namespace {

/// The call has destroyed what its caller works with.
[[noreturn]] void give_up() { __real__ZN6cardea4mps213end_emulationEi(mps2::end_by_fault); }

/// r0 = how it ended: leaves the call for run_call's own end.
[[gnu::naked]] void leave() {
  asm volatile(
      "ldr r3, =inject_shared\n"
      "ldr r1, [r3, #12]\n"
      "cbnz r1, 1f\n"  // no call is under way
      "add r3, r3, #0x1000\n"
      "mov sp, r3\n"
      "b %[give_up]\n"
      "1:\n"
      "ldr r1, [r3, #0]\n"
      "sub r1, r1, #32\n"
      "msr msp, r1\n"
      "str r0, [r1, #0]\n"
      "ldr r2, =inject_resume\n"
      "bic r2, r2, #1\n"
      "str r2, [r1, #24]\n"
      "mov r2, #0x01000000\n"
      "str r2, [r1, #28]\n"
      "ldr r2, [r3, #8]\n"
      "movs r1, #0\n"
      "str r1, [r2]\n"
      "str r1, [r3, #12]\n"  // an interrupt that waits finds nothing to do
      "movs r3, #1\n"
      "str r3, [r2, #12]\n"
      "ldr lr, =0xFFFFFFF9\n"
      "bx lr\n"
      ".ltorg\n" ::[give_up] "i"(give_up));
}

[[gnu::naked]] void tick() {
  asm volatile(
      "ldr r2, =inject_shared\n"
      "ldr r2, [r2, #8]\n"
      "movs r1, #0\n"
      "str r1, [r2]\n"
      "movs r3, #1\n"
      "str r3, [r2, #12]\n"
      "mrs r0, psp\n"
      "push {r1, lr}\n"
      "mov r1, sp\n"
      "bl inject_tick\n"
      "pop {r1, lr}\n"
      "cbz r1, 1f\n"
      "mov r0, r1\n"
      "b %[leave]\n"
      "1: cbz r0, 2f\n"
      "ldr r2, =inject_shared\n"
      "ldr r2, [r2, #8]\n"
      "str r0, [r2, #4]\n"
      "movs r3, #9\n"
      "str r3, [r2]\n"  // the timer runs from here on
      "2: bx lr\n"
      ".ltorg\n" ::[leave] "i"(leave));
}
[[gnu::naked]] void fault() { asm volatile("movs r0, #1\nb %[leave]\n" ::[leave] "i"(leave)); }
[[gnu::naked]] void service() { asm volatile("movs r0, #3\nb %[leave]\n" ::[leave] "i"(leave)); }

/// Runs `call` on the other stack, with the timer.
[[gnu::naked, gnu::noinline, gnu::noclone]] std::uint32_t run_call(void (*)(), std::uint32_t /*cycles*/) {
  asm volatile(
      "push {r4-r11, lr}\n"
      "ldr r3, =inject_shared\n"
      "str sp, [r3, #0]\n"
      "ldr r2, [r3, #4]\n"
      "msr psp, r2\n"
      "movs r2, #2\n"
      "msr control, r2\n"
      "isb\n"
      "ldr r3, [r3, #8]\n"
      "str r1, [r3, #4]\n"
      "movs r2, #9\n"
      "movs r4, #0\n"  // nothing of the caller's in the registers
      "mov r5, r4\n"
      "mov r6, r4\n"
      "mov r7, r4\n"
      "mov r8, r4\n"
      "mov r9, r4\n"
      "mov r10, r4\n"
      "mov r11, r4\n"
      "str r2, [r3]\n"  // the timer runs from here on
      "blx r0\n"
      "ldr r3, =inject_shared\n"
      "movs r2, #0\n"
      "str r2, [r3, #12]\n"
      "ldr r3, [r3, #8]\n"
      "str r2, [r3]\n"
      "msr control, r2\n"
      "isb\n"
      "movs r0, #0\n"
      ".thumb_func\n"
      "inject_resume:\n"
      "pop {r4-r11, pc}\n"
      ".ltorg\n");
}

alignas(8) std::uint32_t call_stack[call_stack_words];

struct Vectors {
  void (*vector[vector_count])();
};
constexpr Vectors make_vectors() {
  Vectors vectors{};
  for (std::size_t i = 0; i < vector_count; ++i) vectors.vector[i] = i < 16 ? fault : tick;
  vectors.vector[11] = service;
  return vectors;
}
alignas(512) constexpr Vectors vectors = make_vectors();

}  // namespace

/// The code lies in flash on every chip; here it is memory, which a call that went astray could overwrite.
void protect_code() {
  constexpr std::uintptr_t mpu_control = 0xE000ED94, mpu_region = 0xE000ED98, mpu_base = 0xE000ED9C, mpu_size = 0xE000EDA0;
  const std::uint32_t code = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(__code_start));
  mps2::write_register(mpu_region, 0);
#if __ARM_ARCH == 7
  mps2::write_register(mpu_base, code);
  mps2::write_register(mpu_size, 0x0600'0000 | 21 << 1 | 1);  // may be read and executed; 2^22 bytes
#else
  mps2::write_register(mpu_base, code | 2 << 1);  // the same
  mps2::write_register(mpu_size, (code + 0x0040'0000 - 32) | 1);
#endif
  mps2::write_register(mpu_control, 5);  // everything else as without
  asm volatile("dsb\n\tisb" ::: "memory");
}

void start_injecting() {
  mps2::write_register(0xE000E010, 0);  // no other interrupt
  shared() = {};
  shared().call_stack = std::end(call_stack);
  shared().timer = mps2::board.timer_base;
  mps2::write_register(vector_table_register, static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&vectors)));
  mps2::enable_irq(mps2::board.timer_irq);
  protect_code();
}

std::uint32_t trace(void (*call)(), Moment* out, std::uint32_t count_max) {
  Shared& s = shared();
  s.mode = Mode::kTrace;
  s.out = out;
  s.count = 0;
  s.count_max = count_max;
  run_call(call, cycles_of(1));
  return s.count;
}

Skipped run_without(void (*call)(), std::uint32_t number) {
  Shared& s = shared();
  s.mode = Mode::kSkip;
  s.at = {};
  s.watch_cycles = cycles_of(instructions_max);
  const auto end = static_cast<End>(run_call(call, cycles_of(number + 1)));
  return {end, s.at};
}

}  // namespace cardea::firmware
