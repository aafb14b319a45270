// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/outbox.hpp"

#include "server/api/internal/outbox_views.hpp"
#include "server/api/internal/route.hpp"

namespace cardea::server::api {

json::Any view_of(const usecases::OutboxMessage& message) {
  return {{"id", message.id.text()},
          {"channel", message.channel},
          {"to", message.to},
          {"credential_id", json::value_of(message.credential)},
          {"operator_id", json::value_of(message.operator_id)},
          {"created_at", text_of(message.created_at)},
          {"expires_at", text_of(message.expires_at)}};
}

namespace {

Task<Outcome<Response>> list_outbox(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto messages, co_await usecases::list_outbox(context, request.principal.workspace, page));
  co_return answer(200, view_of_page(messages, [](const usecases::OutboxMessage& message) { return view_of(message); }));
}

Task<Outcome<Response>> get_message(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const MessageId id, request.id_of<MessageId>("message_id"));
  CARDEA_CO_ASSIGN(const auto found, co_await usecases::find_outbox_message(context, request.principal.workspace, id));
  json::Any view = view_of(found.message);
  view.as_object()["text"] = json::value_of(found.text);
  co_return answer(200, view);
}

}  // namespace

void add_outbox(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/outbox", Permission::kOutboxRead, list_outbox);
  add(router, context, Method::kGet, "/v1/outbox/{message_id}", Permission::kCodesReveal, get_message, {.has_etag = false});
}

}  // namespace cardea::server::api
