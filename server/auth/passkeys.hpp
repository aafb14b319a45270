// SPDX-License-Identifier: Apache-2.0
#pragma once
// Passkeys (WebAuthn level 2, ES256): checked with libfido2, with user verification always, so that one is worth a password and
// a second factor together. Attestation is not asked for: whoever registers a key has shown the account's password.

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "server/domain/problem.hpp"

namespace cardea::server {

using Blob = std::vector<std::uint8_t>;

/// base64url without padding (RFC 4648 §5), and back: nothing for any other text.
std::string base64url_of(ByteSpan bytes);
std::optional<Blob> parse_base64url(std::string_view text);

/// Where the console is: keys are bound to it.
struct RelyingParty {
  std::string origin;  ///< "https://cardea.example.org"
  std::string id;      ///< "cardea.example.org"
};
/// Nothing unless it is https://HOST[:PORT], or http://localhost[:PORT], which browsers take for safe too.
std::optional<RelyingParty> relying_party_of(std::string_view url);

inline constexpr std::size_t passkey_id_bytes_max = 1'023;  // WebAuthn §4
using PasskeyPublicKey = Bytes<64>;                         // x and y on P-256

/// What a browser answers to create() and get(), as bytes.
struct NewPasskeyAnswer {
  Blob client_data;
  Blob authenticator_data;
};
struct PasskeyAnswer {
  Blob client_data;
  Blob authenticator_data;
  Blob signature;
};

struct NewPasskeyFacts {
  Blob credential_id;
  PasskeyPublicKey key{};
  std::uint32_t count = 0;
};
/// 400 `passkey_refused`: another type, challenge, origin or party, no user verification, another algorithm, or bytes that are
/// none of this.
Outcome<NewPasskeyFacts> check_new_passkey(const RelyingParty& party, std::string_view challenge,
                                           const NewPasskeyAnswer& answer);

/// The new count; 403 `passkey_refused` for what check_new_passkey() refuses, a bad signature, and a count that is not newer
/// than `count` while either is not 0: then the key was copied.
Outcome<std::uint32_t> check_passkey(const RelyingParty& party, std::string_view challenge, const PasskeyPublicKey& key,
                                     std::uint32_t count, const PasskeyAnswer& answer);

/// Challenges that were given out: each is good once, for five minutes, and for whom it was made. In memory, bounded: the
/// oldest goes first.
class Challenges {
 public:
  /// 256 random bits in base64url. `whose`: an operator's id, "" for whoever signs in.
  std::string make(std::string whose, UnixSeconds now);
  /// True once for a challenge of theirs.
  bool take(std::string_view challenge, std::string_view whose, UnixSeconds now);

 private:
  struct Given {
    std::string challenge;
    std::string whose;
    UnixSeconds expires_at;
  };
  std::deque<Given> given_;
};
/// The challenge that a browser's answer is to; "" when it is no such JSON.
std::string challenge_of(ByteSpan client_data);

}  // namespace cardea::server
