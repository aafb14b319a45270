// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/webhooks.hpp"

#include "server/api/internal/route.hpp"
#include "server/delivery/signature.hpp"
#include "server/delivery/target.hpp"

namespace cardea::server::api {

namespace {

struct WebhookInput {
  std::string url;
  std::optional<std::vector<std::string>> types;
  std::optional<std::int64_t> after;
};
BOOST_DESCRIBE_STRUCT(WebhookInput, (), (url, types, after))

enum class WebhookState : std::uint8_t { kActive, kDisabled };
BOOST_DESCRIBE_ENUM(WebhookState, kActive, kDisabled)

struct WebhookUpdate {
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> types;
  std::optional<WebhookState> state;
  std::optional<std::int64_t> after;
};
BOOST_DESCRIBE_STRUCT(WebhookUpdate, (), (url, types, state, after))

json::Any view_of(const usecases::Webhook& webhook) {
  boost::json::array types;
  for (const EventType type : webhook.types) types.emplace_back(name_of(type));
  const bool waits = webhook.is_active && webhook.failing_since.has_value();
  return {{"id", webhook.id.text()},
          {"url", webhook.url},
          {"types", std::move(types)},
          {"state", webhook.is_active ? "active" : "disabled"},
          {"position", webhook.position},
          {"behind", webhook.newest - webhook.position},
          {"failing_since", json::value_of(webhook.failing_since)},
          {"next_attempt_at", waits ? json::Any(text_of(webhook.next_attempt_at)) : json::Any(nullptr)},
          {"last_failure", json::value_of(webhook.last_failure)},
          {"created_at", text_of(webhook.created_at)}};
}

json::Any view_of(const usecases::WebhookWithSecret& made) {
  return {{"webhook", view_of(made.webhook)}, {"secret", delivery::text_of(made.secret)}};
}

json::Any view_of(const usecases::PastDelivery& delivery, WebhookId webhook) {
  boost::json::array types;
  for (const EventType type : delivery.types) types.emplace_back(name_of(type));
  return {{"number", delivery.number},
          {"id", usecases::delivery_id(webhook, delivery.first_position, delivery.last_position)},
          {"first_position", delivery.first_position},
          {"last_position", delivery.last_position},
          {"event_count", delivery.event_count},
          {"types", std::move(types)},
          {"state", delivery.failure ? "failed" : "taken"},
          {"attempts", delivery.attempts},
          {"began_at", text_of(delivery.began_at)},
          {"tried_at", text_of(delivery.tried_at)},
          {"status", json::value_of(delivery.status)},
          {"failure", json::value_of(delivery.failure)},
          {"next_attempt_at", json::value_of(delivery.next_attempt_at)}};
}

Outcome<std::vector<EventType>> types_of(const std::vector<std::string>& names) {
  std::vector<EventType> types;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto type = event_type_of(names[i]);
    const std::string pointer = "/types/" + std::to_string(i);
    if (!type) return invalid(pointer, "is no type of event, such as access.granted");
    if (std::ranges::find(types, *type) != types.end()) return invalid(pointer, "comes twice");
    types.push_back(*type);
  }
  return types;
}

/// What both requests may say.
Outcome<usecases::WebhookChange> change_of(const Context& context, const std::optional<std::string>& url,
                                           const std::optional<std::vector<std::string>>& types,
                                           std::optional<std::int64_t> after) {
  usecases::WebhookChange change;
  if (url)
    if (const auto checked = delivery::check_url(*url, context.test_webhooks); !checked) return checked.error();
  change.url = url;
  if (types) {
    auto read = types_of(*types);
    if (!read) return read.error();
    change.types = *std::move(read);
  }
  if (after && *after < 0) return invalid("/after", "must be the position of an event, or 0 for all of them");
  change.position = after;
  return change;
}

Task<Outcome<Response>> list_webhooks(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto webhooks, co_await usecases::list_webhooks(context, request.principal.workspace, page));
  co_return answer(200, view_of_page(webhooks, [](const usecases::Webhook& webhook) { return view_of(webhook); }));
}

Task<Outcome<Response>> create_webhook(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const WebhookInput input, read_body<WebhookInput>(request));
  CARDEA_CO_ASSIGN(auto change, change_of(context, input.url, input.types, input.after));
  CARDEA_CO_ASSIGN(const auto made, co_await usecases::create_webhook(context, request.principal, std::move(change)));
  co_return answer(201, view_of(made));
}

Task<Outcome<Response>> get_webhook(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const WebhookId id, request.id_of<WebhookId>("webhook_id"));
  CARDEA_CO_ASSIGN(const auto webhook, co_await usecases::find_webhook(context, request.principal.workspace, id));
  co_return answer(200, view_of(webhook));
}

Task<Outcome<Response>> list_deliveries(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const WebhookId id, request.id_of<WebhookId>("webhook_id"));
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto deliveries,
                   co_await usecases::list_webhook_deliveries(context, request.principal.workspace, id, page));
  co_return answer(200, view_of_page(deliveries, [id](const usecases::PastDelivery& one) { return view_of(one, id); }));
}

Task<Outcome<Response>> update_webhook(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const WebhookId id, request.id_of<WebhookId>("webhook_id"));
  CARDEA_CO_ASSIGN(const WebhookUpdate input, read_body<WebhookUpdate>(request));
  CARDEA_CO_ASSIGN(auto change, change_of(context, input.url, input.types, input.after));
  if (input.state) change.is_active = *input.state == WebhookState::kActive;
  CARDEA_CO_ASSIGN(const auto webhook,
                   co_await usecases::change_webhook(context, request.principal.workspace, id, std::move(change)));
  co_return answer(200, view_of(webhook));
}

Task<Outcome<Response>> delete_webhook(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const WebhookId id, request.id_of<WebhookId>("webhook_id"));
  CARDEA_CO_TRY(co_await usecases::delete_webhook(context, request.principal, id));
  co_return http::no_content();
}

Task<Outcome<Response>> rotate_secret(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const WebhookId id, request.id_of<WebhookId>("webhook_id"));
  CARDEA_CO_ASSIGN(const auto made, co_await usecases::rotate_webhook_secret(context, request.principal.workspace, id));
  co_return answer(200, view_of(made));
}

}  // namespace

void add_webhooks(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/webhooks", Permission::kWebhooksRead, Reach::kWorkspace, list_webhooks);
  add(router, context, Method::kPost, "/v1/webhooks", Permission::kWebhooksWrite, Reach::kWorkspace, create_webhook);
  add(router, context, Method::kGet, "/v1/webhooks/{webhook_id}", Permission::kWebhooksRead, Reach::kWorkspace, get_webhook,
      {.reported = {"/position", "/behind", "/failing_since", "/next_attempt_at", "/last_failure"}});
  add(router, context, Method::kPatch, "/v1/webhooks/{webhook_id}", Permission::kWebhooksWrite, Reach::kWorkspace,
      update_webhook);
  add(router, context, Method::kDelete, "/v1/webhooks/{webhook_id}", Permission::kWebhooksWrite, Reach::kWorkspace,
      delete_webhook);
  add(router, context, Method::kGet, "/v1/webhooks/{webhook_id}/deliveries", Permission::kWebhooksRead, Reach::kWorkspace,
      list_deliveries);
  add(router, context, Method::kPost, "/v1/webhooks/{webhook_id}/rotate-secret", Permission::kWebhooksWrite, Reach::kWorkspace,
      rotate_secret);
}

}  // namespace cardea::server::api
