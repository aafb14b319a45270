// SPDX-License-Identifier: Apache-2.0
// cardea-gateway: carries one lock's link from a serial line to its platform. Exit status: 0 stopped as asked, 2 usage.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "apps/cardea-gateway/gateway.hpp"

namespace {

using namespace cardea;

constexpr auto tick = std::chrono::milliseconds(100);
constexpr int exit_usage = 2;
volatile std::sig_atomic_t stopped = 0;

constexpr const char* about =
    "A gateway: carries the link of one lock between its serial line and the platform, until Ctrl-C. It has no key: it can "
    "drop and "
    "delay what passes, and nothing else.";

int fail(const std::string& message) {
  fmt::print(stderr, "cardea-gateway: {}\n", message);
  return exit_usage;
}

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { stopped = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(about, "cardea-gateway");
  gateway::GatewayOptions options;
  std::string platform = "http://127.0.0.1:8480";
  std::string ca_file;
  app.add_option("--serial", options.serial, "the lock's line: a serial device, or the unix socket of an emulated board")
      ->required()
      ->type_name("PATH");
  app.add_option("--baud", options.baud, "speed of a serial device")->type_name("N")->capture_default_str();
  app.add_option("--platform", platform, "where the platform is")->type_name("URL")->capture_default_str();
  app.add_option("--ca", ca_file, "PEM file of the authorities to believe, in place of the system's, over https")
      ->type_name("FILE");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? app.exit(error) : fail(fmt::format("{}. See cardea-gateway --help.", error.what()));
  }
  const auto url = server::http::parse_base_url(platform);
  if (!url) return fail(fmt::format("--platform {} is no address such as http://127.0.0.1:8480", platform));
  if (!line::is_baud(options.baud))
    return fail(fmt::format("--baud {} is no speed of a serial line, such as 115200", options.baud));
  options.platform = *url;
  options.platform.ca_file = ca_file;
  catch_signals();
  gateway::Gateway gateway(std::move(options));
  while (stopped == 0) gateway.run_once(tick);
  return 0;
}
