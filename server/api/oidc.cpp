// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/operator_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/oidc_sign_in.hpp"

namespace cardea::server::api {

namespace {

struct Begin {
  std::optional<std::string> redirect_uri;
  std::optional<WorkspaceId> workspace_id;
  std::optional<std::string> invitation;
};
BOOST_DESCRIBE_STRUCT(Begin, (), (redirect_uri, workspace_id, invitation))

struct SignIn {
  std::string handle;
  std::string state;
  std::string code;
  std::optional<std::string> second_factor;
  std::optional<bool> cookie;
};
BOOST_DESCRIBE_STRUCT(SignIn, (), (handle, state, code, second_factor, cookie))

struct BeginLink {
  std::string password;
  std::optional<std::string> redirect_uri;
};
BOOST_DESCRIBE_STRUCT(BeginLink, (), (password, redirect_uri))

struct Create {
  std::string handle;
  std::string state;
  std::string code;
};
BOOST_DESCRIBE_STRUCT(Create, (), (handle, state, code))

struct Remove {
  std::string issuer;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(Remove, (), (issuer, password))

json::Any view_of(const usecases::OidcOffer& offer) {
  return {{"authorization_url", offer.authorization_url}, {"handle", offer.handle}, {"expires_at", text_of(offer.expires_at)}};
}

json::Any view_of(const usecases::OidcLink& link) {
  return {{"issuer", link.issuer},
          {"subject", link.subject},
          {"email", json::value_of(link.email)},
          {"created_at", text_of(link.created_at)},
          {"last_used_at", json::value_of(link.last_used_at)}};
}

Task<Outcome<Response>> begin(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Begin input, read_body<Begin>(request));
  usecases::OidcBegin begin{std::move(input.redirect_uri), input.workspace_id, std::move(input.invitation)};
  CARDEA_CO_ASSIGN(const auto offer,
                   co_await usecases::begin_oidc_sign_in(context, std::move(begin), std::string(request.peer)));
  co_return answer(201, view_of(offer));
}

Task<Outcome<Response>> sign_in(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(SignIn input, read_body<SignIn>(request));
  const bool cookie = input.cookie.value_or(false);
  usecases::OidcAnswer given{std::move(input.handle), std::move(input.state), std::move(input.code)};
  Visitor visitor{std::string(request.peer), std::string(request.header("user-agent"))};
  CARDEA_CO_ASSIGN(const auto signed_in, co_await usecases::sign_in_with_oidc(
                                             context, std::move(given), std::move(input.second_factor), std::move(visitor)));
  co_return answer_of(signed_in, cookie);
}

Task<Outcome<Response>> begin_link(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(BeginLink input, read_body<BeginLink>(request));
  CARDEA_CO_ASSIGN(const auto offer, co_await usecases::begin_oidc_link(context, request.principal, std::move(input.password),
                                                                        std::move(input.redirect_uri)));
  co_return answer(201, view_of(offer));
}

Task<Outcome<Response>> create(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Create input, read_body<Create>(request));
  usecases::OidcAnswer given{std::move(input.handle), std::move(input.state), std::move(input.code)};
  CARDEA_CO_ASSIGN(const auto link, co_await usecases::create_oidc_link(context, request.principal, std::move(given)));
  co_return answer(201, view_of(link));
}

Task<Outcome<Response>> list(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const auto links, co_await usecases::list_oidc_links(context, request.principal));
  const usecases::Page<usecases::OidcLink> page{links, std::nullopt};
  co_return answer(200, view_of_page(page, [](const usecases::OidcLink& link) { return view_of(link); }));
}

Task<Outcome<Response>> remove(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Remove input, read_body<Remove>(request));
  CARDEA_CO_TRY(
      co_await usecases::remove_oidc_link(context, request.principal, std::move(input.issuer), std::move(input.password)));
  co_return http::no_content();
}

}  // namespace

void add_oidc(http::Router& router, Context& context) {
  constexpr Permission own = Permission::kAccountOwn;
  add(router, context, Method::kGet, "/v1/account/oidc-links", own, Reach::kEverybody, list);
  add(router, context, Method::kPost, "/v1/account/oidc-links", own, Reach::kEverybody, create);
  add(router, context, Method::kPost, "/v1/account/oidc-links/begin", own, Reach::kEverybody, begin_link);
  add(router, context, Method::kPost, "/v1/account/oidc-links/remove", own, Reach::kEverybody, remove);
  add(router, context, Method::kPost, "/v1/oidc-sign-ins", Permission::kPublic, Reach::kEverybody, begin);
  add(router, context, Method::kPost, "/v1/sessions/oidc", Permission::kPublic, Reach::kEverybody, sign_in);
}

}  // namespace cardea::server::api
