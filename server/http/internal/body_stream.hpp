// SPDX-License-Identifier: Apache-2.0
#pragma once
// An answer whose body is sent as it comes about.

#include "server/http/internal/answering.hpp"

namespace cardea::server::http {

/// Sends what `response.stream` makes after the headers in `c.out`; always the connection's last answer. A body that was cut
/// short has no last chunk, and so shows. `stopping` is the server's, and is looked at before each piece.
Task<void> send_stream(Answering& answering, Connection& c, const Response& response, Exchange& x, std::string_view date,
                       const bool& stopping);

}  // namespace cardea::server::http
