// SPDX-License-Identifier: Apache-2.0
#pragma once
// A label as a QR code for a terminal.

#include <string>

namespace cardea::lock_process {

/// Two modules a character, light ones drawn, for a dark terminal; with the quiet zone that scanners want. Ends in a newline.
std::string qr_code(const std::string& text);

}  // namespace cardea::lock_process
