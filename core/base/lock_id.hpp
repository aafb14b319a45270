// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock's public virtual id: 16 random bytes, printed on its label.

#include "core/base/bytes.hpp"

namespace cardea {

inline constexpr std::size_t lock_id_size_bytes = 16;

struct LockId {
  Bytes<lock_id_size_bytes> value{};
  auto operator<=>(const LockId&) const = default;
};

}  // namespace cardea
