// SPDX-License-Identifier: Apache-2.0
#include "server/store/process_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

namespace cardea::server {
namespace {

pid_t read_pid(int descriptor) {
  char text[16] = {};
  return ::pread(descriptor, text, sizeof text - 1, 0) > 0 ? static_cast<pid_t>(std::atol(text)) : 0;
}

}  // namespace

Result<ProcessLock, ProcessLock::Held> ProcessLock::take(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return Held{0, errno};
  ProcessLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    return Held{error == EWOULDBLOCK ? read_pid(descriptor) : 0, error};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) return Held{0, errno};
  return lock;
}

ProcessLock::ProcessLock(ProcessLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
ProcessLock& ProcessLock::operator=(ProcessLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}
ProcessLock::~ProcessLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace cardea::server
