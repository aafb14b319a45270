// SPDX-License-Identifier: Apache-2.0
#pragma once
// A copy of a database as one moment has it, while its server goes on. For server/platform/backup.hpp.

#include <filesystem>

#include "server/store/sqlite_store.hpp"

namespace cardea::server {

/// Writes a copy of `file` to `copy`, which must not exist, durably and without what is only in its journal; then reads the
/// copy through and finds it whole. Any process may write to `file` meanwhile. A failure leaves no copy.
Result<bool, OpenFailure> copy_database(const std::filesystem::path& file, const std::filesystem::path& copy);

}  // namespace cardea::server
