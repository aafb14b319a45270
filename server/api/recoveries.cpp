// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/recoveries.hpp"

#include "server/api/internal/operator_views.hpp"
#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

struct Ask {
  std::string email;
  std::optional<WorkspaceId> workspace_id;
};
BOOST_DESCRIBE_STRUCT(Ask, (), (email, workspace_id))

struct Complete {
  std::string recovery;
  std::string password;
  std::optional<std::string> code;
};
BOOST_DESCRIBE_STRUCT(Complete, (), (recovery, password, code))

Task<Outcome<Response>> ask(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const Ask input, read_body<Ask>(request));
  CARDEA_CO_TRY(usecases::ask_recovery(context, input.email, input.workspace_id, std::string(request.peer)));
  co_return answer(202, {{"status", "asked"}});
}

Task<Outcome<Response>> complete(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Complete input, read_body<Complete>(request));
  usecases::RecoveryComplete recovery{std::move(input.recovery), std::move(input.password), std::move(input.code)};
  CARDEA_CO_ASSIGN(const auto who,
                   co_await usecases::complete_recovery(context, std::move(recovery), std::string(request.peer)));
  co_return answer(200, view_of(who));
}

Task<Outcome<Response>> cancel_own(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  const OperatorId own = request.principal.operator_id();
  CARDEA_CO_ASSIGN(const auto who, co_await usecases::cancel_recovery(context, request.principal, own));
  co_return answer(200, view_of(who));
}

Task<Outcome<Response>> approve(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const OperatorId id, request.id_of<OperatorId>("operator_id"));
  CARDEA_CO_ASSIGN(const auto who, co_await usecases::approve_recovery(context, request.principal, id));
  co_return answer(200, view_of(who));
}

Task<Outcome<Response>> cancel(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const OperatorId id, request.id_of<OperatorId>("operator_id"));
  CARDEA_CO_ASSIGN(const auto who, co_await usecases::cancel_recovery(context, request.principal, id));
  co_return answer(200, view_of(who));
}

}  // namespace

void add_recoveries(http::Router& router, Context& context) {
  add(router, context, Method::kPost, "/v1/recoveries", Permission::kPublic, Reach::kEverybody, ask);
  add(router, context, Method::kPost, "/v1/recoveries/complete", Permission::kPublic, Reach::kEverybody, complete);
  add(router, context, Method::kDelete, "/v1/account/recovery", Permission::kAccountOwn, Reach::kEverybody, cancel_own);
  add(router, context, Method::kPost, "/v1/operators/{operator_id}/recovery/approve", Permission::kOperatorsWrite,
      Reach::kWorkspace, approve);
  add(router, context, Method::kDelete, "/v1/operators/{operator_id}/recovery", Permission::kOperatorsWrite, Reach::kWorkspace,
      cancel);
}

}  // namespace cardea::server::api
