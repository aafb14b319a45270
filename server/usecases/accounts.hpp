// SPDX-License-Identifier: Apache-2.0
#pragma once
// One's own account: password and second factor. Whatever weakens it or could lock its owner out asks for the password again,
// and a change ends the other sessions.

#include "server/usecases/operators.hpp"

namespace cardea::server::usecases {

struct Account {
  Operator who;
  std::uint32_t recovery_codes_left = 0;
};
Task<Outcome<Account>> get_account(Context& context, Principal caller);

/// Also ends a recovery that is under way: who knows the password needs none. 403 `password_refused`, 400 for a weak new one,
/// 429, 503 `busy`.
Task<Outcome<Done>> change_password(Context& context, Principal caller, std::string password, std::string new_password);

/// What an authenticator app needs; shown once.
struct TotpOffer {
  std::string secret;  ///< base32
  std::string uri;     ///< for a QR code
};
/// Makes a key for an authenticator app, in place of one that was never confirmed. It counts from confirm_totp() on. 403
/// `password_refused`, 409 `second_factor_set`.
Task<Outcome<TotpOffer>> begin_totp(Context& context, Principal caller, std::string password);
/// A code shows that the app has the key. Returns ten recovery codes, shown once. 409 `second_factor_set`, `no_second_factor`
/// when none was begun; 403 `second_factor_refused`, 429.
Task<Outcome<std::vector<std::string>>> confirm_totp(Context& context, Principal caller, std::string code);
/// Ten recovery codes, shown once, in place of those before; the app stays. `code`: of the app, or a recovery code: whoever has
/// new ones needs neither. 403 `password_refused`, 409 `no_second_factor`, 403 `second_factor_refused`, 429.
Task<Outcome<std::vector<std::string>>> renew_recovery_codes(Context& context, Principal caller, std::string password,
                                                             std::string code);
/// `code`: of the app, or a recovery code. 403 `password_refused`, 409 `no_second_factor`, 403 `second_factor_refused`, 429.
Task<Outcome<Done>> remove_totp(Context& context, Principal caller, std::string password, std::string code);

}  // namespace cardea::server::usecases
