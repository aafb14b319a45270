// SPDX-License-Identifier: Apache-2.0
// A lock on the bench (apps/cardea-lock) with one weakness, or "none": weak_lock STATE WEAKNESS [IMAGE MAKER], the image for a
// lock that takes others. Test only.
#include <cstdio>
#include <filesystem>
#include <string>

#include "apps/cardea-lock/bench.hpp"
#include "lock/link/link.hpp"

namespace cardea {

static std::string weakness;
bool weak(const char* name);
bool weak(const char* name) { return weakness == name; }

extern LinkSink* says_early;
LinkSink* says_early = nullptr;
void say_early(ByteSpan message);
void say_early(ByteSpan message) { says_early->send(message); }

}  // namespace cardea

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) return 2;
  cardea::weakness = argv[2];
  cardea::lock_process::MachineOptions options;
  options.directory = argv[1];
  if (argc == 5 && !std::filesystem::exists(options.directory + "/slots.bin")) {
    options.image = argv[3];
    options.maker = argv[4];
  }
  try {
    return static_cast<int>(cardea::lock_process::run_on_bench(options, {}));
  } catch (const cardea::lock_process::Stop& stop) {
    std::fprintf(stderr, "weak_lock: %s\n", stop.what());
    return static_cast<int>(stop.status());
  }
}
