// SPDX-License-Identifier: Apache-2.0
// The secure side of the Cortex-M33 board: divides the memory, keeps the keys, and answers through the gate.

#include <new>

#include "drivers/crypto/bearssl/bearssl_provider.hpp"
#include "drivers/crypto/tee/secure_side.hpp"
#include "firmware/tee/gate.h"
#include "lock/port/mps2/board.hpp"

extern "C" {
extern std::uint32_t __nsc_start[], __nsc_end[];
std::uint32_t cardea_tee_answer(const TeeCallBytes* call);
int cardea_tee_may_read(const void* begin, std::size_t size);
int cardea_tee_may_write(const void* begin, std::size_t size);
void cardea_tee_leave(std::uint32_t entry);
void interrupt_handler() {}
}

namespace cardea::firmware {
namespace {

using mps2::read_register;
using mps2::write_register;

/// What the non-secure side has: the upper halves of both memories (nonsecure.ld), and its peripherals.
struct Range {
  std::uint32_t begin;
  std::uint32_t end;
  std::uint32_t flags;
};
constexpr std::uint32_t enabled = 1;
constexpr std::uint32_t callable = 2;
constexpr std::uint32_t code_begin = 0x00200000;
constexpr std::uint32_t code_end = 0x00400000;
constexpr std::uint32_t memory_begin = 0x28200000;
constexpr std::uint32_t memory_end = 0x28400000;

constexpr std::uintptr_t sau_control = 0xE000EDD0;
constexpr std::uintptr_t sau_number = 0xE000EDD8;
constexpr std::uintptr_t sau_base = 0xE000EDDC;
constexpr std::uintptr_t sau_limit = 0xE000EDE0;
constexpr std::uintptr_t nonsecure_vectors = 0xE002ED08;
constexpr std::uintptr_t nonsecure_callable = 0x50080014;  // NSCCFG of the secure privileged control block
constexpr std::uint32_t code_is_callable = 1;

// A memory protection controller (Arm CoreLink SIE-200, chapter 3.7).
constexpr std::uintptr_t code_controller = 0x58007000;
constexpr std::uintptr_t memory_controller = 0x58009000;
constexpr std::uintptr_t block_max = 0x10;
constexpr std::uintptr_t block_index = 0x18;
constexpr std::uintptr_t block_table = 0x1C;

void divide(const Range* ranges, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    write_register(sau_number, i);
    write_register(sau_base, ranges[i].begin);
    write_register(sau_limit, (ranges[i].end - 32) | ranges[i].flags);
  }
  write_register(sau_control, 1);
}

/// Gives the blocks of a memory away from `first_word` of the table on, 32 blocks a word.
void give(std::uintptr_t controller, std::uint32_t first_word) {
  const std::uint32_t last = read_register(controller + block_max);
  for (std::uint32_t word = first_word; word <= last; ++word) {
    write_register(controller + block_index, word);
    write_register(controller + block_table, ~std::uint32_t{0});
  }
}

class BoardNoise final : public NoiseSource {
 public:
  Status gather(MutableByteSpan out) override { return mps2::host_random(out); }
};

/// The chip's word is not enough: of the core's own registers (0xE0000000 and up) it says that both sides may use them, but
/// means to each its own. A caller that handed in their addresses would have this side read and write the secure ones.
bool lies_in(const void* place, std::size_t size, std::uint32_t range_begin, std::uint32_t range_end) {
  const auto begin = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(place));
  return begin >= range_begin && begin <= range_end && size <= range_end - begin;
}

class BoardMemory final : public TeeMemory {
 public:
  [[nodiscard]] bool may_read(const void* begin, std::size_t size) const override {
    const bool is_theirs = lies_in(begin, size, code_begin, code_end) || lies_in(begin, size, memory_begin, memory_end);
    return is_theirs && cardea_tee_may_read(begin, size) != 0;
  }
  [[nodiscard]] bool may_write(const void* begin, std::size_t size) const override {
    return lies_in(begin, size, memory_begin, memory_end) && cardea_tee_may_write(begin, size) != 0;
  }
};

struct Secure {
  BoardNoise noise;
  BoardMemory memory;
  std::array<BearsslKeySlot, 16> slots;
  BearsslProvider provider{slots, noise, bearssl_m31};
};
Secure& secure() {
  alignas(Secure) static std::uint8_t memory[sizeof(Secure)];
  static auto& one = *::new (memory) Secure;
  return one;
}

}  // namespace
}  // namespace cardea::firmware

std::uint32_t cardea_tee_answer(const TeeCallBytes* call) {
  auto& secure = cardea::firmware::secure();
  return cardea::answer_tee_call(secure.provider, secure.memory, reinterpret_cast<const cardea::TeeCall*>(call));
}

int main() {
  using namespace cardea::firmware;
  (void)secure();
  const Range ranges[] = {
      {code_begin, code_end, enabled},
      {memory_begin, memory_end, enabled},
      {0x40000000, 0x50000000, enabled},
      {static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(__nsc_start)),
       static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(__nsc_end)), enabled | callable},
  };
  divide(ranges, 4);
  write_register(nonsecure_callable, read_register(nonsecure_callable) | code_is_callable);
  give(code_controller, (read_register(code_controller + block_max) + 1) / 2);
  give(memory_controller, 0);
  write_register(nonsecure_vectors, code_begin);
  const std::uint32_t stack = read_register(code_begin);
  asm volatile("msr msp_ns, %0\n\tdsb\n\tisb" ::"r"(stack) : "memory");
  cardea_tee_leave(read_register(code_begin + 4));
  return 0;
}
