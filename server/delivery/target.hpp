// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the platform may connect to on a customer's behalf. A platform stands inside somebody's network, and a customer's URL
// must not reach what is beside it.

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "server/domain/problem.hpp"

namespace cardea::server::delivery {

/// True for an address that is anybody's on the Internet: IPv4 outside all special blocks (RFC 6890), IPv6 inside 2000::/3 but
/// for documentation, Teredo and 6to4, which carry another address in them. Anything else, and any other family, is not.
bool is_public(const sockaddr& address);

/// Whether `url` may be a webhook's: https on port 443 or 8443, a host, no name or password, no fragment, at most 2,000
/// characters; a host that is an address, in whatever way it is written, must be public. 400 with the pointer /url.
/// `for_tests`: http, any port and any address too.
Outcome<Done> check_url(const std::string& url, bool for_tests);

}  // namespace cardea::server::delivery
