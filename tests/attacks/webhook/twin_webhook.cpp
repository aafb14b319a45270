// SPDX-License-Identifier: Apache-2.0
// A platform that sends webhooks as many did, with one flaw or with none. Test only.
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/socket.h>

#include <set>

#include "tests/attacks/webhook/webhook.hpp"

namespace cardea::attacks {
namespace {

bool is_this_host(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const std::uint32_t first = ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr) >> 24;
    return first == 127 || first == 0;
  }
  const in6_addr& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&six) != 0 || IN6_IS_ADDR_V4MAPPED(&six) != 0 || IN6_IS_ADDR_UNSPECIFIED(&six) != 0;
}

curl_socket_t open_outside_only(void* /*data*/, curlsocktype /*purpose*/, curl_sockaddr* address) {
  if (is_this_host(address->addr)) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype, address->protocol);
}

std::size_t discard(char* /*bytes*/, std::size_t size, std::size_t count, void* /*data*/) { return size * count; }

class TwinOutbound final : public Outbound {
 public:
  explicit TwinOutbound(OutboundFlaw flaw) : flaw_(flaw) {}

  bool takes_url(const std::string& url) override {
    if (flaw_ != OutboundFlaw::kLooksAtTheText) return url.starts_with("https://") && url.ends_with(".example.org/");
    for (const char* bad : {"127.0.0.1", "localhost", "[::1]"})
      if (url.find(bad) != std::string::npos) return false;
    return url.starts_with("http");
  }
  void deliver(const std::string& url, bool front_is_public) override {
    CURL* easy = curl_easy_init();
    const bool is_flawed = flaw_ == OutboundFlaw::kLooksAtTheText;
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "{}");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 2'000L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, is_flawed ? 1L : 0L);
    if (!is_flawed && !front_is_public) curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_outside_only);
    curl_easy_perform(easy);
    curl_easy_cleanup(easy);
  }
  Delivery signed_delivery(const std::string& id, const std::string& body, std::uint64_t now) override {
    return {id, now, body, signature_of(id, body, now)};
  }
  bool receiver_takes(const Delivery& came, std::uint64_t now) override {
    const std::uint64_t apart = now > came.timestamp ? now - came.timestamp : came.timestamp - now;
    if (apart > 300 || came.signatures != signature_of(came.id, came.body, came.timestamp)) return false;
    return seen_.insert(came.id).second;
  }

 private:
  [[nodiscard]] std::string signature_of(const std::string& id, const std::string& body, std::uint64_t now) const {
    const std::string key = "a secret";
    const std::string text = flaw_ == OutboundFlaw::kSignsTheBodyOnly ? body : id + "." + std::to_string(now) + "." + body;
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), mac, &size);
    return {reinterpret_cast<const char*>(mac), size};
  }
  OutboundFlaw flaw_;
  std::set<std::string> seen_;
};

}  // namespace

std::unique_ptr<Outbound> make_twin_outbound(OutboundFlaw flaw) { return std::make_unique<TwinOutbound>(flaw); }

}  // namespace cardea::attacks
