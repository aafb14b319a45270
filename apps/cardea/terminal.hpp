// SPDX-License-Identifier: Apache-2.0
#pragma once
// Asking whoever sits at the terminal, also while standard input and output are something else.

#include <string>

namespace cardea::client {

/// Shows `what` and reads a line. Throws Stop(kUsage) when there is no terminal, or its user ends the question (Ctrl-C,
/// Ctrl-D).
std::string ask(const std::string& what);
/// The same, and shows nothing of what is typed. Backspace takes one character back, Ctrl-U all of them.
std::string ask_hidden(const std::string& what);

}  // namespace cardea::client
