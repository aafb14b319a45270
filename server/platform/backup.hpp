// SPDX-License-Identifier: Apache-2.0
#pragma once
// Backups of a platform's state: a folder with
//
//   cardea.db        the database as one moment had it
//   keystore.sealed  the key store, as sealed as it was: worthless without the passphrase or platform.key, which are NOT in it
//   backup.json      {"format": 1, "made_at": instant, "sha256": {file: hex}}, written last
//
// A restored platform has forgotten what it did since the backup, so usecases/restore.hpp raises its numbers first.

#include <filesystem>
#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "server/usecases/restore.hpp"

namespace cardea::server {

/// Why there is no backup, or none was restored, for the person at the terminal. Nothing was changed.
struct BackupFailure {
  std::string message;
};

/// Copies the state to `to`, which must be empty or not there, while the platform runs or not. Durable when it returns.
Result<UnixSeconds, BackupFailure> make_backup(const std::filesystem::path& state, const std::filesystem::path& to);

struct RestoreOptions {
  std::filesystem::path from;
  std::filesystem::path state;         ///< must be empty or not there: nothing is overwritten
  std::string passphrase;              ///< of the key store; empty: a platform key file
  std::filesystem::path platform_key;  ///< copied to STATE/platform.key
};
struct RestoreDone {
  UnixSeconds backup_made_at;
  usecases::Restored restored;
};
/// Checks the backup whole, opens it with its key, raises its numbers, and only then puts it in its place.
Result<RestoreDone, BackupFailure> restore_backup(const RestoreOptions& options);

}  // namespace cardea::server
