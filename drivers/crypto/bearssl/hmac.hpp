// SPDX-License-Identifier: Apache-2.0
#pragma once
// HMAC-SHA256 over BearSSL's compression function: by its words, without a context of BearSSL's and what that costs for the
// short messages of which a lock hashes hundreds for a typed code.

#include <array>

#include "core/crypto/provider.hpp"

namespace cardea {

/// A key of HMAC as its two hashes begin with it, and so without it: 64 bytes, that cost two compressions and save them for
/// each message. Wipes itself.
class BearsslMac {
 public:
  BearsslMac() = default;
  explicit BearsslMac(ByteSpan key) { prepare(key); }
  BearsslMac(const BearsslMac&) = delete;
  BearsslMac& operator=(const BearsslMac&) = delete;
  ~BearsslMac() { forget(); }

  /// `key` has any size.
  void prepare(ByteSpan key);
  void forget();
  /// `message` may be what `out` is, and is shorter than half a gigabyte (asserted).
  void mac(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) const;

  /// As BearSSL computes: eight words.
  using State = std::array<std::uint32_t, 8>;

 private:
  State inner_{};
  State outer_{};
};

}  // namespace cardea
