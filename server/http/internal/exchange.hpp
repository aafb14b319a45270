// SPDX-License-Identifier: Apache-2.0
#pragma once
// One request and its answer: what is known of it while it is answered, and its answer as bytes.

#include <memory>
#include <string>
#include <string_view>

#include "server/domain/trace.hpp"
#include "server/http/internal/connection.hpp"
#include "server/http/router.hpp"

namespace cardea::server::http {

struct Exchange {
  bool keep_alive = false;
  bool head_only = false;
  std::uint16_t status = 0;
  std::string_view method = "-";
  std::string_view path = "-";
  bool let_in = false;
  const Route* route = nullptr;
  std::string id;
  std::shared_ptr<const void> stream_place;  ///< of an answer that is a stream
  TraceId trace;
  Clock::time_point started = Clock::now();
};

/// Status line and headers, without the length of the body and the empty line.
void render_head(const Response& response, const Exchange& x, std::string_view date, std::string& out);
/// The whole answer; no body for HEAD.
void render(const Response& response, const Exchange& x, std::string_view date, std::string& out);

}  // namespace cardea::server::http
