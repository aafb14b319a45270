// SPDX-License-Identifier: Apache-2.0
#pragma once
// What fuzz targets are written with: a claim that ends the run, and an input that is read as steps.
#include <algorithm>

#include "core/base/bytes.hpp"

namespace cardea::testing {

/// What a fuzz target holds against the code. The fuzzer keeps the input for which it does not hold.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

/// A count of one byte, then so many bytes, or as many as there are.
inline ByteSpan take_part(ByteReader& in) {
  const std::size_t size = in.u8();
  return in.take(std::min(size, in.rest().size()));
}

/// `step(in)` until the input is read.
template <class Step>
void for_each_step(ByteReader& in, Step step) {
  while (!in.rest().empty() && in.status() == Status::kOk) step(in);
}

}  // namespace cardea::testing
