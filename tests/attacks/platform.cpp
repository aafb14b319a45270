// SPDX-License-Identifier: Apache-2.0
// Group E: a platform that dies in the middle, and a lock whose memory was put back.

#include <fmt/format.h>
#include <stdlib.h>

#include <deque>
#include <filesystem>

#include "tests/attacks/attack.hpp"
#include "tests/attacks/issuer.hpp"
#include "tests/attacks/shipped_lock.hpp"

namespace cardea::attacks {
namespace {

/// A directory that is gone at the end of the scope.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "cardea-attack-XXXXXX").string();
    CARDEA_ASSERT(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

LockSpec fresh_lock(Random& random) {
  LockSpec spec = usual_lock(random, usual_time);
  spec.claimed = false;
  spec.claim_secret = Secret<activation::claim_secret_size_bytes>(random.bytes<activation::claim_secret_size_bytes>());
  return spec;
}

/// A shipped lock and a platform in a process, and the wire between them.
class Pair {
 public:
  Pair(System& system, Random& random)
      : spec_(fresh_lock(random)), lock_(spec_), platform_(system.platform_of(spec_, directory_.path())) {
    platform_.start();
    static_cast<void>(lock_.press_inside());
    contact();
    contact();
  }

  [[nodiscard]] ShippedLock& lock() { return lock_; }
  [[nodiscard]] PlatformProcess& platform() { return platform_; }

  /// The lock connects, and both say all that they have to say, or the platform dies.
  void contact() {
    std::deque<Message> to_platform;
    for (Message& message : lock_.open_wire()) to_platform.push_back(std::move(message));
    platform_.connect();
    while (!to_platform.empty()) {
      const Message message = std::move(to_platform.front());
      to_platform.pop_front();
      for (const Message& answer : platform_.deliver(message))
        for (Message& next : lock_.deliver(answer)) to_platform.push_back(std::move(next));
    }
  }

 private:
  ScratchDirectory directory_;
  LockSpec spec_;
  ShippedLock lock_;
  PlatformProcess platform_;
};

void leave_records(Pair& pair, Random& random, int count) {
  for (int i = 0; i < count; ++i) {
    static_cast<void>(pair.lock().type(wrong_code(random, 8), {}));
    pair.lock().advance(2 * 3'600);
  }
}

/// The lock loses power at each write that a contact takes, the place of its session key among them (session.md §3).
Report cut_power_of_lock(Pair& pair, Random& random) {
  bool cut = true;
  for (std::uint32_t write = 0; cut; ++write) {
    leave_records(pair, random, 1);
    pair.lock().cut_power_at(write);
    pair.contact();
    cut = pair.lock().power_is_off();
    pair.lock().restart(ClockLoss::kKept);
    pair.contact();
    if (pair.platform().stored_seq() != pair.lock().records_seq())
      return opened(fmt::format("power cut at write {}: lock and platform do not find each other again", write));
  }
  return stopped();
}

Report e16_ack_before_commit(System& system, Trial& trial) {
  Pair pair(system, trial.random);
  if (pair.lock().receipt_seq() == 0) return opened("the lock was not activated: nothing is proved");
  for (std::uint32_t round = 0; round < trial.scale; ++round) {
    bool died = true;
    for (std::uint32_t step = 0; died; ++step) {
      leave_records(pair, trial.random, 3);
      pair.platform().start(step);
      pair.contact();
      died = !pair.platform().alive();
      pair.platform().start();
      const std::uint32_t stored = pair.platform().stored_seq();
      const std::uint32_t acknowledged = pair.lock().receipt_seq();
      if (stored < acknowledged)
        return opened(fmt::format("killed at step {}: {} records acknowledged, {} stored", step, acknowledged, stored));
      pair.contact();
      if (pair.platform().stored_seq() != pair.lock().records_seq())
        return opened(fmt::format("killed at step {}: records never arrive", step));
    }
    if (const Report report = cut_power_of_lock(pair, trial.random); report.open) return report;
  }
  return stopped();
}

Report e11_memory_put_back(System& system, Trial& trial) {
  for (const int cut : {1, 2, 5, 12}) {
    Pair pair(system, trial.random);
    leave_records(pair, trial.random, 3);
    pair.contact();
    const testing::SimFlash older = pair.lock().snapshot();
    leave_records(pair, trial.random, cut);
    pair.contact();
    if (pair.platform().stored_seq() != pair.lock().records_seq() || pair.platform().chain_is_broken())
      return opened("the lock's own records were refused: nothing is proved");
    pair.lock().put_back(older);
    pair.contact();
    if (!pair.platform().chain_is_broken()) return opened(fmt::format("the newest {} records were cut off unseen", cut));
  }
  return stopped();
}

constexpr Attack attacks[] = {
    {"E11", "Cut tail", Flaw::kForgetsNewest, e11_memory_put_back},
    {"E16", "Acknowledged but not durable", Flaw::kAckBeforeCommit, e16_ack_before_commit},
};

}  // namespace

std::span<const Attack> platform_attacks() { return attacks; }

}  // namespace cardea::attacks
