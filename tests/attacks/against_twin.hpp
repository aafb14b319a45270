// SPDX-License-Identifier: Apache-2.0
#pragma once
// The program around a table of attacks that each build their target anew: the shipped one, the twin with the flaw, and the
// twin without it, which proves that the flaw alone is what lets the attack through. Lines and exit status as those of
// cardea-attacks; words are ids to run, or --list.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cardea::attacks {

/// What the attacker achieved; "" for nothing.
using Achieved = std::string;

template <class Target, class Flaw>
struct TargetAttack {
  const char* id;
  const char* name;
  Flaw flaw;
  Achieved (*run)(Target&);
};

template <class Target>
using MakeShipped = std::unique_ptr<Target> (*)();
template <class Target, class Flaw>
using MakeTwin = std::unique_ptr<Target> (*)(Flaw);

/// True when it is stopped and its twin is caught.
template <class Target, class Flaw>
bool run_against_twin(const TargetAttack<Target, Flaw>& attack, MakeShipped<Target> shipped, MakeTwin<Target, Flaw> twin) {
  const Achieved here = attack.run(*shipped());
  const Achieved weak = attack.run(*twin(attack.flaw));
  const Achieved control = attack.run(*twin(Flaw::kNone));
  const bool caught = !weak.empty() && control.empty();
  fmt::print("{} {} {}\n", attack.id, here.empty() ? "stopped" : "open", caught ? "caught" : "missed");
  std::fflush(stdout);
  if (!here.empty()) fmt::print(stderr, "{}: {}\n", attack.id, here);
  if (weak.empty()) fmt::print(stderr, "{}: the weakened twin was not noticed\n", attack.id);
  if (!control.empty()) fmt::print(stderr, "{}: the twin falls without its flaw: {}\n", attack.id, control);
  return here.empty() && caught;
}

/// The whole of main(): 0 all stopped and caught, 1 not, 2 no attack has this id.
template <class Target, class Flaw>
int run_program(int count, char** arguments, std::span<const TargetAttack<Target, Flaw>> attacks, MakeShipped<Target> shipped,
                MakeTwin<Target, Flaw> twin) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  const bool list = words == std::vector<std::string>{"--list"};
  int passed = 0;
  int failed = 0;
  for (const auto& attack : attacks) {
    if (list)
      fmt::print("{}  {}\n", attack.id, attack.name);
    else if (words.empty() || std::ranges::count(words, attack.id) != 0)
      ++(run_against_twin(attack, shipped, twin) ? passed : failed);
  }
  if (list) return 0;
  if (passed + failed == 0) return 2;
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace cardea::attacks
