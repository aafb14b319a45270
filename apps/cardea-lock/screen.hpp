// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock as one stands in front of it: a keypad on the terminal.

#include <functional>

#include "apps/cardea-lock/requests.hpp"

namespace cardea::lock_process {

/// Asks the lock, wherever it runs.
using Ask = std::function<Reply(const boost::json::object&)>;

/// Until q is pressed. Shows stars for digits, one "no" for every refusal, the wait, and "open". Throws Stop(kUsage) when
/// standard input or output is no terminal.
Exit show_keypad(const Ask& ask);

}  // namespace cardea::lock_process
