// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-vectors/cases.hpp"

#include <ostream>

namespace cardea::vectors {
namespace {

template <class Case>
std::string name_of_case(std::string_view section, std::size_t number, const Case&) {
  return std::string(section) + "[" + std::to_string(number) + "]";
}
std::string name_of_case(std::string_view section, std::size_t number, const Scenario& test) {
  return std::string(section) + "[" + std::to_string(number) + "] " + test.name;
}

template <class Case>
void run_section(std::string_view section, const std::vector<Case>& cases, Tally& tally, std::ostream& out) {
  for (std::size_t number = 0; number < cases.size(); ++number) {
    const std::string wrong = differences_of(cases[number]);
    if (wrong.empty()) {
      ++tally.passed;
      continue;
    }
    ++tally.failed;
    out << name_of_case(section, number, cases[number]) << ": " << wrong << '\n';
  }
}

}  // namespace

Tally run_cases(const VectorFile& file, std::ostream& out) {
  Tally tally;
  run_section("keys", file.keys, tally, out);
  run_section("otp", file.otp, tally, out);
  run_section("ff1", file.ff1, tally, out);
  run_section("offline", file.offline, tally, out);
  run_section("offline_invalid", file.offline_invalid, tally, out);
  run_section("windows", file.windows, tally, out);
  run_section("bounds", file.bounds, tally, out);
  run_section("scenarios", file.scenarios, tally, out);
  return tally;
}

}  // namespace cardea::vectors
