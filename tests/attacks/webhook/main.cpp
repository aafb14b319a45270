// SPDX-License-Identifier: Apache-2.0
// Group F, what goes out: F05 and F06. The same code against the shipped sender and against its weakened twins.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/webhook/webhook.hpp"

namespace cardea::attacks {
namespace {

/// A service inside the platform's network, on both loopbacks: counts who connects. `answer`: what it says to each.
class InternalService {
 public:
  explicit InternalService(std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
      : answer_(std::move(answer)) {
    listen_on_both();
    thread_ = std::thread([this] { serve(); });
  }
  ~InternalService() {
    stopping_ = true;
    thread_.join();
    ::close(socket_);
  }
  InternalService(const InternalService&) = delete;
  InternalService& operator=(const InternalService&) = delete;
  [[nodiscard]] std::string port() const { return std::to_string(port_); }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void listen_on_both() {
    socket_ = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int off = 0;
    ::setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);  // both families
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_any;
    socklen_t size = sizeof address;
    if (socket_ < 0 || ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_, 16) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      std::abort();
    port_ = ntohs(address.sin6_port);
  }
  void serve() {
    while (!stopping_) {
      pollfd ready{socket_, POLLIN, 0};
      if (::poll(&ready, 1, 20) != 1) continue;
      const int peer = ::accept(socket_, nullptr, nullptr);
      if (peer < 0) continue;
      ++connections_;
      char trash[4'096];
      pollfd readable{peer, POLLIN, 0};
      if (::poll(&readable, 1, 200) == 1) (void)!::recv(peer, trash, sizeof trash, 0);
      (void)!::send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      ::close(peer);
    }
  }
  std::string answer_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// F05: a webhook that leads inside.
Achieved webhook_inside(Outbound& outbound) {
  const InternalService inside;
  for (const char* host : {"127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",
                           "[::ffff:127.0.0.1]", "0.0.0.0", "localhost.", "ip6-localhost"})
    for (const char* scheme : {"https", "http", "gopher", "ftp", "telnet"}) {
      const std::string url = fmt::format("{}://{}:{}/", scheme, host, inside.port());
      if (outbound.takes_url(url)) return url + " is taken for a webhook";
      outbound.deliver(url, false);
      if (inside.connections() > 0) return "a delivery to " + url + " reached a service inside";
    }
  for (const char* url :
       {"https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://[fd00::1]/", "file:///etc/passwd"})
    if (outbound.takes_url(url)) return std::string(url) + " is taken for a webhook";
  // A place outside that sends whoever comes to the service inside.
  const InternalService front(fmt::format(
      "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{}/\r\nContent-Length: 0\r\n\r\n", inside.port()));
  outbound.deliver(fmt::format("http://127.0.0.1:{}/", front.port()), true);
  if (front.connections() == 0) return "nothing was delivered at all: nothing is proved";
  if (inside.connections() > 0) return "a redirect led to a service inside";
  return "";
}

/// F06: deliveries that were read on the way, sent again or changed.
Achieved forged_delivery(Outbound& outbound) {
  constexpr std::uint64_t now = 1'800'000'000;
  const Delivery first = outbound.signed_delivery("webhook_1_1_1", R"({"events":[{"type":"access.granted"}]})", now);
  const Delivery other = outbound.signed_delivery("webhook_1_2_2", R"({"events":[{"type":"access.refused"}]})", now);
  if (!outbound.receiver_takes(first, now + 1)) return "the platform's own delivery is refused: nothing is proved";
  if (outbound.receiver_takes(first, now + 2)) return "a delivery is taken twice";
  Delivery forged = first;
  forged.id = "webhook_1_9_9";
  if (outbound.receiver_takes(forged, now + 2)) return "a delivery is taken again under another id";
  forged = first;
  forged.id = "webhook_1_9_9";
  forged.timestamp = now + 86'400;
  if (outbound.receiver_takes(forged, now + 86'400)) return "a delivery is taken again a day later";
  if (outbound.receiver_takes(other, now + 3'600)) return "a delivery that was held back is taken an hour later";
  forged = other;
  forged.body = first.body;
  if (outbound.receiver_takes(forged, now + 2)) return "a delivery is taken with another body";
  for (const std::string& signature : {std::string(), std::string("v1,"), first.signatures, other.signatures.substr(0, 20)}) {
    forged = other;
    forged.signatures = signature;
    if (outbound.receiver_takes(forged, now + 2)) return "a delivery is taken under the signature \"" + signature + "\"";
  }
  return "";
}

constexpr TargetAttack<Outbound, OutboundFlaw> attacks[] = {
    {"F05", "Webhook that leads inside", OutboundFlaw::kLooksAtTheText, webhook_inside},
    {"F06", "Forged and repeated deliveries", OutboundFlaw::kSignsTheBodyOnly, forged_delivery},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<Outbound, OutboundFlaw>(count, arguments, attacks, make_shipped_outbound, make_twin_outbound);
}
