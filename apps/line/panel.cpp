// SPDX-License-Identifier: Apache-2.0
#include "apps/line/panel.hpp"

#include <sstream>

#include "core/base/secret.hpp"
#include "core/base/text.hpp"

namespace cardea::line {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t line_size_chars_max = 4'096;

}  // namespace

std::vector<std::string> Panel::Answer::words() const {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

Panel::~Panel() { wipe({reinterpret_cast<std::uint8_t*>(heard_.data()), heard_.size()}); }

void Panel::read() {
  const ByteSpan came = line_.read();
  heard_.append(came.begin(), came.end());
  if (heard_.size() > line_size_chars_max) heard_.clear();  // no panel's
}

std::optional<std::string> Panel::take_line() {
  const std::size_t end = heard_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = heard_.substr(0, end);
  heard_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::optional<Panel::Answer> Panel::take_answer(std::chrono::milliseconds patience) {
  const Clock::time_point end = Clock::now() + patience;
  while (true) {
    while (const std::optional<std::string> line = take_line()) {
      if (line->starts_with("! ")) news_.push_back(line->substr(2));
      if (*line == "ok" || line->starts_with("ok ")) return Answer{true, line->substr(std::min<std::size_t>(3, line->size()))};
      if (line->starts_with("no ")) return Answer{false, line->substr(3)};
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (line_.broken() || left.count() <= 0) return std::nullopt;
    line_.wait(left);
    read();
  }
}

std::optional<Panel::Answer> Panel::ask(std::string_view request, std::chrono::milliseconds patience) {
  line_.write(bytes_of(request));
  line_.write(bytes_of("\n"));
  return take_answer(patience);
}

bool Panel::wake(std::chrono::milliseconds patience) {
  line_.write(bytes_of("\n"));
  return take_answer(patience).has_value();
}

std::vector<std::string> Panel::take_news() {
  line_.wait(std::chrono::milliseconds(0));
  for (std::size_t before = heard_.size() + 1; before != heard_.size();) {
    before = heard_.size();
    read();
  }
  for (std::size_t at = 0; at < heard_.size();) {  // an answer that nobody waits for stays
    const std::size_t end = heard_.find('\n', at);
    if (end == std::string::npos) break;
    const std::string line = heard_.substr(at, end - at);
    if (!line.starts_with("! ")) {
      at = end + 1;
      continue;
    }
    news_.push_back(line.substr(2));
    heard_.erase(at, end + 1 - at);
  }
  return std::exchange(news_, {});
}

}  // namespace cardea::line
