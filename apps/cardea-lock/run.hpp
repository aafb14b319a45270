// SPDX-License-Identifier: Apache-2.0
#pragma once
// The running lock: keeps its link to the platform, and serves whoever types, presses or looks.

#include <optional>
#include <string>

#include "apps/cardea-lock/machine.hpp"
#include "apps/cardea-lock/stop.hpp"

namespace cardea::lock_process {

struct RunOptions {
  MachineOptions machine;
  std::optional<std::string> platform;  ///< "http://127.0.0.1:8480"; nothing: no network
  std::string ca_file = {};             ///< of the authorities to believe; "": the system's
};

/// Until SIGINT or SIGTERM. The lock runs on without its platform, and tries again.
Exit run(const RunOptions& options);

}  // namespace cardea::lock_process
