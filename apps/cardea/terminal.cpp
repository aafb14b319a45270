// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

constexpr std::size_t line_size_bytes_max = 1'024;
constexpr char interrupt = 0x03;
constexpr char end_of_input = 0x04;
constexpr char backspace = 0x08;
constexpr char clear_line = 0x15;
constexpr char erase = 0x7f;

/// The terminal with neither echo nor signals while it lives: what is typed reaches nobody but us, and whoever gives up
/// leaves it as it was.
class Quiet {
 public:
  explicit Quiet(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) throw usage("this terminal cannot be told to show nothing of what is typed.");
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    if (::tcsetattr(terminal_, TCSAFLUSH, &quiet) != 0)
      throw usage("this terminal cannot be told to show nothing of what is typed.");
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
  ~Quiet() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }

 private:
  int terminal_;
  termios before_{};
};

class Terminal {
 public:
  Terminal() : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (file_ < 0) throw usage("there is no terminal to ask at. Programs use an API key instead: cardea key add.");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() { ::close(file_); }

  [[nodiscard]] int file() const { return file_; }
  void write(const std::string& text) const {
    if (::write(file_, text.data(), text.size()) < 0) throw usage("the terminal cannot be written to.");
  }
  [[nodiscard]] char read() const {
    char c = 0;
    if (::read(file_, &c, 1) != 1) throw usage("the terminal has gone.");
    return c;
  }

 private:
  int file_;
};

std::string read_line(const Terminal& terminal) {
  std::string line;
  for (char c = terminal.read(); c != '\n' && c != '\r'; c = terminal.read()) {
    if (c == interrupt || c == end_of_input) {
      terminal.write("\n");
      throw usage("ended by you; nothing was sent.");
    }
    if (c == clear_line) line.clear();
    if ((c == backspace || c == erase) && !line.empty()) line.pop_back();
    if (static_cast<unsigned char>(c) >= ' ' && c != erase && line.size() < line_size_bytes_max) line += c;
  }
  return line;
}

}  // namespace

std::string ask(const std::string& what) {
  const Terminal terminal;
  terminal.write(what + ": ");
  return read_line(terminal);
}

std::string ask_hidden(const std::string& what) {
  const Terminal terminal;
  const Quiet quiet(terminal.file());
  terminal.write(what + ": ");
  std::string line = read_line(terminal);
  terminal.write("\n");
  return line;
}

}  // namespace cardea::client
