// SPDX-License-Identifier: Apache-2.0
#pragma once
// One request to the provider over HTTPS by libcurl, on the calling thread. No redirect is followed, no proxy asked, nothing
// but https spoken.

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cardea::server::oidc {

struct Fetch {
  std::string url;
  /// Fields of a form to POST; nothing: GET.
  std::optional<std::vector<std::pair<std::string, std::string>>> form;
  std::string user;  ///< with `password` as Basic, if not ""
  std::string password;
};
struct Fetched {
  long status = 0;  ///< 0: no answer, `failure` says why
  std::string body;
  std::string failure;
};
struct FetchOptions {
  std::string ca_file;  ///< "": the system's
  std::chrono::milliseconds connect_max;
  std::chrono::milliseconds whole_max;
};
/// Ends within a second of `stopping`.
Fetched fetch(const Fetch& what, const FetchOptions& options, const std::atomic<bool>& stopping);

/// As in a form or a query (RFC 3986: all but letters, digits and "-._~" is escaped).
std::string escape(std::string_view text);
/// "a=b&c=d".
std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace cardea::server::oidc
