// SPDX-License-Identifier: Apache-2.0
#pragma once
// The client's side of TLS: the server's certificate must come from an authority that is trusted, be of these days, and name
// the host that was asked for.

#include "server/http/client.hpp"
#include "server/http/internal/tls_channel.hpp"

namespace cardea::server::http {

/// Ready for the handshake with `url.host`; or why not: its CA file cannot be read.
Result<SslHandle, std::string> connect_one(const BaseUrl& url);

/// Why the handshake ended, for people: what is wrong with the certificate if that is it.
std::string why_no_handshake(const SSL* ssl, const ErrorCode& error);

}  // namespace cardea::server::http
