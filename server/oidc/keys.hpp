// SPDX-License-Identifier: Apache-2.0
#pragma once
// A provider's public keys (RFC 7517), and what is signed by them (RFC 7515, compact). The algorithm and the key belong
// together: a key is taken for one algorithm when the set is read, and a token that names another finds no key. What a token
// says of keys itself (jwk, jku, x5c, x5u) is never looked at. Signatures are checked by OpenSSL.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace cardea::server::oidc {

/// Why a token is not one that a key of the set has signed.
enum class SignatureFault : std::uint8_t {
  kMalformed,   ///< not three parts of base64url, a header that is no JSON object, of another type, or with `crit`
  kAlgorithm,   ///< none of RS256, ES256 and EdDSA; "none" and those with a shared secret (HS256) are among the others
  kUnknownKey,  ///< no key of that algorithm under its `kid`; without a `kid`, not exactly one
  kForged,
};

class Keys {
 public:
  /// Nothing when `text` is no key set. Keys that cannot have signed for us are left out: of another type, curve or use, for
  /// another algorithm, RSA under 2,048 or over 8,192 bits, and any with its private half in it.
  static std::optional<Keys> parse(std::string_view text);

  [[nodiscard]] std::size_t size() const { return keys_.size(); }

  /// The payload of `token` (at most `token_size_bytes_max`) as its key signed it, or why not.
  [[nodiscard]] Result<std::string, SignatureFault> open(std::string_view token) const;

  static constexpr std::size_t token_size_bytes_max = 16'384;
  static constexpr std::size_t key_count_max = 50;

 private:
  struct Key;
  std::vector<std::shared_ptr<const Key>> keys_;
};

}  // namespace cardea::server::oidc
