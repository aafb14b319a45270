// SPDX-License-Identifier: Apache-2.0
#include "server/auth/limits.hpp"

#include <arpa/inet.h>
#include <openssl/sha.h>

#include <algorithm>
#include <string>

namespace cardea::server {

using std::chrono::milliseconds;

namespace {

/// Sweeping looks at every name, so it is not done for each newcomer of a flood.
constexpr milliseconds sweep_every = std::chrono::seconds(1);

Bytes<16> digest_of(std::string_view name) {
  Bytes<32> hash;
  SHA256(reinterpret_cast<const unsigned char*>(name.data()), name.size(), hash.data());
  Bytes<16> out;
  std::copy_n(hash.begin(), out.size(), out.begin());
  return out;
}

}  // namespace

milliseconds Limits::steady() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

const Limit& Limits::limit_of(Limited what) const {
  switch (what) {  // no default: a new kind does not compile until it has a limit
    case Limited::kAddress: return options_.address;
    case Limited::kAccount: return options_.account;
    case Limited::kRecovery: return options_.recovery;
    case Limited::kKey: return options_.key;
    case Limited::kHome: return options_.home;
    case Limited::kHomes: return options_.homes;
  }
  return options_.account;
}

milliseconds& Limits::place_of(Limited what, std::string_view name, milliseconds now) {
  const auto kind = static_cast<std::size_t>(what);
  Table& table = tables_[kind];
  const Name key{digest_of(name)};
  if (const auto found = table.find(key); found != table.end()) return found->second;
  if (table.size() >= options_.name_count_max && now - swept_[kind] >= sweep_every) {
    // A name that has everything back is like one that never came.
    std::erase_if(table, [now](const auto& entry) { return entry.second <= now; });
    swept_[kind] = now;
  }
  if (table.size() >= options_.name_count_max) return crowds_[kind];
  return table.emplace(key, milliseconds{0}).first->second;
}

Outcome<Done> Limits::charge(Limited what, std::string_view name) {
  const Limit& limit = limit_of(what);
  if (limit.at_once == 0) return Done{};
  const milliseconds now = clock_();
  milliseconds& back_at = place_of(what, name, now);
  const milliseconds taken_until = std::max(back_at, now) + limit.one_more_every;
  const milliseconds wait = taken_until - now - limit.one_more_every * limit.at_once;
  if (wait.count() > 0) {
    const auto seconds = static_cast<std::uint32_t>((wait.count() + 999) / 1'000);
    return Problem{
        429,    "too_many_requests", "Too many tries. Wait " + std::to_string(seconds) + " s, then send it again.", {}, {},
        seconds};
  }
  back_at = taken_until;
  return Done{};
}

void Limits::refund(Limited what, std::string_view name) {
  const Limit& limit = limit_of(what);
  if (limit.at_once == 0) return;
  const milliseconds now = clock_();
  milliseconds& back_at = place_of(what, name, now);
  back_at = std::max(back_at - limit.one_more_every, milliseconds{0});
}

std::string network_of(std::string_view address) {
  in6_addr parsed{};
  const std::string text(address.substr(0, address.find('%')));
  if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return text;
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) {
    const std::uint8_t* bytes = &parsed.s6_addr[12];
    return std::to_string(bytes[0]) + "." + std::to_string(bytes[1]) + "." + std::to_string(bytes[2]) + "." +
           std::to_string(bytes[3]);
  }
  std::fill(&parsed.s6_addr[8], &parsed.s6_addr[16], std::uint8_t{0});
  char out[INET6_ADDRSTRLEN];
  return ::inet_ntop(AF_INET6, &parsed, out, sizeof out) == nullptr ? text : std::string(out) + "/64";
}

}  // namespace cardea::server
