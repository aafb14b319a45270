// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/run.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <csignal>

#include "apps/cardea-lock/control.hpp"
#include "apps/cardea-lock/emulator.hpp"
#include "apps/cardea-lock/near_server.hpp"
#include "apps/cardea-lock/platform_link.hpp"
#include "apps/cardea-lock/record_json.hpp"

namespace cardea::lock_process {
namespace {

constexpr int tick_ms = 250;
volatile std::sig_atomic_t stopped = 0;

void stop(int) { stopped = 1; }

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = stop;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

/// What is said of a start once holds for that one.
MachineOptions started_anew(MachineOptions options) {
  options.cut_at = 0;
  options.clock_lost = false;
  return options;
}

void introduce(Machine& machine, const RunOptions& options) {
  const Lock& lock = machine.lock();
  const std::string& directory = options.machine.directory;
  fmt::print(stderr, "lock {} runs on {}; {}\n", hex(lock.id().value), directory,
             options.platform ? "its platform is " + *options.platform : "without a network");
  fmt::print(stderr, "  its keypad: cardea-lock screen --state {}\n", directory);
  if (!lock.claimed())
    fmt::print(stderr, "  it belongs to nobody yet: claim its label (cardea-lock label --state {}), then press its button\n",
               directory);
  std::fflush(stderr);
}

void wait_for_news(const ControlServer& control, const NearServer& near, const PlatformLink* link) {
  pollfd wanted[] = {{control.descriptor(), POLLIN, 0},
                     {near.listener(), POLLIN, 0},
                     {near.client(), POLLIN, 0},
                     {link == nullptr ? -1 : link->descriptor(), POLLIN, 0}};
  ::poll(wanted, std::size(wanted), tick_ms);
}

/// The same for a lock on an emulated board: the link is its own, over the line to a gateway.
Exit run_emulated(const MachineOptions& options) {
  const std::unique_ptr<Emulator> emulator = Emulator::start(options);
  ControlServer control(options.directory);
  fmt::print(stderr, "the emulated lock runs on {0}\n  its line: cardea-gateway --serial {0}/bearer.sock\n", options.directory);
  fmt::print(stderr, "  its keypad: cardea-lock screen --state {}\n", options.directory);
  std::fflush(stderr);
  while (stopped == 0) {
    pollfd wanted[2] = {{control.descriptor(), POLLIN, 0}, {emulator->descriptor(), POLLIN, 0}};
    ::poll(wanted, 2, tick_ms);
    emulator->take_news();
    control.serve([&](const boost::json::object& request) { return carry_out(*emulator, request); });
  }
  return Exit::kDone;
}

}  // namespace

Exit run(const RunOptions& options) {
  catch_signals();
  if (holds_an_emulated_lock(options.machine.directory)) return run_emulated(options.machine);
  std::optional<server::http::BaseUrl> url;
  if (options.platform) url = server::http::parse_base_url(*options.platform);
  if (options.platform && !url)
    throw Stop(Exit::kUsage, fmt::format("--platform {} is no address such as http://127.0.0.1:8480", *options.platform));
  if (url) url->ca_file = options.ca_file;
  std::unique_ptr<Machine> machine = Machine::start(options.machine);
  ControlServer control(options.machine.directory);
  std::optional<NearServer> near;
  near.emplace(*machine, options.machine.directory);
  std::optional<PlatformLink> link;
  if (url) link.emplace(*machine, *url);
  introduce(*machine, options);
  while (stopped == 0) {
    machine->lock().poll();
    if (link) link->poll();
    wait_for_news(control, *near, link ? &*link : nullptr);
    near->serve();
    control.serve([&](const boost::json::object& request) {
      const Reply reply = carry_out(*machine, request);
      const boost::json::value* what = request.if_contains("do");
      if (link && what != nullptr && *what == "press") link->hurry();
      return reply;
    });
    if (!machine->may_start_anew() || near->open() || (link && link->challenge_waits())) continue;
    fmt::print(stderr, "the lock starts anew, with another image\n");
    std::fflush(stderr);
    link.reset();
    near.reset();
    machine.reset();
    machine = Machine::start(started_anew(options.machine));
    near.emplace(*machine, options.machine.directory);
    if (url) link.emplace(*machine, *url);
    introduce(*machine, options);
  }
  return Exit::kDone;
}

}  // namespace cardea::lock_process
