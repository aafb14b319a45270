// SPDX-License-Identifier: Apache-2.0
// Group D: recorded frames, held back and played again.

#include <fmt/format.h>

#include "tests/attacks/attack.hpp"
#include "tests/attacks/counting_provider.hpp"

namespace cardea::attacks {
namespace {

using Frame = std::vector<std::uint8_t>;

/// A platform and a lock that speak, and somebody in between who records.
struct Line {
  CountingProvider provider;
  LockId id;
  KeyHandle k_session;
  std::optional<link::Session> platform;
  std::unique_ptr<LinkTarget> lock;

  Line(System& system, Random& random) : provider(random.next()) {
    id.value = random.bytes<lock_id_size_bytes>();
    k_session = provider.import_key(KeyKind::kMac, random.key()).value();
    connect(system);
  }
  /// A new connection; the old one is over.
  void connect(System& system) { lock = system.make_link(provider, k_session, id, platform); }

  Frame next_frame() {
    Bytes<16> message{};
    ByteWriter writer(message);
    link::encode(link::Command{7, link::Action::kUnlock}, writer);
    Frame frame(writer.size() + link::frame_overhead_bytes);
    frame.resize(platform->seal(writer.written(), frame).value());
    return frame;
  }
};

Report d10_jam_and_replay(System& system, Trial& trial) {
  for (std::uint32_t i = 0; i < 10 * trial.scale; ++i) {
    Line line(system, trial.random);
    const Frame first = line.next_frame();
    const Frame second = line.next_frame();  // both are jammed and recorded
    if (!line.lock->receive(first)) return opened("the first frame was refused: nothing is proved");
    if (line.lock->receive(first)) return opened("a frame is obeyed twice");
    line.connect(system);
    if (line.lock->receive(second)) return opened("a frame that was held back is obeyed in the next connection");
    line.connect(system);
    if (line.lock->receive(first)) return opened("a frame is obeyed again in the next connection");
  }
  return stopped();
}

Report d11_roll_back(System& system, Trial& trial) {
  for (std::size_t run = 2; run <= 5; ++run) {
    for (std::uint32_t i = 0; i < trial.scale; ++i) {
      Line line(system, trial.random);
      std::vector<Frame> recorded;
      for (int n = 0; n < 8; ++n) recorded.push_back(line.next_frame());
      for (const Frame& frame : recorded)
        if (!line.lock->receive(frame)) return opened("a frame in its turn was refused: nothing is proved");
      const std::size_t from = trial.random.below(recorded.size() - run + 1);
      for (std::size_t n = from; n < from + run; ++n)
        if (line.lock->receive(recorded[n])) return opened(fmt::format("{} old frames set the counter back", n - from + 1));
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
