// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sandbox locks: locks that have no device, for who builds on the API. One is told by its public id, which begins with eight
// bytes that no maker's random id has ("sandbox:"), so that whoever sees a lock's id knows, and nothing can lose the mark.

#include <algorithm>

#include "server/domain/id.hpp"

namespace cardea::server {

inline constexpr Bytes<8> sandbox_mark{'s', 'a', 'n', 'd', 'b', 'o', 'x', ':'};

inline bool is_sandbox(const LockRef& lock) { return std::ranges::equal(ByteSpan(lock.bytes).first<8>(), sandbox_mark); }

/// A new one.
inline LockRef make_sandbox_lock() {
  LockRef lock = LockRef::make();
  std::ranges::copy(sandbox_mark, lock.bytes.begin());
  return lock;
}

}  // namespace cardea::server
