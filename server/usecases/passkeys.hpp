// SPDX-License-Identifier: Apache-2.0
#pragma once
// Passkeys of operators: a key in a phone, a computer or a token that verifies who holds it. One is worth password and second
// factor together, and nobody can be tricked into typing it elsewhere. They need the platform's public URL: without it
// everything here but list, get, rename and remove is 503 `passkeys_unavailable`.

#include "server/auth/passkeys.hpp"
#include "server/usecases/sign_in.hpp"

namespace cardea::server::usecases {

struct Passkey {
  PasskeyId id;
  std::string name;
  UnixSeconds created_at;
  std::optional<UnixSeconds> last_used_at;
};

/// For the browser's create().
struct PasskeyOffer {
  std::string challenge;
  RelyingParty party;
  Operator who;
  std::vector<std::string> known;  ///< credential ids in base64url: the authenticators that have one already
};
/// 403 `password_refused`, 429, 503 `busy`.
Task<Outcome<PasskeyOffer>> begin_passkey(Context& context, Principal caller, std::string password);
/// 400 `passkey_refused` also for a challenge that was not given to the caller, used, or too old; 409 `passkey_known`,
/// `too_many`.
Task<Outcome<Passkey>> create_passkey(Context& context, Principal caller, std::string name, NewPasskeyAnswer answer);
/// The caller's own, oldest first.
Task<Outcome<std::vector<Passkey>>> list_passkeys(Context& context, Principal caller);
/// One of the caller's own. 404 `passkey_not_found`.
Task<Outcome<Passkey>> get_passkey(Context& context, Principal caller, PasskeyId passkey);
/// What it is called signs nobody in: it takes no password. 404 `passkey_not_found`.
Task<Outcome<Passkey>> rename_passkey(Context& context, Principal caller, PasskeyId passkey, std::string name);
/// 404 `passkey_not_found`; 403 `password_refused`, 429, 503 `busy`.
Task<Outcome<Done>> remove_passkey(Context& context, Principal caller, PasskeyId passkey, std::string password);

/// A challenge for the browser's get(). 429.
Outcome<std::string> begin_passkey_sign_in(Context& context, std::string address);
/// 403 `passkey_refused` for a key that nobody registered and for everything else that is wrong with it; 429.
Task<Outcome<SignedIn>> sign_in_with_passkey(Context& context, Blob credential_id, PasskeyAnswer answer, Visitor visitor);

}  // namespace cardea::server::usecases
