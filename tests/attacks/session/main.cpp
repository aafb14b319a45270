// SPDX-License-Identifier: Apache-2.0
// A03 to A09: the messages of a session recorded, replayed, changed and made up. The same code against the shipped session and
// against its weakened twin.
#include <set>

#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/session/session.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint32_t challenges = 300'000;  // a challenge of 16 bits returns with all but e^-4 certainty
constexpr std::size_t plain_size_max = 512;

/// The peer opens the door, and everything that goes to the lock is heard. Empty when it does not open.
std::vector<Frame> open_once(Session& session) {
  const std::uint32_t before = session.openings();
  std::vector<Frame> heard;
  std::vector<Frame> waiting{session.peer_begins()};
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    heard.push_back(waiting[i]);
    for (const Frame& answer : session.to_lock(waiting[i]))
      for (const Frame& reply : session.to_peer(answer)) waiting.push_back(reply);
  }
  return session.openings() == before + 1 ? heard : std::vector<Frame>{};
}

Achieved replay(Session& session) {
  const std::vector<Frame> heard = open_once(session);
  if (heard.empty()) return "the peer itself is not let in: nothing is proved";
  for (int power_on = 0; power_on < 50; ++power_on) {
    for (const Frame& frame : heard) static_cast<void>(session.to_lock(frame));
    if (session.openings() != 1) return fmt::format("a recorded opening opens again, after {} restarts", power_on);
    session.restart_lock();
  }
  return "";
}

Achieved repeat_in_the_session(Session& session) {
  const std::vector<Frame> heard = open_once(session);
  if (heard.empty()) return "the peer itself is not let in: nothing is proved";
  for (int i = 0; i < 100; ++i) static_cast<void>(session.to_lock(heard.back()));
  if (session.openings() != 1) return "one command opens more than once in its session";
  const std::vector<Frame> second = open_once(session);
  if (second.empty()) return "the peer is not let in a second time: nothing is proved";
  for (const Frame& frame : heard) static_cast<void>(session.to_lock(frame));
  for (const Frame& frame : second) static_cast<void>(session.to_lock(frame));
  if (session.openings() != 2) return "two sessions played into each other open";
  return "";
}

Achieved harvest(Session& session) {
  const std::vector<Frame> heard = open_once(session);
  if (heard.empty()) return "the peer itself is not let in: nothing is proved";
  session.restart_lock();
  std::set<Frame> seen;
  for (std::uint32_t i = 0; i < challenges; ++i) {
    Frame m1 = heard.front();  // another M1 each time, or the lock repeats its answer, as it may
    m1.back() = static_cast<std::uint8_t>(i);
    m1[m1.size() - 2] = static_cast<std::uint8_t>(i >> 8);
    m1[m1.size() - 3] = static_cast<std::uint8_t>(i >> 16);
    const std::vector<Frame> answers = session.to_lock(m1);
    if (answers.empty()) continue;
    const Frame challenge(answers[0].begin() + 1, answers[0].begin() + 17);
    if (!seen.insert(challenge).second) return fmt::format("a challenge returns among {}", i + 1);
  }
  if (seen.size() < challenges) return "the lock did not answer: nothing is proved";
  return "";
}

Achieved send_plain(Session& session) {
  for (const bool in_session : {false, true}) {
    if (in_session && open_once(session).empty()) return "the peer itself is not let in: nothing is proved";
    const std::uint32_t before = session.openings();
    for (std::size_t size = 0; size <= plain_size_max; ++size) {
      for (int first = -1; first < 256; ++first) {  // bare, and behind every first byte
        Frame frame(size, 0);
        std::copy_n(open_command, std::min(size, sizeof open_command), frame.begin());
        if (first >= 0) frame.insert(frame.begin(), static_cast<std::uint8_t>(first));
        static_cast<void>(session.to_lock(frame));
        if (session.openings() != before) return fmt::format("{} plain bytes open", frame.size());
      }
    }
  }
  return "";
}

Achieved downgrade(Session& session) {
  if (open_once(session).empty()) return "the peer itself is not let in: nothing is proved";
  for (int other = 0; other < 256; ++other) {
    const std::uint32_t before = session.openings();
    Frame m1 = session.peer_begins();
    if (m1[1] == other) continue;
    m1[1] = static_cast<std::uint8_t>(other);
    for (const Frame& m2 : session.to_lock(m1))
      for (const Frame& reply : session.to_peer(m2)) static_cast<void>(session.to_lock(reply));
    if (session.openings() != before) return fmt::format("a session that was offered otherwise opens as {:#x}", other);
  }
  return "";
}

Achieved be_the_lock(Session& session) {
  const std::vector<Frame> heard = open_once(session);
  if (heard.empty()) return "the peer itself is not let in: nothing is proved";
  for (int i = 0; i < 1'000; ++i) {
    static_cast<void>(session.peer_begins());
    Frame m2(33, static_cast<std::uint8_t>(i));
    m2[0] = first_of_m2;
    if (!session.to_peer(m2).empty()) return "the peer gives its command to whoever answers";
  }
  return "";
}

constexpr TargetAttack<Session, SessionFlaw> attacks[] = {
    {"A03", "Replay of an opening", SessionFlaw::kSameChallenge, replay},
    {"A04", "Replay within and between sessions", SessionFlaw::kTakesTwice, repeat_in_the_session},
    {"A05", "Harvest of short challenges", SessionFlaw::kShortChallenge, harvest},
    {"A06", "Encryption left out", SessionFlaw::kTakesPlain, send_plain},
    {"A07", "Downgrade of the protocol", SessionFlaw::kOfferNotBound, downgrade},
    {"A09", "Fake lock", SessionFlaw::kTrustsAnyLock, be_the_lock},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<Session, SessionFlaw>(count, arguments, attacks, make_shipped_session, make_twin_session);
}
