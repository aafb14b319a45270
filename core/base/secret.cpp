// SPDX-License-Identifier: Apache-2.0
#include "core/base/secret.hpp"

namespace cardea {

void wipe(MutableByteSpan bytes) {
  std::fill_n(bytes.data(), bytes.size(), std::uint8_t{0});  // memset: by words, which std::ranges::fill is not
  asm volatile("" : : "r"(bytes.data()) : "memory");         // the compiler must not learn that nobody reads what was stored
}

bool equal_constant_time(ByteSpan a, ByteSpan b) {
  if (a.size() != b.size()) return false;
  std::uint32_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<std::uint32_t>(a[i] ^ b[i]);
    asm volatile("" : "+r"(difference));  // the compiler must not learn to leave early
  }
  return difference == 0;
}

}  // namespace cardea
