// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sign-ins that have begun: between the moment that a browser is sent to the provider and the one that it comes back. Each is
// good once, for ten minutes, and only together with its handle, which never leaves who began it: a code and a state that
// somebody else was made to bring are worth nothing. In memory, bounded: the oldest goes first.

#include <deque>

#include "server/auth/token.hpp"
#include "server/domain/id.hpp"
#include "server/oidc/provider.hpp"

namespace cardea::server::oidc {

inline constexpr std::string_view handle_prefix = "cardea_oidc_";
inline constexpr std::uint64_t sign_in_s = 600;

struct SignIn {
  Journey journey;
  std::string whose;                           ///< the operator's id who links; "": whoever signs in
  std::optional<std::string> invitation = {};  ///< what is accepted with it
  std::optional<WorkspaceId> workspace = {};   ///< for a provider's account that is linked in several
  std::optional<Identity> identity = {};       ///< who came back, while a second factor is still to be shown
  UnixSeconds expires_at = {};
};

/// State, nonce and verifier of 256 random bits each.
Journey make_journey(std::string redirect_uri);

class SignIns {
 public:
  struct Begun {
    std::string handle;
    UnixSeconds expires_at;
  };
  Begun add(SignIn sign_in, UnixSeconds now);
  /// What began under `handle`, once, if it was theirs (`whose`) and `state` is its own; after this it is gone in any case.
  std::optional<SignIn> take(std::string_view handle, std::string_view state, std::string_view whose, UnixSeconds now);
  /// Puts one back under the same handle until its old end, with what has been learned.
  void put_back(std::string_view handle, SignIn sign_in);

  static constexpr std::size_t count_max = 10'000;

 private:
  struct Kept {
    Bytes<32> handle;  ///< its hash
    SignIn sign_in;
  };
  std::deque<Kept> kept_;
};

}  // namespace cardea::server::oidc
