// SPDX-License-Identifier: Apache-2.0
// Whatever parses prints to something that parses to the same value, and a strict reader never accepts what it cannot say.
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
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto value = cardea::server::json::parse(text)) {
    const auto again = cardea::server::json::parse(cardea::server::json::print(*value));
    if (!again || *again != *value) __builtin_trap();
  }
  if (const auto outer = cardea::server::json::read<Outer>(text)) {
    const std::string written = cardea::server::json::write(*outer);
    const auto again = cardea::server::json::read<Outer>(written);
    if (!again || cardea::server::json::write(*again) != written) __builtin_trap();
  }
  return 0;
}
