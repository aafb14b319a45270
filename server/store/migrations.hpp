// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files of migrations/, embedded by the build in the order of their numbers.

#include <span>
#include <string_view>

namespace cardea::server {

struct Migration {
  int number;
  std::string_view name;  ///< "0001_first_door"
  std::string_view sql;
};

/// Numbered from 1 without gaps.
std::span<const Migration> migrations();

}  // namespace cardea::server
