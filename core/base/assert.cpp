// SPDX-License-Identifier: Apache-2.0
#include "core/base/assert.hpp"

namespace cardea {

#if __STDC_HOSTED__
[[noreturn, gnu::weak]] void assertion_failed(const char* /*expression*/, const char* /*file*/, int /*line*/) {
  __builtin_trap();
}
#else
[[noreturn, gnu::weak]] void assertion_failed() { __builtin_trap(); }
#endif

}  // namespace cardea
