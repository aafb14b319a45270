// SPDX-License-Identifier: Apache-2.0
#pragma once
// The shipped lock on simulated flash, clock and motor, brought to where a scenario of the vectors begins and told what the
// scenario tells it. Nothing here decides: it turns steps into what the world outside a lock does.

#include <memory>
#include <stdexcept>

#include "apps/vectors/vector_file.hpp"
#include "core/link/snapshot.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/lock.hpp"
#include "lock/testing/sim_flash.hpp"
#include "lock/testing/sim_port.hpp"

namespace cardea::vectors {

/// The case asks for what this lock or this stage cannot do; it counts as failed.
struct NotStaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class StagedLock {
 public:
  /// A lock in force that shows `time`, with the clock and the newest time seen that `lock` asks for.
  StagedLock(const ScenarioLock& lock, UnixSeconds time);
  ~StagedLock();
  StagedLock(const StagedLock&) = delete;
  StagedLock& operator=(const StagedLock&) = delete;

  /// Lets time pass; the lock is awake and does what time asks for.
  void advance_to(UnixSeconds time);
  /// Types an entry. `failures` of the outcome: those of the last 30 days that stand. The motor is watched: it moves once when
  /// the verdict is granted and never otherwise, or the reason is `fault`.
  Outcome type(const std::string& entry);
  /// The same with the power going at this point of it, which is found by asking at every operation what a lock that started
  /// from this flash would know.
  void type_and_cut(const std::string& entry, Cut cut);
  /// Any step but kType.
  void hear(const ScenarioStep& step);

 private:
  class WatchedFlash;
  class WatchedMotor;
  /// What a lock that starts now from the flash knows of failures.
  struct Standing {
    std::uint32_t failures = 0;
  };

  [[nodiscard]] LockPort port();
  void make(UnixSeconds time);
  [[nodiscard]] link::Snapshot snapshot();
  void put_hours(link::Snapshot& out);
  void put_slots(link::Snapshot& out);
  void apply();
  void restart(bool clock_kept);
  void start();
  void set_time();
  void hold_error_bound();
  [[nodiscard]] Standing standing_after_a_start();
  [[nodiscard]] bool cut_point_reached(Cut cut, const Standing& before);

  ScenarioLock wanted_;
  UnixSeconds now_;
  std::uint32_t version_ = 1;
  std::optional<std::uint32_t> error_bound_s_;
  UnixSeconds clock_set_at_;
  std::uint32_t openings_ = 0;

  testing::SimFlash flash_;
  testing::SimCounter counter_;
  testing::SimSensors sensors_;
  OpensslProvider provider_;
  std::unique_ptr<WatchedFlash> watched_flash_;
  std::unique_ptr<WatchedMotor> watched_motor_;
  std::unique_ptr<Lock> lock_;
};

}  // namespace cardea::vectors
