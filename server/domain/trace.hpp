// SPDX-License-Identifier: Apache-2.0
#pragma once
// W3C trace contexts: one number for everything that one request leads to, wherever it goes. Theirs is taken when a client
// sends one, and made when it does not.

#include <optional>
#include <string>
#include <string_view>

namespace cardea::server {

/// 32 lower-case hexadecimal digits, not all of them 0.
struct TraceId {
  std::string text;
  bool operator==(const TraceId&) const = default;
};

TraceId make_trace_id();

/// The trace of a `traceparent` header: "00-" trace "-" parent "-" flags, or a later version that begins like it. Nothing when
/// it is anything else: then a trace of our own begins (https://www.w3.org/TR/trace-context/).
std::optional<TraceId> parse_traceparent(std::string_view header);

/// The header for a request of ours in this trace; its parent is new.
std::string traceparent_of(const TraceId& trace);

}  // namespace cardea::server
