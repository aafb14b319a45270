// SPDX-License-Identifier: Apache-2.0
// When the gateway tries to reach its platform, by a clock of the test's own. The platform here takes connections and drops
// them.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "apps/cardea-gateway/gateway.hpp"

namespace cardea::gateway {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Clock = Pause::Clock;

/// Counts who comes, and hangs up.
class BrokenPlatform {
 public:
  BrokenPlatform() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int client = 0; (client = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(client)) ++count_;
    });
  }
  ~BrokenPlatform() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int count() const { return count_; }

 private:
  int listener_;
  int port_ = 0;
  std::atomic<int> count_ = 0;
  std::thread thread_;
};

class GatewayPauses : public ::testing::Test {
 protected:
  GatewayPauses() {
    std::string pattern = (fs::temp_directory_path() / "cardea-gateway-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    const std::string path = folder_ / "uart";
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    gateway_.emplace(GatewayOptions{
        .serial = path, .platform = *server::http::parse_base_url(platform_.url()), .now = [this] { return now_; }});
    gateway_->run_once(0ms);
    lock_ = ::accept(listener_, nullptr, nullptr);
    EXPECT_GE(lock_, 0);
  }
  ~GatewayPauses() override {
    ::close(lock_);
    ::close(listener_);
    fs::remove_all(folder_);
  }

  /// The lock asks for a connection.
  void open() {
    struct Wire final : serial::ByteSink {
      void write(ByteSpan bytes) override { EXPECT_EQ(::send(lock, bytes.data(), bytes.size(), 0), std::ssize(bytes)); }
      int lock = -1;
    } wire;
    wire.lock = lock_;
    serial::write_frame({serial::FrameType::kOpen, 7, {}}, wire);
  }
  /// Time passes, in small steps; after how long the gateway tried, each time.
  std::vector<std::chrono::milliseconds> tries_within(std::chrono::milliseconds span, bool asking) {
    std::vector<std::chrono::milliseconds> tries;
    const Clock::time_point since = now_;
    for (Clock::time_point asked{}; now_ - since < span; now_ += step) {
      if (asking && now_ - asked >= 5s) {
        open();
        asked = now_;
      }
      const int before = platform_.count();
      gateway_->run_once(0ms);
      if (platform_.count() > before) tries.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(now_ - since));
    }
    return tries;
  }

  static constexpr auto step = 50ms;
  Clock::time_point now_ = Clock::time_point{} + 1h;

 private:
  BrokenPlatform platform_;
  fs::path folder_;
  int listener_ = -1;
  int lock_ = -1;
  std::optional<Gateway> gateway_;
};

// [rule: B4]
TEST_F(GatewayPauses, GrowFromHalfASecondToFifteenWhileTheLockWaits) {
  const auto tries = tries_within(120s, true);
  ASSERT_GE(tries.size(), 10u);
  EXPECT_LE(tries[0], step) << "the first at once";
  auto longest = 500ms;
  for (std::size_t i = 1; i < tries.size(); ++i) {
    const auto pause = tries[i] - tries[i - 1];
    EXPECT_GE(pause, longest / 2) << i;
    EXPECT_LE(pause, longest + step) << i;
    longest = std::min<std::chrono::milliseconds>(2 * longest, 15s);
  }
  EXPECT_GE(tries.back() - tries[tries.size() - 2], 7'500ms);
}

// [rule: B5]
TEST_F(GatewayPauses, NobodyTriesForALockThatHasNotAskedForTwentySeconds) {
  EXPECT_TRUE(tries_within(60s, false).empty()) << "nobody has asked yet";
  open();
  const auto tries = tries_within(300s, false);
  ASSERT_FALSE(tries.empty());
  EXPECT_GT(tries.back(), 5s);
  EXPECT_LE(tries.back(), 20s);
  EXPECT_FALSE(tries_within(60s, true).empty()) << "asked again, it tries again";
}

}  // namespace
}  // namespace cardea::gateway
