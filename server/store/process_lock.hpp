// SPDX-License-Identifier: Apache-2.0
#pragma once
// One process at a time: a lock file that names whoever holds it. The kernel lets go of it when the process ends, however it
// ends.

#include <sys/types.h>

#include <filesystem>

#include "core/base/result.hpp"

namespace cardea::server {

class ProcessLock {
 public:
  struct Held {
    pid_t by = 0;   ///< 0: nobody holds it; it could not be made
    int error = 0;  ///< errno
  };
  static Result<ProcessLock, Held> take(const std::filesystem::path& file);

  ProcessLock(ProcessLock&& other) noexcept;
  ProcessLock& operator=(ProcessLock&& other) noexcept;
  ~ProcessLock();

 private:
  explicit ProcessLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace cardea::server
