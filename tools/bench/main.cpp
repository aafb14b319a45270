// SPDX-License-Identifier: Apache-2.0
#include "tools/bench/report.hpp"

int main(int argc, char** argv) { return cardea::bench::run_benchmarks(argc, argv); }
