// SPDX-License-Identifier: Apache-2.0
// A lock on the bench (apps/cardea-lock) with one weakness, or "none": weak_lock STATE WEAKNESS. Test only.
#include <cstdio>
#include <string>

#include "apps/cardea-lock/bench.hpp"

namespace cardea {

static std::string weakness;
bool weak(const char* name);
bool weak(const char* name) { return weakness == name; }

}  // namespace cardea

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  cardea::weakness = argv[2];
  cardea::lock_process::MachineOptions options;
  options.directory = argv[1];
  try {
    return static_cast<int>(cardea::lock_process::run_on_bench(options, {}));
  } catch (const cardea::lock_process::Stop& stop) {
    std::fprintf(stderr, "weak_lock: %s\n", stop.what());
    return static_cast<int>(stop.status());
  }
}
