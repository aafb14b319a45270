// SPDX-License-Identifier: Apache-2.0
#pragma once
// Signing in at an OpenID Connect provider (server/oidc, docs/decisions/0012). The provider says who somebody is; which
// operator that is, is said here, by a link of issuer and subject. A link is made by an operator who is signed in, with an
// invitation, or, where the workspace allows it, by an e-mail address that the provider has verified. Role and second factor
// stay ours.
//
// Without a provider everything here but list and unlink is 503 `oidc_unavailable`.

#include "server/oidc/service.hpp"
#include "server/usecases/sign_in.hpp"

namespace cardea::server::usecases {

/// The pages that a provider may send a browser back to: this path of the console, and, for a program that signs a person in
/// (RFC 8252), of any port of 127.0.0.1.
inline constexpr std::string_view oidc_redirect_path = "/sign-in/oidc";

struct OidcOffer {
  std::string authorization_url;
  std::string handle;  ///< for the one who began, and nobody else
  UnixSeconds expires_at;
};
/// What the provider's page sent back, and the handle that it belongs to.
struct OidcAnswer {
  std::string handle;
  std::string state;
  std::string code;
};

struct OidcBegin {
  std::optional<std::string> redirect_uri;     ///< nothing: the console's
  std::optional<WorkspaceId> workspace = {};   ///< for an account that is linked in several
  std::optional<std::string> invitation = {};  ///< to accept it so, without a password
};
/// 400 for a redirect_uri that is none of ours; 404 `invitation_not_found`; 429.
Task<Outcome<OidcOffer>> begin_oidc_sign_in(Context& context, OidcBegin input, std::string address);
/// 403 `oidc_refused` for a handle, state, code or token that is not good, or not any more; 403 `oidc_not_linked` for somebody
/// whom no operator, or more than one, is linked with. 401 `second_factor_required`: send the same again with `second_factor`;
/// 403 `second_factor_refused`, 429. Ends a recovery that is under way.
Task<Outcome<SignedIn>> sign_in_with_oidc(Context& context, OidcAnswer answer, std::optional<std::string> second_factor,
                                          Visitor visitor);

struct OidcLink {
  std::string issuer;
  std::string subject;
  std::optional<std::string> email;  ///< as the provider had it when the link was made
  UnixSeconds created_at;
  std::optional<UnixSeconds> last_used_at;
};
/// 403 `password_refused`, 409 `oidc_linked`, 400, 429, 503 `busy`.
Task<Outcome<OidcOffer>> begin_oidc_link(Context& context, Principal caller, std::string password,
                                         std::optional<std::string> redirect_uri);
/// 403 `oidc_refused`; 409 `oidc_linked` for an operator who has a link with this provider, `oidc_taken` for an account that
/// another operator of the workspace has.
Task<Outcome<OidcLink>> create_oidc_link(Context& context, Principal caller, OidcAnswer answer);
/// The caller's own, also those with providers that are none any more.
Task<Outcome<std::vector<OidcLink>>> list_oidc_links(Context& context, Principal caller);
/// 404 `oidc_link_not_found`; 403 `password_refused`: an account without a password keeps its link; 429, 503 `busy`.
Task<Outcome<Done>> remove_oidc_link(Context& context, Principal caller, std::string issuer, std::string password);

}  // namespace cardea::server::usecases
