// SPDX-License-Identifier: Apache-2.0
#pragma once
// otpauth:// URIs, which authenticator apps read from a QR code
// (github.com/google/google-authenticator/wiki/Key-Uri-Format).

#include <string>
#include <string_view>

#include "core/base/secret.hpp"

namespace cardea::server {

/// The URI of a fixed token: SHA-256, 30 s, `digits` digits. It holds the key: show it once, log it never.
std::string otpauth_uri(std::string_view door_name, const KeyBytes& key, std::uint8_t digits);

}  // namespace cardea::server
