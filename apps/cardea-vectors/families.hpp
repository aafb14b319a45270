// SPDX-License-Identifier: Apache-2.0
#pragma once
// The families of spec/vectors, and running them. What a family checks stands beside the code that it is about, as its unit
// tests: the very same are linked in here and run by name, so that there is one check of each vector and not two.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cardea::vectors {

struct VectorFamily {
  std::string_view name;
  std::string_view what;
  std::span<const std::string_view> files;  ///< in the folder of vectors
  std::span<const std::string_view> tests;  ///< "Suite.Name", or "Suite.*"; none: the family `codes`, which is run case by case
};
/// By name.
std::span<const VectorFamily> families();
/// nullptr: there is none of that name.
const VectorFamily* find_family(std::string_view name);

/// Of `codes` it counts cases of the file, of any other family checks, each of which goes through all vectors of its section.
struct FamilyResult {
  const VectorFamily* family = nullptr;
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::vector<std::string> differences;
};
/// Runs them on the files in `folder`, once in a process.
std::vector<FamilyResult> run_families(std::span<const VectorFamily* const> wanted, const std::string& folder);

}  // namespace cardea::vectors
