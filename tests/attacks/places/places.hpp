// SPDX-License-Identifier: Apache-2.0
#pragma once
// A platform that has few places for connections, as somebody meets it who means to take them all.

#include <cstddef>
#include <cstdint>
#include <memory>

namespace cardea::attacks {

inline constexpr std::size_t place_count = 48;

/// Listens on the loopback; `GET / HTTP/1.1` is answered 200, and nothing that the attacker does takes long by itself.
class Places {
 public:
  virtual ~Places() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
};

enum class PlacesFlaw : std::uint8_t {
  kNone,
  kFirstComeStays,  ///< F15: who has a place keeps it as long as a slow client may take, and who comes later is turned away
};

std::unique_ptr<Places> make_shipped_places();
std::unique_ptr<Places> make_twin_places(PlacesFlaw flaw);

}  // namespace cardea::attacks
