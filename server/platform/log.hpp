// SPDX-License-Identifier: Apache-2.0
#pragma once
// The platform's log: one event a line with named values, as text for people or as JSON for machines. What could open a door
// never comes here: no code, key, request body or query.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace spdlog {
class logger;
}

namespace cardea::server {

enum class LogForm : std::uint8_t { kText, kJson };
enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

class Log {
 public:
  /// Writes to standard error what is at least as grave as `least`.
  Log(LogForm form, LogLevel least);

  using Fields = std::initializer_list<std::pair<std::string_view, std::string>>;
  /// `event`: "request", "link", "stopped" …
  void write(LogLevel level, std::string_view event, Fields fields) const;
  [[nodiscard]] bool takes(LogLevel level) const { return level >= least_; }

 private:
  LogForm form_;
  LogLevel least_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace cardea::server
