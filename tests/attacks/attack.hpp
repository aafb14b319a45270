// SPDX-License-Identifier: Apache-2.0
#pragma once
// An attack: code that tries to get past a System, the same for the shipped one and for its weakened twin.

#include <span>
#include <string>

#include "tests/attacks/random.hpp"
#include "tests/attacks/target.hpp"
#include "tests/attacks/twin/flaw.hpp"

namespace cardea::attacks {

/// What an attack may use: numbers from a seed, and how often to repeat (1 in CI).
struct Trial {
  Random random;
  std::uint32_t scale = 1;
};

/// What became of it. `how`: what the attacker achieved, with what is needed to see it again.
struct Report {
  bool open = false;
  std::string how;
};
inline Report stopped() { return {}; }
inline Report opened(std::string how) { return {true, std::move(how)}; }

struct Attack {
  const char* id;
  const char* name;
  Flaw flaw;  ///< of the twin that must fall
  Report (*run)(System& system, Trial& trial);
};

std::span<const Attack> guessing_attacks();
std::span<const Attack> timing_attacks();
std::span<const Attack> code_attacks();
std::span<const Attack> state_attacks();
std::span<const Attack> record_attacks();
std::span<const Attack> link_attacks();
std::span<const Attack> platform_attacks();

}  // namespace cardea::attacks
