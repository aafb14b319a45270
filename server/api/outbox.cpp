// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/outbox.hpp"

#include "server/api/internal/outbox_views.hpp"
#include "server/api/internal/route.hpp"

namespace cardea::server::api {

json::Any view_of(const usecases::OutboxMessage& message) {
  const bool is_queued = message.state == usecases::MessageState::kQueued;
  return {{"id", message.id.text()},
          {"channel", name_of(message.channel)},
          {"letter", message.letter.empty() ? json::Any(nullptr) : json::Any(message.letter)},
          {"language", name_of(message.language)},
          {"to", message.to},
          {"credential_id", json::value_of(message.credential)},
          {"operator_id", json::value_of(message.operator_id)},
          {"state", name_of(message.state)},
          {"attempts", message.attempts},
          {"next_attempt_at",
           is_queued ? json::Any(text_of(std::max(message.next_attempt_at, message.created_at))) : json::Any(nullptr)},
          {"sent_at", json::value_of(message.sent_at)},
          {"failure", json::value_of(message.failure)},
          {"created_at", text_of(message.created_at)},
          {"expires_at", text_of(message.expires_at)}};
}

namespace {

std::optional<usecases::MessageState> read_state(Query& query) {
  using enum usecases::MessageState;
  const auto text = query.text("state");
  if (!text) return std::nullopt;
  for (const auto state : {kQueued, kSent, kFailed})
    if (name_of(state) == *text) return state;
  query.complain("state", "is none of: queued, sent, failed");
  return std::nullopt;
}

Task<Outcome<Response>> list_outbox(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor", "state"}));
  const auto page = query.page();
  const auto state = read_state(query);
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto messages, co_await usecases::list_outbox(context, request.principal.workspace, state, page));
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

Task<Outcome<Response>> retry_message(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const MessageId id, request.id_of<MessageId>("message_id"));
  CARDEA_CO_ASSIGN(const auto message, co_await usecases::retry_message(context, request.principal.workspace, id));
  co_return answer(200, view_of(message));
}

}  // namespace

void add_outbox(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/outbox", Permission::kOutboxRead, Reach::kWorkspace, list_outbox);
  add(router, context, Method::kGet, "/v1/outbox/{message_id}", Permission::kCodesReveal, Reach::kWorkspace, get_message,
      {.has_etag = false});
  add(router, context, Method::kPost, "/v1/outbox/{message_id}/retry", Permission::kOutboxWrite, Reach::kWorkspace,
      retry_message);
}

}  // namespace cardea::server::api
