// SPDX-License-Identifier: Apache-2.0
#pragma once
// `cardea code otp|offline|bound`: codes from explicit keys, without a server, for those who check their own implementation.

#include <CLI/CLI.hpp>

#include "apps/cardea/console.hpp"

namespace cardea::client {

void add_otp_command(CLI::App& code, Console& console);
void add_offline_commands(CLI::App& code, Console& console);
void add_bound_command(CLI::App& code, Console& console);

}  // namespace cardea::client
