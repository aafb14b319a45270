// SPDX-License-Identifier: Apache-2.0
#pragma once
// CARDEA_ASSERT: for our own bugs, on in production too. Not for hostile input, which gets a Status.

namespace cardea {

/// Called when an assertion fails; never returns. A port defines its own (weak default: trap), which must put the
/// actuator into its documented fail state before it resets.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace cardea

#define CARDEA_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::cardea::assertion_failed(#expression, __FILE__, __LINE__))
