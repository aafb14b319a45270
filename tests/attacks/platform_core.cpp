// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/platform_core.hpp"

#include <unistd.h>

#include <csignal>

#include "tests/attacks/platform_packets.hpp"

namespace cardea::attacks {
namespace {

/// Counts the steps of a life, and ends it.
class Life {
 public:
  explicit Life(std::uint32_t die_at) : left_(die_at) {}
  void step() {
    if (left_ == die_never) return;
    if (left_ == 0) static_cast<void>(::raise(SIGKILL));
    --left_;
  }

 private:
  std::uint32_t left_;
};

class SocketWire final : public Wire {
 public:
  SocketWire(int socket, Life& life) : socket_(socket), life_(life) {}
  void send(ByteSpan message) override {
    write_packet(socket_, packet_sent, message);
    life_.step();
  }

 private:
  int socket_;
  Life& life_;
};

}  // namespace

void serve_platform(PlatformCore& platform, int socket, std::uint32_t die_at) {
  Life life(die_at);
  SocketWire wire(socket, life);
  for (Message order = read_packet(socket); !order.empty(); order = read_packet(socket)) {
    std::uint32_t answer = 0;
    switch (static_cast<PlatformOrder>(order[0])) {
      case PlatformOrder::kConnect: platform.connect(wire); break;
      case PlatformOrder::kMessage:
        life.step();
        platform.receive(ByteSpan(order).subspan(1));
        life.step();
        break;
      case PlatformOrder::kStored: answer = platform.stored_seq(); break;
      case PlatformOrder::kBroken: answer = platform.chain_is_broken() ? 1 : 0; break;
    }
    Bytes<4> bytes;
    store_be(answer, bytes);
    write_packet(socket, packet_done, bytes);
  }
  ::_exit(0);  // as after SIGKILL: nothing is written any more
}

}  // namespace cardea::attacks
