// SPDX-License-Identifier: Apache-2.0
#include "lock/port/mps2/counter.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "core/base/crc32.hpp"

namespace cardea::mps2 {
namespace {

constexpr std::uint32_t registers_offset = 0x0010'0000;  // behind the flash, in the same file
constexpr std::uint32_t magic = 0x43525443;              // "CRTC"
constexpr std::uint64_t first_counter = 1'000'000;       // far from 0, so that a loss shows

/// What the battery keeps. In two copies, because the emulator may be killed inside a write.
struct Registers {
  std::uint32_t magic;
  std::uint32_t host;  ///< the host's clock when the counter stood at `counter`
  std::uint64_t counter;
  std::uint32_t lost;  ///< since the last start
  std::uint32_t crc;
};

std::uint32_t crc_of(const Registers& registers) {
  return crc32({reinterpret_cast<const std::uint8_t*>(&registers), offsetof(Registers, crc)});
}

volatile std::uint32_t* word(std::size_t copy, std::size_t i) {
  return reinterpret_cast<volatile std::uint32_t*>(board.nor_base + registers_offset + copy * sizeof(Registers)) + i;
}

bool load(std::size_t copy, Registers& out) {
  std::uint32_t words[sizeof(Registers) / 4];
  for (std::size_t i = 0; i < std::size(words); ++i) words[i] = *word(copy, i);
  out = __builtin_bit_cast(Registers, words);
  return out.magic == magic && out.crc == crc_of(out);
}

void store(Registers registers) {
  registers.magic = magic;
  registers.crc = crc_of(registers);
  struct Words {
    std::uint32_t value[sizeof(Registers) / 4];
  };
  const auto words = __builtin_bit_cast(Words, registers);
  for (std::size_t copy = 0; copy < 2; ++copy)
    for (std::size_t i = 0; i < std::size(words.value); ++i) *word(copy, i) = words.value[i];
}

bool load(Registers& out) { return load(0, out) || load(1, out); }

}  // namespace

BackedCounter::BackedCounter() {
  Registers registers{};
  if (!load(registers)) {
    rebase(first_counter, false);
    return;
  }
  kept_ = registers.lost == 0;
  if (!kept_) rebase(seconds(), false);
}

std::uint64_t BackedCounter::seconds() {
  Registers registers{};
  if (!load(registers)) return last_;
  // A host clock that was set back stops the counter rather than turning it back.
  const std::uint32_t now = host_seconds();
  const std::uint32_t elapsed = now >= registers.host ? now - registers.host : 0;
  last_ = std::max(last_, registers.counter + elapsed);
  return last_;
}

void BackedCounter::advance(std::uint64_t seconds_more) { rebase(seconds() + seconds_more, false); }

void BackedCounter::lose() {
  last_ = 0;
  kept_ = false;
  rebase(0, true);
}

void BackedCounter::rebase(std::uint64_t counter, bool lost) {
  last_ = counter;
  store({.magic = magic, .host = host_seconds(), .counter = counter, .lost = lost ? 1u : 0u, .crc = 0});
}

}  // namespace cardea::mps2
