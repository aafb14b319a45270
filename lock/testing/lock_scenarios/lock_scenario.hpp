// SPDX-License-Identifier: Apache-2.0
#pragma once
// A script of a whole lock's life for the power-cut campaigns: steps that are repeated until they are acknowledged, and
// promises that hold at every start. Host only.

#include "lock/testing/campaign.hpp"
#include "lock/testing/platform/sim_lock.hpp"

namespace cardea::testing {

inline constexpr std::uint32_t scenario_journal_size_bytes = 6 * flash_sector_size_bytes;
inline constexpr std::uint32_t scenario_audit_size_bytes = 2 * flash_sector_size_bytes;
inline constexpr std::uint32_t scenario_flash_size_bytes = scenario_journal_size_bytes + scenario_audit_size_bytes;

/// One start of the lock, while it lasts.
struct Start {
  World& world;
  Check& check;
  Lock& lock;
  SimPlatform& platform;
  OpensslProvider& provider;

  [[nodiscard]] bool powered() const { return !world.flash.power_was_cut(); }
  /// The true time; the counter of the world never stops.
  [[nodiscard]] UnixSeconds now() const;
  KeypadResult type(const Digits& digits) { return lock.enter(digits); }
};

class LockScenario : public Scenario {
 public:
  /// `claimed`: prepare() activates the lock, with slot 0 an app token and slot 7, generation 3, a fixed one.
  explicit LockScenario(link::LockClass lock_class, bool claimed = true) : lock_class_(lock_class), claimed_(claimed) {}

  void prepare(World& world, Check& check) override;
  void run(World& world, Check& check) override;

 protected:
  /// What the platform wants before the lock is activated.
  virtual void set_up(SimPlatform&) {}
  /// At every start: all that was acknowledged holds.
  virtual void inspect(Start&) {}
  [[nodiscard]] virtual unsigned step_count() const = 0;
  /// Carries out a step, again if power went before it was done.
  virtual void step(Start& start, unsigned number) = 0;

  /// Of this lock; a copy for each start, as nothing in it changes.
  [[nodiscard]] link::LockClass lock_class() const { return lock_class_; }

 private:
  SimPlatform make_platform(OpensslProvider& provider);

  link::LockClass lock_class_;
  bool claimed_;
  unsigned done_ = 0;  ///< steps
};

/// The log as a whole: numbers without gaps, good tags, one outcome for each intention but a newest one.
void check_log(Start& start);

}  // namespace cardea::testing
