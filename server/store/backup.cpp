// SPDX-License-Identifier: Apache-2.0
#include "server/store/backup.hpp"

#include <fmt/format.h>

#include "server/store/sqlite_connection.hpp"

namespace cardea::server {
namespace {

void check_whole(const std::filesystem::path& copy) {
  SqliteConnection connection(copy);
  Rows rows;
  connection.run("PRAGMA integrity_check", {}, rows);
  if (rows.size() != 1 || rows.front().text(0) != "ok")
    throw StoreError(StoreError::Kind::kFailed, "the copy is damaged: " + rows.front().text(0));
}

}  // namespace

Result<bool, OpenFailure> copy_database(const std::filesystem::path& file, const std::filesystem::path& copy) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    return OpenFailure{fmt::format("{} is not there. Is this the state folder of a platform?", file.string())};
  try {
    SqliteConnection connection(file);
    const std::string target = copy.string();
    Rows rows;
    const Parameter parameters[] = {target};
    connection.run("VACUUM INTO ?1", parameters, rows);
    check_whole(copy);
    return true;
  } catch (const StoreError& error) {
    std::filesystem::remove(copy, ignored);
    return OpenFailure{fmt::format("cannot copy {} to {}: {}", file.string(), copy.string(), error.what())};
  }
}

}  // namespace cardea::server
