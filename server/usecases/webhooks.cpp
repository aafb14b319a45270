// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/webhooks.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/text.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint64_t first_wait_s = 5;
constexpr std::size_t failure_size_chars_max = 200;

std::string text_of_types(const std::vector<EventType>& types) {
  std::string text;
  for (const EventType type : types) text += (text.empty() ? "" : " ") + std::string(name_of(type));
  return text;
}

std::vector<EventType> types_of(std::string_view text) {
  std::vector<EventType> types;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(name.size() + 1, text.size()));
    if (const auto type = event_type_of(name)) types.push_back(*type);
  }
  return types;
}

constexpr std::string_view columns =
    "webhook, url, types, state, position, attempts, failing_since, next_attempt_at, last_failure, w.created_at, "
    "event_position, secret_sealed, old_secret_sealed, old_secret_until";
const std::string select_webhooks = "SELECT " + std::string(columns) +
                                    " FROM webhooks w JOIN workspaces s ON s.workspace = w.workspace WHERE w.workspace = ?1 ";

Webhook read_webhook(Row row) {
  Webhook webhook;
  webhook.id = row.id<WebhookId>(0);
  webhook.url = row.text(1);
  webhook.types = types_of(row.text(2));
  webhook.is_active = row.text(3) == "active";
  webhook.position = row.integer(4);
  webhook.attempts = static_cast<std::uint32_t>(row.integer(5));
  webhook.failing_since = row.maybe(6, &Row::time);
  webhook.next_attempt_at = row.time(7);
  if (!row.is_null(8)) webhook.last_failure = row.text(8);
  webhook.created_at = row.time(9);
  webhook.newest = row.integer(10);
  return webhook;
}

std::string place_of(WebhookId webhook) { return "webhooks/" + webhook.text() + "/secret"; }

WebhookSecret make_secret() {
  WebhookSecret secret;
  CARDEA_ASSERT(RAND_bytes(secret.mutable_bytes().data(), static_cast<int>(secret.bytes().size())) == 1);
  return secret;
}

Blob sealed(Context& context, WorkspaceId workspace, WebhookId webhook, const WebhookSecret& secret) {
  const std::string place = place_of(webhook);
  return must(context.keys.seal_row(workspace.bytes, bytes_of(place), secret.bytes()));
}

WebhookSecret opened(Context& context, WorkspaceId workspace, WebhookId webhook, const Blob& blob) {
  const std::string place = place_of(webhook);
  Blob plain = must(context.keys.open_row(workspace.bytes, bytes_of(place), blob));
  WebhookSecret secret;
  if (plain.size() != secret.bytes().size()) throw std::runtime_error("a webhook's secret has another size");
  std::copy(plain.begin(), plain.end(), secret.mutable_bytes().begin());
  wipe(plain);
  return secret;
}

Task<void> append_webhook_event(Transaction& tx, Context& context, WorkspaceId workspace, std::string by, EventType type,
                                WebhookId webhook) {
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.by = std::move(by);
  facts.detail = fmt::format(R"({{"webhook":"{}"}})", webhook.text());
  co_await append_event(tx, context.keys, workspace, std::move(facts), {}, context.now());
}

Task<Outcome<Webhook>> read_one(Transaction& tx, WorkspaceId workspace, WebhookId id) {
  static const std::string sql = select_webhooks + "AND webhook = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, id);
  if (rows.empty()) co_return not_found("webhook");
  co_return read_webhook(rows.front());
}

Task<std::int64_t> newest_in(Transaction& tx, WorkspaceId workspace) {
  const Rows rows = co_await tx.execute("SELECT event_position FROM workspaces WHERE workspace = ?1", workspace);
  co_return rows.empty() ? 0 : rows.front().integer(0);
}

/// The one before goes on when it failed and begins where this one does: there may be more events in it meanwhile.
Task<void> remember(Transaction& tx, Context& context, WebhookName name, WebhookAttempt attempt) {
  const UnixSeconds now = context.now();
  const std::string types = text_of_types(attempt.types);
  const std::optional<std::uint16_t> status = attempt.status == 0 ? std::nullopt : std::optional(attempt.status);
  const std::optional<std::string> failure = attempt.failure.empty() ? std::nullopt : std::optional(attempt.failure);
  const Rows newest = co_await tx.execute(
      "SELECT number, first_position, failure FROM webhook_deliveries WHERE workspace = ?1 AND webhook = ?2 "
      "ORDER BY number DESC LIMIT 1",
      name.workspace, name.webhook);
  const std::int64_t number = newest.empty() ? 0 : newest.front().integer(0);
  if (number > 0 && newest.front().integer(1) == attempt.first_position && !newest.front().is_null(2)) {
    co_await tx.execute(
        "UPDATE webhook_deliveries SET last_position = ?4, event_count = ?5, types = ?6, attempts = attempts + 1, tried_at = "
        "?7, "
        "status = ?8, failure = ?9 WHERE workspace = ?1 AND webhook = ?2 AND number = ?3",
        name.workspace, name.webhook, number, attempt.last_position, attempt.event_count, types, now, status, failure);
    co_return;
  }
  // The webhook may have been deleted while it was sent to.
  co_await tx.execute(
      "INSERT INTO webhook_deliveries (workspace, webhook, number, first_position, last_position, event_count, types, "
      "attempts, "
      "began_at, tried_at, status, failure) SELECT workspace, webhook, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?8, ?9, ?10 FROM webhooks "
      "WHERE workspace = ?1 AND webhook = ?2",
      name.workspace, name.webhook, number + 1, attempt.first_position, attempt.last_position, attempt.event_count, types, now,
      status, failure);
  co_await tx.execute("DELETE FROM webhook_deliveries WHERE workspace = ?1 AND webhook = ?2 AND number <= ?3", name.workspace,
                      name.webhook, number + 1 - webhook_delivery_count_max);
}

PastDelivery read_delivery(Row row) {
  PastDelivery delivery;
  delivery.number = row.integer(0);
  delivery.first_position = row.integer(1);
  delivery.last_position = row.integer(2);
  delivery.event_count = static_cast<std::uint32_t>(row.integer(3));
  delivery.types = types_of(row.text(4));
  delivery.attempts = static_cast<std::uint32_t>(row.integer(5));
  delivery.began_at = row.time(6);
  delivery.tried_at = row.time(7);
  if (!row.is_null(8)) delivery.status = static_cast<std::uint16_t>(row.integer(8));
  if (!row.is_null(9)) delivery.failure = row.text(9);
  return delivery;
}

/// Only the newest is ever tried again; it is not when the webhook rests, or was told to go on elsewhere.
std::optional<UnixSeconds> next_attempt_of(const PastDelivery& newest, const Webhook& webhook) {
  const bool is_next = newest.failure && webhook.is_active && webhook.position < newest.first_position;
  if (!is_next) return std::nullopt;
  return std::max(webhook.next_attempt_at, newest.tried_at, [](auto a, auto b) { return a.value < b.value; });
}

}  // namespace

std::string delivery_id(WebhookId webhook, std::int64_t first_position, std::int64_t last_position) {
  return fmt::format("{}_{}_{}", webhook.text(), first_position, last_position);
}

Task<Outcome<Page<PastDelivery>>> list_webhook_deliveries(Context& context, WorkspaceId workspace, WebhookId webhook,
                                                          PageRequest page) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!page.cursor.empty()) {
    const char* end_of_text = page.cursor.data() + page.cursor.size();
    const auto [end, error] = std::from_chars(page.cursor.data(), end_of_text, before);
    if (error != std::errc{} || end != end_of_text || before < 0) co_return bad_cursor();
  }
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<PastDelivery>>> {
    CARDEA_CO_ASSIGN(const Webhook found, co_await read_one(tx, workspace, webhook));
    const Rows rows = co_await tx.execute(
        "SELECT number, first_position, last_position, event_count, types, attempts, began_at, tried_at, status, failure "
        "FROM webhook_deliveries WHERE workspace = ?1 AND webhook = ?2 AND number < ?3 ORDER BY number DESC LIMIT ?4",
        workspace, webhook, before, page.limit + 1);
    Page<PastDelivery> out;
    for (const Row row : rows) out.items.push_back(read_delivery(row));
    if (page.cursor.empty() && !out.items.empty())
      out.items.front().next_attempt_at = next_attempt_of(out.items.front(), found);
    if (out.items.size() > page.limit) {
      out.items.resize(page.limit);
      out.next = std::to_string(out.items.back().number);
    }
    co_return out;
  });
}

Task<Outcome<WebhookWithSecret>> create_webhook(Context& context, Principal caller, WebhookChange input) {
  const WorkspaceId workspace = caller.workspace;
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<WebhookWithSecret>> {
    const Rows counted = co_await tx.execute("SELECT count(*) FROM webhooks WHERE workspace = ?1", workspace);
    if (counted.front().integer(0) >= static_cast<std::int64_t>(webhook_count_max))
      co_return conflict("webhooks_full",
                         fmt::format("A workspace has at most {} webhooks. Delete one first.", webhook_count_max));
    const WebhookId id = WebhookId::make();
    const WebhookSecret secret = make_secret();
    const Blob blob = sealed(context, workspace, id, secret);
    const std::int64_t newest = co_await newest_in(tx, workspace);
    const std::string types = text_of_types(input.types.value_or(std::vector<EventType>{}));
    co_await tx.execute(
        "INSERT INTO webhooks (workspace, webhook, url, types, secret_sealed, state, position, created_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, 'active', ?6, ?7)",
        workspace, id, *input.url, types, blob, std::min(input.position.value_or(newest), newest), context.now());
    co_await append_webhook_event(tx, context, workspace, caller.by(), EventType::kWebhookCreated, id);
    CARDEA_CO_ASSIGN(const Webhook made, co_await read_one(tx, workspace, id));
    co_return WebhookWithSecret{made, secret};
  });
}

Task<Outcome<Page<Webhook>>> list_webhooks(Context& context, WorkspaceId workspace, PageRequest page) {
  CARDEA_CO_ASSIGN(const WebhookId after, id_of_cursor<WebhookId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<Webhook>>> {
    static const std::string sql = select_webhooks + "AND webhook > ?2 ORDER BY webhook LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, workspace, after, page.limit + 1);
    std::vector<Webhook> items;
    for (const Row row : rows) items.push_back(read_webhook(row));
    co_return page_of(std::move(items), page, [](const Webhook& webhook) { return webhook.id; });
  });
}

Task<Outcome<Webhook>> find_webhook(Context& context, WorkspaceId workspace, WebhookId webhook) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_one(tx, workspace, webhook); });
}

Task<Outcome<Webhook>> change_webhook(Context& context, WorkspaceId workspace, WebhookId id, WebhookChange change) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Webhook>> {
    CARDEA_CO_ASSIGN(const Webhook before, co_await read_one(tx, workspace, id));
    const bool is_active = change.is_active.value_or(before.is_active);
    const std::string types = text_of_types(change.types.value_or(before.types));
    co_await tx.execute(
        "UPDATE webhooks SET url = ?3, types = ?4, state = ?5, position = ?6, next_attempt_at = ?8, attempts = 0, "
        "failing_since = CASE WHEN ?7 THEN NULL ELSE failing_since END WHERE workspace = ?1 AND webhook = ?2",
        workspace, id, change.url.value_or(before.url), types, is_active ? "active" : "disabled",
        std::min(change.position.value_or(before.position), before.newest), is_active && !before.is_active, context.now());
    co_return co_await read_one(tx, workspace, id);
  });
}

Task<Outcome<Done>> delete_webhook(Context& context, Principal caller, WebhookId id) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    co_await tx.execute("DELETE FROM webhook_deliveries WHERE workspace = ?1 AND webhook = ?2", caller.workspace, id);
    const Rows gone = co_await tx.execute("DELETE FROM webhooks WHERE workspace = ?1 AND webhook = ?2", caller.workspace, id);
    if (gone.changed == 0) co_return not_found("webhook");
    co_await append_webhook_event(tx, context, caller.workspace, caller.by(), EventType::kWebhookDeleted, id);
    co_return Done{};
  });
}

Task<Outcome<WebhookWithSecret>> rotate_webhook_secret(Context& context, WorkspaceId workspace, WebhookId id) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<WebhookWithSecret>> {
    const WebhookSecret secret = make_secret();
    const Blob blob = sealed(context, workspace, id, secret);
    const Rows changed = co_await tx.execute(
        "UPDATE webhooks SET old_secret_sealed = secret_sealed, old_secret_until = ?3, secret_sealed = ?4 "
        "WHERE workspace = ?1 AND webhook = ?2",
        workspace, id, UnixSeconds{context.now().value + webhook_old_secret_s}, blob);
    if (changed.changed == 0) co_return not_found("webhook");
    CARDEA_CO_ASSIGN(const Webhook webhook, co_await read_one(tx, workspace, id));
    co_return WebhookWithSecret{webhook, secret};
  });
}

Task<Outcome<std::vector<WebhookName>>> due_webhooks(Context& context, std::size_t count) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::vector<WebhookName>>> {
    const Rows rows = co_await tx.execute(
        "SELECT w.workspace, webhook FROM webhooks w JOIN workspaces s ON s.workspace = w.workspace "
        "WHERE state = 'active' AND next_attempt_at <= ?1 AND event_position > position ORDER BY next_attempt_at LIMIT ?2",
        context.now(), count);
    std::vector<WebhookName> names;
    for (const Row row : rows) names.push_back({row.id<WorkspaceId>(0), row.id<WebhookId>(1)});
    co_return names;
  });
}

Task<Outcome<std::optional<WebhookWork>>> webhook_work(Context& context, WebhookName name, std::uint32_t event_count) {
  CARDEA_CO_ASSIGN(auto work, co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::optional<WebhookWork>>> {
    static const std::string sql = select_webhooks + "AND webhook = ?2 AND state = 'active'";
    const Rows rows = co_await tx.execute(sql, name.workspace, name.webhook);
    if (rows.empty()) co_return std::optional<WebhookWork>{};
    const Row row = rows.front();
    WebhookWork found;
    found.webhook = read_webhook(row);
    found.secrets.push_back(opened(context, name.workspace, name.webhook, row.blob(11)));
    if (!row.is_null(12) && row.time(13) > context.now())
      found.secrets.push_back(opened(context, name.workspace, name.webhook, row.blob(12)));
    co_return std::optional(std::move(found));
  }));
  if (!work) co_return std::optional<WebhookWork>{};
  EventQuery query;
  query.after = work->webhook.position;
  query.page.limit = event_count;
  CARDEA_CO_ASSIGN(auto page, co_await list_events(context, Viewer::of_everything(name.workspace), query));
  work->through = page.items.empty() ? work->webhook.position : page.items.back().position;
  const auto& types = work->webhook.types;
  for (StoredEvent& event : page.items)
    if (types.empty() || (event.type && std::ranges::find(types, *event.type) != types.end()))
      work->events.push_back(std::move(event));
  co_return std::move(work);
}

Task<Outcome<Done>> webhook_took(Context& context, WebhookName name, std::int64_t from, std::int64_t through,
                                 std::optional<WebhookAttempt> attempt) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    if (attempt) co_await remember(tx, context, name, *attempt);
    // Whoever has set the position meanwhile wins.
    co_await tx.execute(
        "UPDATE webhooks SET position = ?4, attempts = 0, failing_since = NULL, next_attempt_at = 0, last_failure = NULL "
        "WHERE workspace = ?1 AND webhook = ?2 AND position = ?3",
        name.workspace, name.webhook, from, through);
    co_return Done{};
  });
}

std::uint64_t webhook_wait_s(std::uint32_t attempts, double jitter) {
  const std::uint64_t whole = std::min(webhook_wait_s_max, first_wait_s << std::min(attempts, 16u));
  return whole / 2 + static_cast<std::uint64_t>(std::llround(jitter * static_cast<double>(whole - whole / 2)));
}

Task<Outcome<Done>> webhook_failed(Context& context, WebhookName name, std::int64_t from, WebhookAttempt attempt,
                                   double jitter) {
  attempt.failure.resize(std::min(attempt.failure.size(), failure_size_chars_max));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    co_await remember(tx, context, name, attempt);
    const Rows rows = co_await tx.execute(
        "SELECT attempts, failing_since FROM webhooks WHERE workspace = ?1 AND webhook = ?2 AND position = ?3 AND state = "
        "'active'",
        name.workspace, name.webhook, from);
    if (rows.empty()) co_return Done{};
    const UnixSeconds now = context.now();
    const auto attempts = static_cast<std::uint32_t>(rows.front().integer(0));
    const UnixSeconds since = rows.front().maybe(1, &Row::time).value_or(now);
    const bool is_over = now.value >= since.value + webhook_patience_s;
    co_await tx.execute(
        "UPDATE webhooks SET attempts = ?3, failing_since = ?4, next_attempt_at = ?5, last_failure = ?6, state = ?7 "
        "WHERE workspace = ?1 AND webhook = ?2",
        name.workspace, name.webhook, attempts + 1, since, UnixSeconds{now.value + webhook_wait_s(attempts, jitter)},
        attempt.failure, is_over ? "disabled" : "active");
    if (is_over) co_await append_webhook_event(tx, context, name.workspace, {}, EventType::kWebhookDisabled, name.webhook);
    co_return Done{};
  });
}

}  // namespace cardea::server::usecases
