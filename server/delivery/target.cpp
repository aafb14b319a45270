// SPDX-License-Identifier: Apache-2.0
#include "server/delivery/target.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "core/base/bytes.hpp"

namespace cardea::server::delivery {
namespace {

constexpr std::size_t url_size_chars_max = 2'000;

struct Block {
  std::uint32_t address;
  int bits;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// RFC 6890 and its registry: this host, private use, shared, loopback, link local, protocol assignments, documentation, 6to4
// relays, benchmarks, multicast, reserved.
constexpr Block special_blocks[] = {
    {v4(0, 0, 0, 0), 8},      {v4(10, 0, 0, 0), 8},     {v4(100, 64, 0, 0), 10}, {v4(127, 0, 0, 0), 8},
    {v4(169, 254, 0, 0), 16}, {v4(172, 16, 0, 0), 12},  {v4(192, 0, 0, 0), 24},  {v4(192, 0, 2, 0), 24},
    {v4(192, 88, 99, 0), 24}, {v4(192, 168, 0, 0), 16}, {v4(198, 18, 0, 0), 15}, {v4(198, 51, 100, 0), 24},
    {v4(203, 0, 113, 0), 24}, {v4(224, 0, 0, 0), 4},    {v4(240, 0, 0, 0), 4},
};

bool is_public_v4(std::uint32_t address) {
  return std::ranges::none_of(special_blocks, [address](const Block& block) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - block.bits);
    return (address & mask) == block.address;
  });
}

bool is_public_v6(const std::array<std::uint8_t, 16>& address) {
  const auto begins = [&address](std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), address.begin());
  };
  if ((address[0] & 0xe0) != 0x20) return false;             // 2000::/3 is what is given out
  if (begins({0x20, 0x01}) && address[2] < 2) return false;  // 2001::/23: Teredo, benchmarks, ORCHID
  if (begins({0x20, 0x01, 0x0d, 0xb8})) return false;        // documentation
  if (begins({0x20, 0x02})) return false;                    // 6to4: an IPv4 address in clothes
  return !(begins({0x3f, 0xff}) && address[2] < 16);         // documentation
}

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string out = text;
  curl_free(text);
  return out;
}

/// Nothing for a name; else whether the address is public. libcurl has put "0x7f.1" and the like into the usual form.
std::optional<bool> literal_is_public(std::string host) {
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  sockaddr_storage storage{};
  auto* const in4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* const in6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (::inet_pton(AF_INET, host.c_str(), &in4->sin_addr) == 1)
    storage.ss_family = AF_INET;
  else if (::inet_pton(AF_INET6, host.substr(0, host.find('%')).c_str(), &in6->sin6_addr) == 1)
    storage.ss_family = AF_INET6;
  else
    return std::nullopt;
  return is_public(reinterpret_cast<const sockaddr&>(storage));
}

}  // namespace

bool is_public(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    return is_public_v4(ntohl(in.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 in{};
  std::memcpy(&in, &address, sizeof in);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
  return is_public_v6(bytes);
}

Outcome<Done> check_url(const std::string& text, bool for_tests) {
  const auto refused = [](std::string why) { return invalid("/url", std::move(why)); };
  if (text.size() > url_size_chars_max) return refused("must have at most 2,000 characters");
  const bool has_controls =
      std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; });
  const Url url(curl_url(), &curl_url_cleanup);
  if (has_controls || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
    return refused("is no URL, such as https://example.org/cardea");
  const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
  if (scheme != "https" && !(for_tests && scheme == "http")) return refused("must begin with https://");
  if (!part_of(url.get(), CURLUPART_USER).empty() || !part_of(url.get(), CURLUPART_PASSWORD).empty())
    return refused("must hold no name and no password: the signature says who sends");
  if (!part_of(url.get(), CURLUPART_FRAGMENT).empty()) return refused("must hold no fragment (#…)");
  if (for_tests) return Done{};
  const std::string port = part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (port != "443" && port != "8443") return refused("must name port 443 or 8443, or none");
  const std::string host = part_of(url.get(), CURLUPART_HOST);
  if (!literal_is_public(host).value_or(true)) return refused("must not be an internal address");
  const bool is_local = host == "localhost" || host.ends_with(".localhost") || host.ends_with(".local") ||
                        host.ends_with(".internal") || host.find('.') == std::string::npos;
  if (is_local && !literal_is_public(host)) return refused("must not be an internal name");
  return Done{};
}

}  // namespace cardea::server::delivery
