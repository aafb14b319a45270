// SPDX-License-Identifier: Apache-2.0
#pragma once
// Webhooks: who wants to be told of events, and how far each of them has come. The log of events is the queue: an endpoint is a
// position in it, and nothing is copied. server/delivery sends.

#include <vector>

#include "core/base/secret.hpp"
#include "server/usecases/context.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

inline constexpr std::size_t webhook_count_max = 20;               ///< of a workspace
inline constexpr std::uint64_t webhook_patience_s = 72 * 3'600;    ///< of failures, then the endpoint is disabled
inline constexpr std::uint64_t webhook_old_secret_s = 24 * 3'600;  ///< so long the secret before signs too
inline constexpr std::uint64_t webhook_wait_s_max = 3'600;         ///< between two attempts
inline constexpr std::int64_t webhook_delivery_count_max = 200;    ///< so many of an endpoint are remembered

using WebhookSecret = Secret<32>;

struct Webhook {
  WebhookId id;
  std::string url;
  std::vector<EventType> types;  ///< empty: all
  bool is_active = true;
  std::int64_t position = 0;  ///< every event up to here was taken, or is none of its types
  std::int64_t newest = 0;    ///< of the log
  std::uint32_t attempts = 0;
  std::optional<UnixSeconds> failing_since;
  UnixSeconds next_attempt_at;
  std::optional<std::string> last_failure;
  UnixSeconds created_at;
};
struct WebhookWithSecret {
  Webhook webhook;
  WebhookSecret secret;
};

/// Events that were sent together, as often as it took.
struct PastDelivery {
  std::int64_t number = 0;  ///< counts from 1 in each webhook
  std::int64_t first_position = 0;
  std::int64_t last_position = 0;
  std::uint32_t event_count = 0;
  std::vector<EventType> types;  ///< of its events, each once
  std::uint32_t attempts = 0;
  UnixSeconds began_at;
  UnixSeconds tried_at;
  std::optional<std::uint16_t> status;         ///< of the last answer, if there was one
  std::optional<std::string> failure;          ///< of the last attempt; nothing when the endpoint took it
  std::optional<UnixSeconds> next_attempt_at;  ///< while it is tried again
};

struct WebhookChange {
  std::optional<std::string> url;
  std::optional<std::vector<EventType>> types;
  std::optional<bool> is_active;
  std::optional<std::int64_t> position;  ///< go back, or on
};

/// The caller has checked the URL. Without a position it begins with what happens from now on. 409 `webhooks_full`.
Task<Outcome<WebhookWithSecret>> create_webhook(Context& context, Principal caller, WebhookChange input);
Task<Outcome<Page<Webhook>>> list_webhooks(Context& context, WorkspaceId workspace, PageRequest page);
Task<Outcome<Webhook>> find_webhook(Context& context, WorkspaceId workspace, WebhookId webhook);
/// Any change makes the next attempt due now; activating it again forgives the past.
Task<Outcome<Webhook>> change_webhook(Context& context, WorkspaceId workspace, WebhookId webhook, WebhookChange change);
Task<Outcome<Done>> delete_webhook(Context& context, Principal caller, WebhookId webhook);
/// A new secret; the one before signs too for `webhook_old_secret_s`.
Task<Outcome<WebhookWithSecret>> rotate_webhook_secret(Context& context, WorkspaceId workspace, WebhookId webhook);

/// Newest first; at most `webhook_delivery_count_max` are remembered.
Task<Outcome<Page<PastDelivery>>> list_webhook_deliveries(Context& context, WorkspaceId workspace, WebhookId webhook,
                                                          PageRequest page);

/// As `webhook-id` has it: the same for the same events, so that a receiver can tell that it has had them.
std::string delivery_id(WebhookId webhook, std::int64_t first_position, std::int64_t last_position);

// --- For server/delivery ---

struct WebhookName {
  WorkspaceId workspace;
  WebhookId webhook;
  auto operator<=>(const WebhookName&) const = default;
};
/// What is to be sent now.
struct WebhookWork {
  Webhook webhook;
  std::vector<WebhookSecret> secrets;  ///< each of them signs
  std::vector<StoredEvent> events;     ///< of its types, in order; empty when there are none up to `through`
  std::int64_t through = 0;            ///< the position to be at once they are taken
};

/// Endpoints whose next attempt is due and whose position is behind the log, at most `count`; over all workspaces.
Task<Outcome<std::vector<WebhookName>>> due_webhooks(Context& context, std::size_t count);
/// Nothing when it is gone or disabled. At most `event_count` events.
Task<Outcome<std::optional<WebhookWork>>> webhook_work(Context& context, WebhookName name, std::uint32_t event_count);
/// What came of sending the events of a `WebhookWork`, which were not none.
struct WebhookAttempt {
  std::int64_t first_position = 0;
  std::int64_t last_position = 0;
  std::uint32_t event_count = 0;
  std::vector<EventType> types;  ///< of the events, each once
  std::uint16_t status = 0;      ///< 0: there was no answer
  std::string failure;           ///< "" when the endpoint took them
};
/// The endpoint took everything up to `through`; without an attempt there was nothing to send.
Task<Outcome<Done>> webhook_took(Context& context, WebhookName name, std::int64_t from, std::int64_t through,
                                 std::optional<WebhookAttempt> attempt);
/// It did not: when to try again, or the end, told by the event webhook.disabled. `jitter`: 0 to 1, of the half of the wait.
Task<Outcome<Done>> webhook_failed(Context& context, WebhookName name, std::int64_t from, WebhookAttempt attempt,
                                   double jitter);

/// 5 s, 10 s, 20 s … at most an hour; between half of it and all of it.
std::uint64_t webhook_wait_s(std::uint32_t attempts, double jitter);

}  // namespace cardea::server::usecases
