// SPDX-License-Identifier: Apache-2.0
// F15: a crowd that takes every place and says nothing, or says it slowly. The same code against the shipped server and against
// its weakened twin.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <list>
#include <string>
#include <string_view>

#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/places/places.hpp"

namespace cardea::attacks {
namespace {

constexpr int patience_ms = 5'000;  // much less than a slow client may take

class Wire {
 public:
  explicit Wire(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket_ < 0 || ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() { ::close(socket_); }
  void send(std::string_view bytes) const { (void)!::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// The first bytes that come; "" when the other end closes or stays silent.
  [[nodiscard]] std::string receive() const {
    char piece[512];
    pollfd readable{socket_, POLLIN, 0};
    if (::poll(&readable, 1, patience_ms) != 1) return "";
    const ssize_t size = ::recv(socket_, piece, sizeof piece, 0);
    return size > 0 ? std::string(piece, static_cast<std::size_t>(size)) : "";
  }

 private:
  int socket_;
};

bool somebody_is_served(const Places& places) {
  const Wire wire(places.port());
  wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  return wire.receive().starts_with("HTTP/1.1 200");
}

Achieved crowd_out(Places& places) {
  if (!somebody_is_served(places)) return "nobody is served at all: nothing is proved";
  for (const std::string_view said :
       {"", "GET / HTTP/1.1\r\nHost: loc", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"}) {
    std::list<Wire> crowd;
    for (std::size_t i = 0; i < 3 * place_count; ++i) {
      crowd.emplace_back(places.port());
      crowd.back().send(said);
    }
    for (int again = 0; again < 10; ++again)
      if (!somebody_is_served(places))
        return fmt::format("{} connections that say \"{}\" and no more keep others out", crowd.size(), said);
  }
  return "";
}

constexpr TargetAttack<Places, PlacesFlaw> attacks[] = {
    {"F15", "Places taken by a crowd that says nothing", PlacesFlaw::kFirstComeStays, crowd_out},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<Places, PlacesFlaw>(count, arguments, attacks, make_shipped_places, make_twin_places);
}
