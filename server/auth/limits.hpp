// SPDX-License-Identifier: Apache-2.0
#pragma once
// Rate limits: so many at once, then one more every so often. Charged before anything is compared, so that tries in parallel do
// not outrun the count. In memory, bounded: when there is no room for another name, all newcomers share one place, and so a
// flood of names is slowed together instead of pushing anybody's count out.

#include <chrono>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "core/base/bytes.hpp"
#include "server/domain/problem.hpp"

namespace cardea::server {

/// What is counted, each with its own names.
enum class Limited : std::uint8_t {
  kAddress,   ///< tries from one address (an IPv6 /64) to show who one is
  kAccount,   ///< tries at one account's password and second factor, from wherever
  kRecovery,  ///< recoveries asked for one e-mail address
  kKey,       ///< requests with one API key
  kHome,      ///< homes that were made from one address
  kHomes,     ///< homes that were made, from wherever
};
inline constexpr std::size_t limited_count = 6;

struct Limit {
  std::uint32_t at_once = 0;  ///< 0: no limit
  std::chrono::milliseconds one_more_every{0};
};

struct LimitOptions {
  Limit address{60, std::chrono::seconds(2)};
  Limit account{10, std::chrono::seconds(60)};
  Limit recovery{3, std::chrono::hours(1)};
  Limit key{2'000, std::chrono::milliseconds(1)};
  Limit home{5, std::chrono::hours(1)};
  Limit homes{200, std::chrono::minutes(1)};
  std::size_t name_count_max = 50'000;  ///< of each kind; about 100 bytes each
};

class Limits {
 public:
  /// Milliseconds since whenever; never goes back.
  using Clock = std::function<std::chrono::milliseconds()>;
  static std::chrono::milliseconds steady();

  explicit Limits(LimitOptions options, Clock clock = steady) : options_(options), clock_(std::move(clock)) {}

  /// Takes one, or 429 `too_many_requests` with Retry-After and nothing taken.
  Outcome<Done> charge(Limited what, std::string_view name);
  /// Gives one back: what was charged turned out to be in order. Never more than was taken.
  void refund(Limited what, std::string_view name);

 private:
  struct Name {
    Bytes<16> digest;
    bool operator==(const Name&) const = default;
  };
  struct HashOf {
    std::size_t operator()(const Name& name) const noexcept { return load_be<std::size_t>(name.digest); }
  };
  /// When everything that was taken will have come back.
  using Table = std::unordered_map<Name, std::chrono::milliseconds, HashOf>;

  [[nodiscard]] const Limit& limit_of(Limited what) const;
  std::chrono::milliseconds& place_of(Limited what, std::string_view name, std::chrono::milliseconds now);

  LimitOptions options_;
  Clock clock_;
  std::array<Table, limited_count> tables_;
  std::array<std::chrono::milliseconds, limited_count> crowds_{};
  std::array<std::chrono::milliseconds, limited_count> swept_{};
};

/// The name of whoever sits at an address: an IPv4 address, or the first 64 bits of an IPv6 one.
std::string network_of(std::string_view address);

}  // namespace cardea::server
