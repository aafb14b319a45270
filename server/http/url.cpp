// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "server/http/client.hpp"

namespace cardea::server::http {

std::optional<BaseUrl> parse_base_url(std::string_view text) {
  constexpr std::string_view schemes[] = {"http://", "https://"};
  BaseUrl url;
  url.tls = text.starts_with(schemes[1]);
  if (!url.tls && !text.starts_with(schemes[0])) return std::nullopt;
  text.remove_prefix(schemes[url.tls ? 1 : 0].size());
  const std::size_t slash = std::min(text.find('/'), text.size());
  url.prefix = text.substr(slash);
  while (url.prefix.ends_with('/')) url.prefix.pop_back();
  if (url.prefix.find_first_of("?# ") != std::string::npos) return std::nullopt;
  std::string_view authority = text.substr(0, slash);
  if (authority.find('@') != std::string_view::npos) return std::nullopt;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    url.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
  } else {
    const std::size_t end = std::min(authority.find(':'), authority.size());
    url.host = authority.substr(0, end);
    authority.remove_prefix(end);
  }
  url.port = url.tls ? "443" : "80";
  if (authority.starts_with(':')) url.port = authority.substr(1);
  const bool digits = std::all_of(url.port.begin(), url.port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (url.host.empty() || url.port.empty() || url.port.size() > 5 || !digits) return std::nullopt;
  if (!authority.empty() && !authority.starts_with(':')) return std::nullopt;
  return url;
}

}  // namespace cardea::server::http
