// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhooks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "server/delivery/signature.hpp"
#include "server/domain/trace.hpp"
#include "server/usecases/event_view.hpp"

namespace cardea::server {
namespace {

constexpr std::chrono::milliseconds look_every{200};
constexpr std::size_t busy_count_max = 32;
constexpr std::uint32_t event_count_max = 100;

/// Spreads the attempts of many endpoints that failed together; nothing is to be kept secret here.
double jitter() {
  static std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

/// The same for the same events, so that a receiver can tell that it has had them.
std::string id_of(const usecases::WebhookWork& work) {
  return usecases::delivery_id(work.webhook.id, work.events.front().position, work.events.back().position);
}

delivery::Post post_of(const usecases::WebhookWork& work, const TraceId& trace, UnixSeconds now) {
  boost::json::array events;
  for (const auto& event : work.events) events.push_back(usecases::view_of(event));
  delivery::Post post;
  post.url = work.webhook.url;
  post.body = json::print(boost::json::object{{"webhook_id", work.webhook.id.text()}, {"events", std::move(events)}});
  const std::string id = id_of(work);
  std::string signatures;
  for (const auto& secret : work.secrets)
    signatures += (signatures.empty() ? "" : " ") + delivery::sign(secret, id, now, post.body);
  post.headers = {"Content-Type: application/json",
                  "User-Agent: cardea",
                  "webhook-id: " + id,
                  fmt::format("webhook-timestamp: {}", now.value),
                  "webhook-signature: " + signatures,
                  "traceparent: " + traceparent_of(trace),
                  "Expect:"};
  return post;
}

usecases::WebhookAttempt attempt_of(const usecases::WebhookWork& work, const delivery::Answer& answer) {
  usecases::WebhookAttempt attempt;
  attempt.first_position = work.events.front().position;
  attempt.last_position = work.events.back().position;
  attempt.event_count = static_cast<std::uint32_t>(work.events.size());
  for (const auto& event : work.events)
    if (event.type && std::ranges::find(attempt.types, *event.type) == attempt.types.end())
      attempt.types.push_back(*event.type);
  attempt.status = answer.status;
  const bool taken = answer.status >= 200 && answer.status <= 299;
  if (!taken) attempt.failure = answer.status == 0 ? answer.failure : fmt::format("answered {}", answer.status);
  return attempt;
}

}  // namespace

Webhooks::Webhooks(Loop& loop, usecases::Context& context, delivery::Sender& sender,
                   std::function<void(const std::string& what)> on_trouble)
    : loop_(loop), context_(context), sender_(sender), on_trouble_(std::move(on_trouble)) {}

void Webhooks::start() {
  timer_ = loop_.every(look_every, [this] {
    if (!looking_) spawn(look());
  });
}

Task<void> Webhooks::stop() {
  stopping_ = true;
  timer_.cancel();
  sender_.stop();
  while (looking_ || !busy_.empty()) co_await loop_.sleep(std::chrono::milliseconds(5));
}

Task<void> Webhooks::look() {
  looking_ = true;
  // Those that are busy are due too: they must not hide the others.
  const auto due = co_await usecases::due_webhooks(context_, 2 * busy_count_max);
  looking_ = false;
  if (!due || stopping_) co_return;  // the store tells of its own trouble
  for (const usecases::WebhookName& name : *due) {
    if (busy_.size() >= busy_count_max) break;
    if (busy_.insert(name).second) spawn(serve(name));
  }
}

/// Until the endpoint has everything, or fails.
Task<void> Webhooks::serve(usecases::WebhookName name) {
  bool goes_on = true;
  while (goes_on && !stopping_) {
    goes_on = false;
    try {
      const auto outcome = co_await serve_once(name);
      goes_on = outcome.ok() && *outcome;
    } catch (const std::exception& error) {
      on_trouble_(name.webhook.text() + ": " + error.what());
    }
  }
  busy_.erase(name);
}

/// True when there may be more.
Task<Outcome<bool>> Webhooks::serve_once(usecases::WebhookName name) {
  CARDEA_CO_ASSIGN(const auto work, co_await usecases::webhook_work(context_, name, event_count_max));
  if (!work || work->through == work->webhook.position) co_return false;
  const std::int64_t from = work->webhook.position;
  std::optional<usecases::WebhookAttempt> attempt;
  if (!work->events.empty()) {
    const TraceId trace = make_trace_id();
    delivery::Post post = post_of(*work, trace, context_.now());
    const delivery::Answer answer = co_await sender_.send(std::move(post));
    if (stopping_ && answer.status == 0) co_return false;  // our own doing
    attempt = attempt_of(*work, answer);
    if (on_delivery) on_delivery({id_of(*work), trace.text, attempt->failure});
    if (!attempt->failure.empty()) {
      CARDEA_CO_TRY(co_await usecases::webhook_failed(context_, name, from, *std::move(attempt), jitter()));
      co_return false;
    }
  }
  CARDEA_CO_TRY(co_await usecases::webhook_took(context_, name, from, work->through, std::move(attempt)));
  co_return true;
}

}  // namespace cardea::server
