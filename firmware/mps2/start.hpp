// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the start-up knows.

#include <cstdint>

namespace cardea::firmware {

/// The deepest that the stack has been since reset.
std::uint32_t stack_bytes();

}  // namespace cardea::firmware
