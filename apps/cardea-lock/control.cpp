// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/control.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace cardea::lock_process {
namespace {

namespace json = boost::json;

constexpr std::size_t line_size_bytes_max = 512 * 1'024;  // a link file in hex, and room
constexpr int patience_ms = 2'000;
constexpr int reply_patience_ms = 60'000;

/// Closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  [[nodiscard]] int value() const { return value_; }

 private:
  int value_;
};

constexpr const char* socket_name = "lock.sock";

/// The address of a socket in a directory, by way of the open directory: a long path would not fit.
sockaddr_un address_of(const Descriptor& directory, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory.value(), name);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

Descriptor open_directory(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

bool wait_readable(int descriptor, int timeout_ms) {
  pollfd wanted{descriptor, POLLIN, 0};
  return ::poll(&wanted, 1, timeout_ms) == 1;
}

/// One line without its end; nothing when the other side falls silent, says too much or is gone.
std::optional<std::string> read_line(int descriptor, int timeout_ms) {
  std::string line;
  char buffer[4'096];
  while (line.size() < line_size_bytes_max && wait_readable(descriptor, timeout_ms)) {
    const ssize_t count = ::recv(descriptor, buffer, sizeof buffer, 0);
    if (count <= 0) return std::nullopt;
    line.append(buffer, static_cast<std::size_t>(count));
    if (line.back() != '\n') continue;
    line.pop_back();
    return line;
  }
  return std::nullopt;
}

bool write_line(int descriptor, const json::object& object) {
  std::string line = json::serialize(object) + "\n";
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t count = ::send(descriptor, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

std::optional<Reply> ask_running(const std::string& directory, const json::object& request) {
  const Descriptor folder = open_directory(directory);
  if (folder.value() < 0) return std::nullopt;
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(folder, socket_name);
  if (socket.value() < 0 || ::connect(socket.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return std::nullopt;
  const std::optional<std::string> line =
      write_line(socket.value(), request) ? read_line(socket.value(), reply_patience_ms) : std::nullopt;
  if (!line)
    throw Stop(Exit::kUnreachable,
               fmt::format("the lock that ran on {} ended before it answered: its power was cut", directory));
  return reply_of(json::parse(*line).as_object());
}

int listen_in(const std::string& directory, const std::string& name) {
  const std::string path = fmt::format("{}/{}", directory, name);
  const Descriptor folder = open_directory(directory);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const sockaddr_un address = address_of(folder, name);
  ::unlink(path.c_str());  // of a lock that lost its power; a running one holds its flash
  const mode_t mask = ::umask(0177);
  const bool bound = ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::umask(mask);
  if (bound && ::listen(listener, 16) == 0) return listener;
  const std::string why = std::generic_category().message(errno);
  ::close(listener);
  throw Stop(Exit::kUsage, fmt::format("cannot listen on {}: {}", path, why));
}

ControlServer::ControlServer(const std::string& directory)
    : path_(fmt::format("{}/{}", directory, socket_name)), listener_(listen_in(directory, socket_name)) {}

ControlServer::~ControlServer() {
  ::unlink(path_.c_str());
  ::close(listener_);
}

void ControlServer::serve(const std::function<Reply(const json::object&)>& carry_out) {
  const Descriptor client(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
  if (client.value() < 0) return;
  const std::optional<std::string> line = read_line(client.value(), patience_ms);
  if (!line) return;
  boost::system::error_code wrong;
  const json::value request = json::parse(*line, wrong);
  const Reply reply = wrong || !request.is_object() ? Reply{Exit::kUsage, nullptr, "a request that is not JSON"}
                                                    : carry_out(request.as_object());
  static_cast<void>(write_line(client.value(), json_of(reply)));
}

}  // namespace cardea::lock_process
