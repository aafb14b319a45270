// SPDX-License-Identifier: Apache-2.0
#include "server/http/internal/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <ctime>

namespace cardea::server::http {
namespace beast_http = boost::beast::http;

void render_head(const Response& response, const Exchange& x, std::string_view date, std::string& out) {
  out.clear();
  const auto append = std::back_inserter(out);
  const std::string_view reason = view(beast_http::obsolete_reason(static_cast<beast_http::status>(response.status)));
  fmt::format_to(append, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason, date);
  if (!response.content_type.empty()) fmt::format_to(append, "Content-Type: {}\r\n", response.content_type);
  fmt::format_to(append, "X-Request-Id: {}\r\n", x.id);
  const auto says_how_long = [](const auto& header) { return header.first == "Cache-Control"; };
  if (std::ranges::none_of(response.headers, says_how_long)) out += "Cache-Control: no-store\r\n";
  if (!x.keep_alive) out += "Connection: close\r\n";
  for (const auto& [name, value] : response.headers) fmt::format_to(append, "{}: {}\r\n", name, value);
}

void render(const Response& response, const Exchange& x, std::string_view date, std::string& out) {
  render_head(response, x, date, out);
  // 304 would have to say the length of what it leaves out.
  if (response.status != 204 && response.status != 304)
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", response.body.size());
  out += "\r\n";
  if (!x.head_only) out += response.body;
}

}  // namespace cardea::server::http
