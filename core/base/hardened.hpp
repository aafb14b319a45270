// SPDX-License-Identifier: Apache-2.0
#pragma once
// Decisions that outlive one skipped instruction. A dip of the voltage at the right moment makes a core leave an instruction
// out: the branch that would have refused, the call that would have compared, a return. So what opens a door is no branch but a
// value. Whatever speaks against it is looked at twice, by instructions of their own, and added to that value (object()); with
// any of the two it is no yes any more, whichever branch was taken. Whoever acts on it compares it twice with what it must be
// (holds()), right before acting. It begins as a no that is written twice, and ends as one (write_twice()): where an earlier
// yes lay on the stack, one store that is left out must not find it.
//
// tests/firmware/skip_test.py leaves out every instruction once.

#include <cstdint>

namespace cardea {

/// The same, but the compiler no longer knows what it is: it cannot reuse what it computed with it before.
template <class T>
[[nodiscard, gnu::always_inline]] inline T anew(T value) {
  asm volatile("" : "+r"(value));
  return value;
}

/// Writes `value` by two instructions.
template <class T>
[[gnu::always_inline]] inline void write_twice(T& place, T value) {
  place = value;
  asm volatile("" : "+m"(place));
  place = value;
  asm volatile("" : "+m"(place));
}

/// Spoils `yes` unless `objection` is 0. Objections add up; they never cancel out, being small. Only for what is a yes so far:
/// a no is not written again, or a load that is left out here could make it the yes that another register holds.
template <class Word>
[[gnu::always_inline]] inline void object(Word& yes, std::uint32_t objection) {
  static_assert(sizeof(Word) == sizeof(std::uint32_t));
  yes = static_cast<Word>(anew(static_cast<std::uint32_t>(yes)) + anew(objection));
}

/// True when `word` is `wanted`: by its bits, and by its complement.
template <class Word>
[[nodiscard, gnu::always_inline]] inline bool holds(Word word, Word wanted) {
  static_assert(sizeof(Word) == sizeof(std::uint32_t));
  if (anew(static_cast<std::uint32_t>(word)) != anew(static_cast<std::uint32_t>(wanted))) return false;
  return (anew(static_cast<std::uint32_t>(word)) ^ anew(~static_cast<std::uint32_t>(wanted))) == 0xFFFFFFFF;
}

}  // namespace cardea
