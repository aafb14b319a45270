// SPDX-License-Identifier: Apache-2.0
#pragma once
// How often virtual keys have opened, for those that may not open without end (spec/grant.md G4). What a lock keeps of them.

#include "core/grant/grant.hpp"

namespace cardea::grant {

inline constexpr std::size_t use_place_count = 16;
inline constexpr std::size_t use_size_bytes = 4 + 2 + 4 + 4;
inline constexpr std::size_t uses_size_bytes_max = use_place_count * use_size_bytes;

/// One credential's openings.
struct Use {
  std::uint32_t serial = 0;  ///< 0: a free place
  std::uint16_t count = 0;
  UnixSeconds first_at{};
  UnixSeconds ends_at{};  ///< of the credential; 0: none
};

struct Uses {
  std::array<Use, use_place_count> places{};

  /// What is counted of this serial, or a place that it may have (all zero but for its serial and end); nullptr when there is
  /// none. Places that are over are free (G4).
  Use* place_of(const Grant& grant, const Denials& denials, UnixSeconds now);
};
/// The places in use, 14 bytes each; no bytes when there are none.
Status encode(const Uses& uses, ByteWriter& out);
/// kTooShort, kMalformed (a serial of 0, or twice), kOutOfRange (more than there are places).
Status decode(ByteSpan bytes, Uses& uses);

}  // namespace cardea::grant
