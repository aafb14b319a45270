// SPDX-License-Identifier: Apache-2.0
// B05: whoever times how long a refusal takes. Counted, not timed: timing/constant_time.cpp under Valgrind.

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/attacks/attack.hpp"

namespace cardea::attacks {
namespace {

constexpr int leak_status = 99;
constexpr int no_such_program = 127;

/// The exit status of `valgrind constant-time-<level> <what>`, or -1.
int run_timed(const char* level, const char* what) {
  std::string program = fmt::format("{}/tests/constant-time-{}", CARDEA_BINARY_DIR, level);
  std::string words[] = {"valgrind", "-q", fmt::format("--error-exitcode={}", leak_status), program, what};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int spawned = posix_spawnp(&child, "valgrind", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned != 0) return no_such_program;
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

Report b05_timing(System& system, Trial&) {
  for (const char* level : {"O2", "Os"}) {
    const int status = run_timed(level, system.leaves_comparison_early() ? "early-exit" : "shipped");
    if (status == leak_status)
      return opened(fmt::format("at -{} time depends on a secret: run valgrind {}/tests/constant-time-{} shipped", level,
                                CARDEA_BINARY_DIR, level));
    if (status == no_such_program) return opened("valgrind is not installed (apt-get install valgrind): nothing is proved");
    if (status != 0) return opened(fmt::format("constant-time-{} ended with {}: nothing is proved", level, status));
  }
  return stopped();
}

constexpr Attack attacks[] = {{"B05", "Digit-by-digit timing leak", Flaw::kEarlyExitCompare, b05_timing}};

}  // namespace

std::span<const Attack> timing_attacks() { return attacks; }

}  // namespace cardea::attacks
