// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a command ends before its end: with what is wrong, where, and what to do next.

#include <stdexcept>
#include <string>

namespace cardea::lock_process {

/// Exit status of every command.
enum class Exit : int {
  kDone = 0,         ///< or granted
  kRefused = 1,      ///< the lock said no
  kUsage = 2,        ///< a wrong command line, or input or a state directory that cannot be read
  kUnreachable = 3,  ///< the other side does not answer; also: the power was cut
};

class Stop : public std::runtime_error {
 public:
  Stop(Exit status, const std::string& message) : std::runtime_error(message), status_(status) {}
  [[nodiscard]] Exit status() const { return status_; }

 private:
  Exit status_;
};

}  // namespace cardea::lock_process
