// SPDX-License-Identifier: Apache-2.0
#pragma once
// What BearSSL computes in, without a trace in memory afterwards.

#include "core/base/secret.hpp"

namespace cardea {

/// A context of BearSSL that leaves nothing behind.
template <class Context>
struct Wiped {
  Wiped() = default;
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { wipe({reinterpret_cast<std::uint8_t*>(&context), sizeof context}); }
  Context* operator&() { return &context; }
  Context context;
};

}  // namespace cardea
