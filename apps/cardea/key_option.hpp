// SPDX-License-Identifier: Apache-2.0
#pragma once
// A key or a passphrase for a command: from a file, from the environment, or on the command line, where every user of the
// machine can read it while the command runs.

#include <CLI/CLI.hpp>
#include <string>

#include "core/base/lock_id.hpp"
#include "core/base/secret.hpp"

namespace cardea::client {

/// `--k-lock HEX`, `--k-lock-file FILE` and CARDEA_K_LOCK of one key. Lives as long as the command.
class KeyOption {
 public:
  /// `name` without dashes: "k-lock". `what` for the help: "K_lock, the lock's key".
  void add_to(CLI::App& command, const std::string& name, const std::string& what);
  /// The key; Stop(kUsage) when it is missing, given twice on the command line, or not 32 bytes in hexadecimal.
  [[nodiscard]] KeyBytes read() const;

 private:
  [[nodiscard]] std::string text() const;

  std::string name_;
  std::string variable_;
  std::string value_;
  std::string path_;
};

/// `--lock-id HEX`: 16 bytes. Throws Stop(kUsage).
LockId parse_lock_id(const std::string& option, const std::string& text);

/// The first line of a file that holds one secret, without white space around it. Throws Stop(kUsage); `what` names it.
std::string read_secret_file(const std::string& path, const std::string& what);

}  // namespace cardea::client
