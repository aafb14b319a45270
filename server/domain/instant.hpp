// SPDX-License-Identifier: Apache-2.0
#pragma once
// Instants as the API writes them: RFC 3339 in UTC, whole seconds: "2026-11-21T09:30:00Z".

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.hpp"

namespace cardea::server {

/// The wall clock.
UnixSeconds now();

std::string text_of(UnixSeconds time);

/// Reads RFC 3339: any offset, fractions are cut off. Nothing for anything else, a leap second, or a year outside 1970..9999.
std::optional<UnixSeconds> parse_instant(std::string_view text);

}  // namespace cardea::server
