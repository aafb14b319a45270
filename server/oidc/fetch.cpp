// SPDX-License-Identifier: Apache-2.0
#include "server/oidc/internal/fetch.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

#include "core/base/assert.hpp"

namespace cardea::server::oidc {
namespace {

constexpr std::size_t body_bytes_max = 256 * 1'024;

struct EasyCloser {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto* body = static_cast<std::string*>(data);
  if (body->size() + size * count > body_bytes_max) return 0;  // libcurl gives up
  body->append(bytes, size * count);
  return size * count;
}

int may_go_on(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(data)->load() ? 1 : 0;
}

void set_connection(CURL* easy, const FetchOptions& options) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_max.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.whole_max.count()));
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) out += (out.empty() ? "" : "&") + escape(name) + "=" + escape(value);
  return out;
}

Fetched fetch(const Fetch& what, const FetchOptions& options, const std::atomic<bool>& stopping) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CARDEA_ASSERT(ready);
  const std::unique_ptr<CURL, EasyCloser> easy(curl_easy_init());
  const std::unique_ptr<curl_slist, ListCloser> headers(curl_slist_append(nullptr, "Accept: application/json"));
  Fetched out;
  if (easy == nullptr || headers == nullptr) {
    out.failure = "there is not enough memory";
    return out;
  }
  char error[CURL_ERROR_SIZE] = {};
  const std::string form = what.form ? form_of(*what.form) : std::string();
  set_connection(easy.get(), options);
  curl_easy_setopt(easy.get(), CURLOPT_URL, what.url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &out.body);
  curl_easy_setopt(easy.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy.get(), CURLOPT_XFERINFOFUNCTION, may_go_on);
  curl_easy_setopt(easy.get(), CURLOPT_XFERINFODATA, &stopping);
  if (what.form) {
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(form.size()));
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, form.c_str());
  }
  if (!what.user.empty()) {
    curl_easy_setopt(easy.get(), CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy.get(), CURLOPT_USERNAME, what.user.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_PASSWORD, what.password.c_str());
  }
  const CURLcode code = curl_easy_perform(easy.get());
  if (code == CURLE_OK)
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &out.status);
  else if (stopping)
    out.failure = "the platform stopped meanwhile";
  else
    out.failure = error[0] != '\0' ? error : curl_easy_strerror(code);
  return out;
}

}  // namespace cardea::server::oidc
