// SPDX-License-Identifier: Apache-2.0
#include "core/base/assert.hpp"

namespace cardea {

[[noreturn, gnu::weak]] void assertion_failed(const char* /*expression*/, const char* /*file*/, int /*line*/) {
  __builtin_trap();
}

}  // namespace cardea
