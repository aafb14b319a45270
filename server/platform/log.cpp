// SPDX-License-Identifier: Apache-2.0
#include "server/platform/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "server/domain/instant.hpp"
#include "server/http/message.hpp"

namespace cardea::server {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarn: return "warn";
    case LogLevel::kError: return "error";
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarn: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

/// Nothing that must be quoted, and nothing that could end a line or drive a terminal.
bool is_plain(std::string_view text) {
  const auto is_plain_character = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\'; };
  return !text.empty() && std::ranges::all_of(text, is_plain_character);
}

std::string text_line(LogLevel level, std::string_view event, Log::Fields fields) {
  std::string line = text_of(now());
  line.append(1, ' ').append(name_of(level)).append(1, ' ').append(event);
  for (const auto& [name, value] : fields) {
    line.append(1, ' ').append(name).append(1, '=');
    if (is_plain(value))
      line += value;
    else
      line += http::json_text(value);
  }
  return line;
}

std::string json_line(LogLevel level, std::string_view event, Log::Fields fields) {
  std::string line = "{\"at\":\"" + text_of(now()) + "\",\"level\":\"" + std::string(name_of(level)) +
                     "\",\"event\":" + http::json_text(event);
  for (const auto& [name, value] : fields) line += "," + http::json_text(name) + ":" + http::json_text(value);
  return line + "}";
}

}  // namespace

Log::Log(LogForm form, LogLevel least) : form_(form), least_(least) {
  logger_ = std::make_shared<spdlog::logger>("cardea", std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger_->set_pattern("%v");
  logger_->set_level(spdlog_level(least));
}

void Log::write(LogLevel level, std::string_view event, Fields fields) const {
  if (!takes(level)) return;
  logger_->log(spdlog_level(level), "{}",
               form_ == LogForm::kText ? text_line(level, event, fields) : json_line(level, event, fields));
}

}  // namespace cardea::server
