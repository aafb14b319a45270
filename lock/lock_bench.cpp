// SPDX-License-Identifier: Apache-2.0
// What the typical events cost the flash of a lock, exactly: a whole lock over simulated flash of 8-byte granules, with the
// journal's compactions and the audit region's turns in the average of 1,000 events. None of it depends on the machine.
#include "lock/lock.hpp"

#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/testing/hand_over.hpp"
#include "lock/testing/platform/sim_lock.hpp"
#include "lock/testing/platform/wear.hpp"
#include "tools/bench/report.hpp"

namespace cardea {
namespace {

constexpr std::uint64_t begin_s = 1'795'219'200;
constexpr std::uint64_t event_count = 1'000;

class ClaimedLock {
 public:
  ClaimedLock() {
    platform_.set_slot(0, 0);
    CARDEA_ASSERT(lock_.make(platform_.record().factory) == Status::kOk);
    CARDEA_ASSERT(testing::activate(lock_, platform_.gift({begin_s}), {begin_s, 100, 200}, audit::Method::kPlatform) ==
                  Status::kOk);
    run_s_at_begin_ = world_.counter.seconds();
  }
  void pass(std::uint64_t seconds) { world_.counter.advance(seconds); }
  [[nodiscard]] UnixSeconds now() { return {begin_s + world_.counter.seconds() - run_s_at_begin_}; }

  void type_app_code() {
    pass(2 * app_step_s);
    CARDEA_ASSERT(lock_.enter(platform_.app_code(now())).verdict == Verdict::kGranted);
  }
  void type_pool_code() {
    CARDEA_ASSERT(lock_.enter(platform_.offline_code(pool_code(next_pool_++))).verdict == Verdict::kGranted);
  }
  void type_wrong_code() {
    pass(seconds_per_day + lock_.wait_s());
    CARDEA_ASSERT(lock_.enter(Digits::parse("0000000000")).verdict == Verdict::kRefused);
  }
  void press_button() { CARDEA_ASSERT(lock_.press().opened); }

  /// Rows of what `event` costs.
  void report_flash(bench::Report& report, const std::string& name, void (ClaimedLock::*event)()) {
    world_.flash.reset_counts();
    for (std::uint64_t i = 0; i < event_count; ++i) (this->*event)();
    const double bytes = static_cast<double>(world_.flash.programmed_bytes()) / event_count;
    report.add({.name = "lock/flash/" + name + "/programmed", .value = bytes, .unit = "bytes/event"});
    report.count("lock/flash/" + name + "/erases", world_.flash.erase_count(), "erases/1,000 events");
  }

 private:
  OpensslProvider provider_{512};
  testing::World world_ = testing::blank_world();
  testing::SimPlatform platform_{provider_, link::LockClass::kProtected};
  Lock lock_{testing::port_of(world_, provider_)};
  std::uint64_t run_s_at_begin_ = 0;
  std::uint16_t next_pool_ = 0;
};

CARDEA_BENCH(lock_flash) {
  ClaimedLock().report_flash(report, "one_time_code_granted", &ClaimedLock::type_app_code);
  ClaimedLock().report_flash(report, "pool_code_granted", &ClaimedLock::type_pool_code);
  ClaimedLock().report_flash(report, "wrong_code_refused", &ClaimedLock::type_wrong_code);
  ClaimedLock().report_flash(report, "inside_button", &ClaimedLock::press_button);
}

CARDEA_BENCH(lock_wear) {
  const testing::Wear wear = testing::wear_of_ten_years(200);
  const auto add = [&](const char* name, double cycles) {
    report.add({.name = name, .value = cycles, .unit = "cycles/sector", .target = bench::at_most_value(1'000)});
  };
  add("lock/flash/ten_years_of_100_events_a_day/journal", wear.journal);
  add("lock/flash/ten_years_of_100_events_a_day/records", wear.audit);
}

}  // namespace
}  // namespace cardea
