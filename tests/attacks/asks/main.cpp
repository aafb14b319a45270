// SPDX-License-Identifier: Apache-2.0
// F15a, F15b: asks to be activated in the name of somebody else's lock. The same code against the shipped platform and against
// its weakened twin.
#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/asks/asks.hpp"

namespace cardea::attacks {
namespace {

constexpr std::size_t crowd = 100;

Achieved ask_in_its_name(Asks& asks) {
  const std::size_t own = asks.ask("192.0.2.1", true);
  for (std::size_t i = 0; i < crowd; ++i) asks.ask("198.51.100.7", false);
  asks.claim();
  if (!asks.is_answered(own)) return fmt::format("the lock waits in vain after {} asks of a stranger", crowd);
  return "";
}

Achieved fill_the_memory(Asks& asks) {
  const std::size_t own = asks.ask("192.0.2.1", true);
  for (std::size_t i = 0; i < crowd; ++i) asks.ask(fmt::format("198.51.100.{}", i), false);
  const std::size_t waiting = asks.waiting();
  if (waiting >= crowd) return fmt::format("{} asks of one lock wait", waiting);
  asks.claim();
  for (std::size_t i = 0; i < crowd; ++i) asks.ask(fmt::format("198.51.100.{}", i), false);
  // Whoever has as many addresses may have ended its ask; it asks again while its button counts.
  if (!asks.is_answered(own) && !asks.is_answered(asks.ask("192.0.2.1", true)))
    return "a lock that was claimed is not answered when it asks again";
  return "";
}

constexpr TargetAttack<Asks, AsksFlaw> attacks[] = {
    {"F15a", "Asks in the name of another lock", AsksFlaw::kNewestWaits, ask_in_its_name},
    {"F15b", "Asks of one lock from everywhere", AsksFlaw::kAllWait, fill_the_memory},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<Asks, AsksFlaw>(count, arguments, attacks, make_shipped_asks, make_twin_asks);
}
