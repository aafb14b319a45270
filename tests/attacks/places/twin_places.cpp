// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/attacks/places/places.hpp"

namespace cardea::attacks {
namespace {

/// A server of one thread that answers GETs, in the order in which its guests came.
class TwinPlaces final : public Places {
 public:
  explicit TwinPlaces(PlacesFlaw flaw)
      : flaw_(flaw), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 512) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      while (!stopping_) turn();
    });
  }
  ~TwinPlaces() override {
    stopping_ = true;
    thread_.join();
    for (const Guest& guest : guests_) ::close(guest.socket);
    ::close(listener_);
  }
  [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
  struct Guest {
    int socket;
    std::string said;
  };

  void turn() {
    std::vector<pollfd> waited{{listener_, POLLIN, 0}};
    for (const Guest& guest : guests_) waited.push_back({guest.socket, POLLIN, 0});
    if (::poll(waited.data(), waited.size(), 20) <= 0) return;
    for (std::size_t i = waited.size() - 1; i > 0; --i)
      if (waited[i].revents != 0 && !serve(guests_[i - 1])) leave(i - 1);
    if (waited[0].revents != 0) welcome();
  }
  void leave(std::size_t index) {
    ::close(guests_[index].socket);
    guests_.erase(guests_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  void welcome() {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    if (guests_.size() >= place_count) {
      if (flaw_ == PlacesFlaw::kFirstComeStays) {
        ::close(socket);
        return;
      }
      leave(0);
    }
    guests_.push_back({socket, {}});
  }
  /// False when the guest goes.
  static bool serve(Guest& guest) {
    char piece[1'024];
    const ssize_t size = ::recv(guest.socket, piece, sizeof piece, 0);
    if (size <= 0) return false;
    guest.said.append(piece, static_cast<std::size_t>(size));
    if (!guest.said.starts_with("GET ") || guest.said.find("\r\n\r\n") == std::string::npos) return true;
    const std::string_view answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    (void)!::send(guest.socket, answer.data(), answer.size(), MSG_NOSIGNAL);
    guest.said.clear();
    return true;
  }

  PlacesFlaw flaw_;
  int listener_;
  std::uint16_t port_ = 0;
  std::vector<Guest> guests_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Places> make_twin_places(PlacesFlaw flaw) { return std::make_unique<TwinPlaces>(flaw); }

}  // namespace cardea::attacks
