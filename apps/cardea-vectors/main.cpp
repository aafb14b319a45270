// SPDX-License-Identifier: Apache-2.0
// cardea-vectors FILE: runs a file of code vectors on this implementation. Exit status 0: every case agrees, 1: not, 2: the
// file cannot be read.

#include <CLI/CLI.hpp>
#include <iostream>

#include "apps/cardea-vectors/cases.hpp"

int main(int argc, char** argv) {
  using namespace cardea::vectors;
  CLI::App app("Run a file of code vectors (spec/vectors) on this implementation; its scenarios on the lock as it is shipped",
               "cardea vectors");
  std::string path;
  app.add_option("FILE", path, "a file of the schema that spec/vectors/codes_v1.json has in its \"schema\"")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::cerr << "cardea vectors: " << error.what() << ".\nSee cardea vectors --help.\n";
    return 2;
  }
  const auto file = read_vectors(path);
  if (!file.ok()) {
    std::cerr << "cardea vectors: " << path << ": " << file.error().message << ".\nNothing was run.\n";
    return 2;
  }
  const Tally tally = run_cases(*file, std::cout);
  std::cout << tally.passed << " passed, " << tally.failed << " failed" << std::endl;
  return tally.failed == 0 ? 0 : 1;
}
