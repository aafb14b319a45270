// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/passkeys.hpp"

#include "server/api/internal/operator_views.hpp"
#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

struct Begin {
  std::string password;
};
BOOST_DESCRIBE_STRUCT(Begin, (), (password))

struct Create {
  std::string name;
  std::string client_data;
  std::string authenticator_data;
};
BOOST_DESCRIBE_STRUCT(Create, (), (name, client_data, authenticator_data))

struct Update {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Update, (), (name))

struct SignIn {
  std::string credential_id;
  std::string client_data;
  std::string authenticator_data;
  std::string signature;
  std::optional<bool> cookie;
};
BOOST_DESCRIBE_STRUCT(SignIn, (), (credential_id, client_data, authenticator_data, signature, cookie))

json::Any view_of(const usecases::Passkey& passkey) {
  return {{"id", passkey.id.text()},
          {"name", passkey.name},
          {"created_at", text_of(passkey.created_at)},
          {"last_used_at", json::value_of(passkey.last_used_at)}};
}

Outcome<Blob> bytes_of(const std::string& text, std::string_view pointer) {
  auto bytes = parse_base64url(text);
  if (!bytes) return invalid(std::string(pointer), "is not base64url without padding");
  return *std::move(bytes);
}

Task<Outcome<Response>> begin(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Begin input, read_body<Begin>(request));
  CARDEA_CO_ASSIGN(const auto offer, co_await usecases::begin_passkey(context, request.principal, std::move(input.password)));
  co_return answer(
      201, {{"challenge", offer.challenge},
            {"relying_party_id", offer.party.id},
            {"user", {{"id", base64url_of(offer.who.id.bytes)}, {"name", offer.who.email}, {"display_name", offer.who.name}}},
            {"known", json::value_of(offer.known)}});
}

Task<Outcome<Response>> create(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Create input, read_body<Create>(request));
  CARDEA_CO_ASSIGN(Blob client_data, bytes_of(input.client_data, "/client_data"));
  CARDEA_CO_ASSIGN(Blob authenticator_data, bytes_of(input.authenticator_data, "/authenticator_data"));
  NewPasskeyAnswer made{std::move(client_data), std::move(authenticator_data)};
  CARDEA_CO_ASSIGN(const auto passkey,
                   co_await usecases::create_passkey(context, request.principal, std::move(input.name), std::move(made)));
  co_return answer(201, view_of(passkey));
}

Task<Outcome<Response>> list(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const auto passkeys, co_await usecases::list_passkeys(context, request.principal));
  const usecases::Page<usecases::Passkey> page{passkeys, std::nullopt};
  co_return answer(200, view_of_page(page, [](const usecases::Passkey& passkey) { return view_of(passkey); }));
}

Task<Outcome<Response>> get(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const PasskeyId id, request.id_of<PasskeyId>("passkey_id"));
  CARDEA_CO_ASSIGN(const auto passkey, co_await usecases::get_passkey(context, request.principal, id));
  co_return answer(200, view_of(passkey));
}

Task<Outcome<Response>> update(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const PasskeyId id, request.id_of<PasskeyId>("passkey_id"));
  CARDEA_CO_ASSIGN(Update input, read_body<Update>(request));
  CARDEA_CO_ASSIGN(const auto passkey,
                   co_await usecases::rename_passkey(context, request.principal, id, std::move(input.name)));
  co_return answer(200, view_of(passkey));
}

Task<Outcome<Response>> remove(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const PasskeyId id, request.id_of<PasskeyId>("passkey_id"));
  CARDEA_CO_ASSIGN(Begin input, read_body<Begin>(request));
  CARDEA_CO_TRY(co_await usecases::remove_passkey(context, request.principal, id, std::move(input.password)));
  co_return http::no_content();
}

Task<Outcome<Response>> challenge(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const std::string made, usecases::begin_passkey_sign_in(context, std::string(request.peer)));
  co_return answer(201, {{"challenge", made}, {"relying_party_id", context.auth.party->id}});
}

Task<Outcome<Response>> sign_in(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const SignIn input, read_body<SignIn>(request));
  CARDEA_CO_ASSIGN(Blob credential_id, bytes_of(input.credential_id, "/credential_id"));
  PasskeyAnswer given;
  CARDEA_CO_ASSIGN(given.client_data, bytes_of(input.client_data, "/client_data"));
  CARDEA_CO_ASSIGN(given.authenticator_data, bytes_of(input.authenticator_data, "/authenticator_data"));
  CARDEA_CO_ASSIGN(given.signature, bytes_of(input.signature, "/signature"));
  Visitor visitor{std::string(request.peer), std::string(request.header("user-agent"))};
  CARDEA_CO_ASSIGN(const auto signed_in, co_await usecases::sign_in_with_passkey(context, std::move(credential_id),
                                                                                 std::move(given), std::move(visitor)));
  co_return answer_of(signed_in, input.cookie.value_or(false));
}

}  // namespace

void add_passkeys(http::Router& router, Context& context) {
  constexpr Permission own = Permission::kAccountOwn;
  add(router, context, Method::kGet, "/v1/account/passkeys", own, Reach::kEverybody, list);
  add(router, context, Method::kPost, "/v1/account/passkeys", own, Reach::kEverybody, create);
  add(router, context, Method::kPost, "/v1/account/passkeys/begin", own, Reach::kEverybody, begin);
  add(router, context, Method::kGet, "/v1/account/passkeys/{passkey_id}", own, Reach::kEverybody, get);
  add(router, context, Method::kPatch, "/v1/account/passkeys/{passkey_id}", own, Reach::kEverybody, update);
  add(router, context, Method::kPost, "/v1/account/passkeys/{passkey_id}/remove", own, Reach::kEverybody, remove);
  add(router, context, Method::kPost, "/v1/passkey-challenges", Permission::kPublic, Reach::kEverybody, challenge);
  add(router, context, Method::kPost, "/v1/sessions/passkey", Permission::kPublic, Reach::kEverybody, sign_in);
}

}  // namespace cardea::server::api
