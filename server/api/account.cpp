// SPDX-License-Identifier: Apache-2.0
#include "server/api/internal/operator_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/accounts.hpp"

namespace cardea::server::api {

namespace {

struct PasswordChange {
  std::string password;
  std::string new_password;
};
BOOST_DESCRIBE_STRUCT(PasswordChange, (), (password, new_password))

struct TotpBegin {
  std::string password;
};
BOOST_DESCRIBE_STRUCT(TotpBegin, (), (password))

struct TotpConfirm {
  std::string code;
};
BOOST_DESCRIBE_STRUCT(TotpConfirm, (), (code))

struct PasswordAndCode {
  std::string password;
  std::string code;
};
BOOST_DESCRIBE_STRUCT(PasswordAndCode, (), (password, code))

Task<Outcome<Response>> get_account(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const auto account, co_await usecases::get_account(context, request.principal));
  boost::json::array permissions;
  for (std::size_t i = 1; i < permission_count; ++i)
    if (const auto permission = static_cast<Permission>(i); request.principal.permissions.has(permission))
      permissions.emplace_back(name_of(permission));
  co_return answer(200, {{"operator", view_of(account.who)},
                         {"workspace_id", request.principal.workspace.text()},
                         {"session_id", request.principal.session->text()},
                         {"permissions", std::move(permissions)},
                         {"recovery_codes_left", account.recovery_codes_left}});
}

Task<Outcome<Response>> change_password(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(PasswordChange input, read_body<PasswordChange>(request));
  CARDEA_CO_TRY(
      co_await usecases::change_password(context, request.principal, std::move(input.password), std::move(input.new_password)));
  co_return http::no_content();
}

Task<Outcome<Response>> begin_totp(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(TotpBegin input, read_body<TotpBegin>(request));
  CARDEA_CO_ASSIGN(const auto offer, co_await usecases::begin_totp(context, request.principal, std::move(input.password)));
  co_return answer(201, {{"secret", offer.secret}, {"otpauth_uri", offer.uri}});
}

Task<Outcome<Response>> confirm_totp(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(TotpConfirm input, read_body<TotpConfirm>(request));
  CARDEA_CO_ASSIGN(const auto codes, co_await usecases::confirm_totp(context, request.principal, std::move(input.code)));
  co_return answer(200, {{"recovery_codes", json::value_of(codes)}});
}

Task<Outcome<Response>> renew_recovery_codes(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(PasswordAndCode input, read_body<PasswordAndCode>(request));
  CARDEA_CO_ASSIGN(const auto codes, co_await usecases::renew_recovery_codes(context, request.principal,
                                                                             std::move(input.password), std::move(input.code)));
  co_return answer(200, {{"recovery_codes", json::value_of(codes)}});
}

Task<Outcome<Response>> remove_totp(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(PasswordAndCode input, read_body<PasswordAndCode>(request));
  CARDEA_CO_TRY(co_await usecases::remove_totp(context, request.principal, std::move(input.password), std::move(input.code)));
  co_return http::no_content();
}

}  // namespace

void add_account(http::Router& router, Context& context) {
  constexpr Permission own = Permission::kAccountOwn;
  add(router, context, Method::kGet, "/v1/account", own, Reach::kEverybody, get_account);
  add(router, context, Method::kPost, "/v1/account/password", own, Reach::kEverybody, change_password);
  add(router, context, Method::kPost, "/v1/account/totp", own, Reach::kEverybody, begin_totp);
  add(router, context, Method::kPost, "/v1/account/totp/confirm", own, Reach::kEverybody, confirm_totp);
  add(router, context, Method::kPost, "/v1/account/totp/recovery-codes", own, Reach::kEverybody, renew_recovery_codes);
  add(router, context, Method::kPost, "/v1/account/totp/remove", own, Reach::kEverybody, remove_totp);
}

}  // namespace cardea::server::api
