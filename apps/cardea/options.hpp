// SPDX-License-Identifier: Apache-2.0
#pragma once
// Options that many commands have.

#include <CLI/CLI.hpp>

namespace cardea::client {

/// A whole number from `least` to `most`.
template <class T>
CLI::Option* add_number(CLI::App& command, const std::string& name, T& value, std::int64_t least, std::int64_t most,
                        const std::string& help) {
  return command.add_option(name, value, help)->type_name("N")->check(CLI::Range(least, most).description(""));
}

}  // namespace cardea::client
