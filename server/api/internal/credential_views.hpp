// SPDX-License-Identifier: Apache-2.0
#pragma once
// Credentials as several route families show them.

#include "server/json/json.hpp"
#include "server/usecases/credentials.hpp"

namespace cardea::server::api {

/// To `caller`: whether a PIN is for duress is shown to whoever may issue credentials (pin.md P18).
json::Any view_of(const usecases::Credential& credential, const Principal& caller, UnixSeconds now);
/// With the code or the key that it opens with.
json::Any view_of(const usecases::IssuedCredential& issued, const Principal& caller, UnixSeconds now);
json::Any view_of(const std::optional<Interval>& window);
/// A PIN that somebody chose, from a request's `pin`.
Outcome<std::optional<Digits>> read_pin(const std::optional<std::string>& pin);

}  // namespace cardea::server::api
