// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock on the bench: its panel (firmware/README.md) at panel.sock and its serial bearer (spec/bearer-serial.md) at
// bearer.sock, both in its directory, as a board in a jig has them on wires. It may be one that no factory has made.

#include "apps/cardea-lock/machine.hpp"
#include "apps/cardea-lock/stop.hpp"

namespace cardea::lock_process {

/// Until SIGINT or SIGTERM. An empty directory becomes a blank lock: with `image` an emulated board, else one of this process.
/// Throws Stop; a power cut ends the process with kUnreachable.
Exit run_on_bench(const MachineOptions& options, const std::string& image);

}  // namespace cardea::lock_process
