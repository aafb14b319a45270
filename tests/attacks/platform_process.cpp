// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/platform_process.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "tests/attacks/platform_packets.hpp"

namespace cardea::attacks {
void PlatformProcess::start(std::uint32_t die_at) {
  kill();
  std::array<int, 2> ends{};
  CARDEA_ASSERT(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0);
  child_ = ::fork();
  CARDEA_ASSERT(child_ >= 0);
  if (child_ == 0) {
    ::close(ends[0]);
    run_(ends[1], die_at);
    ::_exit(1);  // it could not be run
  }
  ::close(ends[1]);
  socket_ = ends[0];
}

void PlatformProcess::kill() {
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  ::close(socket_);
  child_ = 0;
}

std::uint32_t PlatformProcess::ask(PlatformOrder order, ByteSpan payload, std::vector<Message>* sent) {
  if (!alive()) return 0;
  write_packet(socket_, static_cast<std::uint8_t>(order), payload);
  for (;;) {
    const Message packet = read_packet(socket_);
    if (packet.empty()) {
      kill();
      return 0;
    }
    if (packet[0] == packet_done) return load_be<std::uint32_t>(ByteSpan(packet).subspan(1));
    if (sent != nullptr) sent->emplace_back(packet.begin() + 1, packet.end());
  }
}

void PlatformProcess::connect() { static_cast<void>(ask(PlatformOrder::kConnect, {}, nullptr)); }

std::vector<Message> PlatformProcess::deliver(ByteSpan message) {
  std::vector<Message> sent;
  static_cast<void>(ask(PlatformOrder::kMessage, message, &sent));
  return sent;
}

std::uint32_t PlatformProcess::stored_seq() { return ask(PlatformOrder::kStored, {}, nullptr); }
bool PlatformProcess::chain_is_broken() { return ask(PlatformOrder::kBroken, {}, nullptr) != 0; }

}  // namespace cardea::attacks
