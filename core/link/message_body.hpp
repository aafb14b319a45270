// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the codecs of all messages have in common, whichever part a message belongs to: the type byte in front, and a body that
// is there as a whole. For their .cpp files.

#include "core/link/messages.hpp"

namespace cardea::link {

/// A status travels as its number; this one and all above are out of range.
inline constexpr std::uint8_t status_count = static_cast<std::uint8_t>(Status::kCryptoFailed) + 1;

inline void begin(ByteWriter& out, MessageType type) { out.u8(static_cast<std::uint8_t>(type)); }

/// A reader of the body of a message of `type`; a message of another type reads as too short.
inline ByteReader body_of(ByteSpan message, MessageType type) {
  if (message.empty() || message[0] != static_cast<std::uint8_t>(type)) return ByteReader({});
  return ByteReader(message.subspan(1));
}

}  // namespace cardea::link
