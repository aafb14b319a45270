// SPDX-License-Identifier: Apache-2.0
#pragma once
// Other programs of the platform, run as commands of this one, as git does: `cardea vectors` runs cardea-vectors.

#include <optional>
#include <string>
#include <vector>

namespace cardea::client {

/// The path of `cardea-<word>` in the folder of this program, when there is one that may be run. `serve` is cardea-server.
/// Words are lower-case letters and hyphens; anything else has none.
std::optional<std::string> find_sibling(const std::string& word);

/// Becomes the sibling with these arguments. Returns only by Stop(kUsage), when it cannot be run.
[[noreturn]] void become(const std::string& path, const std::vector<std::string>& arguments);

/// The words of all siblings, sorted, for the help.
std::vector<std::string> sibling_words();

}  // namespace cardea::client
