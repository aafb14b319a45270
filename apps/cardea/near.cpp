// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/near.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>

#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

using serial::FrameType;
using Clock = std::chrono::steady_clock;

constexpr std::size_t packet_size_bytes = 20;
/// A microcontroller under an emulator computes for some seconds.
constexpr auto patience = std::chrono::seconds(30);
constexpr auto patience_at_first = std::chrono::seconds(5);

/// A socket's address by way of its open folder: a long path would not fit.
int connect_to(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string parent = whole.has_parent_path() ? whole.parent_path().string() : ".";
  const int folder = ::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string there = fmt::format("/proc/self/fd/{}/{}", folder, whole.filename().string());
  const int socket = there.size() < sizeof address.sun_path ? ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
  if (socket >= 0) std::memcpy(address.sun_path, there.c_str(), there.size() + 1);
  const bool connected =
      folder >= 0 && socket >= 0 && ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int why = errno;
  if (folder >= 0) ::close(folder);
  if (connected) return socket;
  if (socket >= 0) ::close(socket);
  throw Stop(ExitStatus::kUnreachable, fmt::format("no lock is near at {}: {}.", path, std::strerror(why)));
}

}  // namespace

NearConnection::NearConnection(Provider& provider, const std::string& path) : socket_(connect_to(path)) {
  Bytes<4> number{};
  if (provider.random(number) != Status::kOk) throw Stop(ExitStatus::kRefused, "the machine gives no random numbers.");
  number_ = load_be<std::uint32_t>(number);
  serial::write_frame({FrameType::kOpen, number_}, *this);
  if (!wait_for(FrameType::kOpened)) {
    ::close(socket_);
    throw Stop(ExitStatus::kUnreachable, fmt::format("what listens at {} does not answer.", path));
  }
}

NearConnection::~NearConnection() {
  serial::write_frame({FrameType::kClosed, number_}, *this);
  ::close(socket_);
}

void NearConnection::write(ByteSpan bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return;  // noticed by the answer that does not come
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

bool NearConnection::take(const serial::Frame& frame, FrameType type) {
  if (frame.number != number_ || frame.type != type) return false;
  if (type != FrameType::kMessage) return true;
  const auto whole = reassembler_.take(frame.body);
  if (!whole.ok() || !*whole) return false;
  heard_.assign((*whole)->begin(), (*whole)->end());
  return true;
}

bool NearConnection::wait_for(FrameType type) {
  const auto until = Clock::now() + (type == FrameType::kOpened ? patience_at_first : patience);
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd wanted{socket_, POLLIN, 0};
    if (left <= 0 || ::poll(&wanted, 1, static_cast<int>(left)) != 1) return false;
    std::array<std::uint8_t, 512> bytes;
    const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (count <= 0) return false;
    bool came = false;
    for (const std::uint8_t byte : std::span(bytes).first(static_cast<std::size_t>(count)))
      if (const auto frame = reader_.take(byte)) came |= take(*frame, type);
    if (came) return true;
  }
}

std::vector<std::uint8_t> NearConnection::exchange(ByteSpan message) {
  heard_.clear();
  session::Fragmenter pieces(message, ++message_number_ % session::fragment_number_count, packet_size_bytes);
  Bytes<packet_size_bytes> packet{};
  while (!pieces.done()) {
    const std::size_t size = pieces.next(packet);
    serial::write_frame({FrameType::kMessage, number_, ByteSpan(packet).first(size)}, *this);
  }
  static_cast<void>(wait_for(FrameType::kMessage));
  return heard_;
}

NearVisit visit_lock(Provider& provider, const grant::Lease& lease, const std::string& path) {
  NearConnection connection(provider, path);
  const auto visitor = std::make_unique<grant::Visitor>(provider, lease);
  std::vector<std::uint8_t> out(grant::visitor_message_size_bytes_max);
  Result<std::size_t> size = visitor->begin(out);
  while (size.ok() && *size > 0 && !visitor->answer()) {
    const std::vector<std::uint8_t> heard = connection.exchange(ByteSpan(out).first(*size));
    if (heard.empty()) return {};
    size = visitor->take(heard, out);
  }
  if (!visitor->answer()) return {};
  return {true, *visitor->answer(), visitor->listed()};
}

}  // namespace cardea::client
