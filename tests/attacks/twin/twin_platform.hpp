// SPDX-License-Identifier: Apache-2.0
#pragma once
// A platform that does by itself, in few lines, what server/link does for one lock, with a file for a database.

#include <filesystem>

#include "tests/attacks/platform_process.hpp"
#include "tests/attacks/target.hpp"
#include "tests/attacks/twin/flaw.hpp"

namespace cardea::attacks {

std::unique_ptr<PlatformCore> make_twin_platform(const LockSpec& spec, const std::filesystem::path& directory, Flaw flaw);

}  // namespace cardea::attacks
