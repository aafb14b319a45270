// SPDX-License-Identifier: Apache-2.0
#pragma once
// Items: what a lock keeps over a power cut, cut into small pieces with a name each, so that an entry writes only the pieces
// that it changed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/assert.hpp"

namespace cardea {

/// The name of one item. Kinds 0x01..0x3F are core's (core/throttle, core/decide), 0x40 and above the lock's own.
struct ItemKey {
  std::uint8_t kind = 0;
  std::uint8_t index = 0;
  auto operator<=>(const ItemKey&) const = default;
};

/// The items that one step changed, each named once, in the order of their change. The caller makes all of them durable
/// together or none.
class ItemChanges {
 public:
  static constexpr std::size_t count_max = 64;

  void add(ItemKey key) {
    for (const ItemKey& known : keys())
      if (known == key) return;
    CARDEA_ASSERT(count_ < count_max);
    keys_[count_++] = key;
  }
  void add(const ItemChanges& others) {
    for (const ItemKey& key : others.keys()) add(key);
  }
  [[nodiscard]] std::span<const ItemKey> keys() const { return {keys_.data(), count_}; }
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  std::array<ItemKey, count_max> keys_{};
  std::size_t count_ = 0;
};

}  // namespace cardea
