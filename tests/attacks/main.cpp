// SPDX-License-Identifier: Apache-2.0
// cardea-attacks: runs every attack against what is shipped and against a twin with the flaw that let it through once.
// A line for each: what became of it here (stopped, open), and whether it noticed the twin (caught, missed). Exit status 0:
// all stopped and caught; 1: not; 2: usage.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "tests/attacks/attack.hpp"
#include "tests/attacks/shipped.hpp"
#include "tests/attacks/twin/twin_system.hpp"

namespace cardea::attacks {
namespace {

struct Options {
  std::vector<std::string> ids;
  std::uint64_t seed = 1;
  std::uint32_t scale = 1;
  bool full = false;
  bool list = false;
};

constexpr std::uint32_t scale_full = 100;

std::vector<Attack> all_attacks() {
  std::vector<Attack> all;
  for (const auto& group : {guessing_attacks(), timing_attacks(), code_attacks(), state_attacks(), record_attacks(),
                            link_attacks(), platform_attacks()})
    all.insert(all.end(), group.begin(), group.end());
  std::ranges::sort(all, [](const Attack& a, const Attack& b) { return std::string_view(a.id) < b.id; });
  return all;
}

Report run(const Attack& attack, System& system, const Options& options) {
  Trial trial{Random(options.seed), options.scale};
  return attack.run(system, trial);
}

/// Writes the attack's line; true when it was stopped here and noticed in the twin.
bool run(const Attack& attack, const Options& options) {
  ShippedSystem shipped;
  TwinSystem flawed(attack.flaw);
  TwinSystem flawless(Flaw::kNone);
  const Report here = run(attack, shipped, options);
  const Report twin = run(attack, flawed, options);
  const Report control = run(attack, flawless, options);
  const bool caught = twin.open && !control.open;
  fmt::print("{} {} {}\n", attack.id, here.open ? "open" : "stopped", caught ? "caught" : "missed");
  std::fflush(stdout);
  if (here.open) fmt::print(stderr, "{}: {}\n", attack.id, here.how);
  if (!twin.open) fmt::print(stderr, "{}: the weakened twin was not noticed\n", attack.id);
  if (control.open) fmt::print(stderr, "{}: the twin falls without its flaw: {}\n", attack.id, control.how);
  const bool passed = !here.open && caught;
  if (!passed)
    fmt::print(stderr, "replay: cardea-attacks --id {} --seed {} --scale {}\n", attack.id, options.seed, options.scale);
  return passed;
}

int run_all(const Options& options) {
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const Attack& attack : all_attacks()) {
    const bool asked_for = options.ids.empty() || std::ranges::count(options.ids, attack.id) != 0;
    if (!asked_for) continue;
    if (options.list)
      fmt::print("{}  {}\n", attack.id, attack.name);
    else
      ++(run(attack, options) ? passed : failed);
  }
  if (options.list) return 0;
  if (passed + failed == 0) {
    fmt::print(stderr, "no attack has this id; cardea-attacks --list names them\n");
    return 2;
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace cardea::attacks

int main(int argc, char** argv) {
  cardea::attacks::Options options;
  CLI::App app("Runs the attacks of tests/attacks/README.md.");
  app.add_flag("--list", options.list, "name the attacks and run none");
  app.add_option("id,--id", options.ids, "run these attacks only");
  app.add_option("--seed", options.seed, "where the random numbers begin");
  app.add_option("--scale", options.scale, "how often to repeat (1)")->check(CLI::PositiveNumber);
  app.add_flag("--full", options.full, "repeat as often as a long campaign does");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (options.full) options.scale = cardea::attacks::scale_full;
  return cardea::attacks::run_all(options);
}
