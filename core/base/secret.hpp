// SPDX-License-Identifier: Apache-2.0
#pragma once
// Secrets: fixed-size key bytes that cannot be printed or compared by accident, and wipe themselves.

#include <algorithm>
#include <cstddef>

#include "core/base/bytes.hpp"

namespace cardea {

/// Overwrites memory in a way that the compiler keeps.
void wipe(MutableByteSpan bytes);

/// True when both hold the same bytes. Takes the same time whichever differ; the sizes are public. The one function that
/// compares MACs, tags, digests and codes.
[[nodiscard]] bool equal_constant_time(ByteSpan a, ByteSpan b);

/// `N` secret bytes. No stream operator, no ==, no implicit copy out: `bytes()` is the one, greppable, way in.
template <std::size_t N>
class Secret {
 public:
  static constexpr std::size_t size_bytes = N;

  Secret() = default;
  explicit Secret(std::span<const std::uint8_t, N> bytes) { std::copy(bytes.begin(), bytes.end(), bytes_.begin()); }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { wipe(bytes_); }

  [[nodiscard]] std::span<const std::uint8_t, N> bytes() const { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t, N> mutable_bytes() { return bytes_; }

  bool operator==(const Secret&) const = delete;

 private:
  Bytes<N> bytes_{};
};

/// A 256-bit key in the clear: in transit between a provider, a sealed store and a protected message, nowhere else.
using KeyBytes = Secret<32>;

}  // namespace cardea
