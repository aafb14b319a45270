// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who calls: an API key or a session, and everything that it takes to know. One of it in a process.
//
//   Authorization: Bearer cardea_…            an API key
//   Authorization: Bearer cardea_session_…    a session
//   Cookie: __Host-cardea-session=cardea_session_…
//                                             a session, in a browser: whatever is not a GET must come from our own pages, as
//                                             its Origin says (403 `origin_refused`), because a browser sends cookies for
//                                             anybody
//
// A key's own rate, and the tries of an address at keys and sessions that are not known yet, are charged before anything is
// looked up (429).

#include "server/auth/api_keys.hpp"
#include "server/auth/limits.hpp"
#include "server/auth/passkeys.hpp"
#include "server/auth/passwords.hpp"
#include "server/auth/sessions.hpp"
#include "server/http/router.hpp"

namespace cardea::server {

inline constexpr std::string_view session_cookie = "__Host-cardea-session";

/// Noted until the upkeep looks whose account it is: to whoever asks, every address looks the same.
struct AskedRecovery {
  std::string email;
  std::optional<WorkspaceId> workspace;
};

class Auth final : public http::Authenticator {
 public:
  Auth(Loop& loop, Store& store, const LimitOptions& limit_options, std::function<UnixSeconds()> now,
       Limits::Clock clock = Limits::steady);

  Task<Outcome<Principal>> authenticate(const http::Request& request) override;
  /// Stores what was noted of use. Every half minute or so.
  Task<Outcome<Done>> store_use();

  ApiKeys api_keys;
  Sessions sessions;
  Passwords passwords;
  Limits limits;
  std::vector<AskedRecovery> asked_recoveries;
  Challenges challenges;
  std::optional<RelyingParty> party;  ///< nothing: no passkeys

 private:
  Task<Outcome<Principal>> find_key(std::string text, std::string_view peer);
  Task<Outcome<Principal>> find_session(std::string text, std::string_view peer);
};

}  // namespace cardea::server
