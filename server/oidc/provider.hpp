// SPDX-License-Identifier: Apache-2.0
#pragma once
// An OpenID Connect provider, as one who relies on it sees it: the authorization code flow with PKCE (RFC 6749 §4.1, RFC 7636,
// OpenID Connect Core 1.0 §3.1). Where its endpoints and keys are, it says itself (Discovery 1.0) under its issuer, over HTTPS
// only. It is named by who runs the platform, so it may well be on an internal address; nothing that a request says becomes
// part of a URL's host.

#include <atomic>
#include <functional>

#include "server/base/workers.hpp"
#include "server/domain/problem.hpp"
#include "server/oidc/id_token.hpp"
#include "server/oidc/internal/fetch.hpp"

namespace cardea::server::oidc {

struct ProviderOptions {
  std::string issuer;  ///< "https://id.example.org/realms/house"; "": no provider
  std::string client_id;
  std::string client_secret;  ///< "": a public client, which PKCE alone protects
  std::string ca_file;        ///< "": the system's
  std::chrono::milliseconds connect_max{5'000};
  std::chrono::milliseconds whole_max{10'000};
};
/// Why these options are none, for the person at the terminal; "" when they are good.
std::string complaint_about(const ProviderOptions& options);

/// What is sent along with a browser that goes to the provider.
struct Journey {
  std::string redirect_uri;
  std::string state;
  std::string nonce;
  std::string verifier;  ///< RFC 7636: 43 to 128 characters; the provider sees its hash first, and it with the code
};

class Provider {
 public:
  /// `loop` outlives it. `on_trouble` hears why something failed, in words for who runs the platform.
  Provider(Loop& loop, ProviderOptions options, std::function<UnixSeconds()> now,
           std::function<void(const std::string& what)> on_trouble);

  [[nodiscard]] const std::string& issuer() const { return options_.issuer; }

  /// Where the browser is to go. 503 `oidc_unavailable`.
  Task<Outcome<std::string>> authorization_url(Journey journey);
  /// Who came back with `code`. 403 `oidc_refused` for a code that the provider does not take, and for a token that is not
  /// ours; 503 `oidc_unavailable`.
  Task<Outcome<Identity>> redeem(Journey journey, std::string code);

  /// From now on everything fails at once, and what is under way within a second.
  void stop() { stopping_ = true; }

 private:
  /// What it says of itself.
  struct Metadata {
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    bool takes_basic = true;  ///< the client's secret as Basic; else in the form
    UnixSeconds read_at;
  };
  struct KeySet {
    Keys keys;
    UnixSeconds read_at;
  };
  /// Both are read again when they are older than an hour.
  Task<Outcome<Metadata>> metadata();
  Task<Outcome<Keys>> keys();
  Task<Outcome<Keys>> read_keys();
  Task<Outcome<std::string>> id_token_for(Journey journey, std::string code);
  Task<Fetched> run(Fetch what);
  Problem unavailable_because(const std::string& why) const;
  Problem refused_because(const std::string& why) const;

  ProviderOptions options_;
  std::function<UnixSeconds()> now_;
  std::function<void(const std::string&)> on_trouble_;
  std::optional<Metadata> metadata_;
  std::optional<KeySet> keys_;
  UnixSeconds keys_reread_at_{0};  ///< because of a key that was not known
  std::atomic<bool> stopping_ = false;
  Workers workers_;  // last: its end waits for what uses the others
};

}  // namespace cardea::server::oidc
