// SPDX-License-Identifier: Apache-2.0
#pragma once
// What goes between an attack and the process of a platform, one packet a message.

#include <sys/socket.h>

#include "tests/attacks/platform_core.hpp"

namespace cardea::attacks {

inline constexpr std::size_t packet_size_bytes_max = 1 + 16'384;
inline constexpr std::uint8_t packet_sent = 0;  // to the parent: a message that the platform sent
inline constexpr std::uint8_t packet_done = 1;  // the order is carried out: u32 answer

inline void write_packet(int socket, std::uint8_t kind, ByteSpan payload) {
  Message packet{kind};
  packet.insert(packet.end(), payload.begin(), payload.end());
  CARDEA_ASSERT(packet.size() <= packet_size_bytes_max);
  // A platform that is dead does not read; the answer that does not come says so.
  static_cast<void>(::send(socket, packet.data(), packet.size(), MSG_NOSIGNAL));
}

/// Nothing when the other end is gone.
inline Message read_packet(int socket) {
  Message packet(packet_size_bytes_max);
  const ssize_t size = ::recv(socket, packet.data(), packet.size(), 0);
  packet.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return packet;
}

/// Orders of the attack; a message follows kMessage.
enum class PlatformOrder : std::uint8_t { kConnect, kMessage, kStored, kBroken };

}  // namespace cardea::attacks
