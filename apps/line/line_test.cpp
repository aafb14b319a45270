// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "apps/line/panel.hpp"

namespace cardea::line {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t baud = 115'200;

/// A TCP socket on 127.0.0.1 that plays a board.
class Board {
 public:
  Board() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    name = "tcp:127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;
  ~Board() {
    hang_up();
    ::close(listener_);
  }
  void accept() { client_ = ::accept(listener_, nullptr, nullptr); }
  void say(const std::string& text) const {
    EXPECT_EQ(::send(client_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  [[nodiscard]] std::string hear() const {
    std::string text(256, '\0');
    const ssize_t count = ::recv(client_, text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return text;
  }
  void hang_up() {
    if (client_ >= 0) ::close(client_);
    client_ = -1;
  }
  std::string name;

 private:
  int listener_;
  int client_ = -1;
};

TEST(Line, RefusesANameThatSaysNoLine) {
  for (const char* name : {"", "serial", "serial:", "unix:", "/dev/ttyS0", "tcp:host", "tcp::1", "http://127.0.0.1", "tcp:"}) {
    const auto line = Line::open_named(name, baud);
    ASSERT_FALSE(line.ok()) << name;
    EXPECT_NE(line.error().find("write serial:DEVICE"), std::string::npos) << line.error();
  }
  EXPECT_FALSE(Line::open_named("unix:" CARDEA_BINARY_DIR "/no-such-socket", baud).ok());
  EXPECT_FALSE(Line::open_named("serial:" CARDEA_SOURCE_DIR "/README.md", baud).ok());
}

TEST(Panel, TakesAnswersAndNewsApart) {
  Board board;
  auto line = Line::open_named(board.name, baud);
  ASSERT_TRUE(line.ok()) << line.error();
  board.accept();
  Panel panel(std::move(line).value());
  board.say("! start ok\nnoise\nok ready claimed 0a\r\n! open 3000\nno not_ready\n");
  const auto about = panel.ask("about", 5s);
  ASSERT_TRUE(about && about->ok);
  EXPECT_EQ(about->words(), (std::vector<std::string>{"ready", "claimed", "0a"}));
  const auto made = panel.ask("make", 5s);
  ASSERT_TRUE(made && !made->ok);
  EXPECT_EQ(made->text, "not_ready");
  EXPECT_EQ(panel.take_news(), (std::vector<std::string>{"start ok", "open 3000"}));
  EXPECT_EQ(board.hear(), "about\nmake\n");
}

TEST(Panel, SaysNothingForABoardThatIsSilentOrGone) {
  Board board;
  auto line = Line::open_named(board.name, baud);
  board.accept();
  Panel panel(std::move(line).value());
  EXPECT_FALSE(panel.wake(10ms));
  EXPECT_FALSE(panel.broken());
  board.hang_up();
  EXPECT_FALSE(panel.ask("about", 5s));
  EXPECT_TRUE(panel.broken());
}

}  // namespace
}  // namespace cardea::line
