// SPDX-License-Identifier: Apache-2.0
#include "server/api/testing/platform.hpp"
#include "tests/attacks/console/console.hpp"

namespace cardea::attacks {
namespace {

class ShippedConsole final : public Console {
 public:
  ConsoleAnswer send(std::string_view method, const std::string& path, const std::string& body,
                     const std::string& token) override {
    const auto answer = platform_.send(method, path, body, token);
    return {answer.status, answer.body};
  }
  [[nodiscard]] std::string victims_key() const override { return platform_.tenant().api_key; }
  [[nodiscard]] std::string attackers_key() const override { return platform_.stranger().api_key; }
  std::string newest_mail(const std::string& address) override {
    platform_.run_upkeep();
    platform_.run_alerts();
    return platform_.newest_mail(address);
  }
  void advance(std::uint64_t seconds) override {
    platform_.advance(seconds);
    platform_.run_upkeep();
    platform_.run_alerts();
  }
  [[nodiscard]] std::vector<std::string> routes() const override { return platform_.routes(); }

 private:
  server::api::testing::Platform platform_;
};

}  // namespace

std::unique_ptr<Console> make_shipped_console() { return std::make_unique<ShippedConsole>(); }

}  // namespace cardea::attacks
