// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/near_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "apps/cardea-lock/control.hpp"

namespace cardea::lock_process {

NearServer::NearServer(Machine& machine, const std::string& directory)
    : machine_(&machine),
      path_(fmt::format("{}/{}", directory, near_socket_name)),
      listener_(listen_in(directory, near_socket_name)),
      line_(machine.lock(), *this) {}

NearServer::~NearServer() {
  drop();
  ::unlink(path_.c_str());
  ::close(listener_);
}

void NearServer::drop() {
  if (client_ >= 0) ::close(client_);
  client_ = -1;
}

void NearServer::serve() {
  const int next = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (next >= 0) {
    drop();
    client_ = next;
  }
  std::array<std::uint8_t, 4'096> bytes;
  while (client_ >= 0) {
    const ssize_t count = ::recv(client_, bytes.data(), bytes.size(), 0);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) drop();
    if (count <= 0) break;
    line_.received(ByteSpan(bytes).first(static_cast<std::size_t>(count)), machine_->now());
  }
  line_.poll(machine_->now());
}

void NearServer::write(ByteSpan bytes) {
  if (client_ < 0) return;
  const ssize_t count = ::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count != static_cast<ssize_t>(bytes.size())) drop();  // who does not read what little there is has gone
}

}  // namespace cardea::lock_process
