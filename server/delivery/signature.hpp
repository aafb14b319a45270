// SPDX-License-Identifier: Apache-2.0
#pragma once
// The signature of a webhook's delivery: spec/webhook.md. Vectors: spec/vectors/webhook_v1.json.

#include <span>
#include <string>
#include <string_view>

#include "core/base/secret.hpp"
#include "core/base/time.hpp"

namespace cardea::server::delivery {

using WebhookSecret = Secret<32>;

/// "whsec_" and base64, as people copy it.
std::string text_of(const WebhookSecret& secret);

/// "v1," and the base64 of HMAC-SHA256(secret, id "." timestamp "." body).
std::string sign(const WebhookSecret& secret, std::string_view id, UnixSeconds timestamp, std::string_view body);

/// What the receiver does, for tests and as the reference of spec/webhook.md: whether one of `signatures` (separated by
/// blanks) is ours and `timestamp` is at most `tolerance_s` away from `now`. Whoever calls refuses an id that it has seen.
bool verify(const WebhookSecret& secret, std::string_view id, std::string_view timestamp, std::string_view body,
            std::string_view signatures, UnixSeconds now, std::uint64_t tolerance_s = 300);

}  // namespace cardea::server::delivery
