// SPDX-License-Identifier: Apache-2.0
// Group D: recorded messages, held back and played again.

#include <fmt/format.h>

#include "tests/attacks/attack.hpp"
#include "tests/attacks/issuer.hpp"

namespace cardea::attacks {
namespace {

/// A platform that opens a door, a lock that obeys it, and somebody in between who records.
class Line {
 public:
  Line(System& system, Random& random) : lock_(system.make_link(usual_link_lock(random))) { lock_->connect(platform_); }

  /// A new connection; the old one is over.
  void connect() { lock_->connect(platform_); }
  void advance(std::uint64_t seconds) { lock_->advance(seconds); }
  std::vector<Frame> deliver(const Frame& frame) { return lock_->deliver(frame); }
  [[nodiscard]] std::uint32_t motor_pulses() const { return lock_->motor_pulses(); }

  Frame command() { return platform_->seal(link::Command{++number_, link::Action::kUnlock}); }
  /// The platform reads what the lock sent and answers its challenge; nothing when there was none.
  std::optional<Frame> run_for(const std::vector<Frame>& sent) {
    std::optional<link::Challenge> challenge;
    for (const Frame& frame : sent) {
      const Result<Frame> message = platform_->open(frame);
      if (!message.ok()) return std::nullopt;
      if (const auto read = link::decode_challenge(*message); read.ok()) challenge = *read;
    }
    if (!challenge) return std::nullopt;
    return platform_->seal(link::Run{challenge->command, challenge->nonce, link::run_valid_s_max});
  }

 private:
  static LockSpec usual_link_lock(Random& random) { return unprotected_lock(random, usual_time); }

  std::unique_ptr<LinkTarget> lock_;
  std::optional<link::PlatformEnd> platform_;
  std::uint64_t number_ = 0;
};

/// Opens the door once, with everything that went to the lock in `heard`.
bool open_once(Line& line, std::vector<Frame>& heard) {
  const std::uint32_t before = line.motor_pulses();
  heard.push_back(line.command());
  const std::optional<Frame> run = line.run_for(line.deliver(heard.back()));
  if (!run) return false;
  heard.push_back(*run);
  static_cast<void>(line.run_for(line.deliver(*run)));  // the platform reads the outcome
  return line.motor_pulses() == before + 1;
}

Report d10_jam_and_replay(System& system, Trial& trial) {
  for (std::uint32_t i = 0; i < 2 * trial.scale; ++i) {
    Line used(system, trial.random);
    std::vector<Frame> heard;
    if (!open_once(used, heard)) return opened("the platform's own command was refused: nothing is proved");
    for (const Frame& frame : heard) static_cast<void>(used.deliver(frame));
    if (used.motor_pulses() != 1) return opened("a recorded command opens again");
    used.connect();
    for (const Frame& frame : heard) static_cast<void>(used.deliver(frame));
    if (used.motor_pulses() != 1) return opened("a recorded command opens in the next connection");

    Line jammed(system, trial.random);
    const std::optional<Frame> run = jammed.run_for(jammed.deliver(jammed.command()));
    if (!run) return opened("the platform's own command was refused: nothing is proved");
    jammed.advance(link::run_valid_s_max + 1 + trial.random.below(100));  // the run is jammed, and played when nobody is there
    static_cast<void>(jammed.deliver(*run));
    if (jammed.motor_pulses() != 0) return opened("a command that was held back opens later");

    Line lost(system, trial.random);
    const std::optional<Frame> unheard = lost.run_for(lost.deliver(lost.command()));
    lost.connect();
    if (unheard) static_cast<void>(lost.deliver(*unheard));
    if (lost.motor_pulses() != 0) return opened("a command that was held back opens in the next connection");
  }
  return stopped();
}

Report d11_roll_back(System& system, Trial& trial) {
  for (std::size_t length = 2; length <= 5; ++length) {
    for (std::uint32_t i = 0; i < trial.scale; ++i) {
      Line line(system, trial.random);
      std::vector<Frame> heard;
      for (int n = 0; n < 4; ++n)
        if (!open_once(line, heard)) return opened("the platform's own command was refused: nothing is proved");
      const std::size_t from = trial.random.below(heard.size() - length + 1);
      for (std::size_t n = from; n < from + length; ++n) static_cast<void>(line.deliver(heard[n]));
      if (line.motor_pulses() != 4) return opened(fmt::format("{} old frames in a row open", length));
    }
  }
  return stopped();
}

constexpr Attack attacks[] = {
    {"D10", "Jam and replay", Flaw::kRepeatsFrames, d10_jam_and_replay},
    {"D11", "Roll back of a counter", Flaw::kRollsBack, d11_roll_back},
};

}  // namespace

std::span<const Attack> link_attacks() { return attacks; }

}  // namespace cardea::attacks
