// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a command ends before its end: with what is wrong, where, and what to do next, and with an exit status.

#include <stdexcept>
#include <string>

namespace cardea::client {

enum class ExitStatus : int {
  kDone = 0,         ///< or granted
  kRefused = 1,      ///< or a check failed
  kUsage = 2,        ///< or input that cannot be read
  kUnreachable = 3,  ///< the other side does not answer
};

/// Thrown by a command, caught by main, which prints it to standard error. The text never holds a secret.
class Stop : public std::runtime_error {
 public:
  /// `code`: of the platform's problem, when it was one.
  Stop(ExitStatus status, const std::string& message, std::string code = {})
      : std::runtime_error(message), status_(status), code_(std::move(code)) {}
  [[nodiscard]] ExitStatus status() const { return status_; }
  [[nodiscard]] const std::string& code() const { return code_; }

 private:
  ExitStatus status_;
  std::string code_;
};

inline Stop usage(const std::string& message) { return {ExitStatus::kUsage, message}; }
inline Stop refused(const std::string& message) { return {ExitStatus::kRefused, message}; }
inline Stop unreachable(const std::string& message) { return {ExitStatus::kUnreachable, message}; }

}  // namespace cardea::client
