// SPDX-License-Identifier: Apache-2.0
#include "apps/line/line.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace cardea::line {
namespace {

constexpr int write_patience_ms = 2'000;

struct Speed {
  std::uint32_t baud;
  speed_t value;
};
constexpr Speed speeds[] = {{9'600, B9600},     {19'200, B19200},   {38'400, B38400},
                            {57'600, B57600},   {115'200, B115200}, {230'400, B230400},
                            {460'800, B460800}, {921'600, B921600}, {1'000'000, B1000000}};

std::optional<speed_t> speed_of(std::uint32_t baud) {
  for (const Speed& speed : speeds)
    if (speed.baud == baud) return speed.value;
  return std::nullopt;
}

std::string system_error(const std::string& path) {
  return fmt::format("cannot open {}: {}", path, std::generic_category().message(errno));
}

/// By way of the open folder: a long path would not fit into the address.
int connect_socket(const std::string& path) {
  const std::filesystem::path whole = std::filesystem::absolute(path);
  const int folder = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string through = fmt::format("/proc/self/fd/{}/{}", folder, whole.filename().string());
  int socket = -1;
  if (through.size() < sizeof address.sun_path) {
    std::memcpy(address.sun_path, through.c_str(), through.size() + 1);
    socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  } else {
    errno = ENAMETOOLONG;
  }
  if (socket >= 0 && ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int why = errno;
    ::close(std::exchange(socket, -1));
    errno = why;
  }
  const int why = errno;
  ::close(folder);
  errno = why;
  return socket;
}

/// Connects while the caller waits, as a name has to be looked up, too.
int connect_tcp(const std::string& host, const std::string& port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  errno = ENOENT;
  if (::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) return -1;
  int socket = -1;
  for (const addrinfo* at = found; at != nullptr && socket < 0; at = at->ai_next) {
    socket = ::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket >= 0 && ::connect(socket, at->ai_addr, at->ai_addrlen) == 0) break;
    const int why = errno;
    if (socket >= 0) ::close(std::exchange(socket, -1));
    errno = why;
  }
  ::freeaddrinfo(found);
  if (socket >= 0) ::fcntl(socket, F_SETFL, O_NONBLOCK);
  return socket;
}

bool make_raw(int device, speed_t speed) {
  termios settings{};
  if (::tcgetattr(device, &settings) != 0) return false;
  ::cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
  ::cfsetispeed(&settings, speed);
  ::cfsetospeed(&settings, speed);
  return ::tcsetattr(device, TCSANOW, &settings) == 0 && ::ioctl(device, TIOCEXCL) == 0 && ::tcflush(device, TCIFLUSH) == 0;
}

int open_device(const std::string& path, speed_t speed) {
  const int device = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (device < 0 || make_raw(device, speed)) return device;
  const int why = errno;
  ::close(device);
  errno = why;
  return -1;
}

}  // namespace

bool is_baud(std::uint32_t baud) { return speed_of(baud).has_value(); }

Result<Line, std::string> Line::open(const std::string& path, std::uint32_t baud) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return system_error(path);
  if (!S_ISSOCK(facts.st_mode) && !S_ISCHR(facts.st_mode))
    return fmt::format("{} is neither a serial device nor a socket", path);
  const int descriptor = S_ISSOCK(facts.st_mode) ? connect_socket(path) : open_device(path, speed_of(baud).value_or(B115200));
  if (descriptor < 0) return system_error(path);
  return Line(descriptor);
}

bool Line::is_name(const std::string& name) {
  for (const std::string_view kind : {"serial:", "unix:"})
    if (name.starts_with(kind)) return name.size() > kind.size();
  const std::size_t colon = name.rfind(':');
  return name.starts_with("tcp:") && colon > 4 && colon + 1 < name.size();
}

Result<Line, std::string> Line::open_named(const std::string& name, std::uint32_t baud) {
  if (!is_name(name)) return fmt::format("{} is no line: write serial:DEVICE, unix:PATH or tcp:HOST:PORT", name);
  const std::string rest = name.substr(name.find(':') + 1);
  if (!name.starts_with("tcp:")) return open(rest, baud);
  const std::size_t colon = rest.rfind(':');
  const int descriptor = connect_tcp(rest.substr(0, colon), rest.substr(colon + 1));
  if (descriptor < 0) return system_error(name);
  return Line(descriptor);
}

Line::Line(Line&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), broken_(other.broken_) {}

Line& Line::operator=(Line&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(broken_, other.broken_);
  return *this;
}

Line::~Line() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ByteSpan Line::read() {
  if (broken_) return {};
  const ssize_t count = ::read(descriptor_, buffer_.data(), buffer_.size());
  if (count > 0) return ByteSpan(buffer_).first(static_cast<std::size_t>(count));
  broken_ = count == 0 || (errno != EAGAIN && errno != EINTR);
  return {};
}

void Line::wait(std::chrono::milliseconds patience) const {
  pollfd wanted{descriptor_, POLLIN, 0};
  ::poll(&wanted, 1, static_cast<int>(patience.count()));
}

void Line::write(ByteSpan bytes) {
  while (!bytes.empty() && !broken_) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (count < 0 && errno == EAGAIN) {
      pollfd wanted{descriptor_, POLLOUT, 0};
      broken_ = ::poll(&wanted, 1, write_patience_ms) != 1;
    } else {
      broken_ = count == 0 || errno != EINTR;
    }
  }
}

}  // namespace cardea::line
