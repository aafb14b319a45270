// SPDX-License-Identifier: Apache-2.0
// Whatever parses prints to something that parses to the same value, and a strict reader never accepts what it cannot say.
#include <algorithm>
#include <cmath>

#include "server/json/json.hpp"

namespace {
enum class Kind : std::uint8_t { kToken, kOffline };
BOOST_DESCRIBE_ENUM(Kind, kToken, kOffline)
struct Inner {
  std::int16_t count;
  std::optional<double> ratio;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (count, ratio))
struct Outer {
  std::string name;
  Kind kind;
  std::vector<Inner> items;
  cardea::UnixSeconds at;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (name, kind, items, at))

using cardea::server::json::Any;

/// Boost.JSON 1.81 reads a fraction to within its last bit or two, not exactly. Everything else is the same.
bool is_same(const Any& a, const Any& b) {
  if (a.is_double() && b.is_double()) {
    const double x = a.get_double();
    const double y = b.get_double();
    return x == y || std::abs(x - y) <= 1e-15 * std::abs(x);
  }
  if (a.is_array() && b.is_array()) return std::ranges::equal(a.get_array(), b.get_array(), is_same);
  if (a.is_object() && b.is_object())
    return std::ranges::equal(a.get_object(), b.get_object(), [](const auto& one, const auto& other) {
      return one.key() == other.key() && is_same(one.value(), other.value());
    });
  return a == b;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto value = cardea::server::json::parse(text)) {
    const auto again = cardea::server::json::parse(cardea::server::json::print(*value));
    if (!again || !is_same(*again, *value)) __builtin_trap();
  }
  if (const auto outer = cardea::server::json::read<Outer>(text)) {
    const std::string written = cardea::server::json::write(*outer);
    const auto again = cardea::server::json::read<Outer>(written);
    if (!again ||
        !is_same(*cardea::server::json::parse(cardea::server::json::write(*again)), *cardea::server::json::parse(written)))
      __builtin_trap();
  }
  return 0;
}
