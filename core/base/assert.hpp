// SPDX-License-Identifier: Apache-2.0
#pragma once
// CARDEA_ASSERT: for our own bugs, on in production too. Not for hostile input, which gets a Status.

namespace cardea {

/// Called when an assertion fails; never returns. A port defines its own (weak default: trap), which must put the
/// actuator into its documented fail state before it resets.
#if __STDC_HOSTED__
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);
#else
/// Without an operating system the caller's address says it all, as arm-none-eabi-addr2line reads it: 4 KB of texts stay out of
/// the flash.
[[noreturn]] void assertion_failed();
#endif

}  // namespace cardea

#if __STDC_HOSTED__
#define CARDEA_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::cardea::assertion_failed(#expression, __FILE__, __LINE__))
#else
#define CARDEA_ASSERT(expression) ((expression) ? static_cast<void>(0) : ::cardea::assertion_failed())
#endif
