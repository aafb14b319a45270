// SPDX-License-Identifier: Apache-2.0
#pragma once
// The first workspace and its owner's API key. Only for this folder.

#include <filesystem>

#include "server/store/store.hpp"

namespace cardea::server {

Task<Outcome<bool>> has_workspace(Store& store);

/// Makes the workspace "My workspace" and writes its owner's key to `file`, mode 0600. 500 `api_key_file` when the file cannot
/// be written: then nothing was made.
Task<Outcome<Done>> make_first_workspace(Store& store, const std::filesystem::path& file);

}  // namespace cardea::server
