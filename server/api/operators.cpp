// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/operators.hpp"

#include "server/api/internal/languages.hpp"
#include "server/api/internal/operator_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/api/internal/scopes.hpp"

namespace cardea::server::api {

json::Any view_of(const usecases::Operator& who) {
  json::Any recovery = nullptr;
  if (who.recovery)
    recovery = {{"asked_at", text_of(who.recovery->asked_at)},
                {"opens_at", text_of(who.recovery->opens_at)},
                {"approved", who.recovery->approved}};
  return {{"id", who.id.text()},
          {"name", who.name},
          {"email", who.email},
          {"role", name_of(who.role)},
          {"scope", view_of_scope(who.scope)},
          {"language", view_of_language(who.language)},
          {"state", who.ended_at      ? "ended"
                    : who.accepted_at ? "active"
                                      : "invited"},
          {"second_factor", who.second_factor},
          {"recovery", std::move(recovery)},
          {"created_at", text_of(who.created_at)},
          {"created_by", who.created_by},
          {"accepted_at", json::value_of(who.accepted_at)},
          {"ended_at", json::value_of(who.ended_at)}};
}

namespace {

struct Create {
  std::string name;
  std::string email;
  std::string role;
  std::optional<std::string> language;
  std::optional<ScopeInput> scope;
};
BOOST_DESCRIBE_STRUCT(Create, (), (name, email, role, language, scope))

struct Update {
  std::optional<std::string> name;
  std::optional<std::string> role;
  std::optional<std::string> language;
  std::optional<ScopeInput> scope;
};
BOOST_DESCRIBE_STRUCT(Update, (), (name, role, language, scope))

struct Accept {
  std::string invitation;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(Accept, (), (invitation, password))

json::Any view_of(const usecases::InvitedOperator& invited) {
  return {{"operator", api::view_of(invited.who)},
          {"invitation", invited.invitation.text},
          {"expires_at", text_of(invited.invitation.expires_at)}};
}

Outcome<Role> read_role(const std::string& name) {
  if (const auto role = role_of(name)) return *role;
  return invalid("/role", "is none of: " + role_names());
}

Task<Outcome<Response>> list_operators(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto found, co_await usecases::list_operators(context, request.principal.workspace, page));
  co_return answer(200, view_of_page(found, [](const usecases::Operator& who) { return api::view_of(who); }));
}

Task<Outcome<Response>> create_operator(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const Create input, read_body<Create>(request));
  CARDEA_CO_ASSIGN(const Role role, read_role(input.role));
  usecases::OperatorCreate create{input.name, input.email, role, std::nullopt, scope_of(input.scope)};
  CARDEA_CO_ASSIGN(create.language, read_language(input.language));
  CARDEA_CO_ASSIGN(const auto invited, co_await usecases::create_operator(context, request.principal, std::move(create)));
  co_return answer(201, view_of(invited));
}

Task<Outcome<Response>> get_operator(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const OperatorId id, request.id_of<OperatorId>("operator_id"));
  CARDEA_CO_ASSIGN(const auto who, co_await usecases::find_operator(context, request.principal.workspace, id));
  co_return answer(200, api::view_of(who));
}

Task<Outcome<Response>> update_operator(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const OperatorId id, request.id_of<OperatorId>("operator_id"));
  CARDEA_CO_ASSIGN(const Update input, read_body<Update>(request));
  CARDEA_CO_ASSIGN(const json::Any document, json::parse(request.body));
  const bool names_language = document.as_object().contains("language");
  const bool names_scope = document.as_object().contains("scope");
  if (!input.name && !input.role && !names_language && !names_scope) co_return invalid("", "names nothing to change");
  usecases::OperatorUpdate update{input.name, std::nullopt, std::nullopt};
  if (names_scope) update.scope = scope_of(input.scope);
  if (names_language) {
    CARDEA_CO_ASSIGN(update.language, read_language(input.language));
  }
  if (input.role) {
    CARDEA_CO_ASSIGN(update.role, read_role(*input.role));
  }
  CARDEA_CO_ASSIGN(const auto who, co_await usecases::update_operator(context, request.principal, id, std::move(update)));
  co_return answer(200, api::view_of(who));
}

Task<Outcome<Response>> renew_invitation(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const OperatorId id, request.id_of<OperatorId>("operator_id"));
  CARDEA_CO_ASSIGN(const auto invited, co_await usecases::renew_invitation(context, request.principal, id));
  co_return answer(201, view_of(invited));
}

Task<Outcome<Response>> end_operator(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const OperatorId id, request.id_of<OperatorId>("operator_id"));
  CARDEA_CO_ASSIGN(const auto who, co_await usecases::end_operator(context, request.principal, id));
  co_return answer(200, api::view_of(who));
}

Task<Outcome<Response>> end_sessions(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const OperatorId id, request.id_of<OperatorId>("operator_id"));
  CARDEA_CO_ASSIGN(const auto who, co_await usecases::end_sessions_of_operator(context, request.principal, id));
  co_return answer(200, api::view_of(who));
}

Task<Outcome<Response>> accept_invitation(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Accept input, read_body<Accept>(request));
  CARDEA_CO_ASSIGN(const auto who, co_await usecases::accept_invitation(context, std::move(input.invitation),
                                                                        std::move(input.password), std::string(request.peer)));
  co_return answer(200, api::view_of(who));
}

}  // namespace

void add_operators(http::Router& router, Context& context) {
  constexpr Permission write = Permission::kOperatorsWrite;
  add(router, context, Method::kGet, "/v1/operators", Permission::kOperatorsRead, Reach::kWorkspace, list_operators);
  add(router, context, Method::kPost, "/v1/operators", write, Reach::kWorkspace, create_operator);
  add(router, context, Method::kGet, "/v1/operators/{operator_id}", Permission::kOperatorsRead, Reach::kWorkspace,
      get_operator);
  add(router, context, Method::kPatch, "/v1/operators/{operator_id}", write, Reach::kWorkspace, update_operator);
  add(router, context, Method::kPost, "/v1/operators/{operator_id}/invitation", write, Reach::kWorkspace, renew_invitation);
  add(router, context, Method::kPost, "/v1/operators/{operator_id}/end", write, Reach::kWorkspace, end_operator);
  add(router, context, Method::kPost, "/v1/operators/{operator_id}/end-sessions", write, Reach::kWorkspace, end_sessions);
  add(router, context, Method::kPost, "/v1/invitations/accept", Permission::kPublic, Reach::kEverybody, accept_invitation);
}

}  // namespace cardea::server::api
