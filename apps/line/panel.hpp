// SPDX-License-Identifier: Apache-2.0
#pragma once
// Asks the panel of a board (firmware/README.md): its keypad, its button, its factory's station.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/line/line.hpp"

namespace cardea::line {

class Panel {
 public:
  /// What a board answers: "ok" and what stands behind it, or "no" and the name of a Status.
  struct Answer {
    bool ok = false;
    std::string text;
    [[nodiscard]] std::vector<std::string> words() const;
  };

  explicit Panel(Line line) : line_(std::move(line)) {}
  ~Panel();
  Panel(Panel&&) = default;
  Panel& operator=(Panel&&) = default;

  /// Nothing when the line is gone, or silent for `patience`. What an earlier request left unanswered is not taken for the
  /// answer: after a silence the panel is to be made anew.
  std::optional<Answer> ask(std::string_view request, std::chrono::milliseconds patience = std::chrono::seconds(10));
  /// What the board said by itself since the last call, without "! ": "open 3000".
  std::vector<std::string> take_news();
  /// Ends a half line that somebody left on the line, and takes what the board says to it. False when it says nothing.
  bool wake(std::chrono::milliseconds patience);
  [[nodiscard]] bool broken() const { return line_.broken(); }

 private:
  void read();
  std::optional<std::string> take_line();
  std::optional<Answer> take_answer(std::chrono::milliseconds patience);

  Line line_;
  std::string heard_;
  std::vector<std::string> news_;
};

}  // namespace cardea::line
