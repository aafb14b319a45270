// SPDX-License-Identifier: Apache-2.0
#pragma once
// ID tokens (OpenID Connect Core 1.0 §2, §3.1.3.7): who has signed in at the provider.

#include "core/base/time.hpp"
#include "server/oidc/keys.hpp"

namespace cardea::server::oidc {

/// Who somebody is to the provider. Issuer and subject together name them for ever; an e-mail address may be another person's
/// tomorrow.
struct Identity {
  std::string issuer;
  std::string subject;
  std::optional<std::string> email;
  bool email_verified = false;  ///< the provider says so; false when there is no address
};

/// What a token must say.
struct Expected {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  UnixSeconds now;
};

inline constexpr std::uint64_t clock_difference_s = 60;    ///< between the provider's clock and ours
inline constexpr std::uint64_t token_age_max_s = 10 * 60;  ///< since it was issued: we ask for it and get it at once
inline constexpr std::size_t subject_chars_max = 255;      // Core §2

struct TokenFault {
  bool key_is_unknown = false;  ///< the provider may have a new key: read its keys again, once
  std::string why;              ///< for the log: "its audience is not this platform"
};

/// Signature, issuer, audience (and authorised party), expiry, age and nonce. A token that says anything twice or in another
/// type is refused.
Result<Identity, TokenFault> check_id_token(const Keys& keys, std::string_view token, const Expected& expected);

}  // namespace cardea::server::oidc
