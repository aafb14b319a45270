// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/screen.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>

#include "core/codes/digits.hpp"

namespace cardea::lock_process {
namespace {

using std::chrono::steady_clock;

constexpr std::uint32_t off = 0xFFFFFFFF;
constexpr int tick_ms = 250;
constexpr auto show_time = std::chrono::seconds(3);

constexpr const char* keys =
    "      ┌─────┬─────┬─────┐\n"
    "      │  1  │  2  │  3  │\n"
    "      ├─────┼─────┼─────┤\n"
    "      │  4  │  5  │  6  │\n"
    "      ├─────┼─────┼─────┤\n"
    "      │  7  │  8  │  9  │\n"
    "      ├─────┼─────┼─────┤\n"
    "      │  *  │  0  │  #  │\n"
    "      └─────┴─────┴─────┘\n";

/// The terminal key by key; as it was, at the end.
class RawTerminal {
 public:
  RawTerminal() {
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0 || ::tcgetattr(STDIN_FILENO, &before_) != 0)
      throw Stop(Exit::kUsage, "the keypad needs a terminal; in a script use: cardea-lock type CODE --state DIR");
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    fmt::print("\x1b[?1049h\x1b[?25l");
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  ~RawTerminal() {
    fmt::print("\x1b[?25h\x1b[?1049l");
    std::fflush(stdout);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  /// The next key, or 0 after a while without one.
  char key() {
    pollfd wanted{STDIN_FILENO, POLLIN, 0};
    char pressed = 0;
    if (::poll(&wanted, 1, tick_ms) != 1) return 0;
    return ::read(STDIN_FILENO, &pressed, 1) == 1 ? pressed : 'q';
  }

 private:
  termios before_{};
};

class Keypad {
 public:
  explicit Keypad(const Ask& ask) : ask_(&ask) { look(); }

  void draw() const {
    std::string display = std::string(typed_.size(), '*');
    if (!shown_.empty())
      display = shown_;
    else if (typed_.empty() && waits())
      display = wait_text();
    fmt::print("\x1b[H\n      ┌─────────────────┐\n      │{:^17}│\n      └─────────────────┘\n{}\n", display, keys);
    fmt::print("   digits    type a code        #  Enter     * clear\n   b  the button on the inside   q  walk away\n\x1b[J");
    std::fflush(stdout);
  }

  void press(char key) {
    if (key >= '0' && key <= '9' && typed_.size() < digit_count_max) typed_ += key;
    if (key == '*' || key == 27) typed_.clear();
    if ((key == 127 || key == 8) && !typed_.empty()) typed_.pop_back();
    if (key == '#' || key == '\n' || key == '\r') enter();
    if (key == 'b') show((*ask_)({{"do", "press"}}));
  }

  /// Time passes.
  void tick() {
    if (!shown_.empty() && steady_clock::now() >= shown_until_) shown_.clear();
    if (steady_clock::now() >= looked_at_ + std::chrono::seconds(1)) look();
  }

 private:
  [[nodiscard]] bool waits() const { return wait_s_ > 0; }
  [[nodiscard]] std::string wait_text() const { return wait_s_ == off ? "off" : fmt::format("wait {} s", wait_s_); }

  void enter() {
    if (typed_.empty()) return;
    const boost::json::object request{{"do", "type"}, {"code", typed_}};
    typed_.clear();
    show((*ask_)(request));
    look();
  }

  /// One "no", whatever the reason is.
  void show(const Reply& reply) {
    const boost::json::object* answer = reply.answer.if_object();
    const bool granted = answer != nullptr && answer->contains("verdict") && answer->at("verdict") == "granted";
    shown_ = granted ? "open" : reply.status == Exit::kDone ? "ok" : "no";
    shown_until_ = steady_clock::now() + show_time;
  }

  void look() {
    const Reply reply = (*ask_)({{"do", "wait"}});
    if (reply.status == Exit::kDone) wait_s_ = reply.answer.as_object().at("wait_s").to_number<std::uint32_t>();
    looked_at_ = steady_clock::now();
  }

  const Ask* ask_;
  std::string typed_;
  std::string shown_;
  steady_clock::time_point shown_until_;
  steady_clock::time_point looked_at_;
  std::uint32_t wait_s_ = 0;
};

}  // namespace

Exit show_keypad(const Ask& ask) {
  constexpr char control_c = 3;
  constexpr char control_d = 4;
  RawTerminal terminal;
  Keypad keypad(ask);
  while (true) {
    keypad.tick();
    keypad.draw();
    const char key = terminal.key();
    if (key == 'q' || key == control_c || key == control_d) return Exit::kDone;
    keypad.press(key);
  }
}

}  // namespace cardea::lock_process
