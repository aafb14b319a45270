// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an image that is never run is made of: parts that are constructed and kept, and a port that is nowhere.

#include <new>
#include <utility>

#include "core/crypto/provider.hpp"
#include "lock/port/port.hpp"

namespace cardea::size {

/// A `T` that is made at the start and never destroyed: destructors of statics are no part of a product.
template <class T>
class Part {
 public:
  template <class... Arguments>
  explicit Part(Arguments&&... arguments) {
    new (bytes_) T(std::forward<Arguments>(arguments)...);
  }
  T& operator*() { return *std::launder(reinterpret_cast<T*>(bytes_)); }
  T* operator->() { return &**this; }

 private:
  alignas(T) unsigned char bytes_[sizeof(T)];
};

// Declared and defined nowhere: a weak reference links without weight.
[[gnu::weak]] Flash& flash();
[[gnu::weak]] SecondsCounter& counter();
[[gnu::weak]] Provider& provider();
[[gnu::weak]] MutableByteSpan bytes();

/// Uses a result, so that the compiler keeps what made it.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

}  // namespace cardea::size
