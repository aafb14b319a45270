// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "server/api/internal/operator_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/sign_in.hpp"

namespace cardea::server::api {

namespace {

/// For this host alone and all of its paths, never to scripts, never along with a request that another site began.
void set_cookie(Response& response, std::string_view text, std::uint64_t seconds) {
  response.headers.emplace_back(
      "Set-Cookie", fmt::format("{}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Strict", session_cookie, text, seconds));
}

}  // namespace

Response answer_of(const usecases::SignedIn& signed_in, bool cookie) {
  Response response = answer(201, {{"session_id", signed_in.session.id.text()},
                                   {"token", cookie ? json::Any(nullptr) : json::Any(signed_in.session.text)},
                                   {"expires_at", text_of(signed_in.session.expires_at)},
                                   {"workspace_id", signed_in.workspace.text()},
                                   {"operator", view_of(signed_in.who)}});
  if (cookie) set_cookie(response, signed_in.session.text, session_s);
  return response;
}

namespace {

struct SignIn {
  std::string email;
  std::string password;
  std::optional<std::string> code;
  std::optional<WorkspaceId> workspace_id;
  std::optional<bool> cookie;
};
BOOST_DESCRIBE_STRUCT(SignIn, (), (email, password, code, workspace_id, cookie))

Task<Outcome<Response>> sign_in(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(SignIn input, read_body<SignIn>(request));
  const bool cookie = input.cookie.value_or(false);
  usecases::SignIn sign_in{std::move(input.email), std::move(input.password), std::move(input.code), input.workspace_id};
  Visitor visitor{std::string(request.peer), std::string(request.header("user-agent"))};
  CARDEA_CO_ASSIGN(const auto signed_in, co_await usecases::sign_in(context, std::move(sign_in), std::move(visitor)));
  co_return answer_of(signed_in, cookie);
}

Task<Outcome<Response>> list_sessions(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const auto sessions, co_await usecases::list_sessions(context, request.principal));
  const usecases::Page<usecases::Session> page{sessions, std::nullopt};
  const auto current = request.principal.session;
  co_return answer(200, view_of_page(page, [&](const usecases::Session& session) -> json::Any {
                     return {{"id", session.id.text()},
                             {"current", session.id == current},
                             {"address", session.address},
                             {"agent", session.agent},
                             {"created_at", text_of(session.created_at)},
                             {"seen_at", text_of(session.seen_at)},
                             {"expires_at", text_of(session.expires_at)}};
                   }));
}

Task<Outcome<Response>> end_session(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const SessionId id, request.id_of<SessionId>("session_id"));
  CARDEA_CO_TRY(co_await usecases::end_session(context, request.principal, id));
  Response response = http::no_content();
  if (id == request.principal.session) set_cookie(response, "", 0);
  co_return response;
}

Task<Outcome<Response>> end_all_sessions(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_TRY(co_await usecases::end_all_sessions(context, request.principal));
  Response response = http::no_content();
  set_cookie(response, "", 0);
  co_return response;
}

}  // namespace

void add_sessions(http::Router& router, Context& context) {
  add(router, context, Method::kPost, "/v1/sessions", Permission::kPublic, Reach::kEverybody, sign_in);
  add(router, context, Method::kGet, "/v1/sessions", Permission::kAccountOwn, Reach::kEverybody, list_sessions,
      {.has_etag = false});
  add(router, context, Method::kDelete, "/v1/sessions", Permission::kAccountOwn, Reach::kEverybody, end_all_sessions);
  add(router, context, Method::kDelete, "/v1/sessions/{session_id}", Permission::kAccountOwn, Reach::kEverybody, end_session);
}

}  // namespace cardea::server::api
